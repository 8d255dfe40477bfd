/** So often, and over so long a time, a fault has to be the answer to one question: not within a single look at the drive. */
const TIMES = 3;
const SPAN_MS = 5_000;

interface Fault {
  readonly failure: string;
  readonly since: number;
  readonly times: number;
}

/** The faults that a drive answers certain questions with, since its medium was put there. */
export class Habits {
  /** By the CDB of the question. */
  readonly #faults = new Map<string, Fault>();

  /** Notes a fault, and tells whether the drive has no other answer. */
  isUsual(question: string, failure: string, now: number): boolean {
    const last = this.#faults.get(question);
    const same = last?.failure === failure ? last : { failure, since: now, times: 0 };
    const fault = { ...same, times: same.times + 1 };
    this.#faults.set(question, fault);
    return fault.times >= TIMES && now - fault.since >= SPAN_MS;
  }

  forget(question: string): void {
    this.#faults.delete(question);
  }

  clear(): void {
    this.#faults.clear();
  }
}
