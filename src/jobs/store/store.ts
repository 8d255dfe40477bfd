import type { Failure } from '../../errors.js';
import type { EventKind, NewEvent, StoreEvent } from '../events.js';
import type { AttemptRef, JournalEntry } from '../../burn/journal-entry.js';
import type { DriveUse } from '../../burn/use.js';
import type { MediumAfter } from '../../burn/medium-after.js';
import type {
  Attempt,
  Copy,
  DriveIdentityRecord,
  DriveLocation,
  DraftRevision,
  DriveRow,
  Image,
  ImageView,
  Job,
  JobSummary,
  LeaseRow,
  Reason,
  TokenRow,
  VirtualDriveRow,
} from '../records.js';
import type { DraftEdit, ImageRequest, NewImage } from '../image-request.js';
import type { MadeFor } from '../made-for.js';
import type { JobRequest } from '../request.js';
import type { CopyKind, KnownRecordings } from '../use-of.js';
import type { AttemptState, CopyState, JobState } from '../states.js';

/** A request that must have its effect once, however often it is sent. */
export interface IdempotencyKey {
  readonly principal: string;
  /** Method and path. */
  readonly route: string;
  readonly key: string;
  /** SHA-256 of the body, hex. */
  readonly digest: string;
}

/** The key without its owner, who is named beside it. */
export type ClientKey = Omit<IdempotencyKey, 'principal'>;

/** A new job, or the answer that its key has had. */
export interface JobOnce {
  readonly job: Job;
  readonly replayed: boolean;
}

/** An answer as it was given to the first request with a key. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Send it as `cursor` to get the next page; absent on the last. */
  readonly next?: string;
}

export interface JobFilter {
  readonly state?: JobState;
  readonly label?: string;
  readonly principal?: string;
  /** Jobs that have used this drive. */
  readonly drive?: string;
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
}

/** A copy that wants a drive, with what `nextFor` must know of its job. */
export interface Candidate {
  readonly job: string;
  /** What its copy is. */
  readonly kind: CopyKind;
  /** What a drive does for it. */
  readonly use: DriveUse;
  /** Drives that may take it; absent: any. */
  readonly drives?: readonly string[];
  /** The first of its pending copies. */
  readonly copy: number;
  readonly pending: number;
  readonly priority: number;
  readonly createdAt: string;
  /** Its sources, ten thousand perhaps, are left out once the job has an image. */
  readonly request: JobRequest;
  /** Absent while the job has no image yet. */
  readonly image?: string;
  readonly imageState?: ImageView['state'];
  readonly imageBytes?: number;
  /** Of the image: it can be recorded on that medium alone. */
  readonly madeFor?: MadeFor;
  /**
   * Where attempts at this job, or at the one that it retries, touched a medium, and the last one in each drive: what still lies
   * there, good or bad, must not make room for another copy.
   */
  readonly used: readonly (AttemptRef & { readonly drive: string })[];
  /** What `recording` is of the good copies, by which one is known that was taken out and put in again. */
  readonly made: readonly string[];
}

export interface Assignment {
  readonly job: string;
  /** Absent: the first that is pending, since copies of a kind are alike. */
  readonly copy?: number;
  /** What the copy is that the plan was made for. */
  readonly kind?: CopyKind;
  readonly drive: string;
  readonly plan: unknown;
  readonly planHash: string;
  /** As it was when the plan was made. */
  readonly medium: unknown;
}

/** What canceling a job leaves to do: attempts whose workers must be told. One that closes its disc is not among them. */
export interface Cancellation {
  readonly job: JobSummary;
  readonly attempts: readonly Attempt[];
}

/** What folding a journal changed; `last` is the highest sequence that is now in the database. */
export interface Folded {
  readonly applied: number;
  readonly last: number;
  readonly attempt: Attempt;
}

/** A drive as discovery finds it. */
export interface FoundDrive {
  /** Given where the client chose it: virtual drives. */
  readonly id?: string;
  readonly name?: string;
  readonly transport: DriveRow['transport'];
  readonly location: DriveLocation;
  readonly identity: DriveIdentityRecord;
}

export interface LeaseRequest {
  readonly drive: string;
  readonly principal: string;
  readonly name: string;
  readonly ttlMs: number;
  readonly bound: boolean;
}

/** Events that no row stands behind: what the fleet sees of drives and media, and whether it begins attempts. */
export type Announcement = Extract<NewEvent, { kind: 'drive.changed' | 'medium.changed' | 'server.changed' }>;

export interface Retention {
  /** Events older than this go, and all but the newest `maxEvents`. */
  readonly eventsBefore: string;
  readonly maxEvents: number;
  readonly idempotencyBefore: string;
}

export interface StoreStatistics {
  readonly jobs: Readonly<Record<JobState, number>>;
  readonly copies: Readonly<Record<CopyState, number>>;
  readonly attempts: Readonly<Record<AttemptState, number>>;
  readonly images: Readonly<Record<ImageView['state'], number>>;
  readonly events: number;
}

/**
 * All that can be asked of the database; each is one transaction, its events included.
 *
 * What does not exist is `undefined` where it is read. Verbs of clients throw the failure that the client is told
 * (`job-unknown`, `transition-refused`, …). Moves of the daemon that come too late (the copy was canceled, the
 * attempt has ended) answer `undefined`: losing a race is an answer, not an error.
 */
export interface Transactions {
  /** Counts daemons; also ends what cannot survive one: bound leases, images of plans, unanswered idempotency keys. */
  readonly beginGeneration: () => number;

  // --- jobs
  readonly createJob: (
    request: JobRequest,
    principal: string,
    options?: { image?: string; idempotency?: ClientKey },
  ) => JobOnce;
  readonly getJob: (id: string) => Job | undefined;
  readonly listJobs: (filter: JobFilter) => Page<JobSummary>;
  readonly copiesOf: (job: string) => Copy[];
  readonly attemptsOf: (job: string, copy?: number) => Attempt[];
  readonly holdJob: (id: string) => Job;
  readonly releaseJob: (id: string) => Job;
  /** Refused with `would-ruin-medium` (without force) and `too-late-to-cancel`; may be repeated. */
  readonly cancelJob: (id: string, options?: { force?: boolean }) => Cancellation;
  /** By what the discs are known that a job has recorded. */
  readonly recordingsOf: (job: string) => KnownRecordings;
  /** What a drive does for an attempt; undefined where there is no such attempt. */
  readonly useOf: (attempt: AttemptRef) => DriveUse | undefined;
  /** The cancel that was asked for, with or without force; undefined where none was. */
  readonly cancelOf: (id: string) => { readonly force: boolean } | undefined;
  /** A new job from the same request and the copies that did not become good. */
  readonly retryJob: (id: string, principal: string, options?: { idempotency?: ClientKey }) => JobOnce;
  /** `rev` is that of the If-Match header: another one is `precondition-failed`. */
  readonly patchJob: (id: string, patch: { priority?: number; label?: string }, rev?: number) => Job;
  /** Forgets a job that has ended, with its copies, attempts and the image that was made for it alone. */
  readonly deleteJob: (id: string) => void;
  /** Why the job does not go on, as the last look of the dispatcher saw it; also moves it to and from `waiting`. */
  readonly setReasons: (id: string, reasons: Reason[]) => JobSummary | undefined;
  /** Fails a job that none of its drives can do, before anything was done; `undefined` where it has ended or is at work. */
  readonly giveUpJob: (id: string, problem: Failure) => JobSummary | undefined;
  /** Makes the image of a job and gives it to the job; `undefined` where the job has ended or has one. */
  readonly prepareImage: (
    job: Pick<Job, 'id' | 'principal'>,
    request: ImageRequest,
    requestDigest: string,
    madeFor?: MadeFor,
  ) => Image | undefined;
  /**
   * Takes an image that does not fit its medium any more from a job that appends, so that another one is made;
   * `undefined` where the job has ended, has an attempt underway or was given the image by its client.
   */
  readonly dropImage: (job: string) => JobSummary | undefined;

  // --- copies and attempts
  /** Pending copies of jobs that may run, best first, at most one per job. */
  readonly candidates: () => Candidate[];
  /** Copy active, attempt assigned; `undefined` when copy or drive were taken meanwhile, or the drive is leased. */
  readonly assign: (assignment: Assignment) => Attempt | undefined;
  /** Entries of one attempt; those that were folded before are skipped. `undefined` when the attempt is unknown. */
  readonly fold: (entries: JournalEntry[]) => Folded | undefined;
  readonly withdraw: (attempt: AttemptRef, reason: Failure) => Attempt | undefined;
  readonly interrupt: (attempt: AttemptRef, problem: Failure) => Attempt | undefined;
  /** What was read afterwards of the medium of an interrupted attempt. */
  readonly noteMedium: (attempt: AttemptRef, medium: MediumAfter) => Attempt | undefined;
  /** The last attempt of a drive, where it was interrupted and nobody has read since what it left on its medium. */
  readonly unreadOf: (drive: string) => Attempt | undefined;
  readonly getAttempt: (attempt: AttemptRef) => Attempt | undefined;
  readonly openAttempts: () => Attempt[];

  // --- images
  readonly createImage: (
    request: NewImage,
    principal: string,
    requestDigest: string,
    more?: { readonly key?: IdempotencyKey | undefined; readonly madeFor?: MadeFor | undefined },
  ) => Image;
  /** For a plan alone: unless an open job records it, it does not outlive the daemon. */
  readonly planImage: (
    request: ImageRequest,
    principal: string,
    requestDigest: string,
    madeFor?: MadeFor,
  ) => Image;
  readonly getImage: (id: string) => Image | undefined;
  readonly listImages: (filter: {
    cursor?: string;
    limit: number;
    state?: ImageView['state'];
  }) => Page<ImageView>;
  readonly imageReady: (
    id: string,
    result: { summary: unknown; warnings: unknown[]; bytes: number },
  ) => Image | undefined;
  /** Jobs that wait for the image fail with it. A draft becomes one again that can be changed. */
  readonly imageFailed: (id: string, problem: Failure) => Image | undefined;
  readonly deleteImage: (id: string) => void;
  /** How many discs the open jobs want that record it; 1 where no job does. */
  readonly copiesOfImage: (id: string) => number;
  /** It was made for a job, not read from a disc, and no job that records it is open. */
  readonly hasNoUseForSpool: (id: string) => boolean;

  // --- drafts: images that clients build. `rev` is that of the If-Match header; refused with `draft-sealed` where none is built
  /** Makes the edits of one request a revision. */
  readonly editDraft: (
    id: string,
    edits: readonly DraftEdit[],
    more?: { readonly rev?: number | undefined; readonly key?: IdempotencyKey | undefined },
  ) => Image;
  /** Forgets all revisions after this one; 0: all. Refused with `revision-unknown` and `revision-locked`. */
  readonly undoDraft: (id: string, revision: number, rev: number) => Image;
  /** What there is now cannot be undone any more. */
  readonly lockDraft: (id: string, rev: number) => Image;
  /** The draft becomes an image that is being mastered. */
  readonly sealDraft: (id: string, rev: number) => Image;
  /** In order, after that number. */
  readonly draftRevisions: (
    id: string,
    page: { readonly after: number; readonly limit: number },
  ) => DraftRevision[];

  // --- drives
  /** All drives that discovery sees now, at once: whether a serial is unique can only be said of all. */
  readonly seeDrives: (found: FoundDrive[]) => DriveRow[];
  readonly getDrive: (id: string) => DriveRow | undefined;
  readonly listDrives: () => DriveRow[];
  readonly patchDrive: (
    id: string,
    patch: { name?: string; accepting?: boolean; enabled?: boolean },
    rev?: number,
  ) => DriveRow;
  readonly createVirtualDrive: (
    row: Omit<VirtualDriveRow, 'createdAt'>,
    key?: IdempotencyKey,
  ) => VirtualDriveRow;
  readonly getVirtualDrive: (id: string) => VirtualDriveRow | undefined;
  readonly listVirtualDrives: () => VirtualDriveRow[];
  readonly patchVirtualDrive: (
    id: string,
    patch: { settings?: unknown; medium?: string | null },
  ) => VirtualDriveRow;
  readonly removeVirtualDrive: (id: string) => void;

  // --- leases
  /** Counts up where the same principal holds it by the same name; refused with its holder where another does. */
  readonly takeLease: (request: LeaseRequest, key?: IdempotencyKey) => LeaseRow;
  readonly renewLease: (id: string, principal: string, ttlMs: number) => LeaseRow;
  /** Counts down; `undefined` when that ended the lease. */
  readonly releaseLease: (id: string, principal: string) => LeaseRow | undefined;
  readonly breakLease: (drive: string) => LeaseRow | undefined;
  readonly leaseOf: (drive: string) => LeaseRow | undefined;
  readonly listLeases: () => LeaseRow[];
  readonly expireLeases: () => LeaseRow[];

  // --- tokens
  readonly createToken: (token: {
    name: string;
    scopes: string[];
    secretHash: string;
    expiresAt?: string;
  }) => TokenRow;
  /** By SHA-256 of the secret, hex; expired ones are not found. */
  readonly findToken: (secretHash: string) => TokenRow | undefined;
  readonly listTokens: () => TokenRow[];
  readonly touchToken: (id: string) => void;
  readonly revokeToken: (id: string) => void;

  // --- events
  readonly announce: (events: Announcement[]) => void;
  /** In order, after `seq`; `topics` are topics or `jobs/*`. */
  readonly eventsSince: (
    seq: number,
    options: { limit: number; topics?: string[]; kinds?: EventKind[] },
  ) => StoreEvent[];
  readonly eventLog: () => { epoch: string; head: number; oldest: number };
  /** In batches, so that burns are not disturbed: repeat until both are 0. */
  readonly purge: (retention: Retention) => { events: number; idempotencyKeys: number };

  // --- idempotency of requests that create no job
  // The verb that makes something notes it with the key: what was made is the answer where no other could be stored.
  /** The stored answer, or `undefined` for a new key. Throws for another body and for one that is in flight. */
  readonly beginIdempotent: (key: IdempotencyKey) => StoredAnswer | undefined;
  readonly finishIdempotent: (key: IdempotencyKey, answer: StoredAnswer) => void;
  /** The request failed and had no effect: the key may be used again. */
  readonly abandonIdempotent: (key: IdempotencyKey) => void;

  readonly statistics: () => StoreStatistics;
}

/** The store as the daemon sees it: the same verbs, answered by the store thread. */
export type Store = {
  readonly [Verb in keyof Transactions]: (
    ...args: Parameters<Transactions[Verb]>
  ) => Promise<ReturnType<Transactions[Verb]>>;
} & {
  /** Committed events, in the order of their commits, each once. Returns a function that ends it. */
  readonly onEvents: (listener: (events: readonly StoreEvent[]) => void) => () => void;
  /** After everything that was asked before. */
  readonly close: () => Promise<void>;
};
