import { ANCHOR_BLOCK, ANCHOR_DISTANCE } from '../../udf/anchor-places.js';
import { readTag } from '../../udf/foreign-tag.js';
import { TAG } from '../../udf/tag.js';
import { anchorVolumePointer } from '../../udf/volume-descriptors.js';
import { type BlockReader, unlessUnreadable } from './block-reader.js';
import type { Report } from './findings.js';
import type { VolumeExtent } from './udf-sequence.js';

/** Where the volume descriptor sequences lie. */
export interface Anchor {
  readonly main: VolumeExtent;
  readonly reserve: VolumeExtent;
}

/** What is wrong, and what is so only with a volume that is closed: one that a virtual allocation table ends goes on. */
export interface Reports {
  readonly report: Report;
  readonly later: Report;
}

/** The anchor that some bytes are, if they lie in that block. */
export const anchorIn = (bytes: Uint8Array, block: number): Anchor | undefined => {
  const { identifier, problem } = readTag(bytes, 0, block);
  if (identifier !== TAG.anchorVolumePointer || problem !== undefined) return undefined;
  const { mainSequence, reserveSequence } = anchorVolumePointer.decode(bytes);
  return { main: mainSequence, reserve: reserveSequence };
};

const anchorAt = async (reader: BlockReader, block: number): Promise<Anchor | undefined> => {
  // The last blocks of a CD's track are run-out, which many drives do not read. A validator is told of what else is not.
  const bytes = await reader.read(block, 1).catch(unlessUnreadable);
  return bytes && anchorIn(bytes, block);
};

export const sameAnchor = (one: Anchor, other: Anchor): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/**
 * OSTA UDF 2.2.3: an anchor stands in two of three places, block 256 of the session, the last block and the 256th before it; in block
 * 512 of media that are not closed (OSTA UDF 1.50 6.10.2). Undefined, and told, where there is none.
 */
export const findAnchor = async (
  reader: BlockReader,
  start: number,
  { report, later }: Reports,
): Promise<Anchor | undefined> => {
  const last = reader.blocks - 1;
  const anchorsIn = async (places: readonly number[]): Promise<Anchor[]> => {
    const anchors: Anchor[] = [];
    for (const place of new Set(places))
      if (place >= start && place <= last)
        anchors.push(...[await anchorAt(reader, place)].filter((anchor) => anchor !== undefined));
    return anchors;
  };
  const closed = await anchorsIn([start + ANCHOR_BLOCK, last, last - ANCHOR_DISTANCE]);
  // Where there are others, what stands there may be left of a volume that has grown since.
  const found = closed.length > 0 ? closed : await anchorsIn([start + 2 * ANCHOR_BLOCK]);
  const [first] = found;
  if (!first)
    report({ code: 'anchor-missing', block: start + ANCHOR_BLOCK, detail: 'None leads to a volume.' });
  else if (found.length < 2)
    later({
      code: 'anchors-too-few',
      block: start + ANCHOR_BLOCK,
      detail: `Only one stands in block ${start + ANCHOR_BLOCK}, the last one (${last}) or the 256th before it.`,
    });
  if (first && !found.every((anchor) => sameAnchor(anchor, first)))
    report({
      code: 'anchors-differ',
      block: start + ANCHOR_BLOCK,
      detail: 'They lead to different sequences.',
    });
  return first;
};
