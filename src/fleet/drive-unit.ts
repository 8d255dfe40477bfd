import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptRef } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import { SpindleError, toFailure, type Failure } from '../errors.js';
import type { Attempt } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { type Observation, REPLIES, type WorkerRequest, type WorkerStatus } from '../worker/protocol.js';
import { tuning } from '../worker/tuning.js';
import type { WorkerArgument } from '../worker/worker-argument.js';
import { turns } from '../transport/turns.js';
import { followJournal, removeLeftJournal } from './attempt-follower.js';
import { refOf, sameAttempt } from './attempt-ref.js';
import { bindWorker } from './bind-worker.js';
import { DriveLease } from './drive-lease.js';
import type { DriveState } from './fleet.js';
import { isOutdated } from './is-outdated.js';
import { refuseExchanged } from './refuse-exchanged.js';
import { SeenDrive } from './seen-drive.js';
import type { WorkerFinding } from './settle.js';
import { settleAttempt } from './settle-attempt.js';
import { UnreadMedium } from './unread-medium.js';
import { withoutWorker } from './without-worker.js';
import type { WorkerLink } from './worker-link.js';
import { WorkerPatience } from './worker-patience.js';

const RETRY_MS = { first: 200, last: 10_000 };
const RETIRE_MS = 1000;

const LOST: Failure = { code: 'worker-lost', detail: 'The worker ended; another one is being started.' };

/** What the unit of a drive has from the fleet. */
export interface DriveUnitOptions {
  readonly argument: WorkerArgument;
  readonly generation: number;
  readonly store: Store;
  readonly log: Logger;
  /**
   * The drive is not there: no worker is started, and nothing is asked of one that lives, since the name of the device may be
   * another drive's by now. Its attempt is followed, then it is let go; where none lives, the journal says what became of it.
   */
  readonly absent?: boolean;
  /** What was accepted is sent again to a worker that never heard of it. */
  resend(attempt: Attempt): Promise<void>;
  onState(state: DriveState): void;
  onProgress(attempt: AttemptRef, progress: Progress): void;
}

/**
 * Keeps a worker attached to one drive, settles what an earlier one left open and follows its attempt into the database.
 * It never touches the drive itself.
 */
export class DriveUnit {
  readonly id: string;
  /** What is known of the drive. */
  readonly seen: SeenDrive;
  readonly lease: DriveLease;
  readonly #options: DriveUnitOptions;
  readonly #closing = new AbortController();
  #link: WorkerLink | undefined;
  #folded = 0;
  readonly #inTurn = turns();
  readonly #unread: UnreadMedium;
  readonly #patience: WorkerPatience;
  /** Counts the workers that were attached: another number is another worker, or the same one found again. */
  attachment = 0;
  #running: Promise<void> | undefined;

  constructor(options: DriveUnitOptions) {
    this.id = options.argument.drive;
    this.#options = options;
    this.#unread = new UnreadMedium(options.store);
    this.#patience = new WorkerPatience({
      drive: this.id,
      silenceMs: tuning.parse(options.argument.tuning ?? {}).silenceLimitMs,
      store: options.store,
      log: options.log,
    });
    this.seen = new SeenDrive(this.id, (state) => {
      options.onState(state);
    });
    const { store, log } = options;
    this.lease = new DriveLease({ store, log, seen: this.seen, link: () => this.#link });
  }

  get state(): DriveState {
    return this.seen.state;
  }

  /** Resolves when a worker is attached for the first time and what was left open is settled, or could not be. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#running = this.#keepAttached(resolve).finally(resolve);
    });
  }

  /** Resolves when nothing is left to be done for a drive that is absent; for any other, when it is closed. */
  async over(): Promise<void> {
    await this.#running;
  }

  /** Lets go of the worker, which goes on by itself. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#link?.destroy();
    await this.#running;
    await this.#inTurn(() => Promise.resolve());
  }

  /** @throws SpindleError `worker-lost` when no worker is attached, or the worker's refusal. */
  request(request: WorkerRequest): Promise<unknown> {
    return this.#link
      ? this.#link.request(request)
      : Promise.reject(
          new SpindleError('worker-lost', `The worker of drive ${this.id} is not attached at present.`),
        );
  }

  /** The database has given the drive this attempt. */
  hold(attempt: AttemptRef): void {
    this.#folded = 0;
    this.#unread.forget();
    this.seen.hold(attempt);
  }

  /** Has what is open settled once more: the database got an attempt while another worker was being attached. */
  attachAgain(): void {
    this.#link?.close();
  }

  async #keepAttached(attached: () => void): Promise<void> {
    let retryMs = RETRY_MS.first;
    while (!this.#closing.signal.aborted) {
      try {
        if (await this.#isSettledWithoutWorker()) return;
        await this.#attachUntilLost(attached);
        retryMs = RETRY_MS.first;
      } catch (error) {
        this.#notAttached(error);
        await this.#patience.endIfSilent(error);
        attached();
        retryMs = Math.min(retryMs * 2, RETRY_MS.last);
      }
      await sleep(retryMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  async #isSettledWithoutWorker(): Promise<boolean> {
    const { absent = false, argument } = this.#options;
    return absent && withoutWorker(argument.stateDir, this.id, () => this.#settleAll(undefined));
  }

  #notAttached(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#options.log.warn({ drive: this.id, err: error }, 'worker could not be attached');
    this.seen.hindered(toFailure(error));
  }

  async #attachUntilLost(attached: () => void): Promise<void> {
    let lost!: () => void;
    const end = new Promise<void>((resolve) => {
      lost = resolve;
    });
    const { link, found } = await bindWorker({
      helloMs: this.#patience.helloMs,
      startsNone: this.#options.absent,
      argument: this.#options.argument,
      generation: this.#options.generation,
      signal: this.#closing.signal,
      events: {
        journal: (entry) => {
          this.#follow(entry);
        },
        progress: (attempt, progress) => {
          this.#progressed(attempt, progress);
        },
        observation: (observation) => {
          this.#observe(observation).catch((error: unknown) => {
            this.#options.log.error(
              { drive: this.id, err: error },
              'what is left on a medium could not be noted',
            );
          });
        },
        end: lost,
      },
    });
    this.#link = link;
    this.seen.worker = isOutdated(link.status, this.#options) ? 'outdated' : 'current';
    this.attachment += 1;
    const stopPulse = this.#patience.watch(link, () => this.seen.attempt !== undefined);
    let retiring: NodeJS.Timeout | undefined;
    try {
      await this.#takeUp(link, found, attached);
      this.seen.changed();
      // Not before: what the drive has told an outdated worker, of a medium that was exchanged say, it tells no other.
      retiring = setInterval(() => void this.#retireOutdated(link).catch(() => undefined), RETIRE_MS);
      await end;
    } finally {
      clearInterval(retiring);
      stopPulse();
      link.close();
      this.#link = undefined;
      this.seen.worker = 'none';
    }
    if (this.#closing.signal.aborted || this.#options.absent) return;
    if (!found) refuseExchanged(link.status.build);
    this.seen.hindered(LOST);
  }

  /**
   * Brings what the worker knows together with what the database says. Nobody waits for what the drive itself must
   * be asked for: a drive that hangs must not keep a daemon from serving.
   */
  async #takeUp(link: WorkerLink, found: boolean, attached: () => void): Promise<void> {
    const { status } = link;
    this.seen.unhindered();
    if (status.observation && !this.#options.absent) this.seen.observe(status.observation);
    const left = await this.#settleAll(found ? status : undefined);
    await this.lease.follow();
    // Nobody meets a worker that has nothing to finish: clients find its successor.
    if (left.length === 0 && (await this.#retireOutdated(link))) return;
    attached();
    for (const ask of left) await ask();
    if (!this.#options.absent) await this.lease.settle({ isHeld: status.lease !== undefined });
    await this.#retireOutdated(link);
  }

  /** An outdated worker finishes what it has, be it an attempt or a lease; the next one is ours. True when it leaves. */
  async #retireOutdated(link: WorkerLink): Promise<boolean> {
    if (this.seen.attempt !== undefined || !isOutdated(link.status, this.#options)) return false;
    return REPLIES.quit.parse(await link.request({ do: 'quit' })).ending;
  }

  #progressed(attempt: AttemptRef, progress: Progress): void {
    if (this.seen.progressed(attempt, progress)) this.#options.onProgress(attempt, progress);
  }

  /** Entries are fetched in order from the last that the database has, whatever order the news of them comes in. */
  #follow(attempt: AttemptRef): void {
    const { job, copy, attempt: number } = attempt;
    this.#inTurn(() => this.#foldNew({ job, copy, attempt: number })).catch((error: unknown) => {
      // A worker that is lost meanwhile is attached to anew; anything else is a bug.
      const level = toFailure(error).code === 'worker-lost' ? 'warn' : 'error';
      this.#options.log[level]({ drive: this.id, err: error }, 'journal could not be folded');
      // No later entry may come: attaching anew begins from what the database has.
      this.#link?.close();
    });
  }

  async #foldNew(attempt: AttemptRef): Promise<void> {
    const link = this.#link;
    if (!link || !this.seen.holds(attempt)) return;
    const { ended, last } = await followJournal(this.#options.store, link, attempt, this.#folded);
    this.#folded = last;
    if (!ended) return;
    await this.#look();
    this.seen.release();
  }

  /**
   * Settles in the database what was left open, by what the worker says that was found, if one was; answers what is then
   * to be asked of the drive.
   */
  async #settleAll(found: WorkerStatus | undefined): Promise<(() => Promise<void>)[]> {
    const open = (await this.#options.store.openAttempts()).filter((attempt) => attempt.drive === this.id);
    // Its end is in the database, but the worker was lost before it could be told.
    const { attempt: held } = this.seen;
    const left: (() => Promise<void>)[] = [];
    if (held && !open.some((attempt) => sameAttempt(held, refOf(attempt)))) {
      await removeLeftJournal(this.#options.argument.stateDir, held);
      this.seen.release();
      left.push(() => this.#unlockTray());
    }
    for (const attempt of open) left.push(await this.#settleOne(attempt, this.#findingOf(attempt, found)));
    return [...left, ...(await this.#leftUnread())];
  }

  /** Whoever interrupted an attempt may have died before the medium was read. */
  async #leftUnread(): Promise<(() => Promise<void>)[]> {
    if (this.seen.attempt || this.#options.absent) return [];
    const attempt = await this.#options.store.unreadOf(this.id);
    if (!attempt) return [];
    this.#unread.begin(attempt);
    this.seen.release({ recovering: true });
    return [() => this.#recover()];
  }

  #findingOf(attempt: Attempt, found: WorkerStatus | undefined): WorkerFinding {
    if (!found) return 'gone';
    if (sameAttempt(found.attempt, refOf(attempt))) return 'knows-it';
    // It takes nothing any more, and is to leave.
    return isOutdated(found, this.#options) ? 'gone' : 'does-not-know-it';
  }

  async #settleOne(attempt: Attempt, finding: WorkerFinding): Promise<() => Promise<void>> {
    const { store, argument, log, absent = false } = this.#options;
    const ref = refOf(attempt);
    const verdict = await settleAttempt(store, argument.stateDir, attempt, finding);
    log.info({ drive: this.id, ...ref, finding, verdict }, 'open attempt settled');
    if (verdict === 'follow' || verdict === 'send-again') {
      this.hold(ref);
      return () => (verdict === 'send-again' ? this.#options.resend(attempt) : this.#followOn(ref));
    }
    // An interrupted one is taken up with what is unread.
    this.seen.release({ recovering: verdict === 'interrupt' && !absent });
    return () => this.#unlockTray();
  }

  /**
   * A worker that died may have locked the tray, and nobody else would give the disc free: not the next one either, though the
   * attempt be settled only when that one was attached for the second time.
   */
  async #unlockTray(): Promise<void> {
    if (this.#options.absent) return;
    await this.request({ do: 'tray', action: 'unlock' }).catch((error: unknown) => {
      this.#options.log.warn({ drive: this.id, err: error }, 'the tray could not be unlocked');
    });
  }

  /** Follows an attempt that went on while no daemon did; a cancel that did not reach it any more is repeated. */
  async #followOn(attempt: AttemptRef): Promise<void> {
    await this.#inTurn(() => this.#foldNew(attempt));
    // It was just being accepted, and that has failed: who is attached anew finds that the worker does not know it.
    if (this.#folded === 0 && this.seen.holds(attempt)) this.attachAgain();
    const cancel = await this.#options.store.cancelOf(attempt.job);
    if (cancel && this.seen.holds(attempt))
      await this.request({ do: 'cancel', attempt, force: cancel.force }).catch((error: unknown) => {
        this.#options.log.warn({ drive: this.id, ...attempt, err: error }, 'a cancel came too late');
      });
  }

  /** What an attempt has left on the medium is known before the drive is given to the next one. */
  async #look(): Promise<void> {
    if (this.#options.absent) return;
    try {
      await this.#observe(REPLIES.report.parse(await this.request({ do: 'report' })));
    } catch (error) {
      this.seen.hindered(toFailure(error));
    }
  }

  async #observe(observation: Observation): Promise<void> {
    if (this.#options.absent) return;
    this.seen.observe(observation);
    await this.#unread.observe(observation);
  }

  /** Reads what an interrupted attempt has left. A drive that does not say yet is free, and tells when it can. */
  async #recover(): Promise<void> {
    await this.#look();
    this.seen.recovered();
  }
}
