/** Zeros in place of what was on a medium whose blocks can be overwritten. */
import type { Medium } from '../../drive/medium.js';
import { HEAD_BLOCKS, samplesOf } from '../../drive/read-contents.js';
import type { Step } from '../step.js';
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

/** The places where a medium is looked at for anything that is on it, each once, in order. */
export const placesOf = (
  { capacity, readable }: Pick<Medium, 'capacity' | 'readable'>,
  perCommand: number,
): Zeros[] => {
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
