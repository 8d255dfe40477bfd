import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { programPath } from '../../src/program.js';
import { ApiClient } from './api-client.js';
import { patient } from './patient.js';
import { type FoundProcess, endProcesses, processesOf } from './processes.js';

export interface DaemonOptions {
  /** Virtual drives that the daemon makes by itself. */
  readonly virtualDrives?: number;
  /** Roots beside `source`, by name. */
  readonly roots?: Readonly<Record<string, string>>;
  /** Fields of the configuration file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Limits of the workers; tests are impatient. */
  readonly workers?: Readonly<Record<string, unknown>>;
  /** Number of the user and of the group that it runs as; absent: those of the test. */
  readonly user?: number;
  /** Words before those of the daemon: a program that starts it, which is told the socket. */
  readonly startedBy?: (socket: string) => readonly string[];
}

/** All processes that descend from a test daemon carry its folder in their environment, so that each can be found. */
const MARK = 'SPINDLE_TEST_FOLDER';

const STARTING_LIMIT_MS = patient(55_000);

/** How a daemon that did not come up has ended. */
export interface FailedStart {
  readonly code: number | null;
  readonly stderr: string;
}

/** A real daemon: a process of its own with SQLite, sockets and detached workers, on a private folder. */
export class TestDaemon {
  /** Everything of this daemon; its name is short, since sockets lie in it. */
  readonly folder = mkdtempSync(join(tmpdir(), 'sp-'));
  readonly state = join(this.folder, 'state');
  readonly runtime = join(this.folder, 'run');
  readonly socket = join(this.runtime, 'api.sock');
  /** Root `source` of the daemon. */
  readonly source = join(this.folder, 'source');
  readonly api = new ApiClient(this.socket);
  url = '';
  /** The program that `start` runs: the compiled one of this repository, or that of an installation. */
  program = programPath('main');
  #process: ChildProcess | undefined;
  readonly #user: number | undefined;
  readonly #startedBy: (socket: string) => readonly string[];
  /** Beside what the test has; may be filled until it is started. */
  readonly environment: NodeJS.ProcessEnv = {};
  readonly #log = join(this.folder, 'daemon.log');
  readonly #config = join(this.folder, 'config.json');

  constructor({
    virtualDrives = 0,
    roots = {},
    config = {},
    workers = {},
    user,
    startedBy = () => [],
  }: DaemonOptions) {
    this.#user = user;
    this.#startedBy = startedBy;
    chmodSync(this.folder, 0o755);
    mkdirSync(this.source);
    const content = {
      stateDirectory: this.state,
      runtimeDirectory: this.runtime,
      tcp: { port: 0 },
      roots: { source: this.source, ...roots },
      virtualDrives,
      workers: { lookIntervalMs: patient(100), idleExitMs: patient(5000), ...workers },
      ...config,
    };
    writeFileSync(this.#config, JSON.stringify(content));
    if (user !== undefined) chownSync(this.folder, user, user);
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  get log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '';
  }

  /** Changes fields of the configuration file, for the next start. */
  configure(fields: Readonly<Record<string, unknown>>): void {
    const content = JSON.parse(readFileSync(this.#config, 'utf8')) as object;
    writeFileSync(this.#config, JSON.stringify({ ...content, ...fields }));
  }

  /** Runs the program on this daemon's folder without waiting for anything. */
  spawn(): ChildProcess {
    const log = openSync(this.#log, 'a');
    const daemon = [process.execPath, this.program, '--config', this.#config];
    const [program = '', ...args] = [...this.#startedBy(this.socket), ...daemon];
    try {
      return spawn(program, args, {
        stdio: ['ignore', 'pipe', log],
        env: { ...process.env, ...this.environment, [MARK]: this.folder },
        ...(this.#user !== undefined && { uid: this.#user, gid: this.#user, cwd: '/' }),
      });
    } finally {
      closeSync(log);
    }
  }

  /** Resolves when the daemon serves. */
  async start(): Promise<void> {
    const child = this.spawn();
    this.#process = child;
    const limit = setTimeout(() => child.kill('SIGKILL'), STARTING_LIMIT_MS);
    for await (const line of createInterface(child.stdout!)) {
      const url = /dashboard\s+(http:\S+?)\/$/.exec(line)?.[1];
      if (url === undefined) continue;
      this.url = url;
      clearTimeout(limit);
      child.stdout!.resume();
      return;
    }
    throw new Error(`the daemon did not come up:\n${this.log}`);
  }

  /** The end of a daemon that must not come up. */
  async startInVain(): Promise<FailedStart> {
    const before = this.log.length;
    const child = this.spawn();
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, stderr: this.log.slice(before) };
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (child?.exitCode !== null) return child?.exitCode ?? null;
    child.kill(signal);
    if (child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** kill -9 */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Resolves when the daemon has ended, whoever ended it. */
  async gone(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** A token for the TCP listener. */
  async token(...scopes: string[]): Promise<string> {
    const { body } = await this.api.post('/v1/tokens', { name: 'test', scopes });
    return (body as { secret: string }).secret;
  }

  processes(): FoundProcess[] {
    return processesOf(MARK, this.folder);
  }

  /** Processes that run a program, e.g. `worker/main`, about something, e.g. the id of a drive. */
  pidsOf(program: string, about = ''): number[] {
    return this.processes()
      .filter(({ argv }) => argv.some((one) => one.endsWith(`dist/${program}.js`)))
      .filter(({ argv }) => argv.some((one) => one.includes(about)))
      .map(({ pid }) => pid);
  }

  workersOf(drive: string): number[] {
    return this.pidsOf('worker/main', `"drive":"${drive}"`);
  }

  /** The worker of a drive. */
  workerOf(drive: string): number {
    const [pid] = this.workersOf(drive);
    if (pid === undefined) throw new Error(`drive ${drive} has no worker`);
    return pid;
  }

  /** Number of the user of a process. */
  userOf(pid: number): number {
    return statSync(`/proc/${pid}`).uid;
  }

  /** Ends everything that descends from this daemon and removes its folder. */
  async destroy(): Promise<void> {
    await endProcesses(() => this.processes());
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A daemon for the test at hand. */
export const startDaemon = async (options: DaemonOptions = {}): Promise<TestDaemon> => {
  const daemon = new TestDaemon(options);
  onTestFinished(() => daemon.destroy());
  await daemon.start();
  return daemon;
};

/** One daemon for all tests of a file. */
export const sharedDaemon = (options: DaemonOptions = {}): TestDaemon => {
  const daemon = new TestDaemon(options);
  beforeAll(() => daemon.start());
  afterAll(() => daemon.destroy());
  return daemon;
};
