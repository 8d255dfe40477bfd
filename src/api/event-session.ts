import type { StoreEvent } from '../jobs/events.js';
import type { ClientFrame, ServerFrame } from '../jobs/frames.js';
import { SpindleError } from '../errors.js';
import type { Connection } from './connections.js';
import { followEvents } from './follow-events.js';
import { isFull, type Outlet } from './outlet.js';
import { thinOut } from './progress-feed.js';
import type { ApiService } from './service.js';
import { readSnapshot, SNAPSHOT_RESOURCES } from './snapshot.js';
import { concerns, forbiddenTopic, matchesTopic, visibleTopics } from './topics.js';

export type Resume = NonNullable<Extract<ClientFrame, { op: 'hello' }>['resume']>;

export interface SessionRequest {
  readonly connection: Connection;
  readonly topics?: readonly string[] | undefined;
  readonly resume?: Resume | undefined;
  readonly progressHz: number;
}

export interface Session {
  subscribe(topics: readonly string[]): void;
  unsubscribe(topics: readonly string[]): void;
  readonly stop: () => void;
}

export const HEARTBEAT_MS = 15_000;
/** Each is looked up for each event; who wants more wants all of a resource. */
const MAX_TOPICS = 1024;

type EventLog = Awaited<ReturnType<ApiService['store']['eventLog']>>;

/** Whether all events after `resume` are still there. */
export const canResume = (resume: Resume, log: EventLog): boolean =>
  resume.epoch === log.epoch && resume.seq >= log.oldest - 1 && resume.seq <= log.head;

const checkTopics = (topics: readonly string[], { principal }: Connection): void => {
  const forbidden = forbiddenTopic(topics, principal.scopes);
  if (forbidden) throw new SpindleError('forbidden', `The topic ${forbidden} needs another scope`);
};

const checkRoom = (wanted: ReadonlySet<string>, more: readonly string[]): void => {
  if (new Set([...wanted, ...more]).size <= MAX_TOPICS) return;
  throw new SpindleError(
    'invalid-request',
    `A connection has at most ${MAX_TOPICS} topics; all of a resource are one, such as jobs/*`,
  );
};

/** What both the past and the present of a session need. */
interface Conversation extends SessionRequest {
  readonly service: ApiService;
  readonly outlet: Outlet;
  readonly wanted: Set<string>;
}

const sendPast = async ({ wanted, outlet }: Conversation, events: readonly StoreEvent[]): Promise<void> => {
  for (const event of events) {
    if (matchesTopic(wanted, event.topic)) outlet.send({ op: 'event', ...event });
    if (isFull(outlet)) await outlet.flushed();
  }
  await outlet.flushed();
};

const sendSnapshots = async ({ service, wanted, outlet }: Conversation, seq: number): Promise<void> => {
  for (const resource of SNAPSHOT_RESOURCES.filter((name) => concerns(wanted, name))) {
    const rows = await readSnapshot(service, resource);
    const data = rows.filter(({ id }) => matchesTopic(wanted, `${resource}/${id}`));
    outlet.send({ op: 'snapshot', resource, seq, data });
    await outlet.flushed();
  }
};

const sendWelcome = ({ connection, outlet }: Conversation, log: EventLog, recovered: boolean): void => {
  outlet.send({
    op: 'welcome',
    v: 1,
    ...log,
    recovered,
    heartbeatMs: HEARTBEAT_MS,
    principal: connection.principal.id,
    connection: connection.id,
  });
};

/** Welcomes the client and says, unless it can resume, how things are. Answers where its events begin. */
const catchUp = async (conversation: Conversation): Promise<number> => {
  const { service, resume, outlet } = conversation;
  const log = await service.store.eventLog();
  const recovered = resume !== undefined && canResume(resume, log);
  sendWelcome(conversation, log, recovered);
  if (recovered) return resume.seq;
  if (resume) outlet.send(gapBefore(resume, log));
  await sendSnapshots(conversation, log.head);
  return log.head;
};

const tellEvents = (conversation: Conversation, start: number): (() => void) => {
  const { service, outlet, connection, wanted } = conversation;
  const following = followEvents(service.store, start, {
    write: (events) => sendPast(conversation, events),
    push: (events) => {
      for (const event of events)
        if (matchesTopic(wanted, event.topic)) outlet.send({ op: 'event', ...event });
    },
    gap: async (from, to) => {
      outlet.send({ op: 'gap', from, to, why: 'retention' });
      await sendSnapshots(conversation, to);
    },
  });
  following.caughtUp.catch((error: unknown) => {
    service.log.warn({ err: error, connection: connection.id }, 'events could not be read');
    connection.close('stopping');
  });
  return following.stop;
};

const tellProgress = ({ service, outlet, wanted, progressHz }: Conversation): (() => void) => {
  const { add, stop } = thinOut(1000 / progressHz, (frames) => {
    if (!isFull(outlet)) for (const frame of frames) outlet.send(frame);
  });
  const silence = service.progress.listen((about, frame) => {
    if (!frame || matchesTopic(wanted, frame.topic)) add(about, frame);
  });
  return () => {
    silence();
    stop();
  };
};

/**
 * Tells a client everything that it wants to know and may: a welcome, then what it missed or how things are, then
 * events as they come, and progress. @throws SpindleError `forbidden` for topics that it may not see.
 */
export const startSession = async (
  service: ApiService,
  request: SessionRequest,
  outlet: Outlet,
): Promise<Session> => {
  const { connection, topics } = request;
  checkTopics(topics ?? [], connection);
  const wanted = new Set(topics ?? visibleTopics(connection.principal.scopes));
  const conversation = { ...request, service, outlet, wanted };
  const ends = [tellEvents(conversation, await catchUp(conversation)), tellProgress(conversation)];
  return {
    subscribe: (more) => {
      checkTopics(more, connection);
      checkRoom(wanted, more);
      for (const topic of more) wanted.add(topic);
    },
    unsubscribe: (less) => {
      for (const topic of less) wanted.delete(topic);
    },
    stop: () => {
      for (const end of ends) end();
    },
  };
};

const gapBefore = (resume: Resume, log: EventLog): ServerFrame =>
  resume.epoch === log.epoch && resume.seq < log.oldest
    ? { op: 'gap', from: resume.seq + 1, to: log.oldest - 1, why: 'retention' }
    : { op: 'gap', from: 0, to: log.head, why: 'epoch' };
