import { z } from 'zod';
import { medium } from '../drive/medium.js';
import { driveId, timestamp, ulid } from './identifier.js';
import {
  attemptSummary,
  copy,
  driveRow,
  driveStatus,
  imageView,
  jobSummary,
  leaseRow,
  tokenRow,
  virtualDriveRow,
} from './records.js';

export const sequence = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** `jobs/<id>`, `drives/<id>`, `images/<id>`, `tokens/<id>`, `server/daemon`. */
export const topic = z.string().regex(/^(jobs|drives|images|tokens|server)\/[A-Za-z0-9-]{1,64}$/);

/** What is about the daemon as a whole. */
export const SERVER_TOPIC = 'server/daemon';

/** What happened, by kind, with what is now the case. */
export const EVENT_DATA = {
  'job.created': jobSummary,
  'job.advanced': jobSummary,
  'job.changed': jobSummary,
  'job.deleted': z.strictObject({ id: ulid }),
  'copy.advanced': copy,
  'attempt.advanced': attemptSummary,
  'image.created': imageView,
  'image.advanced': imageView,
  'image.changed': imageView,
  'image.deleted': z.strictObject({ id: ulid }),
  'drive.appeared': driveRow,
  'drive.matched': z.strictObject({ drive: driveRow, previous: driveRow }),
  'drive.configured': driveRow,
  'drive.removed': z.strictObject({ id: driveId }),
  'drive.changed': driveStatus,
  'medium.changed': z.strictObject({ drive: driveId, medium: medium.nullable() }),
  'virtual-drive.created': virtualDriveRow,
  'virtual-drive.changed': virtualDriveRow,
  'lease.taken': leaseRow,
  'lease.renewed': leaseRow,
  'lease.released': leaseRow,
  'lease.expired': leaseRow,
  'lease.broken': leaseRow,
  'token.created': tokenRow,
  'token.revoked': tokenRow,
  'server.changed': z.strictObject({ draining: z.boolean() }),
} as const;

export type EventKind = keyof typeof EVENT_DATA;
type EventData<K extends EventKind> = z.infer<(typeof EVENT_DATA)[K]>;

/** An event before the log has given it its place. */
export type NewEvent = { [K in EventKind]: { topic: string; kind: K; data: EventData<K> } }[EventKind];
export type StoreEvent = NewEvent & { seq: number; at: string };

export const EVENT_HEAD = { seq: sequence, at: timestamp, topic };

const kinds = Object.entries(EVENT_DATA).map(([kind, data]) =>
  z.strictObject({ ...EVENT_HEAD, kind: z.literal(kind), data }),
);

export const storeEvent = z
  .discriminatedUnion('kind', kinds as [(typeof kinds)[number]])
  .meta({ id: 'Event', description: 'One entry of the event log; `seq` grows by one with each' });
