import { BLOCK } from '../iso9660/block.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { DATA_UNIT, type Part } from './image.js';
import type { ImageContents, MetadataRun } from './image-contents.js';
import { ANCHOR_BLOCK } from '../udf/anchor-places.js';
import { descriptorsIn } from './session-descriptors.js';

/** Blocks that are certain to hold all descriptors of a session that we make. */
const SESSION_HEAD = 64;

const beginningOf = ({ metadata }: ImageContents): Uint8Array => {
  const head = new Uint8Array(SESSION_HEAD * BLOCK);
  let filled = 0;
  for (const piece of metadata.runs[0]?.items() ?? []) {
    const taken = piece.subarray(0, head.length - filled);
    head.set(taken, filled);
    filled += taken.length;
    if (filled === head.length) break;
  }
  return head;
};

/** The first blocks of the medium as they will be: the descriptors of the session over those that are there. */
const grownHead = (session: ImageContents, head: Uint8Array): Uint8Array => {
  const grown = new Uint8Array(head);
  const descriptors = descriptorsIn(beginningOf(session));
  if (SYSTEM_AREA_BLOCKS * BLOCK + descriptors.length > head.length)
    throw new RangeError('the head of the medium does not hold the descriptors');
  grown.set(descriptors, SYSTEM_AREA_BLOCKS * BLOCK);
  return grown;
};

/** What a medium holds by now of what will be written over, each a multiple of what it is written by. */
export interface GrownPlaces {
  /** Blocks; what is recorded is a multiple of them. */
  readonly unit: number;
  /** From block 0 on. */
  readonly head: Uint8Array;
  /** From block 256 on; absent where the volume has no UDF. */
  readonly anchor?: Uint8Array;
}

/** Whole units that are written over. */
export interface Overwritten {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** From the first to the last unit that differs. A drive writes whole ECC blocks: what stays as it is must not be lost with the power. */
const changedUnits = (before: Uint8Array, { start, bytes }: Overwritten, unit: number): Overwritten[] => {
  const size = unit * BLOCK;
  const changed: number[] = [];
  for (let at = 0; at < bytes.length; at += size)
    if (Buffer.compare(before.subarray(at, at + size), bytes.subarray(at, at + size)) !== 0) changed.push(at);
  const [first, last] = [changed[0], changed.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{ start: start + first / BLOCK, bytes: bytes.subarray(first, last + size) }];
};

const changedAnchor = ({ anchorIn }: ImageContents, { anchor, unit }: GrownPlaces): Overwritten[] => {
  if (!anchorIn || !anchor) return [];
  const bytes = new Uint8Array(anchor);
  bytes.set(anchorIn(ANCHOR_BLOCK));
  return changedUnits(anchor, { start: ANCHOR_BLOCK, bytes }, unit);
};

/** UDF without ISO 9660 is recognized by the same blocks as before. */
const changedHead = (session: ImageContents, { head, unit }: GrownPlaces): Overwritten[] =>
  changedUnits(head, { start: 0, bytes: grownHead(session, head) }, unit);

const withOverwritten = (session: ImageContents, { start, bytes }: Overwritten): ImageContents => {
  const { summary, metadata, extents } = session;
  const part: Part = { session: 1, track: 1, unit: DATA_UNIT, start, length: bytes.length / BLOCK };
  const run: MetadataRun = { offset: metadata.bytes, bytes: bytes.length, items: () => [bytes] };
  const extent = { kind: 'metadata', address: 0, length: bytes.length, offset: run.offset } as const;
  return {
    ...session,
    summary: { ...summary, parts: [...summary.parts, part], bytes: summary.bytes + bytes.length },
    extents: [...extents, { count: 1, items: [extent] }],
    metadata: { bytes: metadata.bytes + bytes.length, runs: [...metadata.runs, run] },
  };
};

/** A session in multiples of `unit` blocks, and what is written over when it is there, in this order. */
export const withChanges = (
  session: ImageContents,
  unit: number,
  changes: readonly Overwritten[],
): ImageContents => {
  const { summary } = session;
  const [part] = summary.parts;
  if (!part) throw new TypeError('a session has one part');
  const length = Math.ceil(part.length / unit) * unit;
  const whole = { ...session, summary: { ...summary, parts: [{ ...part, length }], bytes: length * BLOCK } };
  return changes.reduce(withOverwritten, whole);
};

/**
 * A session as an image that makes the volume of an overwritable medium grow: what is new, in multiples of `unit` blocks, then the first
 * blocks of the medium with its descriptors where these change, then the anchor of UDF. Until those are written every reader sees what was
 * there; between them ISO 9660 shows what is new and UDF what was there. The anchor comes last because its ECC block has path tables and
 * directories of the old ISO 9660 behind it: whoever loses that block must need them no more.
 */
export const growthImage = (session: ImageContents, places: GrownPlaces): ImageContents =>
  withChanges(session, places.unit, [...changedHead(session, places), ...changedAnchor(session, places)]);
