import { toDrive } from '../../drive/command.js';
import type { Outcome } from '../../drive/drive-session.js';
import { driveBlocksOf } from '../../drive/user-blocks.js';
import { SpindleError } from '../../errors.js';
import { write10 } from '../../scsi/commands/write-10.js';
import { write12 } from '../../scsi/commands/write-12.js';
import { writeAndVerify10 } from '../../scsi/commands/write-and-verify-10.js';
import type { Command } from '../../transport/transport.js';
import { fitsSense } from '../sense-pattern.js';
import type { Step, Transfer } from '../step.js';
import { BufferWatch } from './buffer-watch.js';
import { type Performance, type Run, progressOf } from './run.js';
import { SpeedMeter } from './speed-meter.js';

const BLOCK = 2048;
/** The drive does not know WRITE (12), or no streaming. */
const REFUSED = ['5/20/*', '5/24/*'];
/** libburn repeats a WRITE that the buffer does not take for as long. */
const BUSY_MS = 200_000;
const PROGRESS_MS = 100;

/** Exactly `blocks` blocks: as they lie in the FIFO, or put together where the FIFO begins anew in between. */
const take = async (run: Run, blocks: number): Promise<Uint8Array> => {
  const view = await run.source.read(blocks, run.signal);
  if (view?.length === blocks * BLOCK) return view;
  const whole = new Uint8Array(blocks * BLOCK);
  for (let piece = view, at = 0; ; piece = await run.source.read(blocks - at / BLOCK, run.signal)) {
    if (piece === undefined || piece.length === 0)
      throw new SpindleError('source-changed', 'The image ended before its announced size.');
    whole.set(piece, at);
    at += piece.length;
    if (at === whole.length) return whole;
  }
};

/** The zeros before the image, its blocks and the zeros after them, from `at` on and `count` in all. */
const chunk = async (
  run: Run,
  { leading, blocks }: Transfer,
  at: number,
  count: number,
): Promise<Uint8Array> => {
  const before = Math.min(count, Math.max(0, leading - at));
  const ofImage = Math.max(0, Math.min(at + count, leading + blocks) - (at + before));
  if (ofImage === 0) return new Uint8Array(count * BLOCK);
  const bytes = await take(run, ofImage);
  if (ofImage === count) return bytes;
  const padded = new Uint8Array(count * BLOCK);
  padded.set(bytes, before * BLOCK);
  return padded;
};

const lengthOf = ({ leading, blocks, padding }: Transfer): number => leading + blocks + padding;

/**
 * Whether the drive took less than it was sent. After GOOD a residual that cannot be is ignored, as libburn ignores
 * all of them: the drive says that it did the whole command, and some USB bridges make the residual up. Possible are
 * some of the blocks; nothing at all is what Linux makes of a residual that exceeds the transfer (usb-storage). A
 * sequential medium that was sent fewer blocks shows it by its next address, any other by its verification.
 */
const isShort = ({ status, moved }: Outcome & { ok: true }, length: number): boolean =>
  moved !== length && (status !== 'good' || (moved > 0 && moved % BLOCK === 0));

/** libburn records the first 32 blocks of a medium without streaming, and streams whole clusters only. */
const FIRST_STREAMED = 32;

type WriteCommand = NonNullable<Transfer['command']>;

const commandFor = (run: Run, { transfer }: Step, start: number, blocks: number): WriteCommand => {
  const { command = 'write', perCommand = 1 } = transfer ?? {};
  if (command !== 'write-streaming') return command;
  const whole = start >= FIRST_STREAMED && start % perCommand === 0 && blocks === perCommand;
  return run.streams && whole ? command : 'write';
};

interface Chunk {
  readonly start: number;
  readonly data: Uint8Array;
}

const writeCommandOf = (run: Run, { transfer }: Step, how: WriteCommand, { start, data }: Chunk): Command => {
  const fields = driveBlocksOf(start, data.length, run.plan.blockBytes ?? BLOCK);
  switch (how) {
    case 'write-streaming':
      return toDrive(write12, { ...fields, streaming: true }, data, transfer?.timeoutMs);
    case 'write-and-verify':
      return toDrive(writeAndVerify10, fields, data, transfer?.timeoutMs);
    case 'write':
      return toDrive(write10, fields, data, transfer?.timeoutMs);
  }
};

/** A drive that refuses to stream took nothing of it, and is sent the same blocks in the ordinary way. */
const isRefused = (outcome: Outcome): boolean => {
  const sense = outcome.ok ? undefined : outcome.sense;
  return sense !== undefined && REFUSED.some((pattern) => fitsSense(pattern, sense));
};

const send = async (run: Run, step: Step, start: number, data: Uint8Array): Promise<void> => {
  const how = commandFor(run, step, start, data.length / BLOCK);
  const command = writeCommandOf(run, step, how, { start, data });
  const patience = { busyMs: BUSY_MS, signal: run.signal };
  const outcome = await run.session.attempt(command, patience);
  if (how === 'write-streaming' && isRefused(outcome)) {
    run.streams = false;
    await send(run, step, start, data);
    return;
  }
  if (!outcome.ok) throw outcome.error;
  if (isShort(outcome, data.length))
    throw new SpindleError(
      'write-failed',
      `${command.name} at block ${start} moved ${outcome.moved} of ${data.length} bytes.`,
    );
};

/** The first blocks, kept back from the image until everything else is written. */
const keepHead = async (run: Run, transfer: Transfer): Promise<Uint8Array> => {
  const count = Math.min(transfer.headLast, lengthOf(transfer));
  return count === 0 ? new Uint8Array(0) : Uint8Array.from(await chunk(run, transfer, 0, count));
};

interface Pace {
  readonly meter: SpeedMeter;
  readonly watch: BufferWatch;
  readonly since: number;
  toldAt: number;
}

const remainingMs = (run: Run, pace: Pace, done: number, total: number): number | undefined => {
  const rate = done / Math.max(1, run.timing.now() - pace.since);
  if (rate <= 0) return undefined;
  const verifying = run.plan.steps.some((step) => step.do === 'verify') ? total : 0;
  return Math.round((total - done + verifying) / rate);
};

/** The block of the image that the drive has got last. */
const blockReached = ({ first, leading, blocks }: Transfer, done: number): number =>
  first + Math.max(0, Math.min(done - leading, blocks - 1));

const tell = function* (run: Run, pace: Pace, transfer: Transfer, done: number) {
  const total = lengthOf(transfer);
  const now = run.timing.now();
  pace.meter.note(now, done * BLOCK);
  if (now - pace.toldAt < PROGRESS_MS && done < total) return;
  pace.toldAt = now;
  yield progressOf(run, {
    done,
    total,
    kBps: pace.meter.kBps,
    remainingMs: remainingMs(run, pace, done, total),
    ...(transfer.blocks > 0 && { block: blockReached(transfer, done) }),
  });
};

/** A chunk, and what it was like to wait for it. */
const next = async (run: Run, pace: Pace, transfer: Transfer, at: number): Promise<Uint8Array> => {
  const count = Math.min(transfer.perCommand, lengthOf(transfer) - at);
  const left = transfer.leading + transfer.blocks - at;
  const dry = left > 0 && pace.watch.isDry(left);
  const data = await chunk(run, transfer, at, count);
  if (dry) await pace.watch.waited(at * BLOCK);
  return data;
};

async function* sendAll(run: Run, step: Step, transfer: Transfer): Performance {
  const { start, perCommand } = transfer;
  const now = run.timing.now();
  if (transfer.blocks > 0) run.recordingSince ??= now;
  const pace: Pace = { meter: new SpeedMeter(), watch: new BufferWatch(run), since: now, toldAt: now };
  const total = lengthOf(transfer);
  const head = await keepHead(run, transfer);
  for (let at = head.length / BLOCK; at < total; at += perCommand) {
    run.signal.throwIfAborted();
    const data = await next(run, pace, transfer, at);
    await send(run, step, start + at, data);
    run.blocksWritten += data.length / BLOCK;
    await pace.watch.sent(at * BLOCK, data.length);
    yield* tell(run, pace, transfer, Math.min(total, at + perCommand));
  }
  for (let at = 0; at < head.length; at += perCommand * BLOCK)
    await send(run, step, start + at / BLOCK, head.subarray(at, at + perCommand * BLOCK));
  run.blocksWritten += head.length / BLOCK;
  yield* tell(run, pace, transfer, total);
}

/** Sends blocks, each command as long and as aligned as the plan says. */
export async function* transferStep(run: Run, step: Step): Performance {
  if (!step.transfer) return;
  const since = run.timing.now();
  yield* sendAll(run, step, step.transfer);
  run.writeMs += run.timing.now() - since;
}
