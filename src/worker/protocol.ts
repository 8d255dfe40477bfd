/**
 * What the daemon and a worker say to each other over the worker's Unix socket: frames of JSON, validated on both
 * ends. A worker outlives daemons, so what attaching needs (`hello`, `status`, `journal`, `progress`, `cancel`,
 * `lease`, `ended`) and the journal's lines are additive only within one major version; all else is spoken between
 * equal builds only.
 */
import { z } from 'zod';
import { attemptRef, journalEntry } from '../burn/journal-entry.js';
import { plan } from '../burn/plan.js';
import { refusal } from '../burn/refusal.js';
import { phase, progress } from '../burn/progress.js';
import { driveUse } from '../burn/use.js';
import { failure } from '../errors.js';
import { DRIVE_ORDERS, ORDER_ANSWERS } from './drive-orders.js';
import { DRIVE_ANSWERS, DRIVE_QUESTIONS } from './drive-questions.js';

/** Major.minor; a peer with another major version is refused. 1.1: a daemon of another build may hand and take back a lease. */
export const PROTOCOL = '1.1';

/** How the worker reaches its drive. */
export const driveLocation = z.discriminatedUnion('transport', [
  z.object({ transport: z.literal('sg'), device: z.string() }),
  z.object({ transport: z.literal('virtual'), folder: z.string() }),
  z.object({ transport: z.literal('socket'), path: z.string() }),
]);
export type DriveLocation = z.infer<typeof driveLocation>;

/** A root as the worker opens it. */
export const root = z.object({ name: z.string(), path: z.string() });

/** Everything that a worker needs for one use of its drive. */
export const assignment = attemptRef.extend({
  /** Image file that is recorded, compared or made; its digests and its spool lie beside it. */
  image: z.string().optional(),
  roots: z.array(root),
  use: driveUse,
  /** Hash of the accepted plan; the worker reads the medium again, plans again and starts only if it is equal. */
  planHash: z.string(),
});
export type Assignment = z.infer<typeof assignment>;

/** What the drive was seen to be, without asking it anything that disturbs another program. */
export const observation = z.object({
  /** `absent`: the device node or the virtual home is gone. */
  presence: z.enum(['present', 'absent', 'foreign-busy', 'faulted']),
  /** Names the foreign holder where it can be found, e.g. `mount /media/cdrom` or `xorriso (pid 4711)`. */
  foreign: z.string().optional(),
  contents: z.enum(['open', 'empty', 'loading', 'ready']).optional(),
  /** Since this worker began, the drive has told that its medium is another one or may be, or it never tells. */
  exchanged: z.literal(true).exactOptional(),
  /** DriveReport of src/drive/drive.ts, present when it was read for this observation. */
  report: z.record(z.string(), z.unknown()).optional(),
  problem: failure.optional(),
});
export type Observation = z.infer<typeof observation>;

/** Of a worker of another build: what cannot be understood was not seen, and attaching goes on. */
const tolerated = observation.optional().catch(undefined);

export const workerStatus = z.object({
  drive: z.string(),
  pid: z.int(),
  build: z.string(),
  /** Digest of what it was started with and keeps: limits, quirks, mounts, groups. Absent from builds that did not say. */
  circumstances: z.string().optional(),
  /** Absent from builds that did not say where their drive is. */
  location: driveLocation.optional(),
  /** The attempt at hand, or the last one whose journal has not been acknowledged. */
  attempt: attemptRef
    .extend({ phase: phase.optional(), touched: z.boolean(), ended: z.boolean(), sequence: z.int().min(0) })
    .optional(),
  lease: z.object({ id: z.string(), expiresAt: z.iso.datetime() }).optional(),
  observation: tolerated,
});
export type WorkerStatus = z.infer<typeof workerStatus>;

/** Medium and fault script of a virtual drive; refused by every other drive. */
export const virtualOperation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('insert'), medium: z.string() }),
  z.object({ kind: z.literal('remove') }),
  z.object({ kind: z.literal('faults'), faults: z.array(z.record(z.string(), z.unknown())) }),
]);
export type VirtualOperation = z.infer<typeof virtualOperation>;

/** How a virtual drive has recorded since it was switched on; no real drive could tell. */
export const recordingStatistics = z
  .strictObject({
    bufferBytes: z.int().min(0),
    underruns: z
      .int()
      .min(0)
      .meta({ description: 'How often the laser stopped because the buffer was empty' }),
    lowestFill: z
      .number()
      .min(0)
      .meta({ description: 'Bytes in the buffer at worst, from its first filling to its last flush' }),
    heldMs: z.number().min(0).meta({
      description: 'How long the laser stood still while the disk of this machine took what it recorded',
    }),
  })
  .meta({ id: 'RecordingStatistics' });
export type RecordingStatistics = z.infer<typeof recordingStatistics>;

/** Blocks that are read for the daemon at once: their text fits in a frame many times over. */
export const MOST_BLOCKS = 128;

/** What the daemon can ask; every request gets exactly one reply. */
export const workerRequest = z.discriminatedUnion('do', [
  z.object({ do: z.literal('status') }),
  /** Look at the drive now, cheaply. Answers an observation. */
  z.object({ do: z.literal('look') }),
  /** Open the drive and read everything about it and its medium. Answers an observation with report. */
  z.object({ do: z.literal('report') }),
  /** Plan without touching. Answers {plan} or {refusals}. */
  z.object({ do: z.literal('plan'), image: z.string().optional(), use: driveUse }),
  /** Take an attempt; a repeat is answered with its state. Answers a status. */
  z.object({ do: z.literal('start'), assignment }),
  /** Stop the attempt. Answers {effect: 'canceling'} or fails with would-ruin-medium, too-late-to-cancel. */
  z.object({ do: z.literal('cancel'), attempt: attemptRef, force: z.boolean() }),
  /** Entries of an attempt's journal after a sequence number. Answers {entries}. */
  z.object({ do: z.literal('journal'), attempt: attemptRef, after: z.int().min(0) }),
  /** The daemon has committed all entries of an ended attempt: its journal may be deleted. */
  z.object({ do: z.literal('forget'), attempt: attemptRef }),
  z.object({
    do: z.literal('tray'),
    action: z.enum(['eject', 'load', 'lock', 'unlock']),
    lease: z.string().optional(),
  }),
  /** Record on the medium that nobody may write to it, or take that off. Answers an observation with report. */
  z.object({ do: z.literal('protect'), persistent: z.boolean(), lease: z.string().optional() }),
  /** Hold the drive for a client until the deadline; `null` gives it back. */
  z.object({
    do: z.literal('lease'),
    lease: z.object({ id: z.string(), expiresAt: z.iso.datetime() }).nullable(),
  }),
  z.object({ do: z.literal('virtual'), operation: virtualOperation, lease: z.string().optional() }),
  /** Blocks of 2,048 bytes of the medium, as long as it is the recording that is named. Answers them in base64. */
  z.object({
    do: z.literal('blocks'),
    recording: z.string(),
    first: z.int().min(0),
    count: z.int().min(1).max(MOST_BLOCKS),
    lease: z.string().optional(),
  }),
  ...DRIVE_QUESTIONS,
  ...DRIVE_ORDERS,
  /** How a virtual drive has fared, whoever holds it. Answers statistics. */
  z.object({ do: z.literal('statistics') }),
  /** End when idle. Answers {ending: boolean}. */
  z.object({ do: z.literal('quit') }),
]);
export type WorkerRequest = z.infer<typeof workerRequest>;

/** What every build of this major version answers to every daemon of it; the rest needs equal builds. */
export const ATTACHING: ReadonlySet<WorkerRequest['do']> = new Set([
  'status',
  'cancel',
  'journal',
  'forget',
  'lease',
  'quit',
]);

const done = z.object({});

/** What a request is answered with when it does not fail. */
export const REPLIES = {
  status: workerStatus,
  look: observation,
  report: observation,
  plan: z.union([z.object({ plan }), z.object({ refusals: z.array(refusal) })]),
  start: workerStatus,
  cancel: z.object({ effect: z.literal('canceling') }),
  journal: z.object({ entries: z.array(journalEntry) }),
  forget: done,
  tray: observation,
  protect: observation,
  lease: done,
  virtual: observation,
  blocks: z.object({ bytes: z.base64() }),
  ...DRIVE_ANSWERS,
  ...ORDER_ANSWERS,
  statistics: recordingStatistics,
  quit: z.object({ ending: z.boolean() }),
} as const satisfies Record<WorkerRequest['do'], z.ZodType>;
export type Reply<Do extends WorkerRequest['do']> = z.infer<(typeof REPLIES)[Do]>;

/** First frame of the daemon. A higher generation takes the worker over; a lower one is refused. */
const daemonHello = z.object({
  op: z.literal('hello'),
  protocol: z.string(),
  build: z.string(),
  generation: z.int().min(1),
});

/** What the daemon sends. Requests are validated apart, so that an unknown one is answered, not cut off. */
export const daemonFrame = z.discriminatedUnion('op', [
  daemonHello,
  z.object({ op: z.literal('request'), id: z.int().min(1), request: z.unknown() }),
]);
export type DaemonFrame = z.infer<typeof daemonFrame>;

/** What a worker sends. */
export const workerFrame = z.discriminatedUnion('op', [
  z.object({ op: z.literal('hello'), protocol: z.string(), status: workerStatus }),
  z.object({ op: z.literal('refused'), failure }),
  z.object({ op: z.literal('reply'), id: z.int().min(1), value: z.unknown() }),
  z.object({ op: z.literal('failure'), id: z.int().min(1), failure }),
  /** Sent unasked whenever what is seen changes. */
  z.object({ op: z.literal('observation'), observation: tolerated }),
  /** Fields that a later build adds are passed over: attaching must work between builds. */
  z.object({ op: z.literal('progress'), attempt: attemptRef, progress: z.object(progress.shape) }),
  /** Sent unasked as soon as the entry is on disk. */
  z.object({ op: z.literal('journal'), entry: journalEntry }),
]);
export type WorkerFrame = z.infer<typeof workerFrame>;
