import path from 'node:path';
import type { AttemptRef } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import { discoverDrives } from '../drive/discovery.js';
import { failure, SpindleError } from '../errors.js';
import type { Attempt, DriveRow } from '../jobs/records.js';
import type { FoundDrive, Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { turns } from '../transport/turns.js';
import type { Tuning } from '../worker/tuning.js';
import { circumstancesOf } from './circumstances.js';
import { workerLocation } from './drive-location.js';
import { DriveUnit } from './drive-unit.js';
import { findVirtualDrives } from './find-virtual-drives.js';
import type { DriveState } from './fleet.js';
import { RestingDrives } from './resting-drives.js';
import { watchDevices, type DeviceWatch } from './watch-devices.js';

export interface RosterOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  readonly build: string;
  readonly generation: number;
  readonly tuning: Tuning;
}

/** What the drives have to say. */
export interface RosterNews {
  resend(attempt: Attempt): Promise<void>;
  onState(state: DriveState): void;
  onProgress(drive: string, attempt: AttemptRef, progress: Progress): void;
}

/** A drive that is there or was: its row, and the unit that keeps its worker. */
export interface Member {
  row: DriveRow;
  readonly unit: DriveUnit;
  /** It is only there for what was left open on it. */
  readonly absent?: boolean;
}

/** Which drives there are, real and virtual, as they come and go. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #news: RosterNews;
  readonly #members = new Map<string, Member>();
  #watch: DeviceWatch | undefined;
  /** Drives that are absent, and have been looked for since they are. */
  readonly #lost = new Set<string>();
  /** Virtual drives whose process did not come up. */
  readonly #off = new RestingDrives(() => {
    this.#lookSoon();
  });
  /** Drives come and go one after the other: a look must not bring back what is being removed. */
  readonly inTurn = turns();

  constructor(options: RosterOptions, news: RosterNews) {
    this.#options = options;
    this.#news = news;
  }

  /** Resolves when every drive that is there has been met once. */
  async start(): Promise<void> {
    await this.look();
    this.#watch = watchDevices(() => {
      this.#lookSoon();
    }, this.#options.log);
  }

  /** No more drives come. */
  stopWatching(): void {
    this.#watch?.close();
    this.#off.close();
  }

  /** Lets go of all workers, which go on by themselves; of those too that a look was about to find. */
  async close(): Promise<void> {
    await this.inTurn(() => Promise.resolve());
    this.#off.close();
    await this.closeUnits();
  }

  async closeUnits(): Promise<void> {
    await Promise.all(this.members().map(({ unit }) => unit.close()));
  }

  members(): Member[] {
    return [...this.#members.values()];
  }

  /** @throws SpindleError `drive-unknown`. */
  member(drive: string): Member {
    const member = this.#members.get(drive);
    if (!member) throw new SpindleError('drive-unknown', `There is no drive ${drive}.`);
    return member;
  }

  find(drive: string): Member | undefined {
    return this.#members.get(drive);
  }

  /** Brings the members in line with the drives that are there; one that is wanted is switched on though that has just failed. */
  look(wanted?: string): Promise<void> {
    return this.inTurn(() => {
      if (wanted !== undefined) this.#off.succeed(wanted);
      return this.#scan();
    });
  }

  /** Takes a drive off the list and ends its worker. Call it in turn. */
  async dismiss(drive: string): Promise<void> {
    const member = this.#members.get(drive);
    if (!member) return;
    this.#members.delete(drive);
    await member.unit.request({ do: 'quit' }).catch(() => undefined);
    await member.unit.close();
  }

  /** Dismisses a drive for good. */
  async remove(drive: string): Promise<void> {
    this.#off.succeed(drive);
    await this.dismiss(drive);
  }

  reconfigure(row: DriveRow): void {
    const member = this.#members.get(row.id);
    if (member) member.row = row;
  }

  #lookSoon(): void {
    this.look().catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'drives could not be looked for');
    });
  }

  async #scan(): Promise<void> {
    const { store } = this.#options;
    const found = [...(await this.#realDrives()), ...(await this.#virtualDrives())];
    const rows = await store.seeDrives(found);
    await this.#dismissReplaced(rows);
    await Promise.all(rows.map((row) => this.#welcome(row)));
    this.#sayWhatIsOff();
    await this.#takeUpLeft();
  }

  /** Their workers see only that nobody listens. */
  #sayWhatIsOff(): void {
    for (const { row, unit } of this.members()) {
      const reason = this.#off.failure(row.id);
      if (reason) unit.seen.hindered(failure.parse(reason));
    }
  }

  /** What is open on a drive that is not there is followed, or settled by its journal: its job would wait for ever. */
  async #takeUpLeft(): Promise<void> {
    const { store } = this.#options;
    const drives = new Set((await store.openAttempts()).map(({ drive }) => drive));
    const rows = (await store.listDrives()).filter(({ id }) => drives.has(id) && !this.#members.has(id));
    await Promise.all(rows.map((row) => this.#meet(row, { absent: true })));
  }

  /** The kernel gives the name of a drive that is gone to the next one that comes: no two workers use one device. */
  async #dismissReplaced(rows: readonly DriveRow[]): Promise<void> {
    const users = new Map(rows.map(({ id, location }) => [location.device, id]));
    for (const { row, absent } of this.members())
      if (!absent && (users.get(row.location.device) ?? row.id) !== row.id) await this.dismiss(row.id);
  }

  #virtualDrives(): Promise<FoundDrive[]> {
    return findVirtualDrives({ ...this.#options, off: this.#off });
  }

  async #realDrives(): Promise<FoundDrive[]> {
    const drives = await discoverDrives();
    return drives.map(({ devicePath, port, ...identity }) => ({
      transport: 'sg',
      location: { port, device: devicePath },
      identity,
    }));
  }

  /** A drive at a new place gets a new worker. */
  async #welcome(row: DriveRow): Promise<void> {
    const known = this.#members.get(row.id);
    if (known?.row.location.device === row.location.device && known && !known.absent) {
      this.reconfigure(row);
      return;
    }
    if (known) await this.dismiss(row.id);
    await this.#meet(row, { absent: false });
  }

  async #meet(row: DriveRow, { absent }: { readonly absent: boolean }): Promise<void> {
    const location = workerLocation(row);
    if (!location) return;
    const unit = new DriveUnit({
      ...this.#options,
      absent,
      argument: {
        drive: row.id,
        location,
        runtimeDir: this.#options.runtimeDirectory,
        stateDir: this.#options.stateDirectory,
        logFile: path.join(this.#options.stateDirectory, 'log', `worker-${row.id}.log`),
        build: this.#options.build,
        circumstances: circumstancesOf(this.#options.tuning),
        tuning: this.#options.tuning,
      },
      resend: (attempt) => this.#news.resend(attempt),
      onState: (state) => {
        this.#lookForLost(state);
        this.#news.onState(state);
      },
      onProgress: (attempt, progress) => {
        this.#news.onProgress(row.id, attempt, progress);
      },
    });
    this.#members.set(row.id, { row, unit, absent });
    await unit.start();
    if (absent)
      void unit.over().then(() => {
        this.#forget(row.id, unit);
      });
  }

  #forget(drive: string, unit: DriveUnit): void {
    if (this.#members.get(drive)?.unit === unit) this.#members.delete(drive);
  }

  /** The process of a virtual drive may have died; looking for drives switches it on again. */
  #lookForLost({ id, holding }: DriveState): void {
    const lost = holding === 'absent' && !this.#lost.has(id);
    if (holding === 'absent') this.#lost.add(id);
    else this.#lost.delete(id);
    if (lost) this.#lookSoon();
  }
}
