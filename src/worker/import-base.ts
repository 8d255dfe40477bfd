import type { z } from 'zod';
import { SpindleError } from '../errors.js';
import { type Base, readBase } from '../image/import/base.js';
import { listedBase } from '../image/import/base-digests.js';
import { ANCHOR_BLOCK, refuseUdfGrowth } from '../image/grown-udf.js';
import { changingPlaces, growthWithin } from '../image/grown-within.js';
import { growthImage } from '../image/growth-image.js';
import type { ImageContents } from '../image/image-contents.js';
import type { UdfWithin } from '../image/import/udf-within.js';
import { Patchwork, unitsAround } from '../image/patchwork.js';
import { BLOCK } from '../iso9660/block.js';
import { openMediumBlocks } from './medium-blocks.js';
import type { masteringArgument } from './mastering-protocol.js';
import { MOST_BLOCKS } from './protocol.js';

type Argument = z.infer<typeof masteringArgument>;

/** Blocks at the beginning of an overwritable medium that hold its volume's descriptors: a whole ECC block of every kind. */
const HEAD_BLOCKS = 32;

/** What is continued, as it was read from the medium. */
export interface ImportedBase {
  readonly base: Base;
  readonly recording: string;
  /** A session as an image that makes the volume of an overwritable medium grow; undefined where the medium keeps sessions. */
  readonly grow: ((session: ImageContents) => ImageContents) | undefined;
}

type Reader = ReturnType<typeof openMediumBlocks>;

const placesWithin = async (reader: Reader, within: UdfWithin, unit: number): Promise<Patchwork> => {
  const pieces = [];
  for (const { first, count } of unitsAround(changingPlaces(within), unit))
    pieces.push({ start: first, bytes: await readPieces(reader, first, count) });
  return new Patchwork(pieces);
};

/** As many blocks at once as may be asked for. */
const readPieces = async (reader: Reader, start: number, blocks: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(blocks * BLOCK);
  for (let at = 0; at < blocks; at += MOST_BLOCKS)
    bytes.set(await reader.read(start + at, Math.min(MOST_BLOCKS, blocks - at)), at * BLOCK);
  return bytes;
};

/** How the volume that was read grows, by multiples of so many blocks. */
const growthOf = async (
  reader: Reader,
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

/** Of an image that is no tree. */
const NO_TREE = { udf: false as const, iso9660: false, manifest: undefined, remove: [] };

/** Reads the session that the image is to continue through its drive; undefined where there is none to continue. */
export const importBase = async (
  { base: wanted, request }: Argument,
  onRead: (blocks: number) => void,
): Promise<ImportedBase | undefined> => {
  if (!wanted) return undefined;
  const asked = 'image' in request ? NO_TREE : request;
  const { start, end, fileSystem, recording, unit, within } = wanted;
  const reader = openMediumBlocks(end, onRead);
  try {
    const view = fileSystem === 'auto' ? undefined : fileSystem;
    const listed = listedBase(asked);
    const base = await readBase(reader, { start, view, listed, within: within === true });
    if (unit === undefined) return { base, recording, grow: undefined };
    refuseUdfGrowth(base, asked);
    return { base, recording, grow: await growthOf(reader, base, unit) };
  } finally {
    reader.close();
  }
};
