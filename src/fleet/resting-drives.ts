import type { Reason } from '../jobs/records.js';

/** After the first failure; doubled with each further one in a row. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/** Fingerprint of what rests whatever lies in the drive. */
export const ANY_MEDIUM = '';

interface Rest {
  /** Of the medium that lay in the drive; another one ends the rest. */
  readonly fingerprint: string;
  readonly reason: Reason;
  readonly failures: number;
  readonly timer: NodeJS.Timeout;
  over: boolean;
}

/**
 * Drives that could not answer, or whose attempt failed before it touched the medium. They are asked again after a
 * pause, since nothing else may ever happen that would wake the dispatcher; and not at once, since what failed may
 * well fail again.
 */
export class RestingDrives {
  readonly #wake: () => void;
  readonly #rests = new Map<string, Rest>();

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  fail(drive: string, fingerprint: string, reason: Reason): void {
    const failures = (this.#end(drive)?.failures ?? 0) + 1;
    const timer = setTimeout(
      () => {
        rest.over = true;
        this.#wake();
      },
      Math.min(FIRST_REST_MS * 2 ** (failures - 1), LONGEST_REST_MS),
    );
    const rest: Rest = { fingerprint, reason, failures, timer, over: false };
    this.#rests.set(drive, rest);
  }

  succeed(drive: string): void {
    this.#end(drive);
  }

  /** Why the drive is not asked now. */
  reason(drive: string, fingerprint: string): Reason | undefined {
    const rest = this.#rests.get(drive);
    return rest && !rest.over && rest.fingerprint === fingerprint ? rest.reason : undefined;
  }

  /** Why it failed last, be it asked again by now or not. */
  failure(drive: string): Reason | undefined {
    return this.#rests.get(drive)?.reason;
  }

  close(): void {
    for (const drive of [...this.#rests.keys()]) this.#end(drive);
  }

  #end(drive: string): Rest | undefined {
    const rest = this.#rests.get(drive);
    clearTimeout(rest?.timer);
    this.#rests.delete(drive);
    return rest;
  }
}
