import { ulid } from 'ulid';
import type { DriveReport } from '../drive/drive.js';
import { SpindleError } from '../errors.js';
import type { ImportEdit, ImportedEdit } from '../jobs/image-request.js';
import { promisesIn } from '../os/promised-space.js';
import { type ReadBlocks, sessionOf } from './continued-medium.js';
import type { CappedRun } from './capped-process.js';
import type { ImportArgument, ImportResult } from '../worker/import-protocol.js';
import type { ImagesUnderway } from './images-underway.js';
import { runImport } from './import-run.js';
import { placeImport } from './place-image.js';
import type { Staging } from './staging.js';

export interface ImportsOptions {
  readonly staging: Staging;
  readonly stateDirectory: string;
  readonly underway: ImagesUnderway;
  /** Rejects with `image-unknown` where the draft is gone. */
  readonly requireDraft: (draft: string) => Promise<unknown>;
  readonly readBlocks: ReadBlocks;
  /** What was last read of a drive; undefined where nobody has read it yet. Throws `drive-unknown`. */
  readonly reportOf: (drive: string) => DriveReport | undefined;
}

/** Each process may take a gigabyte. */
const MOST_RUNNING = 2;

/** One that is under way, or about to be. */
interface Running {
  readonly drive: string;
  readonly lease: string | undefined;
  run?: CappedRun<ImportResult>;
  /** What it ends with whatever its process says. */
  abandoned?: SpindleError;
}

/** Reads sessions of media for drafts, each in a process of its own: a few at once, and of each drive one. */
export class DraftImports {
  readonly #options: ImportsOptions;
  /** By draft, of which each does one thing after the other. */
  readonly #running = new Map<string, Running>();

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  #placeIn(drive: string) {
    const report = this.#options.reportOf(drive);
    if (!report) throw new SpindleError('drive-becoming-ready', `Nobody has read the drive ${drive} yet.`);
    if (!report.medium) throw new SpindleError('medium-not-present', `No medium lies in the drive ${drive}.`);
    return placeImport(drive, report);
  }

  #begin(draft: string, { drive, lease }: Pick<Running, 'drive' | 'lease'>): Running {
    const running = [...this.#running.values()];
    if (running.length >= MOST_RUNNING)
      throw new SpindleError('rate-limited', `${MOST_RUNNING} discs are being imported already.`);
    if (running.some((one) => one.drive === drive))
      throw new SpindleError('rate-limited', `The disc in the drive ${drive} is being imported already.`);
    const begun: Running = { drive, lease };
    this.#running.set(draft, begun);
    return begun;
  }

  async #read(draft: string, running: Running, argument: ImportArgument): Promise<ImportResult> {
    const { drive, lease } = running;
    const { underway, readBlocks } = this.#options;
    const { recording } = argument.session;
    if (running.abandoned) throw running.abandoned;
    running.run = runImport(argument, {
      askForBlocks: (question) => readBlocks({ ...question, drive, recording, lease }),
      onProgress: (progress) => {
        underway.tell(draft, progress);
      },
    });
    try {
      return await running.run.result;
    } finally {
      underway.over(draft);
    }
  }

  /**
   * Reads the session and keeps what it has read as a body of the draft. Of what is refused nothing stays.
   * @throws SpindleError what keeps the medium from being continued or read, `base-session-unknown`, `base-unreadable`, `base-unsuitable`,
   * `rate-limited`, `image-unknown` where the draft is deleted meanwhile
   */
  async import(
    draft: string,
    { drive, lease, onConflict, skipUnsupported, ...choice }: ImportEdit,
  ): Promise<ImportedEdit> {
    const { staging, stateDirectory } = this.#options;
    const { madeFor, base } = this.#placeIn(drive);
    const session = sessionOf(madeFor, base, choice);
    const running = this.#begin(draft, { drive, lease });
    const body = `${draft}/${ulid()}`;
    try {
      await this.#options.requireDraft(draft); // it may have been deleted before anybody could abandon this
      await staging.prepare(draft);
      const output = staging.pathOf(body);
      const read = await this.#read(draft, running, {
        do: 'import',
        session,
        output,
        promises: promisesIn(stateDirectory),
      });
      const imported = { startBlock: session.start, ...read };
      const { fileSystem } = imported;
      return {
        do: 'import-session',
        session: { ...session, fileSystem },
        body,
        onConflict,
        skipUnsupported,
        madeFor: { ...madeFor, imported },
      };
    } catch (error) {
      await staging.remove([body]);
      throw running.abandoned ?? error;
    } finally {
      this.#running.delete(draft);
    }
  }

  /** Ends what is imported for a draft that is deleted. */
  abandon(draft: string): void {
    this.#end(draft, new SpindleError('image-unknown', `The image ${draft} was deleted.`));
  }

  stop(): void {
    for (const draft of this.#running.keys())
      this.#end(draft, new SpindleError('daemon-stopping', 'The import is not finished.'));
  }

  #end(draft: string, why: SpindleError): void {
    const running = this.#running.get(draft);
    if (!running) return;
    running.abandoned = why;
    running.run?.stop();
  }
}
