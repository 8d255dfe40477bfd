import { failure, type Failure } from '../errors.js';
import { nextFor, type FreeDrive } from '../jobs/next-for.js';
import type { DriveRow, Reason } from '../jobs/records.js';
import type { Candidate } from '../jobs/store/store.js';
import { isOfDiscAtHand } from '../jobs/use-of.js';
import type { DriveUnit } from './drive-unit.js';
import type { DriveState } from './fleet.js';
import { RestingDrives } from './resting-drives.js';

/** A drive that copies may be given to. */
export interface Placeable {
  readonly row: DriveRow;
  readonly unit: DriveUnit;
}

/** What a drive said of a job with the medium that lay in it; asking again would bring the same. */
interface Refused {
  readonly fingerprint: string;
  readonly reason: Reason;
}

const fingerprintIn = ({ unit }: Placeable): string => unit.state.report?.medium?.fingerprint ?? '';

/** What no drive can help stands for all of them. */
const eachOnce = (reasons: readonly (Reason | undefined)[]): Reason[] => {
  const found = reasons.filter((reason) => reason !== undefined);
  return found.filter(
    ({ code, drive }, index) => drive !== undefined || found.findIndex((one) => one.code === code) === index,
  );
};

/** What is busy goes on by itself, and so does what is leased once that is over; what answers nothing any more needs a person. */
const heldIn = ({ holder, holding, problem }: DriveState): Omit<Reason, 'drive'> => {
  if (holding === 'faulted') return { code: 'drive-faulted', ...(problem && { detail: problem.detail }) };
  return holding === 'leased'
    ? { code: 'drive-leased', detail: `It is leased by ${holder ?? 'another client'}.` }
    : { code: 'drives-busy', detail: holder ?? holding };
};

export const freeDrive = ({ row, unit: { state, seen } }: Placeable): FreeDrive => ({
  id: row.id,
  accepting: row.accepting,
  enabled: row.enabled,
  ...(state.holding !== 'free' && { held: heldIn(state) }),
  ...(seen.attemptsSince && { attemptsSince: seen.attemptsSince }),
});

/** A worker is attached, and nobody has the drive. */
export const isFree = ({ unit }: Placeable): boolean => unit.seen.ready && unit.state.holding === 'free';

/** What speaks against giving a job to a drive: what drives have refused, and which of them rest. */
export class Objections {
  /** By drive, then by job. */
  readonly #refusals = new Map<string, Map<string, Refused>>();
  readonly #resting: RestingDrives;

  /** Told when a drive has rested. */
  constructor(onRested: () => void) {
    this.#resting = new RestingDrives(onRested);
  }

  close(): void {
    this.#resting.close();
  }

  rest(drive: Placeable, { code, detail }: Failure): void {
    const { id } = drive.row;
    this.#resting.fail(id, fingerprintIn(drive), { code, drive: id, detail });
  }

  restNoMore(drive: string): void {
    this.#resting.succeed(drive);
  }

  /** Why the drive is not asked now. */
  rests(drive: Placeable): Reason | undefined {
    return this.#resting.reason(drive.row.id, fingerprintIn(drive));
  }

  refuse(drive: Placeable, job: string, { code, detail }: Pick<Failure, 'code' | 'detail'>): void {
    const { row } = drive;
    const fingerprint = fingerprintIn(drive);
    const ofDrive = this.#refusals.get(row.id) ?? new Map<string, Refused>();
    ofDrive.set(job, { fingerprint, reason: { code, drive: row.id, detail } });
    this.#refusals.set(row.id, ofDrive);
  }

  /** What the drive said before, if the same medium still lies in it. */
  refused(drive: Placeable, job: string): Reason | undefined {
    const refused = this.#refusals.get(drive.row.id)?.get(job);
    return refused?.fingerprint === fingerprintIn(drive) ? refused.reason : undefined;
  }

  /** Why the candidate does not go on, drive by drive. */
  reasonsOf(candidate: Candidate, drives: readonly Placeable[]): Reason[] {
    const asked = drives.filter(({ row }) => candidate.drives?.includes(row.id) ?? true);
    if (asked.length > 0) return eachOnce(asked.map((drive) => this.#reasonOf(drive, candidate)));
    return [
      drives.length === 0
        ? { code: 'no-capable-drive' }
        : { code: 'no-capable-drive', detail: 'None of the drives that the job names is there.' },
    ];
  }

  /**
   * Why a job about the disc at hand will never be done to it, once each drive that it names has refused the one that lies there: it
   * must not wait, since whatever disc comes next would have it done.
   */
  verdictOn(candidate: Candidate, drives: readonly Placeable[]): Failure | undefined {
    if (!isOfDiscAtHand(candidate.request, candidate.kind)) return undefined;
    const refusals = drives
      .filter(({ row }) => candidate.drives?.includes(row.id) ?? true)
      .map((drive) => this.#refusalOf(drive, candidate.job));
    const [first] = refusals;
    if (!first || refusals.includes(undefined)) return undefined;
    return failure.parse({
      code: first.code,
      detail: first.detail ?? `The drive ${first.drive ?? ''} refuses it.`,
    });
  }

  /** What the plan for the disc in a free drive was refused for. */
  #refusalOf(drive: Placeable, job: string): Reason | undefined {
    const { contents, report } = drive.unit.state;
    return isFree(drive) && contents === 'ready' && report?.medium ? this.refused(drive, job) : undefined;
  }

  /** Refusals of jobs that are no candidates any more are forgotten. */
  keepOnly(candidates: readonly Candidate[]): void {
    const jobs = new Set(candidates.map(({ job }) => job));
    for (const ofDrive of this.#refusals.values()) {
      for (const job of ofDrive.keys()) if (!jobs.has(job)) ofDrive.delete(job);
    }
  }

  #reasonOf(drive: Placeable, candidate: Candidate): Reason | undefined {
    const { unit } = drive;
    const refusal = unit.state.contents === 'ready' ? this.refused(drive, candidate.job) : undefined;
    if (refusal) return refusal;
    const choice = nextFor(freeDrive(drive), unit.state.report?.medium, [candidate]);
    return choice.objections.get(candidate.job) ?? (choice.candidate && this.rests(drive));
  }
}
