import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BurnPlan } from '../../src/burn/plan.js';
import type { Job } from '../../src/jobs/records.js';
import type { NewDrive } from '../support/api-client.js';
import { TestDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { MEDIUM_NAMES, type MediumName, rowOf } from './media.js';
import { type StoredMedium, readStoredMedium } from './stored-medium.js';

const MEBIBYTE = 1 << 20;

/** What a cell records. */
export interface BenchImage {
  readonly id: string;
  readonly path: string;
  readonly bytes: Buffer;
}

interface BenchOptions {
  /** Size of each image. */
  readonly mebibytes: number;
  /** Of the drives that cells are run on. */
  readonly drives?: NewDrive;
  /** Limits of the workers beside those of each bench. */
  readonly workers?: object;
}

/** A daemon with drives on which cells are run, and one image that most of them record. */
export class Bench {
  readonly daemon: TestDaemon;
  readonly #options: BenchOptions;
  readonly #plans = new Map<MediumName, BurnPlan>();
  /** Media as cells begin with them, where those are no blanks. */
  readonly #templates = new Map<MediumName, string>();
  #image: BenchImage | undefined;
  #copies = 0;

  get api() {
    return this.daemon.api;
  }

  constructor(options: BenchOptions) {
    this.#options = options;
    const workers = { fifoBytes: 2 * MEBIBYTE, sourceStallMs: 1500, ...options.workers };
    this.daemon = new TestDaemon({ workers });
  }

  async start(): Promise<void> {
    await this.daemon.start();
    this.#image = await this.makeImage('image.iso');
    fillFolder(this.daemon.source, 'folder');
    const drive = await this.api.addDrive({});
    for (const medium of MEDIUM_NAMES) {
      await this.load(drive, medium);
      if (rowOf(medium).before !== undefined) await this.#makeTemplate(drive, medium);
      this.#plans.set(medium, await this.#planOn(drive, medium));
    }
    // What it has recorded is looked at for a moment after the job is over.
    await this.api.driveUntil(drive, ({ holding }) => holding === 'free');
    await this.api.delete(`/v1/virtual-drives/${drive}`);
  }

  get image(): BenchImage {
    if (!this.#image) throw new TypeError('the bench has not been started');
    return this.#image;
  }

  /** Draws the plug of a drive with a process of its own; it comes back by itself, with a new process. */
  async cutPower(drive: string): Promise<void> {
    for (const pid of this.daemon.pidsOf('worker/virtual-home', drive)) await killProcess(pid);
  }

  addDrive = (): Promise<string> => this.api.addDrive(this.#options.drives);

  /** An image of random bytes, all of one size. */
  async makeImage(name: string): Promise<BenchImage> {
    const bytes = randomBytes(this.#options.mebibytes * MEBIBYTE);
    const path = join(this.daemon.source, name);
    writeFileSync(path, bytes);
    const source = { root: 'source', path: name };
    const { body } = await this.api.post('/v1/images', { type: 'image', source, spool: 'never' });
    const { id } = body as { id: string };
    await this.api.imageUntil(id, ({ state }) => state === 'ready');
    return { id, path, bytes };
  }

  /** A job that records an image, in the way of the medium. */
  request(drive: string, medium: MediumName, burn: object, { id } = this.image): object {
    return { type: 'image', image: id, drives: [drive], burn: { ...rowOf(medium).burn, ...burn } };
  }

  /** The end of a job. */
  done = async (request: object): Promise<Job> => this.api.ended(await this.api.submit(request));

  /** The end of a job that records the image of the bench. */
  burn = (drive: string, medium: MediumName, burn: object): Promise<Job> =>
    this.done(this.request(drive, medium, burn));

  /** The end of a job that appends a folder, and what can then be found on the medium if it is really there. */
  async append(drive: string): Promise<{ job: Job; bytes: Buffer }> {
    // What broke off is seldom a volume that the next session could show, too.
    const request = folderJob('folder', { onNonBlank: 'append' }, { drives: [drive], import: false });
    const job = await this.done(request);
    return { job, bytes: readFileSync(join(this.daemon.source, 'folder', 'large.bin')) };
  }

  /** What is done to the medium of a cell. */
  planOf(medium: MediumName): BurnPlan {
    const plan = this.#plans.get(medium);
    if (!plan) throw new TypeError(`no plan for ${medium}`);
    return plan;
  }

  /** Puts a medium in, as a cell begins with it. Its name. */
  async load(drive: string, medium: MediumName): Promise<string> {
    await this.api.delete(`/v1/virtual-drives/${drive}/medium`).catch(() => undefined);
    const template = this.#templates.get(medium);
    await this.api.insert(drive, template === undefined ? this.#blankOf(medium) : this.#copyOf(template));
    return this.mediumIn(drive);
  }

  async mediumIn(drive: string): Promise<string> {
    return ((await this.api.get(`/v1/virtual-drives/${drive}`)).body as { medium?: string }).medium ?? '';
  }

  stored(medium: string): StoredMedium {
    return readStoredMedium(this.#folder(medium));
  }

  holdsImage = (medium: string, { bytes } = this.image): boolean => this.stored(medium).holds(bytes);

  async #makeTemplate(drive: string, medium: MediumName): Promise<void> {
    const { before } = rowOf(medium);
    const { outcome } =
      before === 'record'
        ? await this.burn(drive, medium, {})
        : await this.done({ ...before, drives: [drive] });
    if (outcome !== 'ok') throw new Error(`${medium} could not be prepared`);
    const template = await this.mediumIn(drive);
    await this.api.delete(`/v1/virtual-drives/${drive}/medium`);
    this.#templates.set(medium, template);
    await this.load(drive, medium);
  }

  #blankOf(medium: MediumName): { blank: string; capacity?: number } {
    const { blank, capacity } = rowOf(medium);
    return { blank, ...(capacity !== undefined && { capacity }) };
  }

  #copyOf(template: string): { medium: string } {
    const medium = `copy-${(this.#copies += 1)}`;
    const folder = this.#folder(medium);
    cpSync(this.#folder(template), folder, { recursive: true });
    const tables = JSON.parse(readFileSync(join(folder, 'medium.json'), 'utf8')) as object;
    writeFileSync(
      join(folder, 'medium.json'),
      JSON.stringify({ ...tables, id: randomBytes(16).toString('hex') }),
    );
    return { medium };
  }

  async #planOn(drive: string, medium: MediumName): Promise<BurnPlan> {
    const job = await this.burn(drive, medium, { onNonBlank: 'erase' });
    const [copy] = await this.api.copies(job.id);
    if (job.outcome !== 'ok') throw new Error(`${medium} without faults: ${JSON.stringify(job.problem)}`);
    return copy!.tries[0]!.plan as unknown as BurnPlan;
  }

  #folder(medium: string): string {
    return join(this.daemon.state, 'virtual', 'media', medium);
  }
}
