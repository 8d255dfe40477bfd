/** Zeros in place of what was on a medium whose blocks can be overwritten. */
import type { Medium } from '../../drive/medium.js';
import { HEAD_BLOCKS, samplesOf } from '../../drive/read-contents.js';
import type { Step } from '../step.js';
import { synchronize } from './shared-steps.js';
import { TIMEOUT_MS, stepOf } from './step-of.js';

export interface Zeros {
  readonly start: number;
  readonly blocks: number;
}

export const writeZeros = ({ start, blocks }: Zeros, perCommand: number): Step =>
  stepOf({
    do: 'invalidate',
    phase: 'write',
    title: `Overwrite ${blocks} blocks from block ${start} on by zeros`,
    alters: true,
    transfer: {
      start,
      leading: 0,
      blocks: 0,
      first: 0,
      padding: blocks,
      perCommand,
      headLast: 0,
      timeoutMs: TIMEOUT_MS.long,
    },
  });

/** Of blocks that can be overwritten. */
type Extent = Pick<Medium, 'capacity' | 'readable'>;

/** The places where a medium is looked at for anything that is on it, each once, in order. */
const placesOf = ({ capacity, readable }: Extent, perCommand: number): Zeros[] => {
  const end = Math.max(capacity, readable);
  const starts = new Set([0, ...samplesOf(readable), ...samplesOf(capacity)]);
  return [...starts]
    .filter((start) => start < end)
    .toSorted((a, b) => a - b)
    .map((start) => Math.floor(start / perCommand) * perCommand)
    .map((start) => ({ start, blocks: Math.min(HEAD_BLOCKS, end - start) }));
};

/** Bytes per second; an estimate of what the slowest media take. */
const WRITING = 4_495_500;

export const writingMs = (places: readonly Zeros[]): number =>
  10_000 + (places.reduce((total, { blocks }) => total + blocks, 0) * 2048 * 1000) / WRITING;

/** Neither formatted nor damaged: the drive says that nothing was ever recorded. */
const isUnused = ({ formatted, lastSession }: Medium): boolean => !formatted && lastSession !== 'damaged';

/**
 * As far as blocks can be written without more ado. While a DVD+RW is formatted in the background, one that is written behind what
 * was reached has all before it filled, up to an hour, before the disc can be taken out.
 */
const writable = ({ capacity, readable, backgroundFormat }: Medium): Extent =>
  backgroundFormat === 'started' || backgroundFormat === 'running'
    ? { capacity: readable, readable }
    : { capacity, readable };

/**
 * Zeros where volumes begin, so that none is found any more. `blocks`: no more than a new format has. On a medium that was never
 * recorded there is nothing to do. `end`: one more than the last block that is written.
 */
export const overwriteVolumes = (
  medium: Medium,
  perCommand: number,
  blocks?: number,
): { readonly steps: readonly Step[]; readonly ms: number; readonly end: number } => {
  if (isUnused(medium)) return { steps: [], ms: 0, end: 0 };
  const places = placesOf(
    blocks === undefined ? writable(medium) : { capacity: blocks, readable: blocks },
    perCommand,
  );
  if (places.length === 0) return { steps: [], ms: 0, end: 0 };
  return {
    steps: [...places.map((place) => writeZeros(place, perCommand)), synchronize],
    ms: writingMs(places),
    end: Math.max(...places.map((place) => place.start + place.blocks)),
  };
};
