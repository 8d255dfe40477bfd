import { HEAD_BLOCKS, volumeContents } from '../../drive/read-contents.js';
import type { Span } from '../plan.js';
import type { ReadBack } from '../read-back.js';
import type { Reading } from '../step.js';

const BLOCK = 2048;

type RunOut = Reading['runOuts'][number];

/** A track, or the end of one. */
interface Track {
  readonly start: number;
  readonly end: number;
}

/** Blocks at the very end that cannot be read. What lies before one that can is no run-out. */
const unreadableTail = async (readBack: ReadBack, { start, blocks }: RunOut): Promise<number> => {
  const into = new Uint8Array(blocks * BLOCK);
  const lost = await readBack.singly({ start, offset: 0, blocks, into });
  const offsets = new Set(lost.map(({ offset }) => offset));
  let tail = 0;
  while (tail < blocks && offsets.has(blocks - 1 - tail)) tail += 1;
  return tail;
};

/** All of them, in as many pieces as that takes. */
const readBlocks = async (
  readBack: ReadBack,
  start: number,
  blocks: number,
): Promise<Uint8Array | undefined> => {
  const all = new Uint8Array(blocks * BLOCK);
  for await (const { offset, data } of readBack.ahead(start, blocks)) {
    if (!data) return undefined;
    all.set(data, offset * BLOCK);
  }
  return all;
};

/**
 * Where a volume of so many blocks ends. Of a later session some count from block 0 and some from its start; one that
 * ends behind its track claims all of it.
 */
const endOfVolume = (blocks: number, { start, end }: Track): number => {
  const within = [blocks, start + blocks].filter((candidate) => candidate > start && candidate <= end);
  return within.length > 0 ? Math.max(...within) : end;
};

/** The first block that no volume on the track claims. Whose beginning cannot be read may claim all. */
const claimedEnd = async (readBack: ReadBack, track: Track): Promise<number> => {
  const { start, end } = track;
  const read = (first: number, count: number): Promise<Uint8Array | undefined> =>
    readBlocks(readBack, first, count);
  const head = await read(start, Math.min(HEAD_BLOCKS, end - start));
  if (!head) return end;
  const { contents } = await volumeContents({ head, start, blocks: end, read });
  const { volumeBlocks } = contents;
  return volumeBlocks === undefined ? track.start : endOfVolume(volumeBlocks, track);
};

/**
 * The run-outs of tracks at once, as far as they cannot be read. The last blocks of a track of a session at once look the
 * same when they are lost: those of a volume are told from a run-out by its descriptor.
 */
export const findRunOuts = async (readBack: ReadBack, { runOuts }: Reading): Promise<Span[]> => {
  const found: Span[] = [];
  for (const runOut of runOuts) {
    const tail = await unreadableTail(readBack, runOut);
    if (tail === 0) continue;
    const end = runOut.start + runOut.blocks;
    const start = Math.max(end - tail, await claimedEnd(readBack, { start: runOut.track, end }));
    if (start < end) found.push({ start, blocks: end - start });
  }
  return found;
};
