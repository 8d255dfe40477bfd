import { type ErrorItem, SpindleError } from '../../errors.js';
import { type BadBlocks, type BadRange, collectBad } from '../bad-ranges.js';
import type { Span } from '../plan.js';
import { ReadBack } from '../read-back.js';
import type { Step } from '../step.js';
import { type Performance, type Run, progressOf } from './run.js';
import { SpeedMeter } from './speed-meter.js';

const BLOCK = 2048;
/** Ranges that the sentence names; all of them are in `errors`. */
const NAMED = 3;
/** As many zeros as are ever read at once. */
const ZEROS = new Uint8Array(32 * BLOCK);

const isZero = (bytes: Uint8Array): boolean => Buffer.compare(bytes, ZEROS.subarray(0, bytes.length)) === 0;

/** Of blocks that were read, those that hold anything. */
const noteHolding = (bad: BadBlocks, first: number, data: Uint8Array): void => {
  if (isZero(data)) return;
  for (let at = 0; at < data.length; at += BLOCK)
    if (!isZero(data.subarray(at, at + BLOCK)))
      bad.add([{ from: first + at / BLOCK, count: 1, kind: 'mismatch', exact: true }]);
};

const WHAT = { mismatch: 'still hold data', unreadable: 'cannot be read' } as const;

const describe = ({ from, count, kind, exact }: BadRange): string =>
  `${exact ? '' : 'some of '}blocks ${from} to ${from + count - 1} ${WHAT[kind]}`;

const failureOf = (ranges: readonly BadRange[], seen: number, { blocks }: Span): SpindleError => {
  const named = ranges.slice(0, NAMED).map(describe).join(', ');
  const more = ranges.length > NAMED ? ` and ${ranges.length - NAMED} more ranges` : '';
  const rest = seen < blocks ? ` The last ${blocks - seen} blocks were not looked at any more.` : '';
  const errors: ErrorItem[] = ranges.map((range) => ({
    pointer: `block ${range.from}`,
    message: describe(range),
  }));
  return new SpindleError('erase-failed', `Overwritten by zeros, ${named}${more}.${rest}`, { errors });
};

/** Tells how many blocks were read. */
async function* look(run: Run, { start, blocks }: Span, bad: BadBlocks): AsyncGenerator<number, void> {
  const { session, signal, plan } = run;
  const readBack = new ReadBack({ session, signal, blockBytes: plan.blockBytes });
  for await (const { offset, blocks: count, data } of readBack.ahead(start, blocks)) {
    signal.throwIfAborted();
    const bytes = data ?? new Uint8Array(count * BLOCK);
    if (!data)
      for (const lost of await readBack.singly({
        start: start + offset,
        offset: 0,
        blocks: count,
        into: bytes,
      }))
        bad.add([
          { from: start + offset + lost.offset, count: lost.blocks, kind: 'unreadable', exact: lost.exact },
        ]);
    noteHolding(bad, start + offset, bytes);
    yield offset + count;
    if (bad.isFull() || (readBack.isExhausted() && !bad.isEmpty())) return;
  }
}

/**
 * Reads blocks back that were overwritten: each must be zeros, since a look at some of them proves nothing of the others.
 * Throws with those that are not.
 */
export async function* zerosStep(run: Run, { zeros }: Step): Performance {
  if (!zeros) return;
  const meter = new SpeedMeter();
  const since = run.timing.now();
  const bad = collectBad(undefined);
  const total = zeros.blocks;
  for await (const done of look(run, zeros, bad)) {
    run.blocksVerified = done;
    const now = run.timing.now();
    meter.note(now, done * BLOCK);
    const remainingMs = Math.round(((now - since) / done) * (total - done));
    yield progressOf(run, { done, total, kBps: meter.kBps, remainingMs });
  }
  if (!bad.isEmpty()) throw failureOf(bad.ranges(), run.blocksVerified, zeros);
}
