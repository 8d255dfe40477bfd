import { planUse } from '../burn/plan-use.js';
import type { DriveSession } from '../drive/drive-session.js';
import { readBlocks } from '../drive/read-contents.js';
import { setProtection } from '../drive/write-protection.js';
import { holdsRecording } from '../drive/medium.js';
import { USER_BLOCK } from '../drive/user-blocks.js';
import { eject, load, lockTray, unlockTray } from '../drive/tray.js';
import { SpindleError } from '../errors.js';
import type { MediumTrace } from '../scsi/command-class.js';
import type { AttemptDesk } from './attempt-desk.js';
import type { DriveAccess } from './drive-access.js';
import type { DriveDesk } from './drive-desk.js';
import { type DriveOrder, obeyNoting, type OrderAnswer } from './drive-orders.js';
import { askDrive, type DriveAnswer, type DriveQuestion } from './drive-questions.js';
import type { Observer } from './observer.js';
import { readSummaryOf } from './open-image.js';
import type { Observation, Reply, WorkerRequest, WorkerStatus } from './protocol.js';
import { within } from './within.js';

export interface RequestContext {
  readonly access: DriveAccess;
  readonly desk: DriveDesk;
  readonly observer: Observer;
  readonly attempts: AttemptDesk;
  readonly status: () => WorkerStatus;
  /** Ends the worker if it is idle; says whether. */
  readonly quit: () => boolean;
}

type RequestOf<Do extends WorkerRequest['do']> = Extract<WorkerRequest, { do: Do }>;
type Handlers = {
  readonly [Do in WorkerRequest['do']]: (
    context: RequestContext,
    request: RequestOf<Do>,
  ) => Promise<Reply<Do>> | Reply<Do>;
};

const TRAY: Record<RequestOf<'tray'>['action'], (session: DriveSession) => Promise<void>> = {
  eject: (session) => eject(session),
  load: (session) => load(session),
  lock: lockTray,
  unlock: unlockTray,
};

/** What a hand did is done, also where it makes the drive hang; what is seen of it later is told unasked. */
const SEEN_AFTER_HAND_MS = 5000;

const seen = (observer: Observer): Observation => observer.latest() ?? { presence: 'present' };

/** Whoever gives the drive back finds it closed, unless a command is under way that takes long. */
const CLOSED_AFTER_LEASE_MS = 2000;

const changeLease = async (desk: DriveDesk, lease: RequestOf<'lease'>['lease']): Promise<void> => {
  if (lease === null) await within(CLOSED_AFTER_LEASE_MS, desk.endLease());
  else await desk.grant(lease);
};

/** A client asks the drive itself. */
const answer = <Do extends DriveQuestion['do']>(
  { desk }: RequestContext,
  question: Extract<DriveQuestion, { do: Do }>,
): Promise<DriveAnswer<Do>> => desk.ask(question.lease, (session) => askDrive<Do>(session, question));

/** A client with a lease does something to the drive itself; what that has left is seen before it is answered, where that does not take long. */
const carryOut = async <Do extends DriveOrder['do']>(
  { desk, observer }: RequestContext,
  order: Extract<DriveOrder, { do: Do }>,
): Promise<OrderAnswer<Do>> => {
  const left = { altered: false };
  // Noted in turn: nobody looks between a command that records and the next one.
  const note = (trace: MediumTrace): void => {
    left.altered = true;
    observer.altered(trace, order.lease);
  };
  try {
    return await desk.order(order.lease, (held) => obeyNoting<Do>(held, order, note));
  } finally {
    if (left.altered) await within(SEEN_AFTER_HAND_MS, observer.look());
  }
};

const protect = async (
  { desk, observer }: RequestContext,
  { persistent, lease }: RequestOf<'protect'>,
): Promise<Observation> => {
  const sent = { begun: false };
  try {
    await desk.command(lease, (session) => {
      sent.begun = true;
      return setProtection(session, persistent);
    });
  } finally {
    // It may have been recorded also where the drive did not say so.
    if (sent.begun) {
      observer.outdate();
      observer.settle();
      await within(SEEN_AFTER_HAND_MS, observer.look());
    }
  }
  await observer.report(lease);
  return seen(observer);
};

/** One row per request of the daemon. */
const HANDLERS: Handlers = {
  status: ({ status }) => status(),
  look: ({ observer }) => observer.look(),
  report: async ({ observer, desk }) => {
    await observer.report(desk.lease()?.id);
    return seen(observer);
  },
  plan: async ({ observer, desk }, request) => {
    const summary = readSummaryOf(request);
    const decision = planUse(await observer.report(desk.lease()?.id), summary, request.use);
    return 'plan' in decision ? decision : { refusals: [...decision.refusals] };
  },
  start: async ({ attempts, status }, { assignment }) => {
    const known = await attempts.start(assignment);
    return { ...status(), attempt: known };
  },
  cancel: async ({ attempts }, { attempt, force }) => {
    await attempts.cancel(attempt, force);
    return { effect: 'canceling' };
  },
  journal: async ({ attempts }, { attempt, after }) => ({
    entries: (await attempts.entries(attempt)).filter(({ sequence }) => sequence > after),
  }),
  forget: async ({ attempts }, { attempt }) => {
    await attempts.forget(attempt);
    return {};
  },
  tray: async ({ desk, observer }, { action, lease }) => {
    try {
      await desk.command(lease, TRAY[action]);
      if (action === 'eject' || action === 'load') observer.settle();
    } catch (error) {
      // A tray that was closed for nothing is closed.
      await within(SEEN_AFTER_HAND_MS, observer.look());
      throw error;
    }
    return observer.look();
  },
  protect,
  lease: async ({ desk }, { lease }) => {
    await changeLease(desk, lease);
    return {};
  },
  virtual: async ({ access, attempts, desk, observer }, { operation, lease }) => {
    if (attempts.running()) throw new SpindleError('drive-busy', 'An attempt has the drive');
    // A hand needs no open drive: it may be what plugs the drive in again.
    desk.admit(lease);
    await access.operate(operation);
    if (operation.kind !== 'faults') observer.settle();
    await within(SEEN_AFTER_HAND_MS, observer.look());
    return seen(observer);
  },
  blocks: ({ observer }, { recording, first, count, lease }) =>
    observer.ask(async (session, { medium }) => {
      if (!medium || !holdsRecording(medium, recording))
        throw new SpindleError('medium-changed', 'The drive does not hold the recording any more.');
      const readable = { session, blockBytes: medium.blockBytes ?? USER_BLOCK };
      return { bytes: Buffer.from(await readBlocks(readable, first, count)).toString('base64') };
    }, lease),
  features: answer,
  'mode-pages': answer,
  'structure-list': answer,
  structure: answer,
  'disc-information': answer,
  'track-information': answer,
  'select-mode-page': carryOut,
  'send-structure': carryOut,
  command: carryOut,
  statistics: ({ access }) => access.statistics(),
  quit: ({ quit }) => ({ ending: quit() }),
};

/** Does what the daemon asks; every request has one answer or fails. */
export const answerDaemon = async (context: RequestContext, request: WorkerRequest): Promise<unknown> => {
  const handler = HANDLERS[request.do] as (
    context: RequestContext,
    request: WorkerRequest,
  ) => Promise<unknown>;
  return await handler(context, request);
};
