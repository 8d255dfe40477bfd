import type { Logger } from '../log.js';
import type { FileLock } from '../os/flock.js';
import { SpindleError } from '../errors.js';
import { type Answer, type Command, HOST_STATUS, type Transport } from '../transport/transport.js';
import { turns } from '../transport/turns.js';
import { addressedBlocks } from '../scsi/command-effects.js';
import { answerCommand, checkCondition, keeping, mostBytes, transportError } from './answer-command.js';
import { type Clock, sleep, systemClock } from './clock.js';
import { type DriveState, lockDrive, readDriveState, writeDriveState } from './drive-folder.js';
import type { BufferStatistics } from './drive-buffer.js';
import { finishRecording } from './finish-recording.js';
import { IdleFormat } from './idle-format.js';
import { type Fault, type FaultEffect, type FaultScript, startFaultScript } from './faults.js';
import { MediumStore } from './medium/medium-store.js';
import { withDefects } from './recording/blu-ray.js';
import { senseBytes } from './refusal.js';
import { MEDIA_EVENT } from './news.js';
import { VirtualDrive } from './virtual-drive.js';

export interface VirtualDriveHome {
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * A drive made of software, in the process that is its home. It is a Transport; beside that its methods are what a
 * hand does at the drive. One home at a time, by a lock on the folder.
 */
export class VirtualTarget implements Transport {
  readonly #folder: string;
  readonly #lock: FileLock;
  readonly #drive: VirtualDrive;
  readonly #idleFormat: IdleFormat;
  readonly #inTurn = turns();
  #state: DriveState;
  #script: FaultScript;
  #lost = false;
  /** Lets go of a command that hangs, when the target is closed. */
  #releaseHung: (() => void) | undefined;
  #hangsForGood = false;
  #isOff!: () => void;
  /** Resolves once another home may have the drive. */
  readonly off = new Promise<void>((resolve) => {
    this.#isOff = resolve;
  });
  /** Hands at the drive, or waiting until it has done what it is doing. */
  #hands = 0;

  constructor(folder: string, { log, clock = systemClock }: VirtualDriveHome) {
    this.#folder = folder;
    this.#lock = lockDrive(folder);
    let store: MediumStore | undefined;
    try {
      this.#state = readDriveState(folder);
      this.#script = startFaultScript(this.#state.faults);
      this.#drive = new VirtualDrive({ state: this.#state, clock, log });
      this.#idleFormat = new IdleFormat(clock);
      if (this.#state.medium !== null) store = new MediumStore(this.#state.medium);
      if (store) this.#drive.load(store);
      if (this.#state.newMedium && this.#drive.medium !== undefined) this.#drive.news.announceMedium();
    } catch (error) {
      store?.abandon().catch((cause: unknown) => {
        log.error({ err: cause }, 'the files of the medium cannot be closed');
      });
      this.#lock.release();
      throw error;
    }
  }

  get statistics(): BufferStatistics {
    return this.#drive.buffer.statistics;
  }

  /** As the kernel has it of a real one, which is no matter of the drive. */
  get maxTransferBytes(): number | undefined {
    return mostBytes(this.#drive);
  }

  execute(command: Command): Promise<Answer> {
    return this.#inTurn(() => this.#execute(command));
  }

  /** Switches the drive off in good order and gives it up. */
  async close(): Promise<void> {
    if (this.#lost) return;
    this.#lost = true;
    this.#releaseHung?.();
    try {
      finishRecording(this.#drive);
    } finally {
      await this.#drive.switchOff().finally(() => {
        this.#giveUp();
      });
    }
  }

  /** What killing the home does: the buffer is gone, the medium keeps what its tables and its map say. */
  async losePower(): Promise<void> {
    this.#lost = true;
    this.#hangsForGood = false;
    this.#releaseHung?.();
    try {
      await this.#drive.losePower();
    } finally {
      this.#giveUp();
    }
  }

  #giveUp(): void {
    this.#lock.release();
    this.#isOff();
  }

  // --- what a hand does

  /** Puts a medium in and closes the tray. Fails with `virtual-drive-occupied` where one is in it already. */
  insertMedium(mediumFolder: string): Promise<void> {
    return this.#byHand(() => {
      if (this.#drive.heldFolder !== undefined)
        throw new SpindleError('virtual-drive-occupied', `It is ${this.#drive.heldFolder}.`);
      const store = new MediumStore(mediumFolder);
      this.#drive.trayOpen = false;
      this.#drive.load(store);
      this.#drive.news.announceMedium();
    });
  }

  /** Takes the medium out, past any lock, as with a paper clip. */
  removeMedium(): Promise<void> {
    return this.#byHand(async () => {
      finishRecording(this.#drive);
      await this.#drive.unload();
    });
  }

  /** The button: opens or closes the tray; while the host has locked it, the host is told of the wish. */
  pressEjectButton(): Promise<void> {
    return this.#byHand(async () => {
      if (this.#drive.trayOpen) this.#drive.closeTray();
      else if (this.#drive.locked) this.#drive.news.raise(MEDIA_EVENT.ejectRequest);
      else {
        finishRecording(this.#drive);
        await this.#drive.openTray();
      }
    });
  }

  /** Replaces the fault script; counting begins anew. */
  setFaults(faults: readonly Fault[]): Promise<void> {
    return this.#byHand(() => {
      this.#script = startFaultScript(faults);
      this.#drive.faultyFrom = Infinity;
      this.#keep({ faults: [...faults] });
    });
  }

  /** Nothing but its plug helps a drive that hangs for good: a hand that waits for one pulls it. */
  async #byHand(act: () => void | Promise<void>): Promise<void> {
    this.#hands += 1;
    try {
      if (this.#hangsForGood) await this.losePower();
      await this.#inTurn(async () => {
        if (this.#lost) throw this.#gone();
        await act();
        this.#keepPlaces();
      });
    } finally {
      this.#hands -= 1;
    }
  }

  // --- commands

  async #execute(command: Command): Promise<Answer> {
    if (this.#lost) throw this.#gone();
    const effect = this.#script.next(command);
    const answer = await (effect === undefined ? this.#do(command) : this.#strike(effect, command));
    return keeping(this.#drive, { command, answer }, () => {
      this.#keepPlaces();
    });
  }

  #do(command: Command): Promise<Answer> {
    return answerCommand(this.#drive, this.#idleFormat, command);
  }

  // --- faults

  #strike(effect: FaultEffect, command: Command): Answer | Promise<Answer> {
    this.#drive.log.info({ effect, command: command.name }, 'a fault of the script strikes');
    switch (effect.action) {
      case 'sense':
        return this.#answerSense(effect, command);
      case 'hang':
        return this.#hang(effect.ms, command);
      case 'stall':
        return this.#stall(effect.ms, command);
      case 'unplug':
        return this.#unplug();
      case 'lost-write':
        return this.#loseWrite(command);
      case 'capacity':
        this.#drive.faultyFrom = effect.blocks;
        return this.#do(command);
      case 'defect':
        return this.#meetDefect(command);
      case 'reset':
        return this.#reset();
    }
  }

  /** The clusters get spare ones; where there are none for all of them, nothing is changed. */
  async #meetDefect(command: Command): Promise<Answer> {
    const access = addressedBlocks(command.cdb);
    if (access?.access !== 'write' || this.#drive.medium === undefined) return this.#do(command);
    const replaced = withDefects(this.#drive.tables, access);
    if (replaced === undefined) return checkCondition({ sense: '3/0C/00', information: access.first });
    this.#drive.tables = replaced;
    return this.#do(command);
  }

  async #answerSense(
    { sense, deferred, done }: Extract<FaultEffect, { action: 'sense' }>,
    command: Command,
  ): Promise<Answer> {
    if (!deferred && done !== true) return checkCondition({ sense });
    const answer = await this.#do(command);
    if (deferred) this.#drive.news.defer({ sense });
    return deferred || answer.status !== 'good'
      ? answer
      : { ...answer, status: 'check-condition', sense: senseBytes({ sense }) };
  }

  /** Past the command's time-out the kernel gives up; a drive that hangs for good is not even reset. */
  async #hang(ms: number | undefined, { timeoutMs }: Command): Promise<Answer> {
    this.#hangsForGood = ms === undefined;
    if (this.#hangsForGood && this.#hands > 0) return this.#unplug();
    const released = new Promise<'released'>((resolve) => {
      this.#releaseHung = () => {
        resolve('released');
      };
    });
    const wait = ms === undefined ? [] : [sleep(this.#drive.clock, Math.min(ms, timeoutMs))];
    if ((await Promise.race([released, ...wait])) === 'released') throw this.#gone();
    this.#releaseHung = undefined;
    return transportError(HOST_STATUS.timeOut);
  }

  async #stall(ms: number, command: Command): Promise<Answer> {
    await sleep(this.#drive.clock, ms);
    return this.#do(command);
  }

  async #unplug(): Promise<Answer> {
    await this.losePower();
    throw this.#gone();
  }

  async #loseWrite(command: Command): Promise<Answer> {
    this.#drive.loseWrites = true;
    try {
      return await this.#do(command);
    } finally {
      this.#drive.loseWrites = false;
    }
  }

  #reset(): Answer {
    this.#drive.reset();
    return transportError(HOST_STATUS.reset);
  }

  #gone(): SpindleError {
    return new SpindleError('drive-lost', `the virtual drive in ${this.#folder} is not there any more`);
  }

  // --- what outlives the home

  #keepPlaces(): void {
    const tray = this.#drive.trayOpen ? 'open' : 'closed';
    const medium = this.#drive.heldFolder ?? null;
    if (!this.#lost) this.#keep({ tray, medium, newMedium: this.#drive.isMediumUntold });
  }

  #keep(change: Partial<DriveState>): void {
    const next = { ...this.#state, ...change };
    const same = (Object.keys(change) as (keyof DriveState)[]).every((key) => next[key] === this.#state[key]);
    if (!same) writeDriveState(this.#folder, next);
    this.#state = next;
  }
}

/**
 * Becomes the home of a drive. Fails with `drive-busy` where another process is, `virtual-medium-in-use` where its
 * medium lies in another drive.
 */
export const openVirtualDrive = (folder: string, home: VirtualDriveHome): VirtualTarget =>
  new VirtualTarget(folder, home);
