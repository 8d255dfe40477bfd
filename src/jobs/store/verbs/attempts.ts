import { z } from 'zod';
import type { AttemptRef, JournalEntry } from '../../../burn/journal-entry.js';
import { INTERRUPTED_MEDIUM, mediumAfterSchema } from '../../../burn/medium-after.js';
import type { Failure } from '../../../errors.js';
import { earnedState } from '../../after-attempt.js';
import type { Attempt } from '../../records.js';
import { isFinalAttempt } from '../../states.js';
import { type CopyKind, makesImage, needsImage } from '../../use-of.js';
import type { Ledger } from '../ledger.js';
import type { Assignment, Transactions } from '../store.js';
import { viewOfImage } from '../../image-view.js';
import type { Tables } from '../tables/tables.js';
import type { Moves } from './moves.js';

type Verbs = Pick<
  Transactions,
  | 'candidates'
  | 'assign'
  | 'fold'
  | 'withdraw'
  | 'interrupt'
  | 'noteMedium'
  | 'unreadOf'
  | 'getAttempt'
  | 'openAttempts'
>;

/** What a reading proves of the image that it has made. */
const madeImage = z.looseObject({
  image: z.object({ summary: z.record(z.string(), z.unknown()), bytes: z.int().min(0) }),
});

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

  const mayRun = (id: string, kind: CopyKind): boolean => {
    const job = jobs.byId(id);
    if (!job || job.cancelRequested === 1) return false;
    const isImageReady = job.image !== null && images.get(job.image)?.state === 'ready';
    return (isImageReady || !needsImage(kind)) && ['queued', 'waiting', 'running'].includes(job.state);
  };

  const assign = ({ copy: wanted, kind, ...assignment }: Assignment): Attempt | undefined => {
    const { job, drive } = assignment;
    const copy = copies.get(job, wanted ?? copies.pending(job, kind)[0] ?? 0);
    if (copy?.state !== 'pending' || !mayWork(drive) || !mayRun(job, copy.kind)) return undefined;
    copies.setDrive(job, copy.number, drive);
    if (!moves.moveCopy(copy, 'active')) return undefined;
    const number = attempts.insert({ ...assignment, copy: copy.number, now: ledger.now() });
    const ref = { job, copy: copy.number, attempt: number };
    moves.tellAttempt(ref);
    jobs.setReasons(job, []);
    moves.followCopies(job);
    return attempts.get(ref);
  };

  const madeOf = ({ proof }: Ended) => madeImage.safeParse(proof).data?.image;

  /** What reads a medium has proven nothing without an image. */
  const isProven = (entry: Ended): boolean =>
    entry.proof !== undefined && (!isMaking(entry) || madeOf(entry) !== undefined);

  const isMaking = ({ job, copy }: AttemptRef): boolean => {
    const kind = copies.get(job, copy)?.kind;
    return kind !== undefined && makesImage(kind);
  };

  const tellImage = (id: string): void => {
    const image = images.get(id);
    if (image) ledger.emit({ topic: `images/${id}`, kind: 'image.advanced', data: viewOfImage(image) });
  };

  /** The medium has been read: its image is there for whoever waits for it. */
  const imageRead = (entry: Ended): void => {
    const id = isMaking(entry) ? jobs.byId(entry.job)?.image : undefined;
    const made = madeOf(entry);
    if (id == null || !made) return;
    if (images.ready(id, { ...made, warnings: [], now: ledger.now() })) tellImage(id);
  };

  /** Nobody will read the medium any more: what was to be recorded of its image is skipped. */
  const imageNotRead = (entry: Ended): void => {
    if (!isMaking(entry)) return;
    const { job, copy: number } = entry;
    const copy = copies.get(job, number);
    const id = jobs.byId(job)?.image;
    if (copy?.state !== 'bad' || id == null || !copy.problem || !images.fail(id, copy.problem)) return;
    tellImage(id);
    for (const pending of copies.of(job))
      if (pending.state === 'pending') moves.moveCopy(pending, 'skipped', copy.problem);
    moves.followCopies(job);
  };

  const end = (entry: Ended): void => {
    const { result, problem, proof } = entry;
    const touched = attempts.get(entry)?.touched ?? false;
    const state = earnedState(result, { touched, proven: isProven(entry) });
    if (state === 'good') imageRead(entry);
    const isDemoted = state === 'unproven' && result === 'good';
    const mediumAfter = mediumAfterSchema.safeParse(entry.medium).data;
    moves.endAttempt(entry, state, { problem: isDemoted ? UNPROVEN : problem, proof, mediumAfter });
    imageNotRead(entry);
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
      // What is missing between two of them is of kinds that a later build has added.
      if (entry.sequence <= last) continue;
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
      moves.endAttempt(ref, 'interrupted', { problem, mediumAfter: INTERRUPTED_MEDIUM, mediumUnread: true })
        ? attempts.get(ref)
        : undefined,
    noteMedium: (ref, medium) => {
      if (!attempts.noteMedium(ref, medium)) return undefined;
      moves.tellAttempt(ref);
      return attempts.get(ref);
    },
    unreadOf: attempts.unreadLast,
    getAttempt: attempts.get,
    openAttempts: attempts.open,
  };
};
