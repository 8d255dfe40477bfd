import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BurnPlan, Span } from '../../src/burn/plan.js';
import type { Job } from '../../src/jobs/records.js';
import type { ModelName } from '../../src/virtual/models.js';
import type { NewDrive } from '../support/api-client.js';
import { TestDaemon } from '../support/daemon.js';
import { killProcess } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { type StoredMedium, readStoredMedium } from '../support/stored-medium.js';
import { DrivesByModel } from './drives-by-model.js';
import { growthOf } from './growth.js';
import { MEDIUM_NAMES, type MediumName, WITNESSED, rowOf } from './media.js';

const MEBIBYTE = 1 << 20;
const BLOCK = 2048;
/** Blocks before these are written anew when a volume grows. */
const HEAD = 32;
/** Names of folders beneath the root. */
const FOLDER = 'folder';
const EARLIER = 'earlier';

/** What a cell records. */
export interface BenchImage {
  readonly id: string;
  readonly bytes: Buffer;
}

/** One that lies beneath the root as it is. */
export interface FileImage extends BenchImage {
  readonly path: string;
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
  /** By which the volumes of such media grow. */
  readonly #growths = new Map<MediumName, BenchImage>();
  #image: BenchImage | undefined;
  #earlier: BenchImage | undefined;
  #copies = 0;

  get api() {
    return this.daemon.api;
  }

  constructor(options: BenchOptions) {
    this.#options = options;
    const workers = { fifoBytes: 2 * MEBIBYTE, sourceStallMs: 1500, ...options.workers };
    this.daemon = new TestDaemon({ workers });
  }

  /** Cells can be run on it with these media. */
  async start(media: readonly MediumName[] = MEDIUM_NAMES): Promise<void> {
    await this.daemon.start();
    this.#image = await this.makeImage('image.iso');
    this.#earlier = await this.makeImage('earlier.iso');
    fillFolder(this.daemon.source, FOLDER);
    fillFolder(this.daemon.source, EARLIER);
    const drives = new DrivesByModel(this);
    for (const medium of new Set([...media, WITNESSED])) await this.#prepare(await drives.of(medium), medium);
    await drives.remove();
  }

  get image(): BenchImage {
    if (!this.#image) throw new TypeError('the bench has not been started');
    return this.#image;
  }

  /** What is recorded on a medium, where a cell wants nothing else. */
  imageOf = (medium: MediumName): BenchImage => this.#growths.get(medium) ?? this.image;

  /** Draws the plug of a drive with a process of its own; it comes back by itself, with a new process. */
  async cutPower(drive: string): Promise<void> {
    for (const pid of this.daemon.pidsOf('worker/virtual-home', drive)) await killProcess(pid);
  }

  addDrive = (model?: ModelName): Promise<string> =>
    this.api.addDrive({ ...this.#options.drives, ...(model !== undefined && { model }) });

  #randomBytes = (): Buffer => randomBytes(this.#options.mebibytes * MEBIBYTE);

  /** An image of random bytes, all of one size. */
  async makeImage(name: string): Promise<FileImage> {
    const bytes = this.#randomBytes();
    const path = join(this.daemon.source, name);
    writeFileSync(path, bytes);
    const source = { root: 'source', path: name };
    const { body } = await this.api.post('/v1/images', { type: 'image', source, spool: 'never' });
    const { id } = body as { id: string };
    await this.api.imageUntil(id, ({ state }) => state === 'ready');
    return { id, path, bytes };
  }

  /** A job that records an image, in the way of the medium. */
  request(drive: string, medium: MediumName, burn: object, { id } = this.imageOf(medium)): object {
    const options = { onNonBlank: 'erase', ...rowOf(medium).burn, ...burn };
    return { type: 'image', image: id, drives: [drive], burn: options };
  }

  /** The end of a job. */
  done = async (request: object): Promise<Job> => this.api.ended(await this.api.submit(request));

  /** The end of a job that records the image of the bench. */
  burn = (drive: string, medium: MediumName, burn: object): Promise<Job> =>
    this.done(this.request(drive, medium, burn));

  /** The end of a job that records a folder, and what can then be found on the medium if it is really there. */
  async recordFolder(drive: string, burn: object, more: object = {}): Promise<{ job: Job; bytes: Buffer }> {
    const job = await this.done(folderJob(FOLDER, burn, { drives: [drive], ...more }));
    return { job, bytes: this.#fileIn(FOLDER) };
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

  /** Every part of the image lies where the plan has it. */
  holdsImage(medium: string, kind: MediumName, { bytes } = this.imageOf(kind)): boolean {
    const stored = this.stored(medium);
    let from = 0;
    return this.planOf(kind).placement.parts.every(({ start, blocks }: Span) => {
      const part = bytes.subarray(from, (from += blocks * BLOCK));
      return stored.holds(start, part);
    });
  }

  /** What lay on the medium before, and is gone on with, is there whole; of a volume that grows its large file, and all but its head. */
  keepsEarlier(medium: string, kind: MediumName): boolean {
    const { goesOn } = rowOf(kind);
    if (goesOn === undefined) return true;
    const stored = this.stored(medium);
    if (goesOn === 'behind sessions') return stored.holds(0, this.#earlier!.bytes);
    const volume = this.stored(this.#templates.get(kind)!).between(HEAD, this.planOf(kind).placement.start);
    return stored.holds(HEAD, volume) && stored.contains(this.#fileIn(EARLIER));
  }

  #fileIn = (folder: string): Buffer => readFileSync(join(this.daemon.source, folder, 'large.bin'));

  async #prepare(drive: string, medium: MediumName): Promise<void> {
    const { before, goesOn } = rowOf(medium);
    await this.load(drive, medium);
    if (before !== undefined) await this.#makeTemplate(drive, medium);
    if (goesOn === 'by growing')
      this.#growths.set(medium, await growthOf(this.daemon, drive, this.#randomBytes()));
    this.#plans.set(medium, await this.#planOn(drive, medium));
  }

  /** The job that is done to a medium before a cell begins with it. */
  #requestBefore(drive: string, medium: MediumName): object {
    const { before } = rowOf(medium);
    if (before === 'record') return this.request(drive, medium, {});
    if (before === 'volume') return folderJob(EARLIER, {}, { drives: [drive] });
    if (before === 'session')
      return this.request(drive, medium, { onNonBlank: 'reject', close: 'session' }, this.#earlier);
    return { ...before, drives: [drive] };
  }

  async #makeTemplate(drive: string, medium: MediumName): Promise<void> {
    const { outcome, problem } = await this.done(this.#requestBefore(drive, medium));
    if (outcome !== 'ok') throw new Error(`${medium} could not be prepared: ${problem?.detail ?? ''}`);
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
    const job = await this.burn(drive, medium, {});
    const [copy] = await this.api.copies(job.id);
    if (job.outcome !== 'ok') throw new Error(`${medium} without faults: ${JSON.stringify(job.problem)}`);
    return copy!.tries[0]!.plan as unknown as BurnPlan;
  }

  #folder(medium: string): string {
    return join(this.daemon.state, 'virtual', 'media', medium);
  }
}
