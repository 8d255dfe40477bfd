import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../src/burn/progress.js';
import type { StoreEvent } from '../../src/jobs/events.js';
import type { Attempt, Copy, Image, Job } from '../../src/jobs/records.js';
import type { DriveView } from '../../src/api/drive-view.js';
import type { Problem } from '../../src/jobs/problem.js';
import { patient } from './patient.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

export type CopyWithTries = Copy & { readonly tries: readonly Attempt[] };

const parse = (bytes: Buffer, type = ''): unknown =>
  /[/+]json/.test(type) && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;

/** An HTTP request as any client sends it; written apart from src/cli. */
export const send = async (options: RequestOptions, body?: string): Promise<Answer> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(options, resolve);
    sent.once('error', reject);
    sent.end(body);
  });
  const bytes = await buffer(response);
  const { statusCode: status = 0, headers } = response;
  return { status, headers, bytes, body: parse(bytes, headers['content-type']) };
};

export interface NewDrive {
  readonly blank?: string;
  readonly capacity?: number;
  readonly home?: 'worker' | 'process';
  readonly speed?: 'unlimited' | 'realtime';
  readonly model?: string;
  readonly name?: string;
}

/** How long a wait for anything takes before the test has failed. */
const PATIENCE_MS = patient(45_000);
const POLL_MS = 20;
const isFinal = ({ state }: Job): boolean => ['completed', 'failed', 'canceled'].includes(state);

/** A client of the daemon's Unix socket. */
export class ApiClient {
  readonly #socketPath: string;
  /** Drives that were given no name. */
  #unnamed = 0;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** The answer, whatever it is. */
  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    return send({ socketPath: this.#socketPath, path, method, headers: { ...type, ...headers } }, payload);
  }

  async #expect(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.bytes.toString()}`);
    return answer;
  }

  get = (path: string): Promise<Answer> => this.#expect('GET', path);
  post = (path: string, body?: unknown): Promise<Answer> => this.#expect('POST', path, body);
  put = (path: string, body?: unknown): Promise<Answer> => this.#expect('PUT', path, body);
  delete = (path: string): Promise<Answer> => this.#expect('DELETE', path);

  /** What a request is refused with. */
  async refused(method: string, path: string, body?: unknown): Promise<Problem> {
    const { status, body: problem, headers, bytes } = await this.ask(method, path, body);
    if (status < 400) throw new Error(`${method} ${path} was not refused: ${status} ${bytes.toString()}`);
    if (headers['content-type']?.startsWith('application/problem+json') !== true)
      throw new Error(`${method} ${path}: ${status} without a problem document`);
    return problem as Problem;
  }

  /** Changes what a resource is at this moment. */
  async patch(path: string, change: object): Promise<void> {
    const { etag = '' } = (await this.get(path)).headers;
    const { status, bytes } = await this.ask('PATCH', path, change, { 'if-match': etag });
    if (status !== 200) throw new Error(`PATCH ${path}: ${status} ${bytes.toString()}`);
  }

  // --- drives

  async drives(): Promise<DriveView[]> {
    return ((await this.get('/v1/drives')).body as { items: DriveView[] }).items;
  }

  async drive(id: string): Promise<DriveView> {
    return (await this.get(`/v1/drives/${id}`)).body as DriveView;
  }

  /** Makes a virtual drive, with a blank in it where one is named. Its id. */
  async addDrive({ blank, capacity, name, ...spec }: NewDrive = {}): Promise<string> {
    this.#unnamed += name === undefined ? 1 : 0;
    const called = name ?? (this.#unnamed === 1 ? 'test' : `test-${this.#unnamed}`);
    const { id } = (await this.post('/v1/virtual-drives', { name: called, ...spec })).body as DriveView;
    if (blank !== undefined) await this.insert(id, { blank, ...(capacity !== undefined && { capacity }) });
    return id;
  }

  /** The id of a drive that the daemon finds by itself, once it has. */
  async firstDrive(): Promise<string> {
    for (;;) {
      const [drive] = await this.drives();
      if (drive) return drive.id;
      await sleep(50);
    }
  }

  insert = (
    drive: string,
    what: { blank: string; capacity?: number; writeProtect?: boolean } | { medium: string },
  ): Promise<Answer> => this.put(`/v1/virtual-drives/${drive}/medium`, what);

  /** Takes out what lies in a drive and puts a blank in. */
  async exchange(drive: string, what: { blank: string } | { medium: string }): Promise<void> {
    await this.delete(`/v1/virtual-drives/${drive}/medium`);
    await this.insert(drive, what);
  }

  faults = (drive: string, faults: readonly unknown[]): Promise<Answer> =>
    this.put(`/v1/virtual-drives/${drive}/faults`, { faults });

  /** What is recorded on the medium in a virtual drive. */
  async recorded(drive: string): Promise<Buffer> {
    return (await this.get(`/v1/virtual-drives/${drive}/medium/image`)).bytes;
  }

  /** Looks, and looks again after each event, until it is so. */
  async #until<T>(look: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
    const { epoch, head } = (await this.get('/v1/server')).body as { epoch: string; head: number };
    let next = `${epoch}:${head}`;
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      const found = await look();
      if (isSo(found)) return found;
      if (Date.now() > deadline) throw new Error(`waited in vain; last was ${JSON.stringify(found)}`);
      ({ next } = (await this.get(`/v1/events?since=${next}&wait=2`)).body as { next: string });
    }
  }

  driveUntil = (id: string, isSo: (drive: DriveView) => boolean): Promise<DriveView> =>
    this.#until(() => this.drive(id), isSo);

  imageUntil = (id: string, isSo: (image: Image) => boolean): Promise<Image> =>
    this.#until(async () => (await this.get(`/v1/images/${id}`)).body as Image, isSo);

  /** Resolves when what a drive tells of its work is as wanted; progress is no event, so it is looked for. */
  async progressUntil(drive: string, isSo: (progress: Progress) => boolean): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      const { progress } = await this.drive(drive);
      if (progress !== undefined && isSo(progress)) return;
      if (Date.now() > deadline) throw new Error(`waited in vain; ${JSON.stringify(progress)}`);
      await sleep(POLL_MS);
    }
  }

  /** Resolves when the drive has done something of a phase. */
  working = (drive: string, phase: string): Promise<void> =>
    this.progressUntil(drive, (progress) => progress.phase === phase && progress.done > 0);

  /** Resolves when the last attempt of the job is as wanted. */
  attemptUntil = (job: string, isSo: (attempt: Attempt) => boolean): Promise<Attempt | undefined> =>
    this.#until(
      async () => (await this.copies(job)).flatMap(({ tries }) => tries).at(-1),
      (last) => last !== undefined && isSo(last),
    );

  // --- jobs

  async job(id: string): Promise<Job> {
    return (await this.get(`/v1/jobs/${id}`)).body as Job;
  }

  /** Queues a job. Its id. */
  async submit(request: object): Promise<string> {
    return ((await this.post('/v1/jobs', request)).body as Job).id;
  }

  async copies(job: string): Promise<CopyWithTries[]> {
    return ((await this.get(`/v1/jobs/${job}/copies`)).body as { items: CopyWithTries[] }).items;
  }

  /** Resolves when the job is as wanted; fails when it has ended otherwise. */
  async jobUntil(id: string, isSo: (job: Job) => boolean): Promise<Job> {
    let job = await this.job(id);
    for (const deadline = Date.now() + PATIENCE_MS; !isSo(job);) {
      if (isFinal(job) || Date.now() > deadline)
        throw new Error(`waited in vain; job: ${JSON.stringify({ ...job, request: undefined })}`);
      job = (await this.get(`/v1/jobs/${id}?wait=5&if_rev=${job.rev}`)).body as Job;
    }
    return job;
  }

  inPhase = (id: string, phase: string): Promise<Job> => this.jobUntil(id, (job) => job.phase === phase);
  /** Resolves when the job has ended, however. */
  ended = (id: string): Promise<Job> => this.jobUntil(id, isFinal);

  async eventsSince(since: string): Promise<StoreEvent[]> {
    const events: StoreEvent[] = [];
    for (let next = since; ;) {
      const page = (await this.get(`/v1/events?since=${next}`)).body as {
        events: StoreEvent[];
        next: string;
      };
      events.push(...page.events);
      if (page.next === next) return events;
      next = page.next;
    }
  }

  /** The whole event log. */
  async events(): Promise<StoreEvent[]> {
    const { epoch } = (await this.get('/v1/server')).body as { epoch: string };
    return this.eventsSince(`${epoch}:0`);
  }
}
