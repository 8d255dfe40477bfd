import { z } from 'zod';
import { mediumAfterSchema } from '../burn/medium-after.js';
import { notice } from '../burn/notice.js';
import { PHASES, phase } from '../burn/progress.js';
import { failure } from '../errors.js';
import { imageProgress } from '../image/image-progress.js';
import { driveId, label, sha256Hex, timestamp, ulid } from './identifier.js';
import { draftEdit, imageOrigin } from './image-request.js';
import { madeFor } from './made-for.js';
import { JOB_TYPES, jobRequest } from './request.js';
import { COPY_KINDS } from './use-of.js';
import { ATTEMPT_STATES, COPY_STATES, JOB_STATES } from './states.js';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Who asked: `uid:1000`, `token:<id>`. */
export const principal = z.string().min(1).max(200);

/** Why a job does not go on. An open list: clients must ignore codes that they do not know. */
export const reason = z
  .strictObject({
    code: z.string().regex(/^[a-z][a-z0-9-]*$/),
    drive: driveId.exactOptional(),
    detail: z.string().exactOptional(),
  })
  .meta({ id: 'Reason' });
export type Reason = z.infer<typeof reason>;

/** A job without its request, which may name ten thousand sources: what lists and events carry. */
export const jobSummary = z
  .strictObject({
    id: ulid,
    rev: count,
    type: z.enum(JOB_TYPES),
    label: label.exactOptional(),
    principal,
    priority: z.int().min(0).max(100),
    state: z.enum(JOB_STATES),
    outcome: z.enum(['ok', 'partial']).exactOptional(),
    phase: z.enum(['master', ...PHASES]).exactOptional(),
    reasons: z.array(reason),
    problem: failure.exactOptional(),
    copiesWanted: z.int().min(1).max(1000),
    copies: z.record(z.enum(COPY_STATES), count).meta({ description: 'Number of copies in each state' }),
    image: ulid.exactOptional(),
    retryOf: ulid.exactOptional(),
    createdAt: timestamp,
    updatedAt: timestamp,
    endedAt: timestamp.exactOptional(),
  })
  .meta({ id: 'JobSummary' });
export type JobSummary = z.infer<typeof jobSummary>;

export const job = z.strictObject({ ...jobSummary.shape, request: jobRequest }).meta({ id: 'Job' });
export type Job = z.infer<typeof job>;

/** One use of a drive for a job. */
export const copy = z
  .strictObject({
    job: ulid,
    number: z.int().min(1).max(1000),
    kind: z.enum(COPY_KINDS).meta({
      description: '`disc` is recorded; `source` is the disc that a copying job reads first',
    }),
    state: z.enum(COPY_STATES),
    drive: driveId.exactOptional(),
    attempts: count,
    problem: failure.exactOptional(),
  })
  .meta({ id: 'Copy' });
export type Copy = z.infer<typeof copy>;

/** One try at a copy, without plan, medium and proof: what events carry. */
export const attemptSummary = z
  .strictObject({
    job: ulid,
    copy: z.int().min(1).max(1000),
    number: z.int().min(1).max(1000),
    drive: driveId,
    state: z.enum(ATTEMPT_STATES),
    phase: phase.exactOptional(),
    touched: z.boolean().meta({ description: 'A command that can alter the medium was about to be sent' }),
    planHash: sha256Hex.exactOptional(),
    underruns: count.exactOptional().meta({
      description: 'How often the drive had to wait because its buffer was empty, once the disc is proven',
    }),
    notices: z.array(notice).exactOptional().meta({
      description:
        'What the drive did otherwise than it was told with a disc that is good all the same: `speed-adjusted`, `rotation-adjusted`, `implausibly-fast`. An open list',
    }),
    problem: failure.exactOptional(),
    mediumAfter: mediumAfterSchema
      .exactOptional()
      .meta({ description: 'What a failure has left on the medium, and what to do with it' }),
    startedAt: timestamp,
    endedAt: timestamp.exactOptional(),
  })
  .meta({ id: 'AttemptSummary' });
export type AttemptSummary = z.infer<typeof attemptSummary>;

export const attempt = z
  .strictObject({
    ...attemptSummary.shape,
    plan: z.json().exactOptional(),
    medium: z.json().exactOptional().meta({ description: 'As it was when the plan was made' }),
    proof: z.json().exactOptional(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof attempt>;

export const IMAGE_STATES = ['building', 'mastering', 'ready', 'failed'] as const;

/** Image without its request. */
export const imageView = z
  .strictObject({
    id: ulid,
    state: z.enum(IMAGE_STATES).meta({ description: '`building`: a draft that can be changed' }),
    type: z.enum(['data', 'image', 'read', 'draft']),
    label: label.exactOptional(),
    principal,
    requestDigest: sha256Hex,
    bytes: count.meta({ description: '0 until the image is ready' }),
    progress: imageProgress.exactOptional().meta({
      description:
        'While it is mastered, or a disc is imported into it; of one that a drive reads, its job tells. Events do not have it, progress frames do',
    }),
    summary: z.json().exactOptional(),
    problem: failure.exactOptional(),
    createdAt: timestamp,
    readyAt: timestamp.exactOptional(),
    madeFor: madeFor.exactOptional(),
    draft: z
      .strictObject({
        rev: count.meta({ description: 'Grows with each change; its ETag' }),
        revision: count.meta({ description: 'Number of the last revision; 0 where there is none' }),
        lockedIn: count.meta({ description: 'Revision that the draft cannot go back behind' }),
      })
      .exactOptional()
      .meta({ description: 'Of an image that a client has built' }),
  })
  .meta({ id: 'ImageView' });
export type ImageView = z.infer<typeof imageView>;

export const image = z
  .strictObject({
    ...imageView.shape,
    request: imageOrigin,
    warnings: z.array(z.json()).meta({
      description:
        'What was left out of a session that is continued (`path`, `leftOut`), and names that were changed, one entry each',
    }),
  })
  .meta({ id: 'Image' });
export type Image = z.infer<typeof image>;

/** What one request has made of a draft. */
export const draftRevision = z
  .strictObject({ number: z.int().min(1), at: timestamp, edits: z.array(draftEdit) })
  .meta({ id: 'DraftRevision' });
export type DraftRevision = z.infer<typeof draftRevision>;

/** Where a drive is connected: `port` is stable, `device` is what to open at present. */
export const driveLocation = z
  .strictObject({ port: z.string().min(1).max(500), device: z.string().min(1).max(500).exactOptional() })
  .meta({ id: 'DriveLocation' });
export type DriveLocation = z.infer<typeof driveLocation>;

export const driveIdentity = z
  .strictObject({
    vendor: z.string().max(64),
    product: z.string().max(64),
    revision: z.string().max(64),
    serial: z.string().max(128).exactOptional(),
  })
  .meta({ id: 'DriveIdentity' });
export type DriveIdentityRecord = z.infer<typeof driveIdentity>;

export const driveRow = z
  .strictObject({
    id: driveId,
    rev: count,
    name: label,
    transport: z.enum(['sg', 'virtual', 'socket']),
    location: driveLocation,
    identity: driveIdentity,
    accepting: z.boolean().meta({ description: 'Takes new copies' }),
    enabled: z.boolean().meta({ description: 'May work at all' }),
    firstSeenAt: timestamp,
    lastSeenAt: timestamp,
  })
  .meta({ id: 'DriveRow' });
export type DriveRow = z.infer<typeof driveRow>;

/** Who holds a drive and what is in it: two fields, known to the fleet and kept nowhere. */
export const driveStatus = z
  .strictObject({
    drive: driveId,
    holding: z.enum(['free', 'leased', 'busy', 'foreign-busy', 'recovering', 'faulted', 'absent']),
    contents: z.enum(['open', 'empty', 'loading', 'ready']),
    holder: z.string().max(300).exactOptional().meta({ description: 'Who holds it, in words' }),
    problem: failure.exactOptional(),
  })
  .meta({ id: 'DriveStatus' });
export type DriveStatus = z.infer<typeof driveStatus>;

export const virtualDriveRow = z
  .strictObject({
    id: driveId,
    home: z.enum(['worker', 'process']),
    settings: z.json().meta({ description: 'Model, speeds and buffer, as the virtual drive takes them' }),
    medium: z
      .string()
      .min(1)
      .max(200)
      .exactOptional()
      .meta({ description: 'The kept medium that lies in it' }),
    createdAt: timestamp,
  })
  .meta({ id: 'VirtualDriveRow' });
export type VirtualDriveRow = z.infer<typeof virtualDriveRow>;

export const leaseRow = z
  .strictObject({
    id: ulid,
    drive: driveId,
    principal,
    name: label.meta({ description: 'Of the client program' }),
    count: z.int().min(1).max(1_000_000).meta({ description: 'How often it was taken' }),
    expiresAt: timestamp,
    bound: z.boolean().meta({ description: 'Ends with the WebSocket of its client' }),
  })
  .meta({ id: 'Lease' });
export type LeaseRow = z.infer<typeof leaseRow>;

export const tokenRow = z
  .strictObject({
    id: ulid,
    name: label,
    scopes: z
      .array(z.string().regex(/^[a-z][a-z0-9:-]{0,63}$/))
      .min(1)
      .max(32),
    createdAt: timestamp,
    expiresAt: timestamp.exactOptional(),
    lastUsedAt: timestamp.exactOptional(),
  })
  .meta({ id: 'Token' });
export type TokenRow = z.infer<typeof tokenRow>;
