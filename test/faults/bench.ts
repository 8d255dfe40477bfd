import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BurnPlan } from '../../src/burn/plan.js';
import type { Job } from '../../src/jobs/records.js';
import { TestDaemon } from '../support/daemon.js';
import { MEDIA, type MediumName } from './cell.js';
import { type StoredMedium, readStoredMedium } from './stored-medium.js';

const MEBIBYTE = 1 << 20;

/** What a cell records. */
export interface BenchImage {
  readonly id: string;
  readonly path: string;
  readonly bytes: Buffer;
}

/** A daemon with drives on which cells are run, and one image that most of them record. */
export class Bench {
  readonly daemon = new TestDaemon({ workers: { fifoBytes: 2 * MEBIBYTE, sourceStallMs: 1500 } });
  readonly #mebibytes: number;
  readonly #plans = new Map<MediumName, BurnPlan>();
  #image: BenchImage | undefined;
  #recordedCdRw = '';
  #copies = 0;

  get api() {
    return this.daemon.api;
  }

  constructor(mebibytes: number) {
    this.#mebibytes = mebibytes;
  }

  async start(): Promise<void> {
    await this.daemon.start();
    this.#image = await this.makeImage('image.iso');
    const drive = await this.api.addDrive({});
    for (const medium of MEDIA) {
      await this.load(drive, medium);
      if (medium === 'cd-rw') await this.#recordTemplate(drive);
      this.#plans.set(medium, await this.#planOn(drive));
    }
    // What it has recorded is looked at for a moment after the job is over.
    await this.api.driveUntil(drive, ({ holding }) => holding === 'free');
    await this.api.delete(`/v1/virtual-drives/${drive}`);
  }

  get image(): BenchImage {
    if (!this.#image) throw new TypeError('the bench has not been started');
    return this.#image;
  }

  /** An image of random bytes, all of one size. */
  async makeImage(name: string): Promise<BenchImage> {
    const bytes = randomBytes(this.#mebibytes * MEBIBYTE);
    const path = join(this.daemon.source, name);
    writeFileSync(path, bytes);
    const source = { root: 'source', path: name };
    const { body } = await this.api.post('/v1/images', { type: 'image', source, spool: 'never' });
    const { id } = body as { id: string };
    await this.api.imageUntil(id, ({ state }) => state === 'ready');
    return { id, path, bytes };
  }

  /** A job that records an image. */
  request(drive: string, burn: object, { id } = this.image): object {
    return { type: 'image', image: id, drives: [drive], burn };
  }

  /** The end of a job that records the image of the bench. */
  burn = async (drive: string, onNonBlank = 'reject'): Promise<Job> =>
    this.api.ended(await this.api.submit(this.request(drive, { onNonBlank })));

  /** What is done to the medium of a cell: blanks, but a CD-RW that has to be erased. */
  planOf(medium: MediumName): BurnPlan {
    const plan = this.#plans.get(medium);
    if (!plan) throw new TypeError(`no plan for ${medium}`);
    return plan;
  }

  /** Puts a medium in, as a cell begins with it. Its name. */
  async load(drive: string, medium: MediumName): Promise<string> {
    await this.api.delete(`/v1/virtual-drives/${drive}/medium`).catch(() => undefined);
    const what = medium === 'cd-rw' && this.#recordedCdRw !== '' ? this.#recordedCopy() : { blank: medium };
    await this.api.insert(drive, what);
    return this.mediumIn(drive);
  }

  async mediumIn(drive: string): Promise<string> {
    return ((await this.api.get(`/v1/virtual-drives/${drive}`)).body as { medium?: string }).medium ?? '';
  }

  stored(medium: string): StoredMedium {
    return readStoredMedium(this.#folder(medium));
  }

  holdsImage = (medium: string, { bytes } = this.image): boolean => this.stored(medium).holds(bytes);

  async #recordTemplate(drive: string): Promise<void> {
    const { outcome } = await this.burn(drive);
    if (outcome !== 'ok') throw new Error('the CD-RW that is to be erased could not be recorded');
    const medium = await this.mediumIn(drive);
    await this.api.delete(`/v1/virtual-drives/${drive}/medium`);
    this.#recordedCdRw = medium;
    await this.load(drive, 'cd-rw');
  }

  #recordedCopy(): { medium: string } {
    const medium = `cd-rw-${(this.#copies += 1)}`;
    const folder = this.#folder(medium);
    cpSync(this.#folder(this.#recordedCdRw), folder, { recursive: true });
    const tables = JSON.parse(readFileSync(join(folder, 'medium.json'), 'utf8')) as object;
    writeFileSync(
      join(folder, 'medium.json'),
      JSON.stringify({ ...tables, id: randomBytes(16).toString('hex') }),
    );
    return { medium };
  }

  async #planOn(drive: string): Promise<BurnPlan> {
    const job = await this.burn(drive, 'erase');
    const [copy] = await this.api.copies(job.id);
    if (job.outcome !== 'ok') throw new Error(`without faults: ${JSON.stringify(job.problem)}`);
    return copy!.tries[0]!.plan as unknown as BurnPlan;
  }

  #folder(medium: string): string {
    return join(this.daemon.state, 'virtual', 'media', medium);
  }
}
