/** Zeros in place of what was on a medium whose blocks can be overwritten. */
import type { Medium } from '../../drive/medium.js';
import { HEAD_BLOCKS, samplesOf } from '../../drive/read-contents.js';
import type { Step } from '../step.js';
import { isUnused } from './missing-format.js';
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

type Looked = Pick<Medium, 'capacity' | 'readable' | 'recordedPlaces'>;

/**
 * The places where a medium is looked at for anything that is on it. While a DVD+RW is not formatted to its end, those alone at which
 * there was something: its drive may call all of it readable, and has all before the last block that is written filled, up to an hour,
 * before the disc can be taken out.
 */
const startsOf = ({ capacity, readable, recordedPlaces }: Looked): readonly number[] =>
  recordedPlaces ?? [...samplesOf(readable), ...samplesOf(capacity)];

/** Each once, in order. */
const placesOf = (looked: Looked, perCommand: number): Zeros[] => {
  const end = Math.max(looked.capacity, looked.readable);
  return [...new Set([0, ...startsOf(looked)])]
    .filter((start) => start < end)
    .toSorted((a, b) => a - b)
    .map((start) => Math.floor(start / perCommand) * perCommand)
    .map((start) => ({ start, blocks: Math.min(HEAD_BLOCKS, end - start) }));
};

/** Bytes per second; an estimate of what the slowest media take. */
const WRITING = 4_495_500;

export const writingMs = (places: readonly Zeros[]): number =>
  10_000 + (places.reduce((total, { blocks }) => total + blocks, 0) * 2048 * 1000) / WRITING;

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
  const extent = blocks === undefined ? {} : { capacity: blocks, readable: blocks };
  const places = placesOf({ ...medium, ...extent }, perCommand);
  if (places.length === 0) return { steps: [], ms: 0, end: 0 };
  return {
    steps: [...places.map((place) => writeZeros(place, perCommand)), synchronize],
    ms: writingMs(places),
    end: Math.max(...places.map((place) => place.start + place.blocks)),
  };
};
