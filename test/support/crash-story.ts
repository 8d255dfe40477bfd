import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DriveView } from '../../src/api/drive-view.js';
import type { Job } from '../../src/jobs/records.js';
import type { ApiClient } from './api-client.js';
import type { TestDaemon } from './daemon.js';
import { folderJob } from './sources.js';

/** What a client wants; whatever dies meanwhile, it asks until it has it. */
export interface Story {
  readonly name: string;
  readonly blank: string;
  readonly home: 'worker' | 'process';
  readonly drives: number;
  /** Something is recorded on the media beforehand, which the job erases. */
  readonly used: boolean;
  readonly spool: 'always' | 'never';
}

/** A medium that was put into a drive; it lay there until the next one of that drive was. */
export interface Insertion {
  readonly drive: string;
  readonly folder: string;
  readonly at: string;
}

export interface Lived {
  readonly drives: readonly string[];
  readonly insertions: readonly Insertion[];
  /** The job that the story is about. */
  readonly job: string;
}

/** How long a client goes on asking for one thing. */
const PATIENCE_MS = 40_000;
const POLL_MS = 50;
const FINAL = ['completed', 'failed', 'canceled'];
/** Why a job waits that another blank disc helps. */
const WANTS_BLANK = ['insert-blank', 'wrong-medium', 'medium-not-blank', 'medium-not-erasable'];

interface ClientOptions {
  /** Media that lie in drives already. */
  readonly lies?: readonly Insertion[];
  /** A job was answered with 202. */
  readonly onAccepted?: () => void;
}

/** A client with patience: what fails because somebody has died is looked at again, and asked for again. */
export class PatientClient {
  readonly #daemon: TestDaemon;
  readonly #story: Story;
  readonly #insertions: Insertion[];
  readonly #onAccepted: () => void;

  constructor(
    daemon: TestDaemon,
    story: Story,
    { lies = [], onAccepted = () => undefined }: ClientOptions = {},
  ) {
    this.#daemon = daemon;
    this.#story = story;
    this.#insertions = [...lies];
    this.#onAccepted = onAccepted;
  }

  get #api(): ApiClient {
    return this.#daemon.api;
  }

  /** Until it is so; failures are met by looking again. */
  async #persist<T>(what: string, act: () => Promise<T | undefined>): Promise<T> {
    let last: unknown;
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      try {
        last = undefined;
        const found = await act();
        if (found !== undefined) return found;
      } catch (error) {
        last = error;
      }
      await sleep(POLL_MS);
    }
    throw new Error(`the client waited in vain until ${what}`, { cause: last });
  }

  async #post<T>(path: string, body: object | undefined, key: string): Promise<T> {
    const answer = await this.#api.ask('POST', path, body, { 'idempotency-key': key });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.bytes.toString()}`);
    return answer.body as T;
  }

  async #drive(number: number): Promise<string> {
    const name = `drive-${number}`;
    const { id } = await this.#persist(`there was ${name}`, () =>
      this.#post<DriveView>('/v1/virtual-drives', { name, home: this.#story.home }, name),
    );
    return id;
  }

  /** The folder of the medium that lies in a drive, as the drive itself knows it. */
  #lying(drive: string): string | undefined {
    const path = join(this.#daemon.state, 'virtual', 'drives', drive, 'drive.json');
    return (JSON.parse(readFileSync(path, 'utf8')) as { medium: string | null }).medium ?? undefined;
  }

  /** Sees to it that another blank lies in the drive than has so far. */
  async #insertBlank(drive: string): Promise<void> {
    const known = new Set(this.#insertions.map(({ folder }) => folder));
    const at = new Date().toISOString();
    await this.#persist(`a blank lay in ${drive}`, async () => {
      const lying = this.#lying(drive);
      if (lying !== undefined && known.has(lying)) {
        await this.#api.delete(`/v1/virtual-drives/${drive}/medium`);
        return undefined;
      }
      if (lying === undefined) await this.#api.insert(drive, { blank: this.#story.blank });
      const { contents, medium, holding } = await this.#api.drive(drive);
      return contents === 'ready' && medium !== undefined && holding === 'free' ? true : undefined;
    });
    this.#insertions.push({ drive, folder: this.#lying(drive)!, at });
  }

  #request(drives: readonly string[], copies: number): object {
    const { used, spool } = this.#story;
    const burn = { onNonBlank: used ? 'erase' : 'reject', verify: 'full' };
    return folderJob('folder', burn, { drives, copies, spool, maxAttempts: 2 });
  }

  async #submit(request: object, key: string): Promise<string> {
    const { id } = await this.#persist('the job was accepted', () =>
      this.#post<Job>('/v1/jobs', request, key),
    );
    this.#onAccepted();
    return id;
  }

  /** Follows a job to its end, and gives it the blanks that it asks for. */
  async #follow(id: string): Promise<Job> {
    return this.#persist(`job ${id} had ended`, async () => {
      const job = await this.#api.job(id);
      if (FINAL.includes(job.state)) return job;
      const wanted =
        job.state === 'waiting' ? job.reasons.filter(({ code }) => WANTS_BLANK.includes(code)) : [];
      for (const { drive } of wanted) if (drive !== undefined) await this.#insertBlank(drive);
      await this.#api.get(`/v1/jobs/${id}?wait=1&if_rev=${job.rev}`);
      return undefined;
    });
  }

  /** Has a job done on each of these drives. */
  async record(drives: readonly string[], key: string): Promise<string> {
    const { id } = await this.#follow(await this.#submit(this.#request(drives, drives.length), key));
    return id;
  }

  /** Lets everything happen that the story is about. */
  async live(): Promise<Lived> {
    const { drives: number, used } = this.#story;
    const drives: string[] = [];
    for (let count = 1; count <= number; count += 1) drives.push(await this.#drive(count));
    for (const drive of drives)
      if (!this.#insertions.some((one) => one.drive === drive)) await this.#insertBlank(drive);
    if (used) await this.record(drives, 'first');
    const job = await this.record(drives, 'job');
    return { drives, insertions: [...this.#insertions], job };
  }

  /** One more job on each drive, on new blanks: none of them is stuck. */
  async oneMore(drives: readonly string[]): Promise<string> {
    for (const drive of drives) await this.#insertBlank(drive);
    return this.record(drives, 'one-more');
  }
}
