import type { Moment } from '../../binary/calendar.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import {
  foreignFileSet,
  foreignIntegrity,
  foreignIntegrityUse,
  spacesIn,
  type ForeignMap,
  partitionMaps,
} from '../../udf/foreign-volume.js';
import { readTag } from '../../udf/foreign-tag.js';
import { bytesOfExtent } from '../../udf/extents.js';
import { TAG } from '../../udf/tag.js';
import { ACCESS_TYPES } from '../../udf/volume-descriptors.js';
import type { BlockReader } from './block-reader.js';
import type { Finding, Report } from './findings.js';
import { type Anchor, findAnchor, type Reports } from './udf-anchors.js';
import { UdfBudget } from './udf-budget.js';
import { type IcbPlace, mediumBlock, type UdfSpace } from './udf-icb.js';
import { mapped } from './udf-maps.js';
import { type Partition, physicalPartition } from './udf-partitions.js';
import { readSequence, type VolumeExtent, type VolumeSequence } from './udf-sequence.js';

/** A logical volume of which the root can be read. */
export interface UdfVolume {
  readonly space: UdfSpace;
  readonly identifier: string;
  /** When its primary descriptor was recorded. */
  readonly recordedAt: Moment | undefined;
  /** Of the partition that holds everything, whatever it is seen through. */
  readonly partitionStart: number;
  /** One more than the last block that the volume claims. */
  readonly end: number;
  readonly fileSet: IcbPlace;
  readonly root: IcbPlace;
  /** What its integrity descriptor says is in it; undefined where that is kept elsewhere, or nowhere. */
  readonly counts: { readonly files: number; readonly directories: number } | undefined;
  readonly described: DescribedVolume;
}

/** Of what its descriptors say, all that tells which blocks are free. */
export interface DescribedVolume {
  /** Of the file set, a long_ad. */
  readonly fileSetBytes: number;
  readonly systemStreams: ReturnType<typeof foreignFileSet.decode>['systemStreams'];
  readonly maps: readonly ForeignMap[];
  /** By their numbers. */
  readonly partitions: VolumeSequence['partitions'];
  readonly domain: Domain;
  /** Blocks that are free in each partition, and that it has, by its map; undefined where no descriptor that is closed tells. */
  readonly spaces: readonly { readonly free: number; readonly size: number }[] | undefined;
  /** Block of the medium in which that stands. */
  readonly integrityBlock: number | undefined;
  /** Where the descriptors themselves lie, on the medium: both sequences, and that of integrity. */
  readonly extents: readonly VolumeExtent[];
}

/** OSTA UDF 2.1.5.3: by which revision a volume is made, and whether somebody keeps others from writing to it. */
interface Domain {
  /** Two decimal digits per byte. */
  readonly revision: number;
  readonly writeProtected: boolean;
}

type Domains = Pick<VolumeSequence['logicalVolume'], 'domain'>['domain'];

/** The flags stand in the logical volume and in its file set. */
const domainOf = (volume: Domains, fileSet: Domains): Domain => ({
  revision: volume.revision,
  writeProtected: [volume, fileSet].some(
    ({ hardWriteProtect, softWriteProtect }) => hardWriteProtect || softWriteProtect,
  ),
});

const sequencesOf = async (
  reader: BlockReader,
  { main, reserve }: Anchor,
  report: Report,
): Promise<VolumeSequence | undefined> => {
  const wrong: Finding[] = [];
  const first = await readSequence(reader, main, (finding) => void wrong.push(finding));
  const other: Finding[] = [];
  const second = await readSequence(reader, reserve, (finding) => void other.push(finding));
  const damaged = (findings: readonly Finding[], name: string): void => {
    for (const { block, detail } of findings)
      report({
        code: 'sequence-damaged',
        ...(block !== undefined && { block }),
        detail: `${name}: ${detail}`,
      });
  };
  if (!first && !second) [...wrong, ...other].forEach(report);
  else {
    damaged(wrong, 'The main one');
    damaged(other, 'The reserve one');
  }
  if (first && second && said(first) !== said(second))
    report({
      code: 'sequences-differ',
      block: reserve.location,
      detail: 'The reserve one says something else.',
    });
  return first ?? second;
};

/** What a sequence says, without the numbers by which it is ordered. */
const said = ({ logicalVolume, partitions }: VolumeSequence): string =>
  JSON.stringify([
    { ...logicalVolume, sequenceNumber: 0, maps: [...logicalVolume.maps] },
    [...partitions].map(([number, partition]) => [number, { ...partition, sequenceNumber: 0 }]),
  ]);

interface Mapping extends Pick<VolumeSequence, 'partitions'> {
  readonly report: Report;
  readonly budget: UdfBudget;
}

const partitionOf = async (
  reader: BlockReader,
  map: ForeignMap,
  { partitions, report, budget }: Mapping,
): Promise<Partition | undefined> => {
  if (map.kind === 'unknown') {
    report({ code: 'partition-map-unknown', detail: `Its kind is "${map.what}".` });
    return undefined;
  }
  const descriptor = partitions.get(map.partition);
  if (!descriptor) {
    report({ code: 'partition-map-unknown', detail: `There is no partition ${map.partition}.` });
    return undefined;
  }
  const { start, length, accessType } = descriptor;
  // One that is written once goes on behind what is recorded by now.
  const isWhole = accessType !== ACCESS_TYPES['write-once'];
  if (isWhole && start + length > reader.blocks && map.kind === 'physical')
    report({ code: 'volume-exceeds-image', block: start, detail: `The partition has ${length} blocks.` });
  return mapped({ reader, report, budget, physical: physicalPartition(start, length), start }, map);
};

/** A physical or sparable one, and a virtual and a metadata one that are seen through it. */
const MOST_MAPS = 3;

const partitionsOf = async (
  reader: BlockReader,
  { logicalVolume, partitions }: VolumeSequence,
  { report, budget }: Omit<Mapping, 'partitions'>,
): Promise<(Partition | undefined)[]> => {
  const { maps, mapCount } = logicalVolume;
  if (mapCount > MOST_MAPS)
    report({ code: 'partition-map-unknown', detail: `There are ${mapCount}; UDF has ${MOST_MAPS} at most.` });
  const found = new Map<string, Partition | undefined>();
  const partitionsFound: (Partition | undefined)[] = [];
  for (const map of partitionMaps(maps, Math.min(mapCount, MOST_MAPS))) {
    // Two maps that say the same lead to the same tables, which are read once.
    const key = JSON.stringify(map);
    if (!found.has(key)) found.set(key, await partitionOf(reader, map, { partitions, report, budget }));
    partitionsFound.push(found.get(key));
  }
  return partitionsFound;
};

const fileSetOf = async (
  space: UdfSpace,
  place: IcbPlace,
  report: Report,
): Promise<ReturnType<typeof foreignFileSet.decode> | undefined> => {
  const block = mediumBlock(space, place, (code, detail) => {
    report({ code, detail: `The file set: ${detail}` });
  });
  if (block === undefined) return undefined;
  const bytes = await space.reader.read(block, 1);
  const { identifier, problem } = readTag(bytes, 0, place.block);
  if (identifier === TAG.fileSet && problem === undefined) return foreignFileSet.decode(bytes);
  report({ code: 'descriptor-damaged', block, detail: 'What stands here is no file set descriptor.' });
  return undefined;
};

/** Descriptors that follow each other in an integrity sequence; the last one counts. */
const MOST_INTEGRITY = 64;

type Integrity = Pick<UdfVolume, 'counts'> & Pick<DescribedVolume, 'spaces' | 'integrityBlock'>;

const NO_INTEGRITY: Integrity = { counts: undefined, spaces: undefined, integrityBlock: undefined };

/** Integrity type of a volume that its writer is done with (ECMA-167 3/10.10). */
const CLOSED = 1;

/** Its tables are as long as the partitions are many; then follows what OSTA UDF adds. */
const decodeIntegrity = (bytes: Uint8Array, block: number): Integrity => {
  const { type, partitionCount, implementationUseLength } = foreignIntegrity.decode(bytes);
  const at = foreignIntegrity.size + 8 * partitionCount;
  const hasUse =
    implementationUseLength >= foreignIntegrityUse.size && at + foreignIntegrityUse.size <= BLOCK;
  return {
    counts: hasUse ? foreignIntegrityUse.decode(bytes, at) : undefined,
    spaces: type === CLOSED && at <= BLOCK ? spacesIn(bytes, partitionCount) : undefined,
    integrityBlock: block,
  };
};

const integrityOf = async (
  reader: BlockReader,
  { location, length }: VolumeExtent,
  { report, later }: Reports,
): Promise<Integrity> => {
  const end = Math.min(reader.blocks, location + Math.min(MOST_INTEGRITY, Math.floor(length / BLOCK)));
  let last: { readonly bytes: Uint8Array; readonly block: number } | undefined;
  for (let block = location; block < end; block++) {
    const bytes = await reader.read(block, 1);
    const { identifier, problem } = readTag(bytes, 0, block);
    if (identifier !== TAG.logicalVolumeIntegrity || problem !== undefined) break;
    last = { bytes, block };
  }
  if (!last) {
    report({ code: 'integrity-missing', block: location, detail: 'None can be read.' });
    return NO_INTEGRITY;
  }
  const { type } = foreignIntegrity.decode(last.bytes);
  if (type !== CLOSED)
    later({
      code: 'integrity-open',
      block: last.block,
      detail: 'Whoever wrote to it has not come to an end.',
    });
  return decodeIntegrity(last.bytes, last.block);
};

const endOf = (
  extents: readonly VolumeExtent[],
  partitions: readonly { readonly start: number; readonly length: number }[],
): number =>
  Math.max(
    ...extents.map(({ location, length }) => location + blocksFor(length)),
    ...partitions.map(({ start, length }) => start + length),
  );

/** The UDF volume of the session that begins at `start`; undefined, and told, where it cannot be read. */
export const readUdfVolume = async (
  reader: BlockReader,
  start: number,
  report: Report,
): Promise<UdfVolume | undefined> => {
  const unlessOpen: Finding[] = [];
  const later: Report = (finding) => void unlessOpen.push(finding);
  const anchor = await findAnchor(reader, start, { report, later });
  const sequence = anchor && (await sequencesOf(reader, anchor, report));
  if (!sequence) return undefined;
  const { logicalVolume } = sequence;
  if (logicalVolume.blockSize !== BLOCK) {
    report({
      code: 'block-size-unsupported',
      detail: `UDF has logical blocks of ${logicalVolume.blockSize} bytes.`,
    });
    return undefined;
  }
  const budget = new UdfBudget(reader);
  const partitions = await partitionsOf(reader, sequence, { report, budget });
  const space = { reader, partitions, budget };
  const rooted = await fileSetOf(space, logicalVolume.fileSet, report);
  if (!rooted) return undefined;
  const integrity = await integrityOf(reader, logicalVolume.integritySequence, { report, later });
  const isOpen = partitions.some((partition) => partition?.table !== undefined);
  if (!isOpen) unlessOpen.forEach(report);
  const { identifier, fileSet } = logicalVolume;
  const described = [...sequence.partitions.values()];
  const extents = [anchor.main, anchor.reserve, logicalVolume.integritySequence];
  return {
    space,
    identifier,
    recordedAt: sequence.recordedAt,
    fileSet,
    root: rooted.rootDirectory,
    partitionStart: Math.min(...described.map((partition) => partition.start)),
    end: endOf(extents, described),
    counts: isOpen ? undefined : integrity.counts,
    described: {
      fileSetBytes: bytesOfExtent(fileSet),
      systemStreams: rooted.systemStreams,
      maps: partitionMaps(logicalVolume.maps, Math.min(logicalVolume.mapCount, MOST_MAPS)),
      partitions: sequence.partitions,
      domain: domainOf(logicalVolume.domain, rooted.domain),
      spaces: isOpen ? undefined : integrity.spaces,
      integrityBlock: integrity.integrityBlock,
      extents,
    },
  };
};
