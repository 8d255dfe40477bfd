import type { Medium } from '../../drive/medium.js';
import { HEAD_BLOCKS, samplesOf } from '../../drive/read-contents.js';
import type { PlanWarning } from '../plan.js';
import { readingMs } from '../reading-ms.js';
import type { Step } from '../step.js';
import type { EraseMethod } from '../use.js';
import { reformat } from './formatting.js';
import type { FormatRow, Treatment } from './recipe.js';
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
    .filter((start) => start < end)
    .toSorted((a, b) => a - b)
    .map((start) => Math.floor(start / perCommand) * perCommand)
    .map((start) => ({ start, blocks: Math.min(HEAD_BLOCKS, end - start) }));
};

/** That nothing but zeros can be read of it is the only proof that all of it was overwritten. */
const readZeros = ({ start, blocks }: Zeros): Step =>
  stepOf({
    do: 'read-zeros',
    phase: 'read',
    title: `Read ${blocks} blocks back from block ${start} on: each must be zeros`,
    zeros: { start, blocks },
  });

/** Bytes per second; an estimate of what the slowest media take. */
const WRITING = 4_495_500;

const writingMs = (places: readonly Zeros[]): number =>
  10_000 + (places.reduce((total, { blocks }) => total + blocks, 0) * 2048 * 1000) / WRITING;

const quickly = (medium: Medium, perCommand: number): Treatment => {
  const places = placesOf(medium, perCommand);
  const writing = places.map((place) => writeZeros(place, perCommand));
  return {
    steps: medium.formatted ? [check, ...writing, synchronize] : [check],
    expects: { kind: medium.kind, blank: true },
    ms: writingMs(places),
  };
};

const TAIL_LEFT: PlanWarning = {
  code: 'tail-left',
  detail:
    'Whole blocks of 2,048 bytes are overwritten; what may lie behind the last one, less than that, stays.',
};

const wholly = (medium: Medium, perCommand: number): Treatment => {
  const { kind, capacity, readable, blockBytes = 2048 } = medium;
  const all = { start: 0, blocks: Math.max(capacity, readable) };
  return {
    steps: [check, writeZeros(all, perCommand), synchronize, readZeros(all)],
    expects: { kind, blank: true },
    ms: writingMs([all]) + readingMs(medium, all.blocks),
    ...(blockBytes < 2048 && { warnings: [TAIL_LEFT] }),
  };
};

/** Its format was cut short: nothing can be written, and of what it has not come to the drive says nothing. */
const isHalfFormatted = ({ formatted, lastSession }: Medium): boolean =>
  !formatted && lastSession === 'damaged';

/**
 * Media whose blocks can be overwritten have no command that erases them. Quickly: zeros where file systems begin, which
 * is also where is looked whether anything is on the medium. Fully and securely: zeros everywhere, and all of them read
 * back. A format that was cut short is begun anew. Undefined: not in this way, or nothing can be written before the medium
 * is formatted.
 */
export const eraseByZeros =
  (perCommand: number, formats: readonly FormatRow[] = []) =>
  (medium: Medium, method: EraseMethod): Treatment | undefined => {
    if (method === 'deformat' || method === 'session') return undefined;
    if (isHalfFormatted(medium)) return method === 'quick' ? reformat(formats, medium) : undefined;
    // Not formatted and not damaged: the drive says that nothing was ever recorded.
    return method === 'quick' || !medium.formatted ? quickly(medium, perCommand) : wholly(medium, perCommand);
  };
