import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DriveView } from '../../src/api/drive-view.js';
import type { Job } from '../../src/jobs/records.js';
import type { Answer, ApiClient } from './api-client.js';
import type { Story } from './crash-story.js';
import type { TestDaemon } from './daemon.js';
import { folderJob } from './sources.js';

/** A medium that was put into a drive; it lay there until the next one of that drive was. */
export interface Insertion {
  readonly drive: string;
  readonly folder: string;
  readonly at: string;
}

/** How long a client goes on asking for one thing: on a busy machine a daemon and its workers may need a minute to be back twice. */
const PATIENCE_MS = 100_000;
const POLL_MS = 50;
export const FINAL: readonly string[] = ['completed', 'failed', 'canceled'];
/** Why a job waits that another blank disc helps. */
const WANTS_BLANK = ['insert-blank', 'wrong-medium', 'medium-not-blank', 'medium-not-erasable'];

/** What the client was told of a draft: so many changes are in it. With `leaves` it then has it removed. */
export interface ToldOfDraft {
  readonly id: string;
  readonly rev: number;
  readonly leaves: boolean;
}

interface ClientOptions {
  /** Media that lie in drives already. */
  readonly lies?: readonly Insertion[];
  /** What the client was told of a job, and may rely on. */
  readonly onTold?: (job: Pick<Job, 'id' | 'state'>) => void;
  readonly onDraft?: (draft: ToldOfDraft) => void;
  /** Drafts that it has had removed, as far as it knows. */
  readonly left?: ReadonlySet<string>;
  /** It has lived the story before, up to a moment that it does not know. */
  readonly isBack?: boolean;
}

/** A client with patience: what fails because somebody has died is looked at again, and asked for again. */
export class PatientClient {
  readonly daemon: TestDaemon;
  readonly story: Story;
  readonly insertions: Insertion[];
  readonly told: NonNullable<ClientOptions['onTold']>;
  readonly toldOfDraft: NonNullable<ClientOptions['onDraft']>;
  readonly left: ReadonlySet<string>;
  readonly isBack: boolean;

  constructor(daemon: TestDaemon, story: Story, options: ClientOptions = {}) {
    const { lies = [], onTold = () => undefined, onDraft = () => undefined, left = new Set() } = options;
    this.isBack = options.isBack ?? false;
    this.daemon = daemon;
    this.story = story;
    this.insertions = [...lies];
    this.told = onTold;
    this.toldOfDraft = onDraft;
    this.left = left;
  }

  get api(): ApiClient {
    return this.daemon.api;
  }

  /** Until there is an answer to it; failures are met by looking again. */
  async persist<T>(what: string, act: () => Promise<T | undefined>): Promise<T> {
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
    throw new Error(`the client waited in vain until ${what}; there is ${await this.#scene()}`, {
      cause: last,
    });
  }

  /** What a person would look at now. */
  async #scene(): Promise<string> {
    try {
      const [jobs, drives] = await Promise.all([this.api.get('/v1/jobs'), this.api.drives()]);
      const seen = drives.map(({ holding, holder, contents, problem, medium }) => ({
        holding,
        holder,
        contents,
        problem,
        medium: medium?.status,
      }));
      return `${jobs.bytes.toString()} and ${JSON.stringify(seen)}`;
    } catch (error) {
      return String(error);
    }
  }

  /** What is made once, however often it has to be asked for. */
  make<T>(path: string, body: object | undefined, key: string): Promise<T> {
    return this.persist(`${key} was made`, async () => {
      const answer = await this.api.ask('POST', path, body, { 'idempotency-key': key });
      if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.bytes.toString()}`);
      return answer.body as T;
    });
  }

  /** Until it is not there any more. */
  async remove(path: string): Promise<void> {
    await this.persist(`${path} was gone`, async () => {
      const { status } = await this.api.ask('DELETE', path);
      return status === 404 ? true : undefined;
    });
  }

  /** Until what is there is so, asking for it where it is not. */
  reach<T>(path: string, isSo: (found: T) => boolean, ask: () => Promise<unknown>): Promise<T> {
    return this.persist(`${path} was so`, async () => {
      const found = (await this.api.get(path)).body as T;
      if (isSo(found)) return found;
      await ask();
      return undefined;
    });
  }

  act(job: string, action: string, body?: object): Promise<Answer> {
    return this.api.ask('POST', `/v1/jobs/${job}/actions/${action}`, body);
  }

  async addDrive(name: string): Promise<string> {
    const { id } = await this.make<DriveView>('/v1/virtual-drives', { name, home: this.story.home }, name);
    return id;
  }

  /** The folder of the medium that lies in a drive, as the drive itself knows it. */
  #lying(drive: string): string | undefined {
    const folder = join(this.daemon.state, 'virtual', 'drives', drive);
    const text = readFileSync(join(folder, 'drive.json'), 'utf8');
    const { medium } = JSON.parse(text) as { medium: string | null };
    return medium === null ? undefined : join(folder, medium);
  }

  /** Sees to it that another blank lies in the drive than has so far. */
  async insertBlank(drive: string): Promise<void> {
    const known = new Set(this.insertions.map(({ folder }) => folder));
    const at = new Date().toISOString();
    await this.persist(`a blank lay in ${drive}`, async () => {
      const lying = this.#lying(drive);
      if (lying !== undefined && known.has(lying)) {
        await this.api.delete(`/v1/virtual-drives/${drive}/medium`);
        return undefined;
      }
      if (lying === undefined) await this.api.insert(drive, { blank: this.story.blank });
      const { contents, medium, holding } = await this.api.drive(drive);
      return contents === 'ready' && medium !== undefined && holding === 'free' ? true : undefined;
    });
    this.insertions.push({ drive, folder: this.#lying(drive)!, at });
  }

  #request(drives: readonly string[], copies: number): object {
    const { used, spool } = this.story;
    const burn = { onNonBlank: used ? 'erase' : 'reject', verify: 'full' };
    return folderJob('folder', burn, { drives, copies, spool, maxAttempts: 2 });
  }

  async submit(drives: readonly string[], key: string): Promise<string> {
    const job = await this.make<Job>('/v1/jobs', this.#request(drives, drives.length), key);
    this.told(job);
    return job.id;
  }

  /** Follows a job to its end, and gives it the blanks that it asks for. */
  async follow(id: string): Promise<Job> {
    const ended = await this.persist(`job ${id} had ended`, async () => {
      const job = await this.api.job(id);
      if (FINAL.includes(job.state)) return job;
      const wanted =
        job.state === 'waiting' ? job.reasons.filter(({ code }) => WANTS_BLANK.includes(code)) : [];
      for (const { drive } of wanted) if (drive !== undefined) await this.insertBlank(drive);
      await this.api.get(`/v1/jobs/${id}?wait=1&if_rev=${job.rev}`);
      return undefined;
    });
    this.told(ended);
    return ended;
  }

  /** Has a job done on each of these drives. */
  async record(drives: readonly string[], key: string): Promise<string> {
    const { id } = await this.follow(await this.submit(drives, key));
    return id;
  }

  /** Cancels a job, with force, until it has ended. */
  async cancel(id: string): Promise<Job> {
    const ended = await this.reach<Job>(
      `/v1/jobs/${id}`,
      ({ state }) => FINAL.includes(state),
      () => this.act(id, 'cancel', { force: true }),
    );
    this.told(ended);
    return ended;
  }

  /** One more job on each drive, on new blanks: none of them is stuck. */
  async oneMore(drives: readonly string[]): Promise<string> {
    for (const drive of drives) await this.insertBlank(drive);
    return this.record(drives, 'one-more');
  }
}
