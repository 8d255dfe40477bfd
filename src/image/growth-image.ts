import { BLOCK } from '../iso9660/block.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { DATA_UNIT, type Part } from './image.js';
import type { ImageContents, MetadataRun } from './image-contents.js';
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
  const grown = head.slice();
  const descriptors = descriptorsIn(beginningOf(session));
  if (SYSTEM_AREA_BLOCKS * BLOCK + descriptors.length > head.length)
    throw new RangeError('the head of the medium does not hold the descriptors');
  grown.set(descriptors, SYSTEM_AREA_BLOCKS * BLOCK);
  return grown;
};

/**
 * A session as an image that makes the volume of an overwritable medium grow: what is new, in multiples of `unit` blocks, then the first
 * blocks of the medium (`head`, as they are there) with its descriptors. Until these are written every reader sees what was there.
 */
export const growthImage = (
  session: ImageContents,
  { unit, head }: { readonly unit: number; readonly head: Uint8Array },
): ImageContents => {
  const { summary, metadata, extents } = session;
  const [part] = summary.parts;
  if (!part) throw new TypeError('a session has one part');
  const length = Math.ceil(part.length / unit) * unit;
  const superblock: Part = {
    session: 1,
    track: 1,
    unit: DATA_UNIT,
    start: 0,
    length: head.length / BLOCK,
  };
  const grown = grownHead(session, head);
  const run: MetadataRun = { offset: metadata.bytes, bytes: grown.length, items: () => [grown] };
  return {
    ...session,
    summary: {
      ...summary,
      parts: [{ ...part, length }, superblock],
      bytes: (length + superblock.length) * BLOCK,
    },
    extents: [
      ...extents,
      {
        count: 1,
        items: [{ kind: 'metadata', address: 0, length: grown.length, offset: run.offset }],
      },
    ],
    metadata: { bytes: metadata.bytes + grown.length, runs: [...metadata.runs, run] },
  };
};
