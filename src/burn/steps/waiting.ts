/** A drive that told of no progress for so long has stopped, or never tells. */
const STILL_MS = 10 * 60_000;
/** However far it says that it comes, nothing takes so many times as long as was reckoned with. */
const AT_MOST = 4;

/** How long a drive is waited for: as long as was planned, and longer only while it gets on. */
export class Waiting {
  readonly #plannedMs: number;
  readonly #since: number;
  #told = 0;
  #roseAt = -Infinity;

  constructor(plannedMs: number, since: number) {
    this.#plannedMs = plannedMs;
    this.#since = since;
  }

  /** `progress` from 0 to 1 as the drive tells it, which begins anew with each pass; undefined where it does not. */
  isOver(now: number, progress: number | undefined): boolean {
    if (progress !== undefined) {
      if (progress > this.#told) this.#roseAt = now;
      this.#told = progress;
    }
    const waited = now - this.#since;
    if (waited < this.#plannedMs) return false;
    return waited >= AT_MOST * this.#plannedMs || now - this.#roseAt >= STILL_MS;
  }
}
