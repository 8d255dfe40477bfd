import type { AttemptRef } from '../burn/journal-entry.js';
import type { Plan } from '../burn/plan.js';
import type { Progress } from '../burn/progress.js';
import type { Refusal } from '../burn/refusal.js';
import type { DriveUse } from '../burn/use.js';
import type { DriveContents, DriveReport } from '../drive/drive.js';
import type { Failure } from '../errors.js';
import type { Root } from '../image/image.js';
import type { DriveStatus, Image } from '../jobs/records.js';
import type { ClientEdit, DraftEdit } from '../jobs/image-request.js';
import type { IdempotencyKey } from '../jobs/store/store.js';
import type { MediumQuestion } from './continued-medium.js';
import type { ContentsPlace, DraftAnswer } from '../worker/draft-protocol.js';
import type { DriveOrder, OrderAnswer } from '../worker/drive-orders.js';
import type { DriveAnswer, DriveQuestion } from '../worker/drive-questions.js';
import type { RecordingStatistics } from '../worker/protocol.js';
import type { SentBody } from './staging.js';

/** What is known of a drive at this moment; its row in the store holds what lasts. */
export interface DriveState {
  readonly id: string;
  /** Who holds it and what is in it: the two fields of a drive's state. */
  readonly holding: DriveStatus['holding'];
  readonly contents: DriveContents;
  /** The holder in words: the job, the lease's name, the foreign program. */
  readonly holder: string | undefined;
  readonly report: DriveReport | undefined;
  readonly attempt: AttemptRef | undefined;
  readonly progress: Progress | undefined;
  readonly problem: Failure | undefined;
  /** Grows with every change, so that an old view can be told from a new one. */
  readonly revision: number;
}

/** What one drive answers to a plan. */
export interface DrivePlan {
  readonly drive: string;
  readonly plan: Plan | undefined;
  readonly refusals: readonly Refusal[];
}

/** A virtual drive as a client asks for it. */
export interface VirtualDriveSpec {
  readonly name: string;
  readonly model: string;
  readonly home: 'worker' | 'process';
  readonly speed: 'unlimited' | 'realtime';
  readonly bufferBytes: number;
}

/** What a client puts into a virtual drive: a new blank, or a medium that is kept. */
export type VirtualInsertion =
  | { readonly blank: string; readonly capacity: number | undefined; readonly writeProtect?: boolean }
  | { readonly medium: string };

/**
 * The daemon's side of the drives. It asks workers and never opens a drive itself; every method that names a
 * drive rejects with `drive-unknown`.
 */
export interface Fleet {
  /** Starts or attaches to a worker per drive, settles what the last daemon left open, then dispatches. */
  start(): Promise<void>;
  /** From here on no attempt is begun: whoever detaches may have to wait for clients before. */
  beginNoMore(): void;
  /** Lets go of the workers; those that record go on by themselves. */
  detach(): Promise<void>;
  /** Begins no attempts until `resume`; those underway go on. The next daemon knows nothing of it. */
  drain(): Promise<void>;
  resume(): Promise<void>;
  readonly draining: boolean;

  states(): readonly DriveState[];
  state(drive: string): DriveState;
  /** Looks now, reading the medium where nobody else holds the drive. */
  refresh(drive: string): Promise<DriveState>;

  /** Asks each of the drives what it would do, with the image where the use has one. */
  plan(drives: readonly string[], image: string | undefined, use: DriveUse): Promise<readonly DrivePlan[]>;
  /** Blocks of a recording that lies in a drive, in base64. Rejects with `medium-changed` where it does not any more. */
  readBlocks(question: MediumQuestion): Promise<string>;
  tray(drive: string, action: 'eject' | 'load' | 'lock' | 'unlock', lease: string | undefined): Promise<void>;
  /** What a client asks of the drive itself. Rejects with `drive-busy`, `drive-leased`, and as the drive refuses. */
  ask<Do extends DriveQuestion['do']>(
    drive: string,
    question: Extract<DriveQuestion, { do: Do }>,
  ): Promise<DriveAnswer<Do>>;
  /** What whoever holds a lease has done to the drive itself. Rejects with `lease-unknown`, and as the drive refuses. */
  order<Do extends DriveOrder['do']>(
    drive: string,
    order: Extract<DriveOrder, { do: Do }>,
  ): Promise<OrderAnswer<Do>>;
  /** Records on the medium in a drive that nobody may write to it, or takes that off. */
  protect(drive: string, persistent: boolean, lease: string | undefined): Promise<void>;
  /** Hands the deadline of a lease to the worker, or takes it back. The row is the store's. */
  lease(drive: string, lease: { id: string; expiresAt: string } | undefined): Promise<void>;
  /** Stops an attempt. Rejects with `would-ruin-medium` or `too-late-to-cancel`. */
  cancel(attempt: AttemptRef, force: boolean): Promise<void>;

  createVirtualDrive(spec: VirtualDriveSpec, key?: IdempotencyKey): Promise<string>;
  removeVirtualDrive(drive: string): Promise<void>;
  insert(drive: string, insertion: VirtualInsertion, lease: string | undefined): Promise<void>;
  remove(drive: string, lease: string | undefined): Promise<void>;
  faults(drive: string, faults: readonly Record<string, unknown>[], lease: string | undefined): Promise<void>;
  /** How a virtual drive has recorded; rejects with `virtual-only` for a real one. */
  statistics(drive: string): Promise<RecordingStatistics>;

  /** Something to do may have arrived: a job, a medium, a free drive. */
  wake(): void;
  onState(listener: (state: DriveState) => void): () => void;
  onProgress(listener: (drive: string, attempt: AttemptRef, progress: Progress) => void): () => void;
}

/** Makes image files by the mastering process, one at a time, and removes what is no longer wanted. */
export interface Mastering {
  /**
   * Begins with an image row in state `mastering`; its end is an `image.advanced` event. For how many discs it is
   * made decides whether it is spooled.
   */
  begin(image: string, copies?: number): void;
  /** Absolute path of the image file of a row in state `ready`. */
  pathOf(image: string): string;
  /** What sources of images lie beneath: the roots of clients, and where their uploads are. */
  readonly roots: readonly Root[];
  stop(): Promise<void>;
}

/** What a client wants, or the daemon has made of it. */
export type WantedEdit = ClientEdit | DraftEdit;

/** What a change of a draft depends on besides the draft. */
export interface DraftChange {
  /** Of the If-Match header: the draft must be that. */
  readonly rev?: number | undefined;
  readonly key?: IdempotencyKey | undefined;
  /** A file takes nobody's place. */
  readonly onlyNew?: boolean;
}

/** A page of something that is counted from 0. */
export interface Slice {
  readonly offset: number;
  readonly limit: number;
}

/** Where contents of a draft are; `disc` is the one that it continues, and where it was last. */
export type DraftContents =
  | Exclude<ContentsPlace, { from: 'medium' }>
  | (Extract<ContentsPlace, { from: 'medium' }> & {
      readonly disc: { readonly drive: string; readonly recording: string };
    });

/**
 * Images that clients build. What is changed is tried on the tree of the draft before it is a revision; changes of one draft
 * wait for each other. Methods reject with `image-unknown`, and those that change something with `draft-sealed`.
 */
export interface Drafts {
  edit(id: string, edits: readonly WantedEdit[], change?: DraftChange): Promise<Image>;
  /** Makes a body that is sent a file of the draft, or a stream of one. Of one that is refused nothing stays. */
  put(
    id: string,
    place: { at: string; stream?: string | undefined },
    body: SentBody,
    change: DraftChange,
  ): Promise<Image>;
  undo(id: string, revision: number, rev: number): Promise<Image>;
  lockIn(id: string, rev: number): Promise<Image>;
  /** Makes an ordinary image of it. */
  seal(id: string, rev: number): Promise<Image>;
  /** An entry and what lies in it. */
  look(id: string, path: string, page: Slice): Promise<DraftAnswer<'look'>>;
  /** Where the contents of a file are, or of a named stream; opens nothing. */
  contents(id: string, place: { path: string; stream?: string | undefined }): Promise<DraftContents>;
  measure(id: string): Promise<DraftAnswer<'measure'>>;
  /** How each file system shows an entry. */
  names(id: string, path: string): Promise<DraftAnswer<'names'>>;
  /** Names that some file system changes. */
  changes(id: string, page: Slice): Promise<DraftAnswer<'changes'>>;
  stop(): void;
}
