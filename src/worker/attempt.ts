import { cancelEffect } from '../burn/cancel-effect.js';
import { type Work, execute } from '../burn/execute.js';
import { mediumAfter, mediumUnproven } from '../burn/medium-after.js';
import { planUse } from '../burn/plan-use.js';
import type { Plan } from '../burn/plan.js';
import type { Phase, Progress } from '../burn/progress.js';
import { isReading } from '../burn/use.js';
import { openDrive } from '../drive/drive-session.js';
import { readMedium } from '../drive/read-medium.js';
import { readReport } from '../drive/report.js';
import { restoreErrorRecovery } from '../drive/restore-error-recovery.js';
import type { Timing } from '../drive/timing.js';
import { unlockTray } from '../drive/tray.js';
import { waitUntilReady } from '../drive/wait-until-ready.js';
import { SpindleError, isSpindleError } from '../errors.js';
import type { ImageSummary } from '../image/image.js';
import type { Logger } from '../log.js';
import { recordTransport, transcriptFile } from '../transport/recording.js';
import type { Transport } from '../transport/transport.js';
import type { Attempt, Say } from './attempt-desk.js';
import { type Ended, endOfFailure } from './attempt-end.js';
import type { DriveDesk } from './drive-desk.js';
import type { HeldDrive } from './held-drive.js';
import { latestWins } from './latest-wins.js';
import { openMaterials } from './materials.js';
import type { Assignment } from './protocol.js';
import { readSummaryOf } from './open-image.js';
import { endOfResult } from './proof-of.js';
import type { Reader } from './reader.js';
import type { Tuning } from './tuning.js';
import { transcriptPath } from './worker-paths.js';
import { within } from './within.js';

export interface AttemptContext {
  readonly desk: DriveDesk;
  readonly reader: Reader;
  readonly timing: Timing;
  readonly tuning: Tuning;
  readonly stateDir: string;
  readonly log: Logger;
  readonly onProgress: (progress: Progress) => void;
  /** Leaves at once and for good: a thread is stuck, or what was done cannot be noted. */
  abandon(reason: string): void;
}

const PROGRESS_INTERVAL_MS = 250;

/** A medium that has just been put in is recognised within this. */
const READY_LIMIT_MS = 90_000;

/** What changes while an attempt goes on. */
interface Course {
  phase: Phase | undefined;
  touched: boolean;
  plan: Plan | undefined;
}

/** So long a drive may take to be let go of; longer, and a thread is stuck in it. */
const RELEASE_LIMIT_MS = 10_000;

const planAgain = async (
  { use, planHash }: Assignment,
  { session }: HeldDrive,
  summary: ImageSummary | undefined,
  { signal, quirks }: { readonly signal: AbortSignal; readonly quirks: Tuning['quirks'] },
): Promise<Plan> => {
  await waitUntilReady(session, { busyMs: READY_LIMIT_MS, signal });
  await restoreErrorRecovery(session);
  signal.throwIfAborted();
  const decision = planUse(await readReport(session, quirks), summary, use);
  signal.throwIfAborted();
  if (!('plan' in decision)) {
    const [first] = decision.refusals;
    throw new SpindleError(first?.code ?? 'plan-stale', first?.detail ?? 'The plan is refused now');
  }
  if (decision.plan.hash === planHash) return decision.plan;
  throw new SpindleError('plan-stale', 'Drive, medium or image are not those that the plan was made for');
};

const asSentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

/** Reads what a failure has left on the medium, and says what can be done with it. */
const describeMedium = async (ended: Ended, plan: Plan, { session }: HeldDrive): Promise<Ended> => {
  const found = await readMedium(session).catch(() => undefined);
  const after = (ended.result === 'unproven' ? mediumUnproven : mediumAfter)(plan, found);
  const { problem } = ended;
  return {
    ...ended,
    ...(problem && { problem: { ...problem, detail: `${asSentence(problem.detail)} ${after.remedy}` } }),
    medium: { ...found, ...after },
  };
};

/** Begins an attempt that has been accepted. */
export const beginAttempt = (assignment: Assignment, say: Say, context: AttemptContext): Attempt => {
  const { desk, reader, timing, tuning, log } = context;
  const aborting = new AbortController();
  const course: Course = { phase: undefined, touched: false, plan: undefined };
  const progress = latestWins(PROGRESS_INTERVAL_MS, timing, context.onProgress);
  let inHand: HeldDrive | undefined;
  let stuck = false;

  const hooks: Work['hooks'] = {
    onPhase: async (phase) => {
      await say({ kind: 'phase', phase });
      course.phase = phase;
    },
    touching: async () => {
      await say({ kind: 'touching' });
      course.touched = true;
    },
  };

  const carryOut = async (plan: Plan, held: HeldDrive, summary: ImageSummary | undefined): Promise<Ended> => {
    const { stateDir } = context;
    const materials = openMaterials({ assignment, plan, reader, tuning, stateDir }, summary);
    try {
      await materials.ready(aborting.signal);
      const work = execute({
        ...materials,
        plan,
        session: openDrive({
          transport: held.transport,
          timing,
          recording: true,
          habits: held.session.habits,
        }),
        timing,
        signal: aborting.signal,
        hooks,
      });
      for (;;) {
        const next = await work.next();
        if (next.done) return endOfResult(plan, next.value, await materials.finish(next.value));
        progress.offer(next.value);
      }
    } finally {
      if (!(await materials.close())) stuck = true;
    }
  };

  const fail = async (error: unknown, held?: HeldDrive): Promise<Ended> => {
    if (!isSpindleError(error)) log.error({ err: error }, 'attempt failed for a reason nobody foresaw');
    const ended = endOfFailure(error, { ...course, reading: isReading(assignment.use) });
    const { plan } = course;
    return held && plan && !isReading(plan) ? describeMedium(ended, plan, held) : ended;
  };

  const withDrive = async (held: HeldDrive): Promise<Ended> => {
    inHand = held;
    try {
      const summary = readSummaryOf(assignment);
      course.plan = await planAgain(assignment, held, summary, {
        signal: aborting.signal,
        quirks: tuning.quirks,
      });
      return await carryOut(course.plan, held, summary);
    } catch (error) {
      return await fail(error, held);
    } finally {
      inHand = undefined;
      if (!(await within(RELEASE_LIMIT_MS, held.release()))) stuck = true;
    }
  };

  const transcribe = (transport: Transport): Transport =>
    recordTransport(transport, transcriptFile(transcriptPath(context.stateDir, assignment)));

  const run = async (): Promise<void> => {
    const ended = await desk.openClaimed(transcribe).then(withDrive, fail);
    progress.stop();
    await say(ended);
    log.info({ result: ended.result, problem: ended.problem }, 'attempt ended');
    if (stuck) context.abandon('a thread is stuck');
  };

  return {
    cancel: (force) => {
      const { plan, phase } = course;
      const effect = plan ? cancelEffect(plan, course) : 'free';
      if (effect === 'too-late') {
        throw new SpindleError('too-late-to-cancel', 'The disc is being closed; wait until it is done');
      }
      if (effect === 'ruins-medium' && !force) {
        throw new SpindleError('would-ruin-medium', 'The medium can be written only once and has been begun');
      }
      log.info({ phase, force }, 'attempt is canceled');
      aborting.abort(new SpindleError('canceled', 'The work was canceled'));
    },
    collapse: async () => {
      await say(endOfFailure(new Error('The worker failed'), { ...course, phase: undefined }));
      if (inHand) await within(RELEASE_LIMIT_MS, unlockTray(inHand.session));
    },
    over: run().catch((error: unknown) => {
      log.fatal({ err: error }, 'the end of an attempt could not be noted');
      context.abandon('the end of an attempt could not be noted');
    }),
  };
};
