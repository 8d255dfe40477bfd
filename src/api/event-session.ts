import type { StoreEvent } from '../jobs/events.js';
import type { ClientFrame, ServerFrame } from '../jobs/frames.js';
import { SpindleError } from '../errors.js';
import type { Connection } from './connections.js';
import { followEvents } from './follow-events.js';
import { thinOut } from './progress-feed.js';
import type { ApiService } from './service.js';
import { readSnapshot, SNAPSHOT_RESOURCES } from './snapshot.js';
import { concerns, forbiddenTopic, matchesTopic, visibleTopics } from './topics.js';

/** How frames reach a client: a WebSocket or a stream of server-sent events. */
export interface Outlet {
  send(frame: ServerFrame): void;
  /** Bytes that wait for the client. */
  buffered(): number;
  /** Resolves when nothing waits any more, or the client is gone. */
  flushed(): Promise<void>;
}

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
/** Beyond this progress is dropped, since the next one replaces it. */
const DROP_BYTES = 1024 * 1024;
/** Beyond this the client is cut off; it resumes by sequence and misses nothing. */
const CLOSE_BYTES = 4 * 1024 * 1024;

type EventLog = Awaited<ReturnType<ApiService['store']['eventLog']>>;

/** Whether all events after `resume` are still there. */
export const canResume = (resume: Resume, log: EventLog): boolean =>
  resume.epoch === log.epoch && resume.seq >= log.oldest - 1 && resume.seq <= log.head;

const checkTopics = (topics: readonly string[], { principal }: Connection): void => {
  const forbidden = forbiddenTopic(topics, principal.scopes);
  if (forbidden) throw new SpindleError('forbidden', `The topic ${forbidden} needs another scope`);
};

/** What both the past and the present of a session need. */
interface Conversation extends SessionRequest {
  readonly service: ApiService;
  readonly outlet: Outlet;
  readonly wanted: Set<string>;
}

const sendEvents = ({ wanted, outlet }: Conversation, events: readonly StoreEvent[]): void => {
  for (const event of events) if (matchesTopic(wanted, event.topic)) outlet.send({ op: 'event', ...event });
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
  const { service, outlet, connection } = conversation;
  const following = followEvents(service.store, start, {
    write: async (events) => {
      sendEvents(conversation, events);
      await outlet.flushed();
    },
    push: (events) => {
      sendEvents(conversation, events);
      if (outlet.buffered() > CLOSE_BYTES) connection.close('slow');
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
    if (outlet.buffered() < DROP_BYTES) for (const frame of frames) outlet.send(frame);
  });
  const silence = service.progress.listen((frame) => {
    if (matchesTopic(wanted, frame.topic)) add(frame);
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
