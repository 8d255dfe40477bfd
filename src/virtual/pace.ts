import type { Clock } from './clock.js';
import { speedsOf } from './media.js';
import type { KindSpec } from './media/specification.js';
import type { MediumTables } from './medium/medium-tables.js';
import { ReadPace } from './read-pace.js';
import { spareClusters } from './recording/blu-ray.js';

interface PaceOptions {
  readonly clock: Clock;
  readonly realtime: boolean;
  readonly kind: () => KindSpec | undefined;
  readonly tables: () => MediumTables;
}

/** How fast the drive records and reads the medium that is in it. */
export class Pace {
  /** kB/s of 1,000 bytes; undefined stands for the fastest. */
  requestedKBps: number | undefined;
  /** The last WRITE gave up the verification that spares cost half the speed on BD, and that DVD-RAM always has. */
  streaming = false;
  readonly #options: PaceOptions;
  readonly #read: ReadPace;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#read = new ReadPace(options.clock);
  }

  /** kB/s at which the medium is being recorded: the fastest that is not above what the host asked for. */
  get writeKBps(): number {
    const kind = this.#options.kind();
    if (kind === undefined) return 0;
    const offered = speedsOf(kind);
    const wanted = this.requestedKBps ?? Infinity;
    return offered.find((speed) => speed <= wanted) ?? offered.at(-1) ?? 0;
  }

  /** On BD with spares each cluster is read again behind the laser, which takes every second turn. */
  get #verifies(): boolean {
    const kind = this.#options.kind();
    if (kind === undefined || this.streaming) return false;
    return kind.verifiesWrites ?? (kind.family === 'bd' && spareClusters(this.#options.tables()) > 0);
  }

  /** At which the laser takes what it records; Infinity where the drive does not go by time. */
  get bytesPerSecond(): number {
    if (!this.#options.realtime) return Infinity;
    return (this.writeKBps * 1000) / (this.#verifies ? 2 : 1);
  }

  /** Every medium is read as fast as it can be recorded at most. */
  async read(bytes: number): Promise<void> {
    const kind = this.#options.kind();
    if (this.#options.realtime && kind) await this.#read.wait(bytes, speedsOf(kind)[0] ?? 0);
  }
}
