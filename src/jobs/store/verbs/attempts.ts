import type { AttemptRef, JournalEntry } from '../../../burn/journal-entry.js';
import { INTERRUPTED_MEDIUM, mediumAfterSchema } from '../../../burn/medium-after.js';
import type { Failure } from '../../../errors.js';
import { earnedState } from '../../after-attempt.js';
import type { Attempt } from '../../records.js';
import { isFinalAttempt } from '../../states.js';
import type { Ledger } from '../ledger.js';
import type { Assignment, Transactions } from '../store.js';
import type { Tables } from '../tables/tables.js';
import type { Moves } from './moves.js';

type Verbs = Pick<
  Transactions,
  'candidates' | 'assign' | 'fold' | 'withdraw' | 'interrupt' | 'getAttempt' | 'openAttempts'
>;

type Ended = Extract<JournalEntry, { kind: 'ended' }>;

/** A disc that is called good without proof is what this program must never say. */
const UNPROVEN: Failure = { code: 'attempt-unproven', detail: 'The worker ended without a proof.' };

export const attemptVerbs = (ledger: Ledger, tables: Tables, moves: Moves): Verbs => {
  const { jobs, copies, attempts, images, drives, leases } = tables;

  const mayWork = (drive: string): boolean => {
    const row = drives.get(drive);
    const isOn = row?.accepting === true && row.enabled;
    return isOn && !attempts.isDriveBusy(drive) && !leases.ofDrive(drive);
  };

  const mayRun = (id: string): boolean => {
    const job = jobs.byId(id);
    if (!job || job.cancelRequested === 1) return false;
    const isImageReady = job.image !== null && images.get(job.image)?.state === 'ready';
    return isImageReady && ['queued', 'waiting', 'running'].includes(job.state);
  };

  const assign = ({ copy: wanted, ...assignment }: Assignment): Attempt | undefined => {
    const { job, drive } = assignment;
    if (!mayWork(drive) || !mayRun(job)) return undefined;
    const copy = copies.get(job, wanted ?? copies.pending(job)[0] ?? 0);
    if (copy?.state !== 'pending') return undefined;
    copies.setDrive(job, copy.number, drive);
    if (!moves.moveCopy(copy, 'active')) return undefined;
    const number = attempts.insert({ ...assignment, copy: copy.number, now: ledger.now() });
    const ref = { job, copy: copy.number, attempt: number };
    moves.tellAttempt(ref);
    jobs.setReasons(job, []);
    moves.followCopies(job);
    return attempts.get(ref);
  };

  const end = (entry: Ended): void => {
    const { result, problem, proof } = entry;
    const touched = attempts.get(entry)?.touched ?? false;
    const state = earnedState(result, { touched, proven: proof !== undefined });
    const isDemoted = state === 'unproven' && result === 'good';
    const mediumAfter = mediumAfterSchema.safeParse(entry.medium).data;
    moves.endAttempt(entry, state, { problem: isDemoted ? UNPROVEN : problem, proof, mediumAfter });
  };

  /** What each kind of entry changes; an attempt that has ended is past changing. */
  const apply = (entry: JournalEntry): void => {
    moves.moveAttempt(entry, 'underway');
    if (entry.kind === 'ended') {
      end(entry);
      return;
    }
    if (entry.kind === 'accepted') return;
    if (entry.kind === 'touching') attempts.touch(entry);
    else attempts.setPhase(entry, entry.phase);
    moves.tellAttempt(entry);
    if (entry.kind === 'phase') moves.followCopies(entry.job);
  };

  const isOpen = (ref: AttemptRef): boolean => {
    const attempt = attempts.get(ref);
    return attempt !== undefined && !isFinalAttempt(attempt.state);
  };

  const fold: Verbs['fold'] = (entries) => {
    const first = entries[0];
    const before = first && attempts.sequence(first);
    if (!first || before === undefined) return undefined;
    let last = before;
    for (const entry of entries) {
      // Only what follows without a gap: the worker is asked again from `last` on.
      if (entry.sequence !== last + 1) continue;
      if (isOpen(entry)) apply(entry);
      attempts.setSequence(first, entry.sequence);
      last = entry.sequence;
    }
    const attempt = attempts.get(first);
    return attempt && { applied: last - before, last, attempt };
  };

  return {
    candidates: jobs.candidates,
    assign,
    fold,
    withdraw: (ref, problem) => {
      if (attempts.get(ref)?.touched !== false) return undefined;
      return moves.endAttempt(ref, 'withdrawn', { problem }) ? attempts.get(ref) : undefined;
    },
    interrupt: (ref, problem) =>
      moves.endAttempt(ref, 'interrupted', { problem, mediumAfter: INTERRUPTED_MEDIUM })
        ? attempts.get(ref)
        : undefined,
    getAttempt: attempts.get,
    openAttempts: attempts.open,
  };
};
