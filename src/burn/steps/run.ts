import type { DriveSession } from '../../drive/drive-session.js';
import type { Medium, WritePace } from '../../drive/medium.js';
import type { Timing } from '../../drive/timing.js';
import type { Failure, SpindleError } from '../../errors.js';
import type { BlockSink } from '../block-sink.js';
import type { BlockSource } from '../block-source.js';
import type { Plan } from '../plan.js';
import type { Phase, Progress } from '../progress.js';
import type { Step } from '../step.js';
import type { VerifiedImage, VerifyReport } from '../verify.js';

/** What happens outside of the drive while a plan is carried out. Both are awaited before the drive goes on. */
export interface Hooks {
  /** Before the first step of a phase. */
  onPhase(phase: Phase): Promise<void>;
  /** Once, before the first command that can alter the medium. */
  touching(): Promise<void>;
}

/** Blocks of an image, counted from 0, that could not be read from the medium. */
export interface UnreadableRange {
  readonly from: number;
  readonly count: number;
}

/** The same where it is not missed: the run-out of a track at once. Behind the last block, it is not in the image. */
export interface LeftOutRange extends UnreadableRange {
  readonly reason: 'run-out';
}

/** One execution of a plan, and what is known of it so far. */
export interface Run {
  readonly plan: Plan;
  readonly session: DriveSession;
  readonly timing: Timing;
  readonly source: BlockSource;
  readonly sink: BlockSink;
  readonly image: VerifiedImage;
  readonly signal: AbortSignal;
  readonly hooks: Hooks;
  readonly startedAt: number;
  stepIndex: number;
  phase: Phase | undefined;
  /** A command that can alter the medium has been sent, or is about to be. */
  touched: boolean;
  /** Of a command that alters the medium nobody knows whether it was done; its failure. */
  doubt: SpindleError | undefined;
  /** The medium as it was read last. */
  medium: Medium | undefined;
  /** How the drive says that it will record, at the speed that was set. */
  pace: WritePace | undefined;
  blocksWritten: number;
  /** Until the drive refuses to. */
  streams: boolean;
  underruns: number;
  /** When the first block of the image was sent. */
  recordingSince: number | undefined;
  /** So long recording took, where no drive is as fast as that. */
  hastyMs: number | undefined;
  writeMs: number;
  blocksVerified: number;
  /** Files of the manifest that were read back and are what it says; undefined where there is none. */
  filesVerified: number | undefined;
  /** The same of files of earlier sessions, and the blocks that they have. */
  takenOverVerified: VerifyReport['takenOver'];
  blocksRead: number;
  /** What a reading left out. */
  unreadable: UnreadableRange[];
  leftOut: LeftOutRange[];
  unloadProblem: Failure | undefined;
  fifoFill: number | undefined;
  /** Lowest of `fifoFill` while the source had more to give. */
  lowestFifoFill: number | undefined;
  driveBufferFill: number | undefined;
}

/** Steps yield progress and throw the failure. */
export type Performance = AsyncGenerator<Progress, void>;
export type Perform = (run: Run, step: Step) => Performance;

interface Done {
  readonly done: number;
  readonly total: number;
  readonly kBps?: number;
  readonly remainingMs?: number | undefined;
  /** Block of the image that is being written or read. */
  readonly block?: number;
  /** Path on the disc of the file that is being read, where no block of the image tells. */
  readonly file?: string;
}

export const progressOf = (run: Run, { done, total, kBps = 0, remainingMs, ...where }: Done): Progress => {
  const file = where.block === undefined ? where.file : run.image.fileAt?.(where.block);
  return {
    phase: run.phase ?? 'load',
    step: run.stepIndex + 1,
    steps: run.plan.steps.length,
    done,
    total,
    kBps,
    underruns: run.underruns,
    elapsedMs: run.timing.now() - run.startedAt,
    ...(file !== undefined && { file }),
    ...(run.fifoFill !== undefined && { fifoFill: run.fifoFill }),
    ...(run.driveBufferFill !== undefined && { driveBufferFill: run.driveBufferFill }),
    ...(remainingMs !== undefined && { remainingMs }),
  };
};
