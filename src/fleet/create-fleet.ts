import { ulid } from 'ulid';
import { EventEmitter } from 'node:events';
import type { AttemptRef } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import type { DriveUse } from '../burn/use.js';
import { SpindleError, toFailure } from '../errors.js';
import type { Root } from '../image/image.js';
import { isFinalAttempt } from '../jobs/states.js';
import { type DriveOrder, ORDER_ANSWERS, type OrderAnswer } from '../worker/drive-orders.js';
import { DRIVE_ANSWERS, type DriveAnswer, type DriveQuestion } from '../worker/drive-questions.js';
import { REPLIES, type RecordingStatistics, type WorkerRequest } from '../worker/protocol.js';
import { SERVER_TOPIC } from '../jobs/events.js';
import type { MediumQuestion } from './continued-medium.js';
import { announcements } from './announcements.js';
import { Dispatcher } from './dispatcher.js';
import { nameHolder } from './holding.js';
import type { DrivePlan, DriveState, Fleet, Mastering } from './fleet.js';
import { removeLeftJournals } from './remove-left-journals.js';
import { removeLeftVirtual } from './remove-left-virtual.js';
import { Roster, type RosterOptions } from './roster.js';
import { makeVirtualDrive, provideMedium, unmakeVirtualDrive, virtualDriveFolder } from './virtual-drives.js';
import { endHome } from './virtual-homes.js';

export interface FleetOptions extends RosterOptions {
  readonly mastering: Mastering;
  readonly roots: readonly Root[];
}

class DriveFleet implements Fleet {
  readonly #options: FleetOptions;
  readonly #roster: Roster;
  readonly #dispatcher: Dispatcher;
  readonly #told = new EventEmitter<{ state: [DriveState]; progress: [string, AttemptRef, Progress] }>();
  readonly #announce: (state: DriveState) => void;
  #forgetEvents: (() => void) | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#announce = announcements(options.store, options.log);
    this.#dispatcher = new Dispatcher({ ...options, drives: () => this.#roster.members() });
    this.#roster = new Roster(options, {
      resend: (attempt) => this.#dispatcher.send(attempt),
      onState: (state) => {
        this.#stateChanged(state);
      },
      onProgress: (drive, attempt, progress) => {
        this.#told.emit('progress', drive, attempt, progress);
      },
    });
  }

  async start(): Promise<void> {
    const { store, stateDirectory } = this.#options;
    await removeLeftJournals(store, stateDirectory);
    await removeLeftVirtual(this.#options);
    await this.#announceServer();
    await this.#roster.start();
    this.#forgetEvents = store.onEvents((events) => {
      for (const event of events) {
        if (event.kind === 'attempt.advanced' && isFinalAttempt(event.data.state))
          this.#dispatcher.ended(event.data);
        if (event.kind === 'image.advanced') this.#dispatcher.imageEnded(event.data);
        if (event.kind === 'drive.configured') this.#roster.reconfigure(event.data);
        if (event.kind === 'lease.expired') void this.#roster.find(event.data.drive)?.unit.lease.expired();
      }
      if (events.some(({ kind }) => WAKING.has(kind))) this.wake();
    });
    this.wake();
  }

  beginNoMore(): void {
    this.#dispatcher.beginNoMore();
  }

  async detach(): Promise<void> {
    this.#roster.stopWatching();
    this.#forgetEvents?.();
    const idle = this.#dispatcher.stop();
    // A drive that is being asked may take minutes to answer: the question ends with the connection.
    await this.#roster.closeUnits();
    await idle;
    await this.#roster.close();
  }

  // --- draining

  get draining(): boolean {
    return this.#dispatcher.draining;
  }

  async drain(): Promise<void> {
    if (this.draining) return;
    this.#dispatcher.drain();
    await this.#announceServer();
  }

  async resume(): Promise<void> {
    if (!this.draining) return;
    this.#dispatcher.resume();
    await this.#announceServer();
  }

  /** Also at the start: draining ended with the daemon before. */
  #announceServer(): Promise<void> {
    const data = { draining: this.draining };
    return this.#options.store.announce([{ topic: SERVER_TOPIC, kind: 'server.changed', data }]);
  }

  // --- what is the case

  states(): readonly DriveState[] {
    return this.#roster.members().map(({ unit }) => unit.state);
  }

  state(drive: string): DriveState {
    return this.#roster.member(drive).unit.state;
  }

  async refresh(drive: string): Promise<DriveState> {
    // It may be somewhere else by now, or a virtual one that can be switched on again.
    if (this.state(drive).holding === 'absent') await this.#roster.look(drive);
    const { unit } = this.#roster.member(drive);
    try {
      unit.seen.observe(REPLIES.report.parse(await unit.request({ do: 'report' })));
    } catch (error) {
      throw nameHolder(error, unit.state.holder);
    }
    return unit.state;
  }

  onState(listener: (state: DriveState) => void): () => void {
    this.#told.on('state', listener);
    return () => this.#told.off('state', listener);
  }

  onProgress(listener: (drive: string, attempt: AttemptRef, progress: Progress) => void): () => void {
    this.#told.on('progress', listener);
    return () => this.#told.off('progress', listener);
  }

  // --- what clients ask

  plan(drives: readonly string[], image: string | undefined, use: DriveUse): Promise<readonly DrivePlan[]> {
    const file = image === undefined ? {} : { image: this.#options.mastering.pathOf(image) };
    return Promise.all(drives.map((drive) => this.#planOne(drive, { ...file, use })));
  }

  async readBlocks({ drive, ...question }: MediumQuestion): Promise<string> {
    const { unit } = this.#roster.member(drive);
    return REPLIES.blocks.parse(await unit.request({ do: 'blocks', ...question })).bytes;
  }

  async tray(...[drive, action, lease]: Parameters<Fleet['tray']>): Promise<void> {
    await this.#operate(drive, { do: 'tray', action }, lease);
  }

  async ask<Do extends DriveQuestion['do']>(
    drive: string,
    question: Extract<DriveQuestion, { do: Do }>,
  ): Promise<DriveAnswer<Do>> {
    const { unit } = this.#roster.member(drive);
    try {
      return DRIVE_ANSWERS[question.do].parse(await unit.request(question)) as DriveAnswer<Do>;
    } catch (error) {
      throw nameHolder(error, unit.state.holder);
    }
  }

  async order<Do extends DriveOrder['do']>(
    drive: string,
    order: Extract<DriveOrder, { do: Do }>,
  ): Promise<OrderAnswer<Do>> {
    const { unit } = this.#roster.member(drive);
    return ORDER_ANSWERS[order.do].parse(await unit.request(order)) as OrderAnswer<Do>;
  }

  async protect(...[drive, persistent, lease]: Parameters<Fleet['protect']>): Promise<void> {
    await this.#operate(drive, { do: 'protect', persistent }, lease);
  }

  async lease(drive: string, lease: { id: string; expiresAt: string } | undefined): Promise<void> {
    const { unit } = this.#roster.member(drive);
    try {
      await unit.lease.hand(lease ?? null);
    } finally {
      await unit.lease.follow();
    }
  }

  async cancel(attempt: AttemptRef, force: boolean): Promise<void> {
    const holder = this.#roster.members().find(({ unit }) => unit.seen.holds(attempt));
    if (!holder) throw new SpindleError('transition-refused', 'The attempt is over.');
    await holder.unit.request({ do: 'cancel', attempt, force });
  }

  wake(): void {
    this.#dispatcher.wake();
  }

  // --- virtual drives

  async createVirtualDrive(...[spec, key]: Parameters<Fleet['createVirtualDrive']>): Promise<string> {
    const { store, stateDirectory } = this.#options;
    const id = ulid();
    await store.createVirtualDrive(makeVirtualDrive(stateDirectory, id, spec), key);
    await this.#roster.look();
    return id;
  }

  removeVirtualDrive(drive: string): Promise<void> {
    return this.#roster.inTurn(() => this.#removeVirtualDrive(drive));
  }

  async #removeVirtualDrive(drive: string): Promise<void> {
    const { store, stateDirectory, log } = this.#options;
    const { holding } = this.#roster.find(drive)?.unit.state ?? {};
    if (holding === 'busy') throw new SpindleError('drive-busy', `Drive ${drive} is at work.`);
    const row = await store.getDrive(drive);
    await store.removeVirtualDrive(drive);
    await this.#roster.remove(drive);
    if (row) await endHome(row, virtualDriveFolder(stateDirectory, drive), log);
    unmakeVirtualDrive(stateDirectory, drive);
    this.wake(); // jobs that name it say so
  }

  async insert(...[drive, insertion, lease]: Parameters<Fleet['insert']>): Promise<void> {
    const { store, stateDirectory, log } = this.#options;
    await this.#roster.member(drive).unit.request({ do: 'status' }); // nothing is made where no worker would take it
    const name = await provideMedium(stateDirectory, drive, insertion, (medium) =>
      this.#operate(drive, { do: 'virtual', operation: { kind: 'insert', medium } }, lease),
    );
    await store.patchVirtualDrive(drive, { medium: name });
    // It lies there, whether or not the drive says so by now.
    await this.refresh(drive).catch((error: unknown) => {
      log.info({ drive, err: error }, 'a drive does not tell of the medium that was put in');
    });
  }

  async remove(drive: string, lease: string | undefined): Promise<void> {
    await this.#operate(drive, { do: 'virtual', operation: { kind: 'remove' } }, lease);
    await this.#options.store.patchVirtualDrive(drive, { medium: null });
  }

  async faults(...[drive, faults, lease]: Parameters<Fleet['faults']>): Promise<void> {
    await this.#operate(drive, { do: 'virtual', operation: { kind: 'faults', faults: [...faults] } }, lease);
  }

  async statistics(drive: string): Promise<RecordingStatistics> {
    return REPLIES.statistics.parse(await this.#roster.member(drive).unit.request({ do: 'statistics' }));
  }

  // --- inside

  /** What a client does at a drive, which is answered with what is seen afterwards. */
  async #operate(drive: string, operation: Operation, lease: string | undefined): Promise<void> {
    const { unit } = this.#roster.member(drive);
    const request = { ...operation, ...(lease !== undefined && { lease }) };
    try {
      unit.seen.observe(REPLIES[request.do].parse(await unit.request(request)));
    } catch (error) {
      throw nameHolder(error, unit.state.holder);
    }
    this.wake();
  }

  async #planOne(drive: string, question: PlanQuestion): Promise<DrivePlan> {
    try {
      const { unit } = this.#roster.member(drive);
      const reply = REPLIES.plan.parse(await unit.request({ do: 'plan', ...question }));
      return 'plan' in reply
        ? { drive, plan: reply.plan, refusals: [] }
        : { drive, plan: undefined, refusals: reply.refusals };
    } catch (error) {
      const { holder } = this.#roster.find(drive)?.unit.state ?? {};
      const { code, detail } = toFailure(nameHolder(error, holder));
      return { drive, plan: undefined, refusals: [{ code, detail }] };
    }
  }

  #stateChanged(state: DriveState): void {
    this.#told.emit('state', state);
    this.#announce(state);
    this.wake();
  }
}

type Operation = Extract<WorkerRequest, { do: 'tray' | 'protect' | 'virtual' }>;
type PlanQuestion = Omit<Extract<WorkerRequest, { do: 'plan' }>, 'do'>;

/** What may make a copy possible that was not. */
const WAKING: ReadonlySet<string> = new Set([
  'job.created',
  'job.advanced',
  'image.advanced',
  'drive.configured',
  'lease.released',
  'lease.expired',
  'lease.broken',
]);

/** Starts nothing yet. */
export const createFleet = (options: FleetOptions): Fleet => new DriveFleet(options);
