interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** How many bytes passed within the last second. */
export class SpeedMeter {
  readonly #windowMs = 1000;
  #samples: Sample[] = [];

  /** `bytes` have passed since the beginning, at `at` ms. */
  note(at: number, bytes: number): void {
    let stale = 0;
    while ((this.#samples[stale + 1]?.at ?? Infinity) <= at - this.#windowMs) stale += 1;
    if (stale > 0) this.#samples.splice(0, stale);
    this.#samples.push({ at, bytes });
  }

  /** kB/s, kB = 1,000 bytes. */
  get kBps(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return Math.round((last.bytes - first.bytes) / (last.at - first.at));
  }
}
