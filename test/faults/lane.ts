import type { Job } from '../../src/jobs/records.js';
import { storedStates } from '../support/stored-medium.js';
import type { Bench, BenchImage } from './bench.js';
import { type Cell, type Seen, textOf } from './cell.js';
import { DrivesByModel } from './drives-by-model.js';
import { scriptOf } from './phases.js';
import { hostNature } from './fault-rows.js';
import { rowOf } from './media.js';
import { type Incident, openIncident } from './incidents.js';
import { objectionsTo } from './objections.js';
import { patiently } from './patiently.js';
import { tryRemedy } from './remedies.js';
import { verdictOf } from './rules.js';

/** A cell as it was found, and everything that is wrong with it. */
export interface Finding {
  readonly cell: Cell;
  readonly text: string;
  readonly objections: readonly string[];
}

/** Nothing goes on with such a drive. */
const OUT_OF_USE: ReadonlySet<string> = new Set(['absent', 'faulted']);

/** What has become of the drive when the attempt is over. */
const restsAt = ({ row }: Cell): string => {
  if (row.nature === 'unplug') return 'absent';
  return row.nature === 'hang-for-good' ? 'faulted' : 'free';
};

/**
 * Verification would find by itself what should have been told before, so that it is left out wherever it is not what
 * the cell is about. Of a WRITE that was answered GOOD and not done nothing else can know.
 */
const verifyOf = ({ phase, row }: Cell): string =>
  phase === 'verify' || row.nature === 'lost-write' ? 'full' : 'none';

/** Drives on which one cell after the other is run. */
export class Lane {
  readonly #bench: Bench;
  readonly #drives: DrivesByModel;
  /** The one that the cell is run on. */
  #drive = '';

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#drives = new DrivesByModel(bench);
  }

  async run(cell: Cell): Promise<Finding> {
    this.#drive = await this.#drives.of(cell.medium);
    const medium = await this.#bench.load(this.#drive, cell.medium);
    const nature = hostNature(cell.row);
    const incident = nature && (await openIncident(nature, this.#bench, this.#drive));
    const image = incident?.image ?? this.#bench.imageOf(cell.medium);
    const script = scriptOf(this.#bench.planOf(cell.medium), cell.row, cell.phase);
    await this.#bench.api.faults(this.#drive, script);
    const seen = await this.#struck(cell, image, incident);
    const outcome = {
      ...cell,
      ...seen,
      verdict: verdictOf({ plan: this.#bench.planOf(cell.medium), ...cell }),
      holdsImage: this.#bench.holdsImage(medium, cell.medium, image),
      keepsEarlier: this.#bench.keepsEarlier(medium, cell.medium),
      stored: storedStates(this.#bench.stored(medium), rowOf(cell.medium).goesOn !== undefined),
    };
    const objections = [...objectionsTo(outcome), ...(await this.#recover(cell, seen))];
    return { cell, text: this.#text(seen), objections };
  }

  #text(seen: Seen): string {
    try {
      return textOf(seen);
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Burns, and waits until that is over, or cannot go on because its drive is gone. */
  async #struck(cell: Cell, image: BenchImage, incident?: Incident): Promise<Seen> {
    const { api } = this.#bench;
    const id = await api.submit(
      this.#bench.request(this.#drive, cell.medium, { verify: verifyOf(cell) }, image),
    );
    await incident?.happen();
    const over = await this.#over(id);
    await incident?.end();
    const [copy] = await api.copies(id);
    const { holding } = await api.driveUntil(this.#drive, (drive) => drive.holding === restsAt(cell));
    // Only a person can do something about a drive that answers nothing any more: the job must say so.
    const isLeftWaiting = holding === 'faulted' && copy!.state === 'pending';
    const job = isLeftWaiting ? await api.jobUntil(id, ({ state }) => state === 'waiting') : over;
    const { tries, ...record } = copy!;
    return { job, copy: record, attempt: tries[0]!, drive: holding };
  }

  async #over(id: string): Promise<Job> {
    const { api } = this.#bench;
    for (const deadline = Date.now() + 60_000; ;) {
      const job = await api.job(id);
      if (['completed', 'failed', 'canceled'].includes(job.state)) return job;
      const { holding } = await api.drive(this.#drive);
      const [copy] = await api.copies(id);
      if (OUT_OF_USE.has(holding) && copy?.state === 'pending' && copy.tries.length > 0) return job;
      if (Date.now() > deadline) throw new Error(`stuck: ${JSON.stringify({ job, copy, holding })}`);
      await api.get(`/v1/jobs/${id}?wait=1&if_rev=${job.rev}`);
    }
  }

  /** Does what the remedy says; the drive must be of use again, with this medium or a new one. */
  async #recover(cell: Cell, { job, attempt }: Seen): Promise<string[]> {
    const { api } = this.#bench;
    // Before the drive comes back: the job would meet the same fault again.
    await api.post(`/v1/jobs/${job.id}/actions/cancel`, { force: true }).catch(() => undefined);
    if (cell.row.nature === 'hang-for-good') await this.#bench.cutPower(this.#drive);
    await patiently(() => api.faults(this.#drive, []));
    if (attempt.state === 'good' || job.state === 'completed') return [];
    await api.driveUntil(this.#drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    return tryRemedy(this.#bench, this.#drive, cell, attempt);
  }
}
