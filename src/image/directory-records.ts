import { BLOCK, wholeBlocks } from '../iso9660/block.js';
import {
  directoryRecordLength,
  encodeDirectoryRecord,
  IDENTIFIER_OFFSET,
  LONGEST_RECORD,
  PARENT,
  recordBytes,
  SELF,
} from '../iso9660/directory-record.js';
import { secondsOfNs } from '../binary/calendar.js';
import { continuationArea, inlineLength, type Placement, placeEntries } from '../iso9660/susp.js';
import type { FileExtents } from './file-extents.js';
import { entryOf, type Hierarchy } from './hierarchy.js';
import type { RecordOf, SystemUse } from './rock-ridge.js';
import { ROOT, type Tree } from './tree.js';

/** How many bytes a directory takes: its records, and behind them the continuation areas of its system use. */
export interface DirectorySize {
  /** Whole blocks. */
  readonly records: number;
  /** Whole blocks; 0 in Joliet. */
  readonly continuations: number;
}

/** How identifiers are written: a byte per character in the primary tree, two in Joliet. */
export interface IdentifierCode {
  readonly bytesPerCharacter: 1 | 2;
  readonly write: (target: Uint8Array, offset: number, identifier: string) => void;
}

/** All that is needed to record the directories of one hierarchy. */
export interface RecordedHierarchy {
  readonly tree: Tree;
  readonly hierarchy: Hierarchy;
  readonly systemUse: SystemUse;
  readonly files: FileExtents;
  readonly code: IdentifierCode;
  /** In which dates are written. */
  readonly zoneMinutes: number;
  /** First block of each directory, and its size; empty while sizes are measured. */
  readonly blocks: ReadonlyMap<number, number>;
  readonly sizes: ReadonlyMap<number, DirectorySize>;
}

/** Entries that take more than writing them one after the other: they may be continued elsewhere. */
interface PlacedEntries {
  readonly entries: readonly Uint8Array[];
  readonly placement: Placement;
}

/** One record of a directory; a file of several extents has as many, one after the other. */
interface PlacedRecord {
  readonly record: RecordOf;
  readonly identifier: string;
  readonly identifierLength: number;
  readonly extentIndex: number;
  /** In the directory. */
  readonly position: number;
  readonly length: number;
  /** Undefined for ordinary children. */
  readonly placed: PlacedEntries | undefined;
}

/** ECMA-119 §6.8.1.1: a record ends in the block in which it begins. */
const recordPosition = (position: number, length: number): number =>
  (position % BLOCK) + length > BLOCK ? wholeBlocks(position) : position;

/**
 * Places the records of a directory one after the other: itself, its parent, its children in their order (ECMA-119 §6.8.2). Both passes go
 * through here, so that they cannot differ.
 */
const placeRecords = (
  recorded: RecordedHierarchy,
  directory: number,
  visit: (record: PlacedRecord) => void,
): DirectorySize => {
  const { hierarchy, files, systemUse, code } = recorded;
  let end = 0;
  let continuationEnd = 0;
  const place = (record: RecordOf, identifier: string, extentIndex: number): void => {
    const identifierLength = record.kind === 'child' ? identifier.length * code.bytesPerCharacter : 1;
    const room = LONGEST_RECORD - recordBytes(identifierLength);
    let inline = record.kind === 'child' ? systemUse.ordinaryLength(record.child) : undefined;
    let placed: PlacedEntries | undefined;
    if (inline === undefined || inline > room) {
      const entries = systemUse.entries(record);
      const lengths = entries.map((entry) => entry.length);
      const placement = placeEntries(lengths, room, continuationEnd);
      placed = { entries, placement };
      inline = inlineLength(lengths, placement);
      continuationEnd = placement.end;
    }
    const length = directoryRecordLength(identifierLength, inline);
    const position = recordPosition(end, length);
    end = position + length;
    visit({ record, identifier, identifierLength, extentIndex, position, length, placed });
  };
  place({ kind: 'self', directory }, SELF, 0);
  place({ kind: 'parent', directory }, PARENT, 0);
  for (const child of hierarchy.children.get(directory) ?? []) {
    const identifier = hierarchy.identifier(child);
    const extents = files.count(entryOf(child));
    for (let index = 0; index < extents; index++) place({ kind: 'child', child }, identifier, index);
  }
  return { records: wholeBlocks(end), continuations: wholeBlocks(continuationEnd) };
};

export const measureDirectory = (recorded: RecordedHierarchy, directory: number): DirectorySize =>
  placeRecords(recorded, directory, () => undefined);

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

/**
 * RRIP 1.12 §4.1.5.1: what stands for a relocated directory is recorded as a file. It is empty, so that a reader without Rock Ridge
 * shows none that holds directory records.
 */
const placeholder = (recorded: RecordedHierarchy, entry: number): Target => ({
  ...directoryTarget(recorded, entry),
  dataLength: 0,
  directory: false,
});

const childTarget = (recorded: RecordedHierarchy, child: number, extentIndex: number): Target => {
  const entry = entryOf(child);
  if (recorded.tree.isDirectory(entry))
    return child >= 0 ? directoryTarget(recorded, entry) : placeholder(recorded, entry);
  const { extent, dataLength, multiExtent } = recorded.files.extent(entry, extentIndex);
  return { extent, dataLength, directory: false, multiExtent, entry };
};

const targetOf = (recorded: RecordedHierarchy, { record, extentIndex }: PlacedRecord): Target => {
  if (record.kind === 'child') return childTarget(recorded, record.child, extentIndex);
  const own = record.kind === 'self' || record.directory === ROOT;
  return directoryTarget(recorded, own ? record.directory : recorded.hierarchy.parent(record.directory));
};

interface Continuations {
  readonly bytes: Uint8Array;
  /** Their first block. */
  readonly block: number;
}

const writeAll = (target: Uint8Array, offset: number, entries: readonly Uint8Array[]): void => {
  let at = offset;
  for (const entry of entries) {
    target.set(entry, at);
    at += entry.length;
  }
};

/** Writes the entries that stay in a record at `offset` of `target`, and the others to the continuation areas. */
const writePlaced = (
  { entries, placement }: PlacedEntries,
  continuations: Continuations,
  { target, offset }: { target: Uint8Array; offset: number },
): void => {
  const areas = placement.continuations;
  const link = (index: number): Uint8Array[] => {
    const area = areas[index];
    if (!area) return [];
    const block = continuations.block + Math.floor(area.offset / BLOCK);
    return [continuationArea.encode({ block, offset: area.offset % BLOCK, areaLength: area.length })];
  };
  writeAll(target, offset, [...entries.slice(0, placement.inline), ...link(0)]);
  for (const [index, area] of areas.entries())
    writeAll(continuations.bytes, area.offset, [...entries.slice(area.from, area.to), ...link(index + 1)]);
};

const writeIdentifier = (
  { code }: RecordedHierarchy,
  target: Uint8Array,
  offset: number,
  identifier: string,
): void => {
  if (identifier === SELF || identifier === PARENT) target[offset] = identifier.charCodeAt(0);
  else code.write(target, offset, identifier);
};

/** Memory for one directory after the other. */
export interface Scratch {
  bytes: Uint8Array;
}

const cleared = (scratch: Scratch, length: number): Uint8Array => {
  if (scratch.bytes.length < length) scratch.bytes = new Uint8Array(length);
  else scratch.bytes.fill(0, 0, length);
  return scratch.bytes.subarray(0, length);
};

/** The bytes of a directory: records, then continuation areas. They are valid until the scratch is used again. */
export const encodeDirectory = (
  recorded: RecordedHierarchy,
  directory: number,
  scratch: Scratch,
): Uint8Array => {
  const { records = 0, continuations = 0 } = recorded.sizes.get(directory) ?? {};
  const { zoneMinutes } = recorded;
  const bytes = cleared(scratch, records + continuations);
  const block = (recorded.blocks.get(directory) ?? 0) + records / BLOCK;
  const areas = { bytes: bytes.subarray(records), block };
  placeRecords(recorded, directory, (placed) => {
    const { extent, dataLength, directory: isDirectory, multiExtent, entry } = targetOf(recorded, placed);
    const { position, length, identifierLength, record } = placed;
    encodeDirectoryRecord(bytes, position, {
      length,
      extent,
      dataLength,
      recordedAt: { seconds: secondsOfNs(recorded.tree.mtimeNs(entry)), zoneMinutes },
      hidden: recorded.tree.isHidden(entry) && record.kind === 'child',
      directory: isDirectory,
      multiExtent,
      identifierLength,
    });
    writeIdentifier(recorded, bytes, position + IDENTIFIER_OFFSET, placed.identifier);
    const offset = position + recordBytes(identifierLength);
    if (placed.placed) writePlaced(placed.placed, areas, { target: bytes, offset });
    else if (record.kind === 'child') recorded.systemUse.writeOrdinary(bytes, offset, record.child);
  });
  return bytes;
};
