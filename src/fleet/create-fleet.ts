import { ulid } from 'ulid';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import type { AttemptRef } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import { discoverDrives } from '../drive/discovery.js';
import { SpindleError, toFailure } from '../errors.js';
import type { Root } from '../image/image.js';
import type { DriveRow } from '../jobs/records.js';
import { isFinalAttempt } from '../jobs/states.js';
import type { FoundDrive, Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { REPLIES, type RecordingStatistics, type WorkerRequest } from '../worker/protocol.js';
import { turns } from '../transport/turns.js';
import type { Tuning } from '../worker/tuning.js';
import { announcements } from './announcements.js';
import { Dispatcher, type Placeable } from './dispatcher.js';
import { workerLocation } from './drive-location.js';
import { DriveUnit } from './drive-unit.js';
import { findVirtualDrives } from './find-virtual-drives.js';
import { nameHolder } from './holding.js';
import type { DrivePlan, DriveState, Fleet, Mastering, VirtualDriveSpec } from './fleet.js';
import { makeVirtualDrive, provideMedium, unmakeVirtualDrive } from './virtual-drives.js';
import { endHome } from './virtual-homes.js';
import { watchDevices, type DeviceWatch } from './watch-devices.js';

export interface FleetOptions {
  readonly store: Store;
  readonly mastering: Mastering;
  readonly roots: readonly Root[];
  readonly log: Logger;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  readonly build: string;
  readonly generation: number;
  readonly tuning: Tuning;
}

interface Member {
  row: DriveRow;
  readonly unit: DriveUnit;
}

class DriveFleet implements Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  readonly #dispatcher: Dispatcher;
  readonly #told = new EventEmitter<{ state: [DriveState]; progress: [string, AttemptRef, Progress] }>();
  readonly #announce: (state: DriveState) => void;
  #watch: DeviceWatch | undefined;
  /** Drives that are absent, and have been looked for since they are. */
  readonly #lost = new Set<string>();
  /** Drives come and go one after the other: a scan must not bring back what is being removed. */
  readonly #inTurn = turns();
  #forgetEvents: (() => void) | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#announce = announcements(options.store, options.log);
    this.#dispatcher = new Dispatcher({
      ...options,
      drives: () => [...this.#members.values()] satisfies Placeable[],
    });
  }

  async start(): Promise<void> {
    const { store, log } = this.#options;
    await this.#inTurn(() => this.#scan());
    this.#watch = watchDevices(() => {
      this.#scanSoon();
    }, log);
    this.#forgetEvents = store.onEvents((events) => {
      for (const event of events) {
        if (event.kind === 'attempt.advanced' && isFinalAttempt(event.data.state))
          this.#dispatcher.ended(event.data);
        if (event.kind === 'drive.configured') this.#reconfigure(event.data);
        // The worker has given the drive back by itself, by its own deadline.
        if (event.kind === 'lease.expired') this.#members.get(event.data.drive)?.unit.leaseExpired();
      }
      if (events.some(({ kind }) => WAKING.has(kind))) this.wake();
    });
    this.wake();
  }

  async detach(): Promise<void> {
    this.#watch?.close();
    this.#forgetEvents?.();
    const idle = this.#dispatcher.stop();
    // A drive that is being asked may take minutes to answer: the question ends with the connection.
    await this.#closeUnits();
    await idle;
    await this.#inTurn(() => Promise.resolve());
    await this.#closeUnits();
  }

  async #closeUnits(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ unit }) => unit.close()));
  }

  async drain(): Promise<void> {
    await this.#dispatcher.stop();
    const busy = (): boolean => this.states().some(({ attempt }) => attempt !== undefined);
    await new Promise<void>((resolve) => {
      const stop = this.onState(() => {
        if (!busy()) finish();
      });
      const finish = (): void => {
        stop();
        resolve();
      };
      if (!busy()) finish();
    });
  }

  // --- what is the case

  states(): readonly DriveState[] {
    return [...this.#members.values()].map(({ unit }) => unit.state);
  }

  state(drive: string): DriveState {
    return this.#member(drive).unit.state;
  }

  async refresh(drive: string): Promise<DriveState> {
    const { unit } = this.#member(drive);
    unit.observe(REPLIES.report.parse(await unit.request({ do: 'report' })));
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

  plan(drives: readonly string[], image: string, options: DrivePlanOptions): Promise<readonly DrivePlan[]> {
    const file = this.#options.mastering.pathOf(image);
    return Promise.all(drives.map((drive) => this.#planOne(drive, file, options)));
  }

  async tray(...[drive, action, lease]: Parameters<Fleet['tray']>): Promise<void> {
    await this.#operate(drive, { do: 'tray', action }, lease);
  }

  async lease(drive: string, lease: { id: string; expiresAt: string } | undefined): Promise<void> {
    const { unit } = this.#member(drive);
    try {
      await unit.request({ do: 'lease', lease: lease ?? null });
    } finally {
      await unit.followLease();
    }
  }

  async cancel(attempt: AttemptRef, force: boolean): Promise<void> {
    const holder = [...this.#members.values()].find(({ unit }) => unit.holds(attempt));
    if (!holder) throw new SpindleError('transition-refused', 'The attempt is over.');
    await holder.unit.request({ do: 'cancel', attempt, force });
  }

  wake(): void {
    this.#dispatcher.wake();
  }

  // --- virtual drives

  async createVirtualDrive(spec: VirtualDriveSpec): Promise<string> {
    const { store, stateDirectory } = this.#options;
    const id = ulid();
    await store.createVirtualDrive(makeVirtualDrive(stateDirectory, id, spec));
    await this.#inTurn(() => this.#scan());
    return id;
  }

  removeVirtualDrive(drive: string): Promise<void> {
    return this.#inTurn(() => this.#removeVirtualDrive(drive));
  }

  async #removeVirtualDrive(drive: string): Promise<void> {
    const { store, stateDirectory, log } = this.#options;
    const { unit, row } = this.#member(drive);
    if (unit.state.holding === 'busy') throw new SpindleError('drive-busy', `Drive ${drive} is at work.`);
    await store.removeVirtualDrive(drive);
    await this.#dismiss(drive);
    await endHome(row, log);
    unmakeVirtualDrive(stateDirectory, drive);
  }

  async insert(...[drive, insertion, lease]: Parameters<Fleet['insert']>): Promise<void> {
    const { store, stateDirectory } = this.#options;
    await this.#member(drive).unit.request({ do: 'status' }); // nothing is made where no worker would take it
    const name = await provideMedium(stateDirectory, drive, insertion, (medium) =>
      this.#operate(drive, { do: 'virtual', operation: { kind: 'insert', medium } }, lease),
    );
    await store.patchVirtualDrive(drive, { medium: name });
    await this.refresh(drive);
  }

  async remove(drive: string, lease: string | undefined): Promise<void> {
    await this.#operate(drive, { do: 'virtual', operation: { kind: 'remove' } }, lease);
    await this.#options.store.patchVirtualDrive(drive, { medium: null });
  }

  async faults(...[drive, faults, lease]: Parameters<Fleet['faults']>): Promise<void> {
    await this.#operate(drive, { do: 'virtual', operation: { kind: 'faults', faults: [...faults] } }, lease);
  }

  async statistics(drive: string): Promise<RecordingStatistics> {
    return REPLIES.statistics.parse(await this.#member(drive).unit.request({ do: 'statistics' }));
  }

  // --- inside

  #member(drive: string): Member {
    const member = this.#members.get(drive);
    if (!member) throw new SpindleError('drive-unknown', `There is no drive ${drive}.`);
    return member;
  }

  /** What a client does at a drive, which is answered with what is seen afterwards. */
  async #operate(drive: string, operation: Operation, lease: string | undefined): Promise<void> {
    const { unit } = this.#member(drive);
    const request = { ...operation, ...(lease !== undefined && { lease }) };
    try {
      unit.observe(REPLIES[request.do].parse(await unit.request(request)));
    } catch (error) {
      throw nameHolder(error, unit.state.holder);
    }
    this.wake();
  }

  async #planOne(drive: string, image: string, options: DrivePlanOptions): Promise<DrivePlan> {
    try {
      const { unit } = this.#member(drive);
      const reply = REPLIES.plan.parse(await unit.request({ do: 'plan', image, options }));
      return 'plan' in reply
        ? { drive, plan: reply.plan, refusals: [] }
        : { drive, plan: undefined, refusals: reply.refusals };
    } catch (error) {
      const { code, detail } = toFailure(error);
      return { drive, plan: undefined, refusals: [{ code, detail }] };
    }
  }

  #scanSoon(): void {
    this.#inTurn(() => this.#scan()).catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'drives could not be looked for');
    });
  }

  /** Brings the members in line with the drives that are there, real and virtual. */
  async #scan(): Promise<void> {
    const { store } = this.#options;
    const found = [...(await this.#realDrives()), ...(await findVirtualDrives(this.#options))];
    const rows = await store.seeDrives(found);
    await Promise.all(rows.map((row) => this.#welcome(row)));
  }

  async #realDrives(): Promise<FoundDrive[]> {
    const drives = await discoverDrives();
    return drives.map(({ devicePath, vendor, product, revision, port }) => ({
      transport: 'sg',
      location: { port, device: devicePath },
      identity: { vendor, product, revision },
    }));
  }

  /** A drive at a new place gets a new worker. */
  async #welcome(row: DriveRow): Promise<void> {
    const known = this.#members.get(row.id);
    if (known?.row.location.device === row.location.device && known) {
      known.row = row;
      return;
    }
    if (known) await this.#dismiss(row.id);
    const location = workerLocation(row);
    if (!location) return;
    const unit = new DriveUnit({
      ...this.#options,
      argument: {
        drive: row.id,
        location,
        runtimeDir: this.#options.runtimeDirectory,
        stateDir: this.#options.stateDirectory,
        logFile: this.#logFile(`worker-${row.id}`),
        build: this.#options.build,
        tuning: this.#options.tuning,
      },
      resend: (attempt) => this.#dispatcher.send(attempt),
      onState: (state) => {
        this.#stateChanged(state);
      },
      onProgress: (attempt, progress) => {
        this.#told.emit('progress', row.id, attempt, progress);
      },
    });
    this.#members.set(row.id, { row, unit });
    await unit.start();
  }

  async #dismiss(drive: string): Promise<void> {
    const member = this.#members.get(drive);
    if (!member) return;
    this.#members.delete(drive);
    await member.unit.request({ do: 'quit' }).catch(() => undefined);
    await member.unit.close();
  }

  #logFile(name: string): string {
    return path.join(this.#options.stateDirectory, 'log', `${name}.log`);
  }

  #reconfigure(row: DriveRow): void {
    const member = this.#members.get(row.id);
    if (member) member.row = row;
  }

  /** The process of a virtual drive may have died; looking for drives switches it on again. */
  #lookForLost({ id, holding }: DriveState): void {
    const lost = holding === 'absent' && !this.#lost.has(id);
    if (holding === 'absent') this.#lost.add(id);
    else this.#lost.delete(id);
    if (lost) this.#scanSoon();
  }

  #stateChanged(state: DriveState): void {
    this.#lookForLost(state);
    this.#told.emit('state', state);
    this.#announce(state);
    this.wake();
  }
}

type Operation = Extract<WorkerRequest, { do: 'tray' | 'virtual' }>;
type DrivePlanOptions = Parameters<Fleet['plan']>[2];

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
