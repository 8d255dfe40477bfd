import { type ErrorItem, SpindleError } from '../../errors.js';
import type { BadRange } from '../bad-ranges.js';
import { type VerifyReport, verifyImage } from '../verify.js';
import type { Step } from '../step.js';
import { type Performance, type Run, progressOf } from './run.js';
import { SpeedMeter } from './speed-meter.js';

const BLOCK = 2048;
/** Ranges that the sentence names; all of them are in `errors`. */
const NAMED = 3;
const LONGEST_PATH = 200;

const blocksOf = ({ from, count, exact, onMedium }: BadRange): string => {
  const where = onMedium ? ' of the medium' : '';
  if (count === 1) return `block ${from}${where}`;
  return `${exact ? 'blocks' : 'somewhere in blocks'} ${from} to ${from + count - 1}${where}`;
};

/** A path that is too long for a sentence, by its end. */
const shortened = (path: string): string =>
  path.length <= LONGEST_PATH ? path : `…${path.slice(1 - LONGEST_PATH)}`;

const describe = (range: BadRange): string => {
  const [file, ...others] = range.files;
  if (file === undefined) return blocksOf(range);
  const stream = range.stream === undefined ? '' : `, stream "${shortened(range.stream)}"`;
  return `${blocksOf(range)} (${shortened(file)}${stream}${others.length > 0 ? ` and ${others.length} more files` : ''})`;
};

const whatOf = ({ kind, onMedium }: BadRange): string => {
  if (kind === 'unreadable') return 'cannot be read';
  return onMedium ? 'reads other bytes than when the image was made' : 'reads other bytes than were sent';
};

const itemsOf = (range: BadRange): ErrorItem[] => {
  const stream = range.stream === undefined ? '' : `stream "${range.stream}": `;
  const message = `${stream}${blocksOf(range)} ${whatOf(range)}`;
  return range.files.length === 0
    ? [{ pointer: `block ${range.from}`, message }]
    : range.files.map((pointer) => ({ pointer, message }));
};

const WHY = { much: 'so much is bad', long: 'what is bad took so long to read' } as const;

/** Unreadable blocks are told before wrong ones: the former is what another drive may still read. */
const failureOf = ({ bad, abandoned, blocks }: VerifyReport): SpindleError => {
  const unreadable = bad.some(({ kind }) => kind === 'unreadable');
  const more = bad.length > NAMED ? ` and ${bad.length - NAMED} more ranges` : '';
  const rest = abandoned ? ` Verification ended after ${blocks} blocks, ${WHY[abandoned]}.` : '';
  return new SpindleError(
    unreadable ? 'verify-unreadable' : 'verify-mismatch',
    `Bad: ${bad.slice(0, NAMED).map(describe).join(', ')}${more}.${rest}`,
    { errors: bad.flatMap(itemsOf) },
  );
};

/** What is wrong with a report: what is bad, or a file of the manifest that was passed over though its blocks are good. */
const problemOf = (report: VerifyReport): SpindleError | undefined => {
  const { bad, files = 0, missedFiles = 0 } = report;
  if (bad.length > 0) return failureOf(report);
  if (missedFiles === 0) return undefined;
  return new SpindleError(
    'proof-failed',
    `Every block is what was sent, but of ${files + missedFiles} files of the manifest only ${files} could be hashed.`,
  );
};

/** Before a medium is compared with an image that was never sent. */
export async function* digestStep(run: Run): Performance {
  for await (const { done, total } of run.image.learn?.(run.signal) ?? [])
    yield progressOf(run, { done, total });
}

/** Reads the image back through the drive; throws with the blocks and files that are not as they were sent. */
export async function* verifyStep(run: Run, step: Step): Performance {
  if (!step.comparison) return;
  const work = verifyImage({
    session: run.session,
    image: run.image,
    ...step.comparison,
    signal: run.signal,
    blockBytes: run.plan.blockBytes,
  });
  const meter = new SpeedMeter();
  const since = run.timing.now();
  run.fifoFill = undefined;
  run.driveBufferFill = undefined;
  for (;;) {
    const next = await work.next();
    if (next.done === true) {
      run.blocksVerified = next.value.blocks;
      run.filesVerified = next.value.files;
      run.takenOverVerified = next.value.takenOver;
      const problem = problemOf(next.value);
      if (problem) throw problem;
      return;
    }
    const { done, total, ...where } = next.value;
    const now = run.timing.now();
    meter.note(now, done * BLOCK);
    const remainingMs = done > 0 ? Math.round(((now - since) / done) * (total - done)) : undefined;
    yield progressOf(run, { done, total, kBps: meter.kBps, remainingMs, ...where });
  }
}
