import type { Clock } from './clock.js';
import { KINDS, MEDIA, type VirtualKind, speedsOf } from './media.js';
import type { KindSpec, MediumSpec } from './media/specification.js';
import type { MediumTables } from './medium/medium-tables.js';
import { ReadPace } from './read-pace.js';
import { spareClusters } from './recording/blu-ray.js';
import { kindOf } from './recording/sequential.js';
import { type Surface, type Turning, type Zone, isCav, speedAt, zonesOf } from './turning.js';
import type { Turnings } from './turnings.js';

interface PaceOptions {
  readonly clock: Clock;
  readonly realtime: boolean;
  readonly turnings: Turnings;
  readonly kindName: () => VirtualKind | undefined;
  readonly tables: () => MediumTables;
}

/** A speed that the drive offers, as a multiple of the medium's single speed and in kB/s of 1,000 bytes. */
interface OfferedSpeed {
  readonly full: number;
  readonly kBps: number;
  readonly turning: Turning | undefined;
}

/** DVD+R DL may have been told where its first layer ends. */
const surfaceOf = (tables: MediumTables): Surface => {
  const { layers = 1 }: MediumSpec = MEDIA[tables.blank];
  return { blocks: tables.capacity, layers: Math.max(layers, kindOf(tables).layers ?? 1) };
};

/** How fast the drive records and reads the medium that is in it. */
export class Pace {
  /** kB/s of 1,000 bytes; undefined stands for the fastest. */
  requestedKBps: number | undefined;
  /** Pure CAV was asked for, where the drive can. */
  requestedCav = false;
  /** The last WRITE gave up the verification that spares cost half the speed on BD, and that DVD-RAM always has. */
  streaming = false;
  readonly #options: PaceOptions;
  readonly #read: ReadPace;
  #known: { readonly key: string; readonly zones: readonly Zone[] } | undefined;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#read = new ReadPace(options.clock);
  }

  get #kind(): KindSpec | undefined {
    const name = this.#options.kindName();
    return name && KINDS[name];
  }

  /** For the medium that is in the drive, fastest first; none without one. */
  get offered(): OfferedSpeed[] {
    const name = this.#options.kindName();
    if (name === undefined) return [];
    const { speeds } = KINDS[name];
    return speedsOf(KINDS[name]).flatMap((kBps, at) => {
      const full = speeds[at] ?? 0;
      return [this.#options.turnings[name]?.[full]].flat().map((turning) => ({ full, kBps, turning }));
    });
  }

  /** The fastest that is not above what the host asked for, by the rotation that it asked for where the drive has that. */
  get chosen(): OfferedSpeed | undefined {
    const { offered } = this;
    const wanted = this.requestedKBps ?? Infinity;
    const fast = offered.filter(({ kBps }) => kBps <= wanted);
    const asked = this.requestedCav ? fast.find(({ turning }) => isCav(turning)) : undefined;
    return asked ?? fast[0] ?? offered.at(-1);
  }

  /** kB/s at which the medium is being recorded, where that is fastest. */
  get writeKBps(): number {
    return this.chosen?.kBps ?? 0;
  }

  /** Where the medium is recorded how fast at the chosen speed. */
  get zones(): readonly Zone[] {
    const { chosen } = this;
    const kind = this.#kind;
    if (chosen === undefined || kind === undefined) return [];
    const surface = surfaceOf(this.#options.tables());
    const key = JSON.stringify([kind.profile, chosen.full, chosen.turning, surface]);
    if (this.#known?.key !== key)
      this.#known = {
        key,
        zones: zonesOf(surface, { ...chosen, singleSpeedKBps: kind.singleSpeedKBps }),
      };
    return this.#known.zones;
  }

  /** On BD with spares each cluster is read again behind the laser, which takes every second turn. */
  get #verifies(): boolean {
    const kind = this.#kind;
    if (kind === undefined || this.streaming) return false;
    return kind.verifiesWrites ?? (kind.family === 'bd' && spareClusters(this.#options.tables()) > 0);
  }

  /** At which the laser takes what it records at a block; Infinity where the drive does not go by time. */
  bytesPerSecond(block: number): number {
    if (!this.#options.realtime) return Infinity;
    return (speedAt(this.zones, block) * 1000) / (this.#verifies ? 2 : 1);
  }

  /** Every medium is read as fast as it can be recorded at most. */
  async read(bytes: number): Promise<void> {
    const kind = this.#kind;
    if (this.#options.realtime && kind) await this.#read.wait(bytes, speedsOf(kind)[0] ?? 0);
  }
}
