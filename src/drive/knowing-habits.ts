import { toHex } from '../binary/hex.js';
import { SpindleError } from '../errors.js';
import { isDeferred } from './command-failure.js';
import type { DriveSession, Outcome } from './drive-session.js';

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
