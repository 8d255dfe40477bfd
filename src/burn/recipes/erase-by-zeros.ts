import type { Medium } from '../../drive/medium.js';
import { HEAD_BLOCKS, samplesOf } from '../../drive/read-contents.js';
import type { Step } from '../step.js';
import type { EraseMethod } from '../use.js';
import type { Treatment } from './recipe.js';
import { check, synchronize } from './shared-steps.js';
import { TIMEOUT_MS, stepOf } from './step-of.js';

interface Zeros {
  readonly start: number;
  readonly blocks: number;
}

const writeZeros = ({ start, blocks }: Zeros, perCommand: number): Step =>
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
const placesOf = ({ capacity, readable }: Medium, perCommand: number): Zeros[] => {
  const end = Math.max(capacity, readable);
  const starts = new Set([0, ...samplesOf(readable), ...samplesOf(capacity)]);
  return [...starts]
    .filter((start) => start >= 0 && start < end)
    .toSorted((a, b) => a - b)
    .map((start) => Math.floor(start / perCommand) * perCommand)
    .map((start) => ({ start, blocks: Math.min(HEAD_BLOCKS, end - start) }));
};

/** Bytes per second; an estimate of what the slowest media take. */
const WRITING = 4_495_500;

/**
 * Media whose blocks can be overwritten have no command that erases them. Quickly: zeros where file systems begin, which
 * is also where is looked whether anything is on the medium. Fully and securely: zeros everywhere.
 */
export const eraseByZeros =
  (perCommand: number) =>
  (medium: Medium, method: EraseMethod): Treatment | undefined => {
    if (method === 'deformat') return undefined;
    const { kind, capacity, formatted } = medium;
    const places = method === 'quick' ? placesOf(medium, perCommand) : [{ start: 0, blocks: capacity }];
    const blocks = places.reduce((total, place) => total + place.blocks, 0);
    return {
      steps: formatted
        ? [check, ...places.map((place) => writeZeros(place, perCommand)), synchronize]
        : [check],
      expects: { kind, blank: true },
      ms: 10_000 + (blocks * 2048 * 1000) / WRITING,
    };
  };
