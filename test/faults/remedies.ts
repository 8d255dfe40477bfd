import type { Medium } from '../../src/drive/medium.js';
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

/** Where nothing was to be erased, what was there before it all is there still. */
const whereKept = async ({ bench, drive, cell }: Left): Outcome =>
  bench.keepsEarlier(await bench.mediumIn(drive), cell.medium)
    ? undefined
    : 'what was on the medium before is gone';

/** The image is recorded in the way of the medium, and lies on what is then in the drive. */
const burn = async (left: Left, how: object = {}): Outcome => {
  const { bench, drive, cell } = left;
  const failure = told(await bench.burn(drive, cell.medium, how), `a burn with ${JSON.stringify(how)}`);
  if (failure !== undefined) return failure;
  if (!bench.holdsImage(await bench.mediumIn(drive), cell.medium))
    return 'the medium does not hold the image';
  return whereKept(left);
};

const withNewBlank = async (left: Left): Outcome => {
  await left.bench.load(left.drive, left.cell.medium);
  return burn(left);
};

/** A folder is recorded, and can be found on the medium. */
const recordFolder = async ({ bench, drive }: Left, how: object, more: object = {}): Outcome => {
  const { job, bytes } = await bench.recordFolder(drive, how, more);
  const failure = told(job, `a burn with ${JSON.stringify(how)}`);
  if (failure !== undefined) return failure;
  const isThere = bench.stored(await bench.mediumIn(drive)).contains(bytes);
  return isThere ? undefined : 'the medium does not hold what was recorded';
};

const grows = ({ cell }: Left): boolean => rowOf(cell.medium).goesOn === 'by growing';

/** What broke off is seldom a volume that the next session could show, too; one that is to grow is a volume still. */
const append = async (left: Left): Outcome => {
  const shown = grows(left) ? {} : { import: false };
  return (await recordFolder(left, { onNonBlank: 'append' }, shown)) ?? whereKept(left);
};

/** What makes a volume grow is nothing without it. */
const burnAnew = (left: Left, onNonBlank: 'erase' | 'reject'): Outcome =>
  grows(left) ? recordFolder(left, { onNonBlank }) : burn(left, { onNonBlank });

/** A job of this type ends good. */
const treat = async ({ bench, drive }: Left, type: 'erase' | 'recover'): Outcome =>
  told(await bench.done({ type, drives: [drive] }), `a job of type ${type}`);

/** What the drive says of the medium. */
const look = async ({ bench, drive }: Left): Promise<Medium | undefined> =>
  (await bench.api.driveUntil(drive, ({ holding }) => holding === 'free')).medium;

const saysRecover = ({ after }: Left): boolean => after.remedy.includes('`recover`');

/** What was to be gone on with is erased only where it has to be. */
const isErased = ({ cell, after }: Left): boolean => {
  const { rewritable, goesOn } = rowOf(cell.medium);
  return rewritable === true && (goesOn === undefined || after.state === 'needs-erase');
};

/** What is closed now can be gone on with, where the medium has room for sessions. */
const recover = async (left: Left): Outcome => {
  const failure = await treat(left, 'recover');
  if (failure !== undefined) return failure;
  if (isErased(left)) return burnAnew(left, 'erase');
  return (await look(left))?.status === 'appendable' ? append(left) : withNewBlank(left);
};

/** Both ways to make a medium blank again. */
const eraseAndBurn = async (left: Left): Outcome =>
  left.cell.phase === 'middle'
    ? ((await treat(left, 'erase')) ?? burnAnew(left, 'reject'))
    : burnAnew(left, 'erase');

/** A drive that is back tells whether what was there before can be gone on with. */
const goOn = async (left: Left): Outcome => {
  const { status, lastSession, contents } = (await look(left)) ?? {};
  if (grows(left)) return contents === 'volume' ? append(left) : burnAnew(left, 'erase');
  if (lastSession === 'incomplete' || lastSession === 'damaged') return recover(left);
  return status === 'appendable' ? append(left) : withNewBlank(left);
};

/** Nobody could look at it before. */
const lookFirst = (left: Left): Outcome => {
  if (rowOf(left.cell.medium).goesOn !== undefined) return goOn(left);
  return isErased(left) ? burn(left, { onNonBlank: 'erase' }) : withNewBlank(left);
};

const STATES: Readonly<Record<MediumAfter['state'], (left: Left) => Outcome>> = {
  usable: (left) => burn(left, { onNonBlank: 'reject', ...rowOf(left.cell.medium).again }),
  'needs-erase': (left) => (saysRecover(left) ? recover(left) : eraseAndBurn(left)),
  appendable: (left) => (saysRecover(left) ? recover(left) : append(left)),
  lost: withNewBlank,
  unknown: lookFirst,
};

/** A disc that may be good is compared with its source, and found to be what the stored medium is. */
const prove = async ({ bench, drive, cell }: Left, job: string): Outcome => {
  const isGood = bench.holdsImage(await bench.mediumIn(drive), cell.medium);
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
