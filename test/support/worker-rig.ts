import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { programPath } from '../../src/program.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type DriveSpec, createVirtualDrive, insertMedium } from '../../src/virtual/drive-folder.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';
import { readJournal } from '../../src/worker/journal.js';
import type { WorkerArgument } from '../../src/worker/worker-argument.js';
import { journalPath, socketPath } from '../../src/worker/worker-paths.js';
import { BUILD, DaemonClient, type Frame } from './daemon-client.js';
import { masterIn } from './mastering-run.js';
import { temporaryFolder } from './temporary-folder.js';

export const ATTEMPT = { job: '01JZ0000000000000000000001', copy: 1, attempt: 1 };
const OPTIONS = {
  speed: 'max',
  onNonBlank: 'reject',
  close: 'disc',
  simulate: false,
  verify: 'full',
  eject: false,
};

export interface WorkerRigOptions {
  readonly blank?: BlankName;
  readonly drive?: Partial<DriveSpec>;
  readonly tuning?: WorkerArgument['tuning'];
  readonly environment?: NodeJS.ProcessEnv;
}

/** A worker process in front of a virtual drive with a blank medium, and a folder whose files can be recorded. */
export class WorkerRig {
  readonly folder = temporaryFolder();
  readonly source = join(this.folder, 'source');
  readonly medium = join(this.folder, 'medium');
  readonly driveFolder = join(this.folder, 'drive');
  readonly image = join(this.folder, 'state', 'disc.image');
  readonly argument: WorkerArgument;
  /** Added to that of the next worker. */
  environment: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  constructor({ blank = 'dvd+r', drive = {}, tuning = {}, environment = {} }: WorkerRigOptions = {}) {
    mkdirSync(this.source);
    mkdirSync(join(this.folder, 'state'));
    createVirtualDrive(this.driveFolder, { model: 'bd-writer', ...drive });
    createMedium(this.medium, blank);
    insertMedium(this.driveFolder, this.medium);
    this.environment = environment;
    this.argument = {
      drive: 'drive-1',
      location: { transport: 'virtual', folder: this.driveFolder },
      runtimeDir: join(this.folder, 'run'),
      stateDir: join(this.folder, 'state'),
      logFile: join(this.folder, 'worker.log'),
      build: BUILD,
      circumstances: 'test',
      tuning: { lookIntervalMs: 200, ...tuning },
    };
  }

  get roots(): { name: string; path: string }[] {
    return [{ name: 'source', path: this.source }];
  }

  get log(): string {
    return readFileSync(this.argument.logFile, 'utf8');
  }

  /** Makes the image file of all that lies in `source`. */
  async master(spool: 'always' | 'never' = 'never'): Promise<void> {
    const request = {
      sources: [{ at: '/', root: 'source', path: '' }],
      createdAtNs: 1_700_000_000_000_000_000n,
    };
    const promises = join(this.folder, 'state', 'promises');
    await masterIn({ request, roots: this.roots, output: this.image, promises, spool });
  }

  start(argument: Partial<WorkerArgument> = {}): ChildProcess {
    const child = spawn(
      process.execPath,
      [programPath('worker/main'), JSON.stringify({ ...this.argument, ...argument })],
      { detached: true, stdio: 'ignore', cwd: '/', env: { ...process.env, ...this.environment } },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    this.#process = child;
    return child;
  }

  /** Of the worker that was started last: exit code and signal. */
  async exit(): Promise<readonly unknown[]> {
    const child = this.#process!;
    return child.exitCode === null && child.signalCode === null
      ? ((await once(child, 'exit')) as unknown[])
      : [child.exitCode, child.signalCode];
  }

  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  /** Ends the worker, which first lets go of the drive when it has told that its attempt ended. */
  async quit(client: DaemonClient): Promise<readonly unknown[]> {
    const isEnding = async (): Promise<boolean> => {
      const { value } = (await client.request({ do: 'quit' })) as { value?: { ending?: boolean } };
      return value?.ending === true;
    };
    while (!(await isEnding())) await sleep(20);
    return this.exit();
  }

  connect(): Promise<DaemonClient> {
    return DaemonClient.connect(socketPath(this.argument.runtimeDir, this.argument.drive));
  }

  /** Plans the image and returns what `start` needs. */
  async assignment(client: DaemonClient, options: object = {}): Promise<Record<string, unknown>> {
    const reply = await client.request({
      do: 'plan',
      image: this.image,
      use: { do: 'burn', options: { ...OPTIONS, ...options } },
    });
    const { plan } = (reply['value'] ?? {}) as { plan?: { hash: string } };
    if (!plan) throw new Error(JSON.stringify(reply));
    return {
      ...ATTEMPT,
      image: this.image,
      roots: this.roots,
      use: { do: 'burn', options: { ...OPTIONS, ...options } },
      planHash: plan.hash,
    };
  }

  /** Plans and starts; resolves with the reply to `start`. */
  async begin(client: DaemonClient, options: object = {}): Promise<Frame> {
    return client.request({ do: 'start', assignment: await this.assignment(client, options) });
  }

  journal(): ReturnType<typeof readJournal> {
    return readJournal(journalPath(this.argument.stateDir, ATTEMPT));
  }
}

/** Fits the journal frame of an entry. */
export const entryOf =
  (kind: string, more: object = {}) =>
  (frame: Frame): boolean => {
    const entry = frame['entry'] as Record<string, unknown> | undefined;
    return entry?.['kind'] === kind && Object.entries(more).every(([key, value]) => entry[key] === value);
  };

/** The entry `ended` of the attempt, however long it takes. */
export const ended = async (client: DaemonClient): Promise<Record<string, unknown>> =>
  (await client.frame(entryOf('ended')))['entry'] as Record<string, unknown>;
