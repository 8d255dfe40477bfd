import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { sequence, storeEvent } from '../../jobs/events.js';
import { topicPattern } from '../../jobs/frames.js';
import { ulid } from '../../jobs/identifier.js';
import { canResume, type Resume } from '../event-session.js';
import { serveSocket } from '../event-socket.js';
import { streamEvents } from '../event-stream.js';
import { json } from '../responses.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';
import { forbiddenTopic, matchesTopic, visibleTopics } from '../topics.js';
import { waitSeconds, waitSignal, waitUntil } from '../wait.js';

const query = z.strictObject({
  since: z
    .string()
    .optional()
    .meta({
      description: '`<epoch>:<seq>` of the last event that is known',
      examples: ['01JB3Z5V8N0Q4W7X9Y2A6C5D1E:42'],
    }),
  topics: z
    .string()
    .optional()
    .meta({
      description: 'Comma-separated; absent: all that the caller may see',
      examples: ['jobs/*,drives/*'],
    }),
  wait: waitSeconds,
  ticket: z.string().optional().meta({ description: 'One-use credential of POST /v1/tickets' }),
});

const page = z
  .strictObject({
    epoch: ulid,
    head: sequence,
    oldest: sequence,
    recovered: z.boolean().meta({ description: '`false`: events may be missing; read the resources again' }),
    events: z.array(storeEvent),
    next: z.string().meta({ description: 'Send it as `since`' }),
  })
  .meta({ id: 'EventPage' });

const PAGE = 500;

const resumeOf = (since: string | undefined): Resume | undefined => {
  if (since === undefined) return undefined;
  const [epoch, seq] = since.split(':');
  const parsed = z.strictObject({ epoch: ulid, seq: sequence }).safeParse({ epoch, seq: Number(seq ?? NaN) });
  if (!parsed.success) throw new SpindleError('invalid-request', '`since` is <epoch>:<seq>');
  return parsed.data;
};

const topicsOf = (text: string | undefined, request: FastifyRequest): string[] => {
  const { scopes } = principalOf(request);
  if (text === undefined) return visibleTopics(scopes);
  const parsed = z.array(topicPattern).safeParse(text.split(','));
  if (!parsed.success)
    throw new SpindleError('invalid-request', '`topics` is a list such as jobs/*,drives/*');
  const forbidden = forbiddenTopic(parsed.data, scopes);
  if (forbidden) throw new SpindleError('forbidden', `The topic ${forbidden} needs another scope`);
  return parsed.data;
};

type EventPage = z.input<typeof page>;

/** Events after a position; without one it begins now. */
const pageAfter = async (service: ApiService, start: Resume | undefined, topics: ReadonlySet<string>) => {
  const log = await service.store.eventLog();
  const recovered = start !== undefined && canResume(start, log);
  const after = recovered ? start.seq : log.head;
  const found = await service.store.eventsSince(after, { limit: PAGE });
  const events = found.filter(({ topic }) => matchesTopic(topics, topic));
  const seq = found.at(-1)?.seq ?? after;
  const answer: EventPage = {
    ...log,
    head: Math.max(log.head, seq),
    recovered,
    events,
    next: `${log.epoch}:${seq}`,
  };
  // A full page of events for others ends the wait too: the client asks on from `next`.
  return { answer, position: { epoch: log.epoch, seq }, more: events.length > 0 || found.length === PAGE };
};

/** Waits for the first event after a position; who lost its position is told at once. */
const poll = async (
  service: ApiService,
  resume: Resume | undefined,
  wanted: { topics: ReadonlySet<string>; signal: AbortSignal },
): Promise<EventPage> => {
  let start = resume;
  return waitUntil(wanted.signal, service.store.onEvents, async () => {
    const { answer, position, more } = await pageAfter(service, start, wanted.topics);
    const value = { ...answer, recovered: start === resume ? answer.recovered : resume !== undefined };
    start = position;
    return { done: more || (resume !== undefined && !value.recovered), value };
  });
};

export const eventRoutes = (app: Server, service: ApiService): void => {
  app.route({
    method: 'GET',
    url: '/v1/events',
    config: { scope: 'status', ticket: true },
    schema: {
      operationId: 'readEvents',
      summary: 'Events: WebSocket, server-sent events (Accept: text/event-stream) or long poll',
      description: 'asyncapi.json describes the frames of the WebSocket; the stream has the same.',
      tags: ['events'],
      querystring: query,
      response: { 200: json('Events after `since`', page) },
    },
    handler: async (request, reply) => {
      const topics = topicsOf(request.query.topics, request);
      const last = request.headers['last-event-id'];
      const resume = resumeOf(request.query.since ?? (typeof last === 'string' ? last : undefined));
      if (request.headers.accept?.includes('text/event-stream')) {
        await streamEvents(service, request, reply, { topics, resume });
        return reply;
      }
      const signal = waitSignal(reply, request.query.wait, service.stopping);
      return reply.send(await poll(service, resume, { topics: new Set(topics), signal }));
    },
    wsHandler: (socket, request) => {
      serveSocket(service, socket, request.principal);
    },
  });
};
