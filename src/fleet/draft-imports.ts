import { ulid } from 'ulid';
import type { DriveReport } from '../drive/drive.js';
import { SpindleError } from '../errors.js';
import type { ImportEdit, ImportedEdit } from '../jobs/image-request.js';
import { promisesIn } from '../os/promised-space.js';
import { type ReadBlocks, sessionOf } from './continued-medium.js';
import type { CappedRun } from './capped-process.js';
import { runImport } from './import-run.js';
import { placeImport } from './place-image.js';
import type { Staging } from './staging.js';

export interface ImportsOptions {
  readonly staging: Staging;
  readonly stateDirectory: string;
  readonly readBlocks: ReadBlocks;
  /** What was last read of a drive; undefined where nobody has read it yet. Throws `drive-unknown`. */
  readonly reportOf: (drive: string) => DriveReport | undefined;
}

/** Reads sessions of media for drafts, each in a process of its own. */
export class DraftImports {
  readonly #options: ImportsOptions;
  readonly #running = new Set<CappedRun<unknown>>();

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  #placeIn(drive: string) {
    const report = this.#options.reportOf(drive);
    if (!report) throw new SpindleError('drive-becoming-ready', `Nobody has read the drive ${drive} yet.`);
    if (!report.medium) throw new SpindleError('medium-not-present', `No medium lies in the drive ${drive}.`);
    return placeImport(drive, report);
  }

  /**
   * Reads the session and keeps what it has read as a body of the draft. Of what is refused nothing stays.
   * @throws SpindleError what keeps the medium from being continued or read, `base-session-unknown`, `base-unreadable`, `base-unsuitable`
   */
  async import(
    draft: string,
    { drive, onConflict, skipUnsupported, ...choice }: ImportEdit,
  ): Promise<ImportedEdit> {
    const { staging, stateDirectory, readBlocks } = this.#options;
    const { madeFor, base } = this.#placeIn(drive);
    const session = sessionOf(madeFor, base, choice);
    const body = `${draft}/${ulid()}`;
    await staging.prepare(draft);
    const run = runImport(
      { session, output: staging.pathOf(body), promises: promisesIn(stateDirectory) },
      { askForBlocks: (question) => readBlocks({ ...question, drive, recording: session.recording }) },
    );
    this.#running.add(run);
    try {
      const imported = { startBlock: session.start, ...(await run.result) };
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
      throw error;
    } finally {
      this.#running.delete(run);
    }
  }

  stop(): void {
    for (const run of this.#running) run.stop();
  }
}
