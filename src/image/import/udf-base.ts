import { FORMAT_OF_KIND } from '../../os/stat.js';
import type { BlockReader } from './block-reader.js';
import { EntryPaths } from './entry-paths.js';
import type { Report } from './findings.js';
import { type OnEntry, taking } from './found-entries.js';
import type { ImportedContent, ImportedEntry, ImportedStream } from './imported-entry.js';
import { type BesideView, type SaidByUdf, saysAnything } from './udf-beside.js';
import type { UdfContents } from './udf-icb.js';
import type { VirtualTable } from './udf-partitions.js';
import type { RecognizedStandard } from './udf-recognition.js';
import type { UdfStream } from './udf-streams.js';
import { type UdfEntry, udfEntries } from './udf-tree.js';
import { readUdfVolume, type UdfVolume } from './udf-volume.js';
import type { UdfWithin } from './udf-within.js';

/** What a session that goes on with a volume has to know of its UDF. */
export interface BaseUdf {
  readonly standard: RecognizedStandard;
  /** Block of the medium. */
  readonly partitionStart: number;
  readonly end: number;
  /** What is read through it goes on with it; absent where the volume is whole in itself. */
  readonly table: (VirtualTable & { readonly fileSet: number }) | undefined;
  /** What goes on with it goes into what it has free; absent where it goes behind it. */
  readonly within?: UdfWithin;
}

/** OSTA UDF 3.3.3.1: whoever wrote it knows no owners. */
const NOBODY = 0xffff_ffff;
const ownerOf = (id: number): number => (id === NOBODY ? 0 : id);

const rockRidgeOf = ({ kind, links, attributes }: UdfEntry): ImportedEntry['rockRidge'] => {
  const { mode, uid, gid, modifiedAt, accessedAt, createdAt, attributesChangedAt, device } = attributes;
  return {
    mode: FORMAT_OF_KIND[kind] + mode,
    links,
    userId: ownerOf(uid),
    groupId: ownerOf(gid),
    modifiedNs: modifiedAt,
    accessedNs: accessedAt,
    attributesNs: attributesChangedAt,
    ...(createdAt !== undefined && { creationNs: createdAt }),
    ...(device && { device: { high: device.major, low: device.minor } }),
  };
};

/** Bytes that are copied out of entries: so many of a medium that a mastering process holds them all. */
const MOST_HELD = 256 * 1024 * 1024;

class Importing {
  readonly #report: Report;
  #held = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  #content(size: number, { runs, embedded }: UdfContents): ImportedContent {
    this.#held += embedded?.length ?? 0;
    if (this.#held > MOST_HELD)
      this.#report({
        code: 'volume-too-costly',
        detail: `Its entries hold more than ${MOST_HELD} bytes of contents.`,
      });
    return {
      size,
      runs: runs.map(({ block, bytes, hole }) => ({ block, bytes, ...(hole && { hole }) })),
      // A copy: the block that it stands in is larger.
      held: this.#held > MOST_HELD ? undefined : embedded?.slice(),
    };
  }

  entry(entry: UdfEntry): ImportedEntry {
    const { id, parent, name, kind, size, hidden, icbBlock, target, contents, streams } = entry;
    return {
      id,
      parent,
      name,
      kind,
      hidden,
      target,
      identity: icbBlock,
      recordedNs: entry.attributes.modifiedAt,
      rockRidge: rockRidgeOf(entry),
      streams: this.streams(streams),
      ...(entry.attributes.flags && { udfFlags: entry.attributes.flags }),
      ...(contents ? this.#content(size, contents) : { size, runs: [], held: undefined }),
    };
  }

  streams(streams: readonly UdfStream[]): ImportedStream[] {
    return streams.map(({ name, size, contents }) => ({ name, ...this.#content(size, contents) }));
  }

  get tooMany(): boolean {
    return this.#held > MOST_HELD;
  }
}

const tableOf = ({ space, fileSet }: UdfVolume): BaseUdf['table'] => {
  const table = space.partitions[fileSet.partition]?.table;
  return table && { ...table, fileSet: fileSet.block };
};

/** What UDF says of the session that begins at `start`; undefined, and told, where it cannot be read. */
export const readBaseUdf = async (
  reader: BlockReader,
  { start, standard }: { readonly start: number; readonly standard: RecognizedStandard },
  report: Report,
): Promise<{ readonly volume: UdfVolume; readonly udf: BaseUdf } | undefined> => {
  const volume = await readUdfVolume(reader, start, report);
  if (!volume) return undefined;
  const { partitionStart, end } = volume;
  return { volume, udf: { standard, partitionStart, end, table: tableOf(volume) } };
};

/** All of its tree. What is wrong is told. */
export const importUdf = async (
  volume: UdfVolume,
  report: Report,
  onEntry?: OnEntry,
): Promise<readonly ImportedEntry[]> => {
  const importing = new Importing(report);
  const entries: ImportedEntry[] = [];
  const take = taking(entries, 'udf', onEntry);
  for await (const entry of udfEntries(volume, report)) {
    take(importing.entry(entry));
    if (importing.tooMany) break;
  }
  return entries;
};

const saidOf = (
  { kind, size, hidden, contents, attributes: { flags }, streams }: UdfEntry,
  importing: Importing,
): SaidByUdf => {
  const first = contents?.runs.find(({ hole }) => !hole)?.block;
  return { kind, size, hidden, first, flags, streams: importing.streams(streams) };
};

/** What it says that no other file system of a bridge does, by paths. What is wrong is told. */
export const importBeside = async (volume: UdfVolume, report: Report): Promise<BesideView> => {
  const importing = new Importing(report);
  const paths = new EntryPaths();
  const said = new Map<string, SaidByUdf>();
  let entries = 0;
  for await (const entry of udfEntries(volume, report)) {
    const { id, parent, name, kind } = entry;
    entries++;
    if (kind === 'directory' && id !== 0) paths.add(id, parent, name);
    const one = saidOf(entry, importing);
    if (saysAnything(one)) said.set(id === 0 ? '/' : paths.of(parent, name), one);
    if (importing.tooMany) break;
  }
  return { said, entries };
};
