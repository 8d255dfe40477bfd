import type { MediumAfter } from '../../src/burn/medium-after.js';
import type { Job } from '../../src/jobs/records.js';
import type { Bench, BenchImage } from './bench.js';
import { type Cell, type Seen, textOf } from './cell.js';
import { scriptOf } from './phases.js';
import { hostNature } from './fault-rows.js';
import { type Incident, openIncident } from './incidents.js';
import { objectionsTo } from './objections.js';
import { verdictOf } from './rules.js';
import { storedState } from './stored-medium.js';

/** A cell as it was found, and everything that is wrong with it. */
export interface Finding {
  readonly cell: Cell;
  readonly text: string;
  readonly objections: readonly string[];
}

const WITHOUT_DRIVE = new Set(['absent']);
const isWritable = ({ medium }: Cell): boolean =>
  medium === 'cd-rw' || medium === 'dvd+rw' || medium === 'bd-re';

/**
 * Verification would find by itself what should have been told before, so that it is left out wherever it is not what
 * the cell is about. Of a WRITE that was answered GOOD and not done nothing else can know.
 */
const verifyOf = ({ phase, row }: Cell): string =>
  phase === 'verify' || row.nature === 'lost-write' ? 'full' : 'none';

/** A drive on which one cell after the other is run. */
export class Lane {
  readonly #bench: Bench;
  readonly #drive: string;

  constructor(bench: Bench, drive: string) {
    this.#bench = bench;
    this.#drive = drive;
  }

  static async open(bench: Bench): Promise<Lane> {
    return new Lane(bench, await bench.api.addDrive({}));
  }

  async run(cell: Cell): Promise<Finding> {
    const medium = await this.#bench.load(this.#drive, cell.medium);
    const nature = hostNature(cell.row);
    const incident = nature && (await openIncident(nature, this.#bench, this.#drive));
    const image = incident?.image ?? this.#bench.image;
    const script = scriptOf(this.#bench.planOf(cell.medium), cell.row, cell.phase);
    await this.#bench.api.faults(this.#drive, script);
    const seen = await this.#struck(cell, image, incident);
    const outcome = {
      ...cell,
      ...seen,
      verdict: verdictOf({ plan: this.#bench.planOf(cell.medium), ...cell }),
      holdsImage: this.#bench.holdsImage(medium, image),
      stored: storedState(this.#bench.stored(medium)),
    };
    const objections = [...objectionsTo(outcome), ...(await this.#recover(cell, seen, medium))];
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
      this.#bench.request(this.#drive, { onNonBlank: 'erase', verify: verifyOf(cell) }, image),
    );
    await incident?.happen();
    const job = await this.#over(id);
    await incident?.end();
    const [copy] = await api.copies(id);
    const rests = cell.row.nature === 'unplug' ? 'absent' : 'free';
    const { holding } = await api.driveUntil(this.#drive, (drive) => drive.holding === rests);
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
      if (WITHOUT_DRIVE.has(holding) && copy?.state === 'pending' && copy.tries.length > 0) return job;
      if (Date.now() > deadline) throw new Error(`stuck: ${JSON.stringify({ job, copy, holding })}`);
      await api.get(`/v1/jobs/${id}?wait=1&if_rev=${job.rev}`);
    }
  }

  /** Does what the remedy says; the drive must be of use again, with this medium or a new one. */
  async #recover(cell: Cell, { job, attempt }: Seen, medium: string): Promise<string[]> {
    const { api } = this.#bench;
    await api.faults(this.#drive, []);
    if (attempt.state === 'good') return [];
    if (job.state === 'completed') return [];
    await api.post(`/v1/jobs/${job.id}/actions/cancel`, { force: true }).catch(() => undefined);
    await api.driveUntil(this.#drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    const state = attempt.mediumAfter?.state ?? 'unknown';
    const again = await this.#apply(state, cell);
    const now = await this.#bench.mediumIn(this.#drive);
    if (again.outcome === 'ok' && this.#bench.holdsImage(now)) return [];
    return [`the remedy for ${state} did not help (${medium}): ${again.problem?.detail ?? again.state}`];
  }

  async #apply(state: MediumAfter['state'], cell: Cell): Promise<Job> {
    const remedies: Readonly<Record<MediumAfter['state'], () => Promise<Job>>> = {
      usable: () => this.#bench.burn(this.#drive, 'reject'),
      'needs-erase': () => this.#bench.burn(this.#drive, 'erase'),
      appendable: () => this.#withNewBlank(cell),
      lost: () => this.#withNewBlank(cell),
      unknown: () => (isWritable(cell) ? this.#bench.burn(this.#drive, 'erase') : this.#withNewBlank(cell)),
    };
    return remedies[state]();
  }

  async #withNewBlank({ medium }: Cell): Promise<Job> {
    await this.#bench.api.exchange(this.#drive, { blank: medium });
    return this.#bench.burn(this.#drive);
  }
}
