import { type ErrorItem, SpindleError } from '../../errors.js';
import type { Span } from '../plan.js';
import { ReadBack, rescuing } from '../read-back.js';
import type { Reading, Step } from '../step.js';
import { type Performance, type Run, type UnreadableRange, progressOf } from './run.js';
import { findRunOuts } from './run-outs.js';
import { SpeedMeter } from './speed-meter.js';

const BLOCK = 2048;
/** What zeros are written in. */
const PIECE = 512;
const NAMED = 5;

const endOf = ({ start, blocks }: Span): number => start + blocks;

interface Stretch extends Span {
  /** Nothing is recorded there, or nothing that is missed. */
  readonly gap: boolean;
}

/** The blocks from the first to `end` in order, gaps apart. */
const stretchesOf = ({ start, gaps }: Reading, end: number): Stretch[] => {
  const stretches: Stretch[] = [];
  let at = start;
  for (const gap of gaps.toSorted((a, b) => a.start - b.start)) {
    if (gap.start > at) stretches.push({ start: at, blocks: gap.start - at, gap: false });
    stretches.push({ ...gap, gap: true });
    at = endOf(gap);
  }
  if (end > at) stretches.push({ start: at, blocks: end - at, gap: false });
  return stretches;
};

/** Adds a block to the ranges, which are joined where they touch. */
const addBlock = (ranges: UnreadableRange[], block: number): void => {
  const last = ranges.at(-1);
  if (last && last.from + last.count === block)
    ranges[ranges.length - 1] = { from: last.from, count: last.count + 1 };
  else ranges.push({ from: block, count: 1 });
};

interface Course {
  readonly run: Run;
  readonly reading: Reading;
  readonly readBack: ReadBack;
  readonly total: number;
  readonly meter: SpeedMeter;
  readonly since: number;
}

const describe = ({ from, count }: UnreadableRange, { start }: Reading): string =>
  count === 1 ? `block ${start + from}` : `blocks ${start + from} to ${start + from + count - 1}`;

const failureOf = (ranges: readonly UnreadableRange[], reading: Reading): SpindleError => {
  const named = ranges.slice(0, NAMED).map((range) => describe(range, reading));
  const errors: ErrorItem[] = ranges.map((range) => ({
    pointer: `block ${reading.start + range.from}`,
    message: `${describe(range, reading)} cannot be read`,
  }));
  return new SpindleError('read-incomplete', `Cannot be read: ${named.join(', ')}.`, { errors });
};

/** Notes what was lost. */
const noteLost = (
  { run, reading }: Course,
  lost: readonly { offset: number; blocks: number }[],
  start: number,
): void => {
  for (const { offset, blocks } of lost)
    for (let address = start + offset; address < start + offset + blocks; address++)
      addBlock(run.unreadable, address - reading.start);
  if (reading.onUnreadable === 'stop' && run.unreadable.length > 0) throw failureOf(run.unreadable, reading);
};

const tell = ({ run, total, meter, since }: Course) => {
  const now = run.timing.now();
  const done = run.blocksRead;
  meter.note(now, done * BLOCK);
  const remainingMs = done > 0 ? Math.round(((now - since) / done) * (total - done)) : undefined;
  return progressOf(run, { done, total, kBps: meter.kBps, remainingMs });
};

async function* readStretch(course: Course, { start, blocks }: Stretch): Performance {
  const { run, readBack } = course;
  for await (const piece of readBack.ahead(start, blocks)) {
    run.signal.throwIfAborted();
    const bytes = piece.data ?? new Uint8Array(piece.blocks * BLOCK);
    if (!piece.data) {
      const from = start + piece.offset;
      noteLost(
        course,
        await readBack.singly({ start: from, offset: 0, blocks: piece.blocks, into: bytes }),
        from,
      );
    }
    await run.sink.write(bytes);
    run.blocksRead += piece.blocks;
    yield tell(course);
  }
}

async function* fillGap(course: Course, { blocks }: Stretch): Performance {
  const { run } = course;
  for (let left = blocks; left > 0; left -= PIECE) {
    run.signal.throwIfAborted();
    const count = Math.min(PIECE, left);
    await run.sink.write(new Uint8Array(count * BLOCK));
    run.blocksRead += count;
    yield tell(course);
  }
}

/** Reads blocks into an image, and keeps account of those that cannot be read. */
export async function* readStep(run: Run, { reading }: Step): Performance {
  if (!reading) return;
  const readBack = new ReadBack(
    { session: run.session, signal: run.signal, blockBytes: run.plan.blockBytes },
    rescuing(reading.retries),
  );
  const last = endOf(reading);
  const left = await findRunOuts(readBack, reading);
  run.leftOut = left.map(({ start, blocks }) => ({
    from: start - reading.start,
    count: blocks,
    reason: 'run-out',
  }));
  const end = left.find((span) => endOf(span) === last)?.start ?? last;
  const total = end - reading.start;
  await run.sink.begin(total);
  const course = { run, reading, readBack, total, meter: new SpeedMeter(), since: run.timing.now() };
  const gaps = [...reading.gaps, ...left.filter(({ start }) => start < end)];
  for (const stretch of stretchesOf({ ...reading, gaps }, end))
    yield* stretch.gap ? fillGap(course, stretch) : readStretch(course, stretch);
}
