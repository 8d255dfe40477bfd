import { z } from 'zod';
import { progress } from '../burn/progress.js';
import { imageProgress } from '../image/image-progress.js';
import { EVENT_DATA, EVENT_HEAD, sequence, type StoreEvent, topic } from './events.js';
import { problem } from './problem.js';
import { ulid } from './identifier.js';
import { principal } from './records.js';

const ref = z.string().min(1).max(64).meta({ description: 'Chosen by the client, repeated in the answer' });

/** A topic, or all of a resource: `jobs/*`. */
export const topicPattern = z.string().regex(/^(jobs|drives|images|tokens|server)\/(\*|[A-Za-z0-9-]{1,64})$/);
const topics = z.array(topicPattern).min(1).max(256);

/** Which attempt a progress frame is about, and where it is. */
export const attemptProgress = z
  .strictObject({
    job: ulid,
    copy: z.int().min(1).max(1000),
    attempt: z.int().min(1).max(1000),
    drive: z.string(),
    ...progress.shape,
  })
  .meta({ id: 'AttemptProgress' });

/** Which image a progress frame is about, and how far it is. */
export const imageUnderway = z
  .strictObject({ image: ulid, ...imageProgress.shape })
  .meta({ id: 'ImageUnderway' });

const eventFrames = Object.entries(EVENT_DATA).map(([kind, data]) =>
  z.strictObject({ op: z.literal('event'), ...EVENT_HEAD, kind: z.literal(kind), data }),
);
const eventFrame = z.discriminatedUnion('kind', eventFrames as [(typeof eventFrames)[number]]);
type EventFrame = StoreEvent & { op: 'event' };

/** What the daemon sends over /v1/events. */
export const serverFrame = z
  .discriminatedUnion('op', [
    z.strictObject({
      op: z.literal('welcome'),
      v: z.literal(1),
      epoch: ulid,
      head: sequence,
      oldest: sequence,
      recovered: z.boolean().meta({ description: 'Everything since `resume` follows; else a snapshot does' }),
      heartbeatMs: z.int().min(1000).max(600_000),
      principal,
      connection: ulid.meta({ description: 'Names this socket, so that a lease can be bound to it' }),
    }),
    eventFrame,
    z.strictObject({
      op: z.literal('progress'),
      topic,
      n: sequence.meta({
        description:
          'Counts the progress of this attempt or image, from anew where an image is made or imported into anew; gaps are normal',
      }),
      data: z.union([attemptProgress, imageUnderway]).meta({
        description: 'Of an attempt, by the topic of its job; of an image, by its own',
      }),
    }),
    z.strictObject({
      op: z.literal('gap'),
      from: sequence,
      to: sequence,
      why: z.enum(['retention', 'epoch', 'slow-client']),
    }),
    z.strictObject({
      op: z.literal('snapshot'),
      resource: z.enum(['jobs', 'drives', 'images']),
      seq: sequence.meta({ description: 'The last event that the snapshot contains' }),
      data: z.array(z.json()),
    }),
    z.strictObject({ op: z.literal('pong'), ref: ref.exactOptional() }),
    z.strictObject({ op: z.literal('error'), problem, ref: ref.exactOptional() }),
  ])
  .meta({ id: 'ServerFrame' });
export type ServerFrame = EventFrame | Exclude<z.infer<typeof serverFrame>, { op: 'event' }>;

/** What a client may send over /v1/events. */
export const clientFrame = z
  .discriminatedUnion('op', [
    z.strictObject({
      op: z.literal('hello'),
      ref: ref.optional(),
      token: z.string().min(1).max(200).optional(),
      resume: z.strictObject({ epoch: ulid, seq: sequence }).optional(),
      topics: topics.optional().meta({ description: 'Absent: everything' }),
      progressHz: z.number().min(0.2).max(10).default(4),
    }),
    z.strictObject({ op: z.literal('subscribe'), ref: ref.optional(), topics }),
    z.strictObject({ op: z.literal('unsubscribe'), ref: ref.optional(), topics }),
    z.strictObject({ op: z.literal('ping'), ref: ref.optional() }),
  ])
  .meta({ id: 'ClientFrame' });
export type ClientFrame = z.infer<typeof clientFrame>;
