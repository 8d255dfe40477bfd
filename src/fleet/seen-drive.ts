import { attemptKey, type AttemptRef } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import type { DriveReport } from '../drive/drive.js';
import type { Failure } from '../errors.js';
import type { Observation } from '../worker/protocol.js';
import { sameAttempt } from './attempt-ref.js';
import type { DriveState } from './fleet.js';
import { holdingOf } from './holding.js';
import { understoodReport } from './understood-report.js';

/** What is known of one drive: what its worker saw of it, who has it, and what it is doing. */
export class SeenDrive {
  readonly id: string;
  readonly #onChange: (state: DriveState) => void;
  /** Who is attached: a worker that takes work, one that only finishes what it has, or nobody, as while one is being started. */
  worker: 'current' | 'outdated' | 'none' = 'none';
  #attempt: AttemptRef | undefined;
  #lease: string | undefined;
  #recovering = false;
  #observation: Observation | undefined;
  #report: DriveReport | undefined;
  /** By `attemptKey`. Which came first, medium or attempt, no clock decides: clocks are set. */
  #attemptsSince: Set<string> | undefined;
  /** The drive was seen without a medium since the last one lay in it. */
  #wasEmpty = false;
  #progress: Progress | undefined;
  #problem: Failure | undefined;
  #revision = 0;

  constructor(id: string, onChange: (state: DriveState) => void) {
    this.id = id;
    this.#onChange = onChange;
  }

  get state(): DriveState {
    return {
      id: this.id,
      ...holdingOf({
        attempt: this.#attempt,
        lease: this.#lease,
        recovering: this.#recovering || (this.#observation !== undefined && !this.#isServed),
        presence: this.#observation?.presence,
        foreign: this.#observation?.foreign,
      }),
      contents: this.#observation?.contents ?? 'empty',
      report: this.#report,
      attempt: this.#attempt,
      progress: this.#progress,
      problem: this.#problem ?? this.#observation?.problem,
      revision: this.#revision,
    };
  }

  get attempt(): AttemptRef | undefined {
    return this.#attempt;
  }

  /** Attempts that have had the drive since the medium was put in; `undefined` where it lay there before this daemon looked. */
  get attemptsSince(): ReadonlySet<string> | undefined {
    return this.#attemptsSince;
  }

  /** An outdated worker that holds a lease goes on serving whoever has it. */
  get #isServed(): boolean {
    return this.worker === 'current' || (this.worker === 'outdated' && this.#lease !== undefined);
  }

  /** Its worker takes work. */
  get ready(): boolean {
    return this.worker === 'current' && this.#attempt === undefined && !this.#recovering;
  }

  /** The attempt at hand is this one. */
  holds(attempt: AttemptRef): boolean {
    return sameAttempt(this.#attempt, attempt);
  }

  /** The database has given the drive this attempt. */
  hold(attempt: AttemptRef): void {
    this.#attempt = attempt;
    this.#attemptsSince?.add(attemptKey(attempt));
    this.#progress = undefined;
    this.#problem = undefined;
    this.changed();
  }

  /** The attempt is over in the database; what it left on the medium may have to be read first. */
  release({ recovering = this.#recovering } = {}): void {
    this.#attempt = undefined;
    this.#progress = undefined;
    this.#recovering = recovering;
    this.changed();
  }

  recovered(): void {
    this.#recovering = false;
    this.changed();
  }

  /** By this name, or by none. */
  leased(name: string | undefined): void {
    this.#lease = name;
    this.changed();
  }

  /** False where it is not the attempt at hand. */
  progressed(attempt: AttemptRef, progress: Progress): boolean {
    if (!this.holds(attempt)) return false;
    this.#progress = progress;
    return true;
  }

  /** What has hindered us is over; whoever says so tells of more. */
  unhindered(): void {
    this.#problem = undefined;
  }

  /** What hinders us; what a worker observes comes after it. */
  hindered(problem: Failure): void {
    this.#problem = problem;
    this.changed();
  }

  /**
   * Takes what was seen; a look without a report keeps the last one for as long as the same medium lies there. A report that
   * cannot be understood may be of another medium.
   */
  observe(observation: Observation): void {
    const { contents } = observation;
    this.#noteArrival(contents);
    this.#observation = observation;
    if (observation.presence === 'present') this.#problem = undefined;
    const report = observation.report && understoodReport(observation.report);
    if (report) this.#report = report;
    else if (observation.report || contents !== 'ready')
      this.#report = this.#report && { ...this.#report, medium: undefined };
    this.changed();
  }

  /** From when on the medium lies there. */
  #noteArrival(contents: Observation['contents']): void {
    if (contents === 'open' || contents === 'empty') this.#wasEmpty = true;
    // A drive that is `loading` may only be thinking about what it has just recorded.
    if (contents === 'ready' && this.#wasEmpty) {
      this.#attemptsSince = new Set(this.#attempt && [attemptKey(this.#attempt)]);
      this.#wasEmpty = false;
    }
  }

  changed(): void {
    this.#revision += 1;
    this.#onChange(this.state);
  }
}
