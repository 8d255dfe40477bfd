import { type Clock, sleep } from './clock.js';

/** What a drive reads ahead while nobody asks. */
const READ_AHEAD_MS = 50;

/** Real-time reading: a reply waits until the laser has passed over the blocks, but for a short read-ahead. */
export class ReadPace {
  readonly #clock: Clock;
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `kBps` is kB/s of 1,000 bytes. */
  async wait(bytes: number, kBps: number): Promise<void> {
    const now = this.#clock.now();
    this.#until = Math.max(now, this.#until) + bytes / kBps;
    const ahead = this.#until - now;
    if (ahead > READ_AHEAD_MS) await sleep(this.#clock, ahead - READ_AHEAD_MS);
  }
}
