import { SpindleError } from '../errors.js';
import { type Base, readBase } from '../image/import/base.js';
import type { ListedBase } from '../image/import/base-digests.js';
import type { BlockReader } from '../image/import/block-reader.js';
import type { OnEntry } from '../image/import/found-entries.js';
import type { MediumSession } from '../image/import/medium-session.js';
import type { UdfWithin } from '../image/import/udf-within.js';
import { ANCHOR_BLOCK } from '../udf/anchor-places.js';
import { changingPlaces, growthWithin } from '../image/grown-within.js';
import { growthImage } from '../image/growth-image.js';
import type { ImageContents } from '../image/image-contents.js';
import { Patchwork, unitsAround } from '../image/patchwork.js';
import { BLOCK } from '../iso9660/block.js';
import { MOST_BLOCKS } from './protocol.js';

/** Blocks at the beginning of an overwritable medium that hold its volume's descriptors: a whole ECC block of every kind. */
const HEAD_BLOCKS = 32;

/** What is continued, as it was read from the medium. */
export interface ImportedBase {
  readonly base: Base;
  readonly recording: string;
  /** A session as an image that makes the volume of an overwritable medium grow; undefined where the medium keeps sessions. */
  readonly grow: ((session: ImageContents) => ImageContents) | undefined;
}

const placesWithin = async (reader: BlockReader, within: UdfWithin, unit: number): Promise<Patchwork> => {
  const pieces = [];
  for (const { first, count } of unitsAround(changingPlaces(within), unit))
    pieces.push({ start: first, bytes: await readPieces(reader, first, count) });
  return new Patchwork(pieces);
};

/** As many blocks at once as may be asked for. */
const readPieces = async (reader: BlockReader, start: number, blocks: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(blocks * BLOCK);
  for (let at = 0; at < blocks; at += MOST_BLOCKS)
    bytes.set(await reader.read(start + at, Math.min(MOST_BLOCKS, blocks - at)), at * BLOCK);
  return bytes;
};

/** How the volume that was read grows, by multiples of so many blocks. */
const growthOf = async (
  reader: BlockReader,
  { udf }: Base,
  unit: number,
): Promise<NonNullable<ImportedBase['grow']>> => {
  if (HEAD_BLOCKS % unit !== 0)
    throw new SpindleError('base-unsuitable', `The medium is written in units of ${unit} blocks.`);
  if (udf?.within) {
    const growth = { unit, within: udf.within, places: await placesWithin(reader, udf.within, unit) };
    return (session) => growthWithin(session, growth);
  }
  const head = await reader.read(0, HEAD_BLOCKS);
  const anchor = udf && { anchor: await reader.read(ANCHOR_BLOCK, HEAD_BLOCKS) };
  return (session) => growthImage(session, { unit, head, ...anchor });
};

interface ReadingOptions {
  readonly listed?: ListedBase | undefined;
  readonly onEntry?: OnEntry;
}

/** Reads what an image that continues a session has to know of it: its tree, and what is written over where its volume grows. */
export const readSession = async (
  reader: BlockReader,
  { start, fileSystem, recording, unit, within }: MediumSession,
  { listed, onEntry }: ReadingOptions = {},
): Promise<ImportedBase> => {
  const view = fileSystem === 'auto' ? undefined : fileSystem;
  const base = await readBase(reader, { start, view, listed, within: within === true, onEntry });
  return { base, recording, grow: unit === undefined ? undefined : await growthOf(reader, base, unit) };
};
