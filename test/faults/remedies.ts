import type { MediumAfter } from '../../src/burn/medium-after.js';
import type { Attempt, Job } from '../../src/jobs/records.js';
import type { Bench } from './bench.js';
import type { Cell } from './cell.js';
import { rowOf } from './media.js';

/** What was said of a medium, and where it lies. */
interface Left {
  readonly bench: Bench;
  readonly drive: string;
  readonly cell: Cell;
  readonly after: MediumAfter;
}

/** What did not help; undefined where it did. */
type Outcome = Promise<string | undefined>;

const told = ({ outcome, problem, state }: Job, what: string): string | undefined =>
  outcome === 'ok' ? undefined : `${what}: ${problem?.detail ?? state}`;

/** The image of the bench is recorded, and lies on what is then in the drive. */
const burn = async ({ bench, drive, cell }: Left, onNonBlank: string, more: object = {}): Outcome => {
  const failure = told(
    await bench.burn(drive, cell.medium, { ...more, onNonBlank }),
    `onNonBlank: ${onNonBlank}`,
  );
  if (failure !== undefined) return failure;
  return bench.holdsImage(await bench.mediumIn(drive)) ? undefined : 'the medium does not hold the image';
};

const withNewBlank = async (left: Left): Outcome => {
  await left.bench.load(left.drive, left.cell.medium);
  return burn(left, 'erase');
};

const append = async ({ bench, drive }: Left): Outcome => {
  const { job, bytes } = await bench.append(drive);
  const failure = told(job, 'onNonBlank: append');
  if (failure !== undefined) return failure;
  const isThere = bench.stored(await bench.mediumIn(drive)).contains(bytes);
  return isThere ? undefined : 'the medium does not hold what was appended';
};

/** A job of this type ends good. */
const treat = async ({ bench, drive }: Left, type: 'erase' | 'recover'): Outcome =>
  told(await bench.done({ type, drives: [drive] }), `a job of type ${type}`);

const statusOf = async ({ bench, drive }: Left): Promise<string | undefined> => {
  const { medium } = await bench.api.driveUntil(drive, ({ holding }) => holding === 'free');
  return medium?.status;
};

const saysRecover = ({ after }: Left): boolean => after.remedy.includes('`recover`');

/** What is closed now can be gone on with, where the medium has room for sessions. */
const recover = async (left: Left): Outcome => {
  const failure = await treat(left, 'recover');
  if (failure !== undefined) return failure;
  if (rowOf(left.cell.medium).rewritable === true) return burn(left, 'erase');
  return (await statusOf(left)) === 'appendable' ? append(left) : withNewBlank(left);
};

/** Both ways to make a medium blank again. */
const eraseAndBurn = async (left: Left): Outcome =>
  left.cell.phase === 'middle' ? ((await treat(left, 'erase')) ?? burn(left, 'reject')) : burn(left, 'erase');

const STATES: Readonly<Record<MediumAfter['state'], (left: Left) => Outcome>> = {
  usable: (left) => burn(left, 'reject', rowOf(left.cell.medium).again),
  'needs-erase': (left) => (saysRecover(left) ? recover(left) : eraseAndBurn(left)),
  appendable: (left) => (saysRecover(left) ? recover(left) : append(left)),
  lost: withNewBlank,
  unknown: (left) => (rowOf(left.cell.medium).rewritable === true ? burn(left, 'erase') : withNewBlank(left)),
};

/** A disc that may be good is compared with its source, and found to be what the stored medium is. */
const prove = async ({ bench, drive }: Left, job: string): Outcome => {
  const isGood = bench.holdsImage(await bench.mediumIn(drive));
  const { outcome, problem } = await bench.done({ type: 'verify', job, drives: [drive] });
  if ((outcome === 'ok') === isGood) return undefined;
  return isGood
    ? `a job of type verify: ${problem?.detail ?? outcome}`
    : 'FALSE GOOD: a job of type verify finds an image that is not there';
};

/** Does what the remedy of an attempt says; what is wrong with it. */
export const tryRemedy = async (
  bench: Bench,
  drive: string,
  cell: Cell,
  { job, state, mediumAfter }: Attempt,
): Promise<string[]> => {
  const after: MediumAfter = mediumAfter ?? { state: 'unknown', remedy: '' };
  const left = { bench, drive, cell, after };
  const unproven = state === 'unproven' ? await prove(left, job) : undefined;
  const failure = unproven ?? (await STATES[after.state](left));
  return failure === undefined
    ? []
    : [`the remedy for ${after.state} (“${after.remedy}”) did not help: ${failure}`];
};
