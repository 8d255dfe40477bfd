import type { SpindleError } from '../errors.js';
import { altersMedium } from '../scsi/command-effects.js';
import { SENSE_KEYS, type Sense, decodeSense } from '../scsi/sense.js';
import { type Answer, type Command, HOST_STATUS } from '../transport/transport.js';
import { isDeferred, senseFailure, statusFailure } from './command-failure.js';
import type { Habits } from './habits.js';
import { type Patience, Repetition, type RepetitionOptions } from './repetition.js';
import type { Timing } from './timing.js';

/** How a command ended. `sense` is that of CHECK CONDITION, and undefined where a bridge sent none. */
export type Outcome =
  | {
      readonly ok: true;
      readonly status: 'good' | 'check-condition';
      readonly sense: Sense | undefined;
      readonly data: Uint8Array;
      readonly moved: number;
    }
  | {
      readonly ok: false;
      readonly status: Answer['status'];
      readonly sense: Sense | undefined;
      readonly error: SpindleError;
    };

/** A drive to which commands can be given; it settles what is a drive's normal life. */
export interface DriveSession {
  readonly timing: Timing;
  /** So many bytes one command carries at most; undefined where nobody says. Known once a command was answered. */
  readonly maxTransferBytes?: number | undefined;
  /** What the drive answers to questions each time, where somebody remembers it. */
  readonly habits?: Habits | undefined;
  /** The data that came; throws the failure with its `scsi`. */
  run(command: Command, patience?: Patience): Promise<Uint8Array>;
  /**
   * The same for those who have an alternative: a refusal is a value. Still rejects when the drive is lost, and while
   * recording with a deferred error of ours: whatever was asked, blocks that were answered GOOD are not on the medium.
   */
  attempt(command: Command, patience?: Patience): Promise<Outcome>;
}

/** CHECK CONDITION that does not say why: 0/00/00, or no sense at all. It comes from USB bridges only. */
const isSilent = (sense: Sense | undefined): boolean =>
  sense === undefined || (sense.key === SENSE_KEYS.noSense && !sense.deferred);

/** Whether a command ended so that nobody knows whether it was done, since the drive did not say what it wants. */
export const isUnexplained = ({ ok, status, sense }: Outcome): boolean =>
  !ok && status === 'check-condition' && isSilent(sense);

/**
 * NO REFERENCE POSITION FOUND, as of a disc that lies upside down; INCOMPATIBLE MEDIUM INSTALLED and CANNOT READ MEDIUM, as some drives say of
 * a medium that is not formatted yet; LOGICAL UNIT HAS NOT SELF-CONFIGURED YET.
 */
const CANNOT_MAKE_OUT: ReadonlySet<number> = new Set([0x06, 0x30, 0x3e]);

/**
 * A drive is done with what it does by itself, and says that it cannot make its medium out, or that it is at fault. The
 * medium lies in it all the same: reading it will say what is the matter, and what can be done.
 */
export const isAboutMedium = (outcome: Outcome): boolean =>
  isMediumError(outcome) ||
  (!outcome.ok &&
    outcome.sense?.key === SENSE_KEYS.notReady &&
    CANNOT_MAKE_OUT.has(outcome.sense.asc) &&
    !outcome.sense.deferred);

/** The drive does its work, and finds that the medium is at fault: 3/31/00 and 3/57/00 where its tables are lost. */
export const isMediumError = ({ ok, sense }: Outcome): boolean =>
  !ok && sense?.key === SENSE_KEYS.mediumError && !sense.deferred;

/**
 * Whether CHECK CONDITION came with a command that was done: a recovered error says so. Without a reason it comes
 * mostly with commands that worked, which is enough for a question, and not for what alters the medium.
 */
const isDone = (sense: Sense | undefined, { cdb }: Command): boolean => {
  if (sense?.key === SENSE_KEYS.recoveredError && !sense.deferred) return true;
  return isSilent(sense) && altersMedium(cdb) === false;
};

type Unsettled = Outcome | 'again';

/** A command on its way, and what decides whether it is sent again. */
interface Try {
  readonly command: Command;
  readonly repetition: Repetition;
}

const judgeSense = async (
  { command, repetition }: Try,
  answer: Answer & { status: 'check-condition' },
): Promise<Unsettled> => {
  const { status, data, moved } = answer;
  const sense = decodeSense(answer.sense);
  if (isDone(sense, command)) return { ok: true, status, sense, data, moved };
  if (!sense) return { ok: false, status, sense, error: statusFailure(command, answer) };
  if (await repetition.isDue(sense)) return 'again';
  return { ok: false, status, sense, error: senseFailure(command, sense) };
};

/** The host's driver only wishes that the command be sent again (DID_SOFT_ERROR; so does libburn). */
const isSoftError = (answer: Answer): boolean =>
  answer.status === 'transport-error' && answer.hostStatus === HOST_STATUS.softError;

const judge = async (tried: Try, answer: Answer): Promise<Unsettled> => {
  const { status } = answer;
  if (status === 'good')
    return { ok: true, status, sense: undefined, data: answer.data, moved: answer.moved };
  if (status === 'check-condition') return judgeSense(tried, answer);
  if (status === 'busy' && (await tried.repetition.isDueWhenBusy())) return 'again';
  if (isSoftError(answer) && tried.repetition.isDueAfterSoftError()) return 'again';
  return { ok: false, status, sense: undefined, error: statusFailure(tried.command, answer) };
};

/** Whether the drive may have begun to do it; one that was told of an earlier failure instead was not. */
const mayAlter = ({ cdb }: Command, answer: Answer): boolean =>
  altersMedium(cdb) === true &&
  !(answer.status === 'check-condition' && decodeSense(answer.sense)?.deferred === true);

/** Does not own the transport: whoever opened it closes it. */
export const openDrive = (
  session: Omit<RepetitionOptions, 'ownsDeferred'> & Pick<DriveSession, 'habits'>,
): DriveSession => {
  const { transport, timing, recording = false } = session;
  let altered = false;
  const ownsDeferred = (): boolean => recording && altered;
  const options = { ...session, ownsDeferred };

  const settle = async (command: Command, patience: Patience): Promise<Outcome> => {
    const tried: Try = { command, repetition: new Repetition(options, command, patience) };
    for (;;) {
      patience.signal?.throwIfAborted();
      const answer = await transport.execute(command);
      altered ||= mayAlter(command, answer);
      const outcome = await judge(tried, answer);
      if (outcome !== 'again') return outcome;
    }
  };

  const attempt = async (command: Command, patience: Patience = {}): Promise<Outcome> => {
    const outcome = await settle(command, patience);
    if (!outcome.ok && ownsDeferred() && isDeferred(outcome.error)) throw outcome.error;
    return outcome;
  };

  const run = async (command: Command, patience?: Patience): Promise<Uint8Array> => {
    const outcome = await attempt(command, patience);
    if (!outcome.ok) throw outcome.error;
    return outcome.data;
  };

  return {
    timing,
    habits: session.habits,
    get maxTransferBytes() {
      return transport.maxTransferBytes;
    },
    run,
    attempt,
  };
};
