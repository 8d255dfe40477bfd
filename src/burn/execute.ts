import { isDeferred } from '../drive/command-failure.js';
import type { DriveSession } from '../drive/drive-session.js';
import type { Medium, WritePace } from '../drive/medium.js';
import type { Timing } from '../drive/timing.js';
import { unlockTray } from '../drive/tray.js';
import { type ErrorCode, type Failure, SpindleError, isSpindleError, toFailure } from '../errors.js';
import { type BlockSink, NO_SINK } from './block-sink.js';
import { type BlockSource, NO_SOURCE } from './block-source.js';
import type { Notice } from './notice.js';
import { noticesOf } from './notices-of.js';
import type { Plan } from './plan.js';
import type { Progress } from './progress.js';
import type { Step } from './step.js';
import { commandStep } from './steps/command-step.js';
import { noteHaste } from './steps/haste.js';
import { readBackOwed } from './steps/doubt.js';
import { checkStep, proveStep } from './steps/inspect-step.js';
import { lookAtSources } from './steps/last-look.js';
import { stepFailure } from './steps/step-failure.js';
import {
  type Hooks,
  type LeftOutRange,
  type Perform,
  type Performance,
  type Run,
  type UnreadableRange,
  progressOf,
} from './steps/run.js';
import { transferStep } from './steps/transfer-step.js';
import { readStep } from './steps/read-step.js';
import { digestStep, verifyStep } from './steps/verify-step.js';
import { zerosStep } from './steps/zeros-step.js';
import type { VerifiedImage } from './verify.js';

export interface Work extends VerifiedImage {
  readonly plan: Plan;
  /** Opened for recording: a new medium or a reset in the middle ends the work. */
  readonly session: DriveSession;
  /** Where what is recorded comes from. */
  readonly source?: BlockSource;
  /** Where what is read goes. */
  readonly sink?: BlockSink;
  readonly timing: Timing;
  /** Aborts with the failure that is to be told. Heeded between commands, but not while a medium is closed. */
  readonly signal: AbortSignal;
  readonly hooks: Hooks;
}

export interface Result {
  /** As it was read after the last step that altered it. */
  readonly medium: Medium;
  /** How the drive said that it would record, before the first block; undefined where it told nothing. */
  readonly pace: WritePace | undefined;
  readonly blocksWritten: number;
  readonly writeMs: number;
  readonly underruns: number;
  /** 0 to 1, before the source had given everything; absent where that was at once. */
  readonly lowestFifoFill: number | undefined;
  readonly blocksRead: number;
  readonly unreadable: readonly UnreadableRange[];
  /** What a reading could not read and does not miss. */
  readonly leftOut: readonly LeftOutRange[];
  /** `files`: of the manifest, read whole and as it says; absent where there is none. */
  readonly verified:
    | {
        readonly blocks: number;
        readonly files?: number;
        /** What the manifest lists of earlier sessions; absent where that was not read. */
        readonly takenOver?: { readonly files: number; readonly blocks: number };
      }
    | undefined;
  /** The disc is good, but the drive did not give it out. */
  readonly unloadProblem: Failure | undefined;
  readonly notices: readonly Notice[];
}

const PERFORM: Readonly<Partial<Record<Step['do'], Perform>>> = {
  invalidate: transferStep,
  write: transferStep,
  check: silently(checkStep),
  prove: silently(proveStep),
  digest: digestStep,
  verify: verifyStep,
  read: readStep,
  'read-zeros': zerosStep,
};

function silently(work: (run: Run, step: Step) => Promise<void>): Perform {
  return async function* (run, step) {
    yield progressOf(run, { done: 0, total: 0 });
    await work(run, step);
  };
}

/** Once a medium is being closed, that is finished first; afterwards nothing is left to stop but the eject. */
const UNSTOPPABLE: ReadonlySet<string> = new Set(['close', 'unload']);

const CANCELED = (): SpindleError => new SpindleError('canceled', 'The work was canceled.');

/** The reason of an abort, as a failure that was foreseen. */
const failureOf = (error: unknown, signal: AbortSignal): unknown => {
  if (!signal.aborted || isSpindleError(error)) return error;
  const isAbort = error === signal.reason || (error instanceof Error && error.name === 'AbortError');
  return isAbort ? CANCELED() : error;
};

const stopIfAborted = ({ signal }: Run, { phase }: Step): void => {
  if (!UNSTOPPABLE.has(phase)) signal.throwIfAborted();
};

/** Notes that the medium is about to be altered. That takes its time, and whoever cancels meanwhile is told that it costs nothing. */
const touch = async (run: Run, step: Step): Promise<void> => {
  stopIfAborted(run, step);
  await run.hooks.touching();
  stopIfAborted(run, step);
  run.touched = true;
};

/**
 * What has to be known and noted before a step begins. A source that is not the same any more, or an abort, ends the phase
 * before: what that may have sent, an erasing, a format, a layer break or a reservation, cannot be recovered from and need not be.
 */
const enter = async (run: Run, step: Step): Promise<void> => {
  stopIfAborted(run, step);
  await lookAtSources(run, step);
  if (run.phase !== step.phase) await run.hooks.onPhase(step.phase);
  if (step.alters && !run.touched) await touch(run, step);
  run.phase = step.phase;
};

/** After these there is no drive, or another medium in it. */
const BEYOND_RECOVERY: ReadonlySet<ErrorCode> = new Set([
  'drive-lost',
  'medium-changed',
  'medium-not-present',
]);

/** Whether a failure leaves blocks in the drive's buffer, a track open or a test mode on. */
const needsRecovery = (run: Run, error: unknown): boolean => {
  if (run.phase !== 'write' && run.phase !== 'close') return false;
  return !(isSpindleError(error) && BEYOND_RECOVERY.has(error.code));
};

/** Deferred errors that a drive may still have to tell after a failure. */
const LEFT_TO_TELL = 8;

/** After a failure no other one matters, but a command that was told of one instead was not done: it is sent again. */
const pastDeferred = async (work: () => Promise<void>): Promise<void> => {
  for (let told = 0; ; told++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isDeferred(error) || told === LEFT_TO_TELL) throw error;
    }
  }
};

const finish = async (work: Performance): Promise<void> => {
  while ((await work.next()).done !== true);
};

/** Brings the medium into a known state as far as the drive goes along. The first failure is the one that is told. */
const recover = async (run: Run): Promise<void> => {
  for (const step of run.plan.recovery) {
    try {
      await pastDeferred(() => finish(commandStep(run, step)));
    } catch (error) {
      if (!isSpindleError(error) || BEYOND_RECOVERY.has(error.code)) return;
    }
  }
};

/** Whatever happened, the medium can be taken out afterwards. A drive that is lost has lost its lock as well. */
const release = async ({ session }: Run): Promise<void> => {
  try {
    await pastDeferred(() => unlockTray(session));
  } catch (error) {
    if (!isSpindleError(error)) throw error;
  }
};

const begin = ({
  plan,
  session,
  source = NO_SOURCE,
  sink = NO_SINK,
  timing,
  signal,
  hooks,
  ...image
}: Work): Run => ({
  plan,
  session,
  source,
  sink,
  timing,
  signal,
  hooks,
  image,
  startedAt: timing.now(),
  stepIndex: 0,
  phase: undefined,
  touched: false,
  doubt: undefined,
  medium: undefined,
  pace: undefined,
  blocksWritten: 0,
  streams: true,
  underruns: 0,
  recordingSince: undefined,
  hastyMs: undefined,
  writeMs: 0,
  blocksVerified: 0,
  filesVerified: undefined,
  takenOverVerified: undefined,
  blocksRead: 0,
  unreadable: [],
  leftOut: [],
  unloadProblem: undefined,
  fifoFill: undefined,
  lowestFifoFill: undefined,
  driveBufferFill: undefined,
});

const verifiedOf = ({ blocksVerified, filesVerified, takenOverVerified }: Run): Result['verified'] =>
  blocksVerified > 0
    ? {
        blocks: blocksVerified,
        ...(filesVerified !== undefined && { files: filesVerified }),
        ...(takenOverVerified && { takenOver: takenOverVerified }),
      }
    : undefined;

const resultOf = (run: Run): Result => {
  const { medium, pace, blocksWritten, underruns, lowestFifoFill, unloadProblem } = run;
  const { blocksRead, unreadable, leftOut } = run;
  if (!medium) throw new TypeError('a plan without proof was carried out');
  const writeMs = Math.round(run.writeMs);
  return {
    medium,
    pace,
    blocksWritten,
    writeMs,
    underruns,
    lowestFifoFill,
    blocksRead,
    unreadable,
    leftOut,
    verified: verifiedOf(run),
    unloadProblem,
    notices: noticesOf(run),
  };
};

/** A disc that is proven stays good when the drive does not give it out, unless it tells of a failed WRITE only then. */
async function* perform(run: Run, step: Step): Performance {
  try {
    yield* (PERFORM[step.do] ?? commandStep)(run, step);
  } catch (error) {
    if (!isSpindleError(error)) throw error;
    if (step.phase !== 'unload' || isDeferred(error)) throw stepFailure(step, error);
    run.unloadProblem ??= toFailure(error);
  }
}

async function* take(run: Run, step: Step): Performance {
  await enter(run, step);
  yield progressOf(run, { done: 0, total: 0 });
  yield* perform(run, step);
}

async function* walk(run: Run): AsyncGenerator<Progress, void> {
  for (const [index, step] of run.plan.steps.entries()) {
    run.stepIndex = index;
    if (step.do === 'unlock') for (const owed of readBackOwed(run)) yield* take(run, owed);
    yield* take(run, step);
    if (step.do === 'prove') noteHaste(run);
  }
}

/**
 * Carries out a plan. Progress is yielded, the first failure is thrown when the medium has been brought into a known
 * state and the tray is unlocked.
 */
export async function* execute(work: Work): AsyncGenerator<Progress, Result> {
  const run = begin(work);
  let unlocked = false;
  try {
    yield* walk(run);
    unlocked = true;
    return resultOf(run);
  } catch (error) {
    if (needsRecovery(run, error)) await recover(run);
    throw failureOf(error, run.signal);
  } finally {
    if (!unlocked) await release(run);
  }
}
