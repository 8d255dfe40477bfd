import { BLOCK, wholeBlocks } from '../iso9660/block.js';
import {
  directoryRecordLength,
  encodeDirectoryRecord,
  LONGEST_RECORD,
  PARENT,
  recordBytes,
  SELF,
} from '../iso9660/directory-record.js';
import { secondsOfNs } from '../iso9660/dates.js';
import { continuationArea, inlineLength, type Placement, placeEntries } from '../iso9660/susp.js';
import { type FileExtents } from './file-extents.js';
import { entryOf, type Hierarchy } from './hierarchy.js';
import { type RecordOf, type SystemUse } from './rock-ridge.js';
import { ROOT, type Tree } from './tree.js';

/** How many bytes a directory takes: its records, and behind them the continuation areas of its system use. */
export interface DirectorySize {
  /** Whole blocks. */
  readonly records: number;
  /** Whole blocks; 0 in Joliet. */
  readonly continuations: number;
}

/** All that is needed to record the directories of one hierarchy. */
export interface RecordedHierarchy {
  readonly tree: Tree;
  readonly hierarchy: Hierarchy;
  readonly systemUse: SystemUse;
  readonly files: FileExtents;
  readonly encodeIdentifier: (identifier: string) => Uint8Array;
  /** First block of each directory, and its size; empty while sizes are measured. */
  readonly blocks: ReadonlyMap<number, number>;
  readonly sizes: ReadonlyMap<number, DirectorySize>;
}

/** One record of a directory; a file of several extents has as many, one after the other. */
interface DirectoryRecord {
  readonly record: RecordOf;
  readonly identifier: Uint8Array;
  readonly extentIndex: number;
}

/** ECMA-119 §6.8.2: the directory itself, its parent, then its children in their order. */
function* recordsOf(
  { hierarchy, tree, files, encodeIdentifier }: RecordedHierarchy,
  directory: number,
): Generator<DirectoryRecord> {
  yield { record: { kind: 'self', directory }, identifier: SELF, extentIndex: 0 };
  yield { record: { kind: 'parent', directory }, identifier: PARENT, extentIndex: 0 };
  for (const child of hierarchy.children.get(directory) ?? []) {
    const record = { kind: 'child', child } as const;
    const identifier = encodeIdentifier(hierarchy.identifier(child));
    const extents = files.count(tree.contentBytes(entryOf(child)));
    for (let extentIndex = 0; extentIndex < extents; extentIndex++) yield { record, identifier, extentIndex };
  }
}

/** ECMA-119 §6.8.1.1: a record ends in the block in which it begins. */
const recordPosition = (position: number, length: number): number =>
  (position % BLOCK) + length > BLOCK ? wholeBlocks(position) : position;

interface PlacedRecord extends DirectoryRecord {
  /** In the directory. */
  readonly position: number;
  readonly placement: Placement;
}

/** Places one record after another; both passes go through here, so that they cannot differ. */
function* placedRecords(
  recorded: RecordedHierarchy,
  directory: number,
): Generator<PlacedRecord, DirectorySize> {
  let position = 0;
  let continuationEnd = 0;
  for (const one of recordsOf(recorded, directory)) {
    const lengths = recorded.systemUse.lengths(one.record);
    const placement = placeEntries(
      lengths,
      LONGEST_RECORD - recordBytes(one.identifier.length),
      continuationEnd,
    );
    const length = directoryRecordLength(one.identifier.length, inlineLength(lengths, placement));
    position = recordPosition(position, length);
    yield { ...one, position, placement };
    position += length;
    continuationEnd = placement.end;
  }
  return { records: wholeBlocks(position), continuations: wholeBlocks(continuationEnd) };
}

export const measureDirectory = (recorded: RecordedHierarchy, directory: number): DirectorySize => {
  const records = placedRecords(recorded, directory);
  for (;;) {
    const step = records.next();
    if (step.done) return step.value;
  }
};

interface Target {
  readonly extent: number;
  readonly dataLength: number;
  readonly directory: boolean;
  readonly multiExtent: boolean;
  /** The entry whose time the record bears. */
  readonly entry: number;
}

const directoryTarget = ({ blocks, sizes }: RecordedHierarchy, entry: number): Target => ({
  extent: blocks.get(entry) ?? 0,
  dataLength: sizes.get(entry)?.records ?? 0,
  directory: true,
  multiExtent: false,
  entry,
});

const childTarget = (recorded: RecordedHierarchy, child: number, extentIndex: number): Target => {
  const entry = entryOf(child);
  // RRIP 1.12 §4.1.5.1: what stands for a relocated directory is recorded as a file.
  if (child < 0) return { ...directoryTarget(recorded, entry), directory: false };
  if (recorded.tree.isDirectory(entry)) return directoryTarget(recorded, entry);
  return { ...recorded.files.extent(entry, extentIndex), directory: false, entry };
};

const targetOf = (recorded: RecordedHierarchy, { record, extentIndex }: DirectoryRecord): Target => {
  if (record.kind === 'child') return childTarget(recorded, record.child, extentIndex);
  const own = record.kind === 'self' || record.directory === ROOT;
  return directoryTarget(recorded, own ? record.directory : recorded.hierarchy.parent(record.directory));
};

/** The system use area of a record; what does not fit goes to the continuation areas of its directory. */
const encodeSystemUse = (
  { systemUse }: RecordedHierarchy,
  { record, placement }: PlacedRecord,
  continuations: { readonly bytes: Uint8Array; readonly block: number },
): Uint8Array => {
  const entries = systemUse.entries(record);
  const areas = placement.continuations;
  const link = (index: number): Uint8Array[] => {
    const area = areas[index];
    if (!area) return [];
    const block = continuations.block + Math.floor(area.offset / BLOCK);
    return [continuationArea.encode({ block, offset: area.offset % BLOCK, areaLength: area.length })];
  };
  for (const [index, { from, to, offset }] of areas.entries())
    continuations.bytes.set(Buffer.concat([...entries.slice(from, to), ...link(index + 1)]), offset);
  return Buffer.concat([...entries.slice(0, placement.inline), ...link(0)]);
};

/** The bytes of a directory: records, then continuation areas. */
export const encodeDirectory = (recorded: RecordedHierarchy, directory: number): Uint8Array => {
  const { records = 0, continuations = 0 } = recorded.sizes.get(directory) ?? {};
  const bytes = new Uint8Array(records + continuations);
  const areas = {
    bytes: bytes.subarray(records),
    block: (recorded.blocks.get(directory) ?? 0) + records / BLOCK,
  };
  for (const placed of placedRecords(recorded, directory)) {
    const { entry, ...target } = targetOf(recorded, placed);
    encodeDirectoryRecord(bytes, placed.position, {
      ...target,
      recordedAt: secondsOfNs(recorded.tree.mtimeNs(entry)),
      identifier: placed.identifier,
      systemUse: encodeSystemUse(recorded, placed, areas),
    });
  }
  return bytes;
};
