/** Of drives that tell how far they are. */
const PER_MILLE = 1000;
/** Less says too little to reckon with. */
const ENOUGH = 0.02;
/** A drive that falls so far behind what it said counts another pass, of which nobody knows how many there are. */
const ANOTHER_PASS = 0.5;

export interface Told {
  readonly done: number;
  readonly total: number;
  readonly remainingMs?: number;
}

/**
 * How far a drive says that it is, as far as that can be believed: some go back and forth, and some count from 0 again
 * for each pass over the medium. What is told never goes back, and how long it will take is told only where that is known.
 */
export class SteadyProgress {
  #best = 0;
  #passes = 1;

  /** `progress` from 0 to 1, undefined where the drive does not tell; `elapsedMs` since it began. */
  note(progress: number | undefined, elapsedMs: number): Told {
    if (progress === undefined) return this.#best > 0 ? this.#told(elapsedMs) : { done: 0, total: 0 };
    if (progress < this.#best - ANOTHER_PASS) this.#passes += 1;
    this.#best = Math.max(this.#best, progress);
    return this.#told(elapsedMs);
  }

  #told(elapsedMs: number): Told {
    const done = Math.round(this.#best * PER_MILLE);
    const known = this.#passes === 1 && this.#best >= ENOUGH;
    const remainingMs = Math.round((elapsedMs / this.#best) * (1 - this.#best));
    return { done, total: PER_MILLE, ...(known && { remainingMs }) };
  }
}
