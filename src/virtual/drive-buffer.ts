import type { Clock } from './clock.js';
import type { MediumTrack } from './medium/medium-tables.js';

/** Units on their way to the medium. */
export interface PendingUnits {
  readonly track: MediumTrack;
  /** Index in the track's file. */
  readonly first: number;
  readonly count: number;
  /** Undefined where the write is to be lost. */
  readonly bytes: Uint8Array | undefined;
  /** What they take in the buffer. */
  readonly byteLength: number;
  /** A test write: the laser stays low. */
  readonly simulated: boolean;
}

/** Since the drive was switched on. */
export interface BufferStatistics {
  readonly bufferBytes: number;
  /** How often the laser had to stop because the host did not keep up. */
  readonly underruns: number;
  /** Lowest fill, in bytes, while the laser was on and the host had not asked for the buffer to be emptied. */
  readonly lowestFill: number;
  /** How long the laser stood still while the host's disk took what it recorded. */
  readonly heldMs: number;
}

interface BufferOptions {
  readonly clock: Clock;
  readonly size: number;
  /** With which the laser takes these units, the next ones. Infinity records everything at once. */
  readonly bytesPerSecond: (units: PendingUnits | undefined) => number;
  readonly record: (units: PendingUnits) => void;
  /** Units that had been taken could not be recorded, and no command waits: our own disk is full or broken. */
  readonly onLost: (error: unknown) => void;
  readonly onUnderrun: () => void;
}

/** Of the size: the laser starts, and starts again after an underrun, when the buffer is this full. */
const START_FILL = 0.8;
/** A drive looks after its buffer this often even when the host is silent. */
const TICK_MS = 20;

/**
 * The drive's buffer: a queue of units that the laser takes out at the speed of the medium. The time that our own
 * disk needs is not the host's fault: the laser's clock stands still meanwhile.
 */
export class DriveBuffer {
  readonly size: number;
  readonly #options: BufferOptions;
  #queue: PendingUnits[] = [];
  /** Memory of units that are recorded, for those that come: as much garbage as data would keep the collector busy. */
  readonly #spare: Uint8Array[] = [];
  #fill = 0;
  /** Bytes that the laser may still take from the front of the queue before a whole entry is recorded. */
  #credit = 0;
  #laser: 'off' | 'on' | 'flushing' = 'off';
  #since = 0;
  #stoppedMs = 0;
  #underruns = 0;
  #lowestFill = Infinity;
  #cancelTick: (() => void) | undefined;

  constructor(options: BufferOptions) {
    this.#options = options;
    this.size = options.size;
  }

  get statistics(): BufferStatistics {
    return {
      bufferBytes: this.size,
      underruns: this.#underruns,
      heldMs: this.#stoppedMs,
      lowestFill: this.#lowestFill === Infinity ? this.#fill : this.#lowestFill,
    };
  }

  /** Bytes that a WRITE may bring now. */
  free(): number {
    this.#drain();
    return Math.max(0, Math.floor(this.size - this.#fill + this.#credit));
  }

  /** Nothing waits to be recorded. */
  isEmpty(): boolean {
    this.#drain();
    return this.#queue.length === 0;
  }

  /** Whether so many bytes would be taken now; where not, the laser is on and there soon will be room. */
  hasRoom(bytes: number): boolean {
    if (this.#bytesPerSecond === Infinity || bytes <= this.free()) return true;
    this.#start('on');
    return false;
  }

  /** Takes units that there is room for. */
  take(units: PendingUnits): void {
    if (this.#bytesPerSecond === Infinity) {
      this.#options.record(units);
      return;
    }
    this.#queue.push({ ...units, bytes: units.bytes && this.#keep(units.bytes) });
    this.#fill += units.byteLength;
    if (this.#laser === 'flushing') this.#laser = 'on';
    if (this.#fill >= this.size * START_FILL) this.#start('on');
  }

  /** The host has no more for now: what is left goes out, and an empty buffer is no underrun. Milliseconds it takes. */
  flush(): number {
    this.#drain();
    if (this.#queue.length === 0) {
      this.#stop();
      return 0;
    }
    this.#start('flushing');
    return Math.ceil(((this.#fill - this.#credit) * 1000) / this.#bytesPerSecond);
  }

  /** Loses all that was not recorded yet. */
  clear(): void {
    this.#queue = [];
    this.#fill = 0;
    this.#stop();
  }

  /** Records all that is left without regard to the time; behind what cannot be recorded nothing is. */
  recordRest(): void {
    const rest = this.#queue;
    this.clear();
    for (const units of rest) this.#options.record(units);
  }

  #keep(bytes: Uint8Array): Uint8Array {
    const spare = this.#spare.pop();
    if (spare?.length !== bytes.length) return bytes.slice();
    spare.set(bytes);
    return spare;
  }

  #start(laser: 'on' | 'flushing'): void {
    if (this.#laser === 'off') {
      this.#since = this.#time();
      this.#credit = 0;
    }
    this.#laser = laser;
    this.#cancelTick ??= this.#options.clock.after(TICK_MS, () => {
      this.#cancelTick = undefined;
      this.#drain();
      if (this.#laser !== 'off') this.#start(this.#laser);
    });
  }

  #stop(): void {
    this.#laser = 'off';
    this.#credit = 0;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
  }

  get #bytesPerSecond(): number {
    return this.#options.bytesPerSecond(this.#queue[0]);
  }

  #time(): number {
    return this.#options.clock.now() - this.#stoppedMs;
  }

  #drain(): void {
    if (this.#laser === 'off') return;
    const now = this.#time();
    this.#credit += ((now - this.#since) * this.#bytesPerSecond) / 1000;
    this.#since = now;
    if (this.#laser === 'on')
      this.#lowestFill = Math.max(0, Math.min(this.#lowestFill, this.#fill - this.#credit));
    this.#recordCredit();
    if (this.#queue.length === 0) this.#ranEmpty();
  }

  #recordCredit(): void {
    const started = this.#options.clock.now();
    let done = 0;
    for (const units of this.#queue) {
      if (units.byteLength > this.#credit) break;
      if (!this.#recordLate(units)) break;
      if (units.bytes) this.#spare.push(units.bytes);
      this.#credit -= units.byteLength;
      this.#fill -= units.byteLength;
      done += 1;
    }
    this.#queue.splice(0, done);
    this.#stoppedMs += this.#options.clock.now() - started;
  }

  /** No command waits for an answer that could tell of a failure; after one the buffer is empty. */
  #recordLate(units: PendingUnits): boolean {
    try {
      this.#options.record(units);
      return true;
    } catch (error) {
      this.clear();
      this.#options.onLost(error);
      return false;
    }
  }

  #ranEmpty(): void {
    const starved = this.#laser === 'on';
    this.#stop();
    if (!starved) return;
    this.#underruns += 1;
    this.#options.onUnderrun();
  }
}
