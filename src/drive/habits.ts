import { toHex } from '../binary/hex.js';
import { SpindleError } from '../errors.js';
import { isDeferred } from './command-failure.js';
import type { DriveSession, Outcome } from './drive-session.js';

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

/** One that is busy says that it will answer. */
const isFault = (outcome: Outcome): outcome is Outcome & { readonly ok: false } =>
  !outcome.ok && outcome.error.code === 'drive-fault' && !isDeferred(outcome.error);

const asRefusal = ({ message, scsi }: SpindleError): SpindleError =>
  new SpindleError('command-refused', `${message} It is the answer each time.`, { ...(scsi && { scsi }) });

/** For questions: a fault that a drive always answers the same one with is its way to refuse it. Otherwise nothing would ever be known of it. */
export const knowingHabits = (session: DriveSession): DriveSession => {
  const { habits, timing } = session;
  if (!habits) return session;
  const attempt: DriveSession['attempt'] = async (command, patience) => {
    const outcome = await session.attempt(command, patience);
    const question = toHex(command.cdb);
    if (!isFault(outcome)) {
      habits.forget(question);
      return outcome;
    }
    const usual = habits.isUsual(question, outcome.error.message, timing.now());
    return usual ? { ...outcome, error: asRefusal(outcome.error) } : outcome;
  };
  return {
    timing,
    get maxTransferBytes() {
      return session.maxTransferBytes;
    },
    attempt,
    run: async (command, patience) => {
      const outcome = await attempt(command, patience);
      if (!outcome.ok) throw outcome.error;
      return outcome.data;
    },
  };
};
