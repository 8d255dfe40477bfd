import { rm } from 'node:fs/promises';
import type { AttemptRef, JournalEntry } from '../burn/journal-entry.js';
import { SpindleError } from '../errors.js';
import { turns } from '../transport/turns.js';
import { type AttemptState, attemptState, refOf, sameAttempt } from './attempt-state.js';
import { type Journal, type JournalStatement, createJournal, readJournal } from './journal.js';
import type { Assignment } from './protocol.js';
import { journalPath } from './worker-paths.js';

/** Writes an entry; resolves when it is on disk. */
export type Say = (statement: JournalStatement) => Promise<void>;

/** An accepted attempt that goes on by itself. */
export interface Attempt {
  /** Fails with `would-ruin-medium` or `too-late-to-cancel`. */
  cancel(force: boolean): void;
  /** After an error that nobody foresaw: says that the attempt is bad and lets the medium out, if that is still possible. */
  collapse(): Promise<void>;
  /** Resolves, whatever happened, after *ended* is on disk and the drive is free. */
  readonly over: Promise<void>;
}

/** Takes attempts, one at a time and each of them once. */
export interface AttemptDesk {
  /** Resolves when the attempt is accepted on disk; a repeat is answered with its state. */
  start(assignment: Assignment): Promise<AttemptState>;
  /**
   * Fails as `Attempt.cancel` does, or with `transition-refused` when the attempt is not at hand. One that is just
   * being accepted is waited for: a cancel that came too early would be lost.
   */
  cancel(ref: AttemptRef, force: boolean): Promise<void>;
  /** Of one that is just being accepted: once that is done, or has failed. */
  entries(ref: AttemptRef): Promise<readonly JournalEntry[]>;
  /** Deletes the journal of an ended attempt. */
  forget(ref: AttemptRef): Promise<void>;
  /** The attempt at hand, though it be only accepted just now, or the last one that was not forgotten. */
  state(): AttemptState | undefined;
  running(): boolean;
  /** `Attempt.collapse` of the attempt at hand. */
  readonly collapse: () => Promise<void>;
}

export interface AttemptDeskOptions {
  readonly stateDir: string;
  /** Takes the drive for an attempt, or throws. */
  claim(): void;
  /** Gives it back before the attempt has begun. */
  unclaim(): void;
  /** Begins what has been accepted. */
  begin(assignment: Assignment, say: Say): Attempt;
  readonly onEntry: (entry: JournalEntry) => void;
  /** The attempt at hand is over, its journal closed. */
  onOver(): void;
}

interface Known {
  readonly ref: AttemptRef;
  readonly entries: JournalEntry[];
  readonly journal: Journal;
  attempt?: Attempt;
  over: boolean;
  /** The daemon needs its journal no more. */
  forgotten: boolean;
}

const stateLeftBehind = (ref: AttemptRef, entries: readonly JournalEntry[]): AttemptState => {
  const state = attemptState(ref, entries);
  if (state.ended) return state;
  throw new SpindleError('attempt-interrupted', 'An earlier worker of this drive began the attempt');
};

export const createAttemptDesk = (options: AttemptDeskOptions): AttemptDesk => {
  const { stateDir, onEntry } = options;
  const inTurn = turns();
  let known: Known | undefined;
  /** It is being noted, which may take its time; a daemon that comes meanwhile must not think that nobody has it. */
  let accepting: AttemptRef | undefined;

  const isKnown = (ref: AttemptRef): boolean => known !== undefined && sameAttempt(known.ref, ref);
  const atHand = (): Known | undefined => (known?.over === false ? known : undefined);

  const sayFor =
    (of: Known): Say =>
    async (statement) => {
      const entry = await of.journal.append(statement);
      of.entries.push(entry);
      onEntry(entry);
    };

  const accept = async (assignment: Assignment): Promise<Known> => {
    const ref = refOf(assignment);
    const journal = await createJournal(stateDir, ref);
    const accepted: Known = { ref, entries: [], journal, over: false, forgotten: false };
    try {
      await sayFor(accepted)({ kind: 'accepted', planHash: assignment.planHash });
    } catch (error) {
      await journal.close();
      throw error;
    }
    return accepted;
  };

  const finish = async (of: Known): Promise<void> => {
    await of.attempt?.over;
    await of.journal.close();
    of.over = true;
    options.onOver();
  };

  /** The state of an attempt that somebody took before. */
  const stateOf = async (ref: AttemptRef): Promise<AttemptState | undefined> => {
    if (known && isKnown(ref)) return attemptState(ref, known.entries);
    const path = journalPath(stateDir, ref);
    const left = await readJournal(path);
    if (left?.length === 0) await rm(path); // the worker died before it had accepted
    return left && left.length > 0 ? stateLeftBehind(ref, left) : undefined;
  };

  const start = async (assignment: Assignment): Promise<AttemptState> => {
    const state = await stateOf(refOf(assignment));
    if (state) return state;
    options.claim();
    accepting = refOf(assignment);
    try {
      known = await accept(assignment);
    } catch (error) {
      options.unclaim();
      throw error;
    } finally {
      accepting = undefined;
    }
    known.attempt = options.begin(assignment, sayFor(known));
    void finish(known);
    return attemptState(known.ref, known.entries);
  };

  const cancel = (ref: AttemptRef, force: boolean): void => {
    const attempt = isKnown(ref) ? atHand()?.attempt : undefined;
    if (!attempt || known?.entries.at(-1)?.kind === 'ended')
      throw new SpindleError('transition-refused', 'The attempt is not underway here');
    attempt.cancel(force);
  };

  const entries = async (ref: AttemptRef): Promise<readonly JournalEntry[]> => {
    if (accepting && sameAttempt(accepting, ref)) await inTurn(() => Promise.resolve());
    return known && isKnown(ref) ? known.entries : ((await readJournal(journalPath(stateDir, ref))) ?? []);
  };

  const state = (): AttemptState | undefined => {
    if (accepting) return attemptState(accepting, []);
    return known?.forgotten === false ? attemptState(known.ref, known.entries) : undefined;
  };

  return {
    start: (assignment) => inTurn(() => start(assignment)),
    cancel: (ref, force) =>
      inTurn(() => {
        cancel(ref, force);
        return Promise.resolve();
      }),
    entries,
    forget: async (ref) => {
      const { ended } = attemptState(ref, await entries(ref));
      if (!ended) throw new SpindleError('transition-refused', 'The attempt has not ended');
      await rm(journalPath(stateDir, ref), { force: true });
      if (known && isKnown(ref)) known.forgotten = true;
    },
    state,
    running: () => atHand() !== undefined,
    collapse: async () => {
      await atHand()?.attempt?.collapse();
    },
  };
};
