import { BLOCK, blocksFor, wholeBlocks } from '../iso9660/block.js';
import { encodeDirectoryRecord, SELF } from '../iso9660/directory-record.js';
import { volumeNamesOf } from './volume-names.js';
import {
  encodePathTableRecord,
  PATH_IDENTIFIER_OFFSET,
  pathTableRecordLength,
} from '../iso9660/path-table.js';
import {
  enhancedVolumeDescriptor,
  jolietVolumeDescriptor,
  primaryVolumeDescriptor,
  SYSTEM_AREA_BLOCKS,
  volumeDescriptorSetTerminator,
} from '../iso9660/volume-descriptors.js';
import { secondsOfNs } from '../binary/calendar.js';
import type { Reach, Region } from './allocator.js';
import { encodeDirectory } from './directory-records.js';
import type { IsoVolume, LaidOutHierarchy } from './iso-volume.js';
import { type DescriptorTexts, jolietTexts } from './descriptor-texts.js';
import { createdAt } from './master-request.js';
import { ROOT } from './tree.js';

/** ECMA-119 §8.4.18: the root's record in a descriptor is the bare one of 34 bytes. */
const rootRecord = ({ tree, blocks, sizes, zoneMinutes }: LaidOutHierarchy): Uint8Array => {
  const encoded = new Uint8Array(34);
  encodeDirectoryRecord(encoded, 0, {
    length: encoded.length,
    extent: blocks.get(ROOT) ?? 0,
    dataLength: sizes.get(ROOT)?.records ?? 0,
    recordedAt: { seconds: secondsOfNs(tree.mtimeNs(ROOT)), zoneMinutes },
    hidden: false,
    directory: true,
    multiExtent: false,
    identifierLength: SELF.length,
  });
  return encoded;
};

const descriptorValues = (
  { request }: IsoVolume,
  hierarchy: LaidOutHierarchy,
  { said, reach: { first, blocks } }: { readonly said: DescriptorTexts; readonly reach: Reach },
) => {
  const created = createdAt(request);
  return {
    systemIdentifier: said.system ?? '',
    // From block 0 of the medium on: libarchive 3.6.2 reads nothing that lies behind it.
    volumeSpaceSize: first + blocks,
    pathTableSize: hierarchy.pathTableBytes,
    typeLPathTable: hierarchy.pathTables.L,
    optionalTypeLPathTable: 0,
    typeMPathTable: hierarchy.pathTables.M,
    optionalTypeMPathTable: 0,
    rootDirectoryRecord: rootRecord(hierarchy),
    volumeSetIdentifier: said.volumeSet ?? '',
    publisherIdentifier: said.publisher ?? '',
    dataPreparerIdentifier: said.preparer ?? 'SPINDLE',
    applicationIdentifier: said.application ?? 'SPINDLE',
    copyrightFileIdentifier: said.copyrightFile ?? '',
    abstractFileIdentifier: said.abstractFile ?? '',
    bibliographicFileIdentifier: said.bibliographicFile ?? '',
    creationDate: created,
    modificationDate: created,
    expirationDate: null,
    effectiveDate: null,
  };
};

/** El Torito's descriptor, if there is one. */
type BootDescriptor = (() => Uint8Array) | undefined;

function* descriptors(volume: IsoVolume, boot: BootDescriptor, reach: Reach): Generator<Uint8Array> {
  const { request, primary, joliet, enhanced } = volume;
  const names = volumeNamesOf(request);
  const said = { said: request.identifiers, reach };
  yield primaryVolumeDescriptor.encode({
    ...descriptorValues(volume, primary, said),
    volumeIdentifier: names.iso9660,
  });
  if (boot) yield boot();
  if (joliet)
    yield jolietVolumeDescriptor.encode({
      ...descriptorValues(volume, joliet, { said: jolietTexts(request.identifiers), reach }),
      volumeIdentifier: names.joliet,
    });
  if (enhanced)
    yield enhancedVolumeDescriptor.encode({
      ...descriptorValues(volume, enhanced, said),
      volumeIdentifier: names.iso9660,
    });
  yield volumeDescriptorSetTerminator.encode({});
}

const encodePathTable = (laidOut: LaidOutHierarchy, type: 'L' | 'M'): Uint8Array => {
  const { hierarchy, blocks, code, pathTableBytes } = laidOut;
  const encoded = new Uint8Array(wholeBlocks(pathTableBytes));
  const numbers = new Map(hierarchy.directories.map((directory, index) => [directory, index + 1]));
  let at = 0;
  for (const directory of hierarchy.directories) {
    const identifier = directory === ROOT ? SELF : hierarchy.identifier(directory);
    const identifierLength = directory === ROOT ? 1 : identifier.length * code.bytesPerCharacter;
    const parent = numbers.get(directory === ROOT ? ROOT : hierarchy.parent(directory)) ?? 1;
    const extent = blocks.get(directory) ?? 0;
    encodePathTableRecord(encoded, at, { identifierLength, extent, parent }, type);
    if (directory !== ROOT) code.write(encoded, at + PATH_IDENTIFIER_OFFSET, identifier);
    at += pathTableRecordLength(identifierLength);
  }
  return encoded;
};

/** The path tables of a hierarchy, and its directories. */
const pathTableRegions = (laidOut: LaidOutHierarchy): Region[] =>
  (['L', 'M'] as const).map((type) => ({
    blocks: blocksFor(laidOut.pathTableBytes),
    place: (block) => {
      laidOut.pathTables[type] = block;
    },
    bytes: () => [encodePathTable(laidOut, type)],
  }));

const directoryBlocks = ({ sizes }: LaidOutHierarchy, directory: number): number => {
  const { records = 0, continuations = 0 } = sizes.get(directory) ?? {};
  return (records + continuations) / BLOCK;
};

function* encodeDirectories(laidOut: LaidOutHierarchy): Generator<Uint8Array> {
  const scratch = { bytes: new Uint8Array() };
  for (const directory of laidOut.hierarchy.directories) yield encodeDirectory(laidOut, directory, scratch);
}

const directoryRegion = (laidOut: LaidOutHierarchy): Region => {
  const { directories } = laidOut.hierarchy;
  return {
    blocks: directories.reduce((blocks, directory) => blocks + directoryBlocks(laidOut, directory), 0),
    place: (first) => {
      let block = first;
      for (const directory of directories) {
        laidOut.blocks.set(directory, block);
        block += directoryBlocks(laidOut, directory);
      }
    },
    bytes: () => encodeDirectories(laidOut),
  };
};

/** ECMA-119 §6.2.1: what stands there is nobody's business but that of who starts from the disc. */
export const systemAreaRegion: Region = {
  blocks: SYSTEM_AREA_BLOCKS,
  bytes: () => [new Uint8Array(SYSTEM_AREA_BLOCKS * BLOCK)],
};

/** Each has a descriptor, path tables and directories. */
const hierarchiesOf = ({ primary, joliet, enhanced }: IsoVolume): LaidOutHierarchy[] =>
  [primary, joliet, enhanced].filter((hierarchy) => hierarchy !== undefined);

/** The descriptors, whose place ECMA-119 §6.7.1 fixes; that which boots is the second. */
export const isoDescriptorRegion = (volume: IsoVolume, boot: BootDescriptor): Region => ({
  blocks: 1 + (boot ? 1 : 0) + hierarchiesOf(volume).length,
  from: SYSTEM_AREA_BLOCKS,
  bytes: (reach) => descriptors(volume, boot, reach),
});

/** Everything else of ISO 9660 but contents, wherever it lies. */
export const isoHierarchyRegions = (volume: IsoVolume): Region[] => {
  const hierarchies = hierarchiesOf(volume);
  return [...hierarchies.flatMap(pathTableRegions), ...hierarchies.map(directoryRegion)];
};
