import type { Logger } from '../log.js';
import type { Clock } from './clock.js';
import { DriveBuffer, type PendingUnits } from './drive-buffer.js';
import type { DriveState } from './drive-folder.js';
import type { Lie } from './lies.js';
import { KINDS, type VirtualKind } from './media.js';
import type { KindSpec } from './media/specification.js';
import type { MediumStore } from './medium/medium-store.js';
import type { MediumTables, MediumTrack } from './medium/medium-tables.js';
import { ModePages } from './mode-pages.js';
import { MODELS, type DriveModel } from './models.js';
import { MEDIA_EVENT, News } from './news.js';
import { Operations } from './operations.js';
import { Pace } from './pace.js';
import { backgroundStopped } from './recording/overwritable.js';
import { borderReached } from './recording/restricted-overwrite.js';
import type { CueSession } from './recording/cue-session.js';
import { kindNameOf } from './recording/kind-name.js';
import { begunTrack, replaceTrack } from './recording/sequential.js';
import { Refusal, refusal } from './refusal.js';

/** Sectors of CD that pass under the laser per second at 1x, by which the speed of its buffer goes. */
const CD_SECTOR_BYTES = 2352;

/** POWER ON, RESET, OR BUS DEVICE RESET OCCURRED: nothing of what the host had set holds (SPC-3 annex D). */
const SWITCHED_ON = '6/29/00';

interface VirtualDriveOptions {
  readonly state: DriveState;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What is true of a drive between two commands. Handlers change it; nothing here knows a CDB. */
export class VirtualDrive {
  readonly clock: Clock;
  readonly log: Logger;
  readonly model: DriveModel;
  readonly serial: string;
  readonly realtime: boolean;
  readonly pages: ModePages;
  readonly buffer: DriveBuffer;
  readonly operations: Operations;
  readonly news = new News((lie) => this.lies(lie));
  readonly pace: Pace;
  trayOpen: boolean;
  locked = false;
  /** A session that a cue sheet lays out, from SEND CUE SHEET to its last sector. */
  cue: CueSession | undefined;
  /** Blocks of a DVD that is to be recorded at once, from RESERVE TRACK to the first WRITE. */
  reservation: number | undefined;
  /** No block from here on can be recorded, whatever the medium announces: a fault. */
  faultyFrom = Infinity;
  /** The next WRITE is answered and not done: a fault. */
  loseWrites = false;
  readonly #lies: ReadonlySet<Lie>;
  #held: MediumStore | undefined;
  #simulation: MediumTables | undefined;
  #dirty = false;

  constructor({ state, clock, log }: VirtualDriveOptions) {
    this.clock = clock;
    this.log = log;
    this.model = MODELS[state.model];
    this.serial = state.serial;
    this.#lies = new Set([...this.model.lies, ...state.lies]);
    this.pages = new ModePages(this.model, {
      illegalDefaults: this.lies('illegal-write-parameters'),
      longWriteParameters: this.lies('long-write-parameters'),
    });
    this.realtime = state.speed === 'realtime';
    this.trayOpen = state.tray === 'open';
    this.news.attend(SWITCHED_ON);
    this.pace = new Pace({
      clock,
      realtime: this.realtime,
      turnings: this.model.turnings ?? {},
      kindName: () => this.kindName,
      tables: () => this.tables,
    });
    this.operations = new Operations({
      clock,
      realtime: this.realtime,
      slowCommands: state.slowCommands,
      ignoresImmediate: this.lies('ignores-immediate'),
    });
    this.buffer = new DriveBuffer({
      clock,
      size: state.bufferBytes,
      bytesPerSecond: (units) => this.pace.bytesPerSecond(units ? units.track.firstUnit + units.first : 0),
      record: (units) => {
        this.#record(units);
      },
      onLost: (error) => {
        this.news.defer(error instanceof Refusal ? error.report : { sense: '3/0C/00' });
      },
      onUnderrun: () => {
        this.#starve();
      },
    });
  }

  /** Whether this drive is one of those that do so. */
  lies(lie: Lie): boolean {
    return this.#lies.has(lie);
  }

  // --- the medium

  /** The medium under the laser; one that lies on the open tray is not. */
  get medium(): MediumStore | undefined {
    return this.trayOpen ? undefined : this.#held;
  }

  /** The medium under the laser is another one than the host knows of. */
  get isMediumUntold(): boolean {
    return this.medium !== undefined && this.news.isMediumUntold;
  }

  /** Folder of the medium that is in the drive or on its tray. */
  get heldFolder(): string | undefined {
    return this.#held?.folder;
  }

  get kindName(): VirtualKind | undefined {
    return this.medium && kindNameOf(this.tables);
  }

  get kind(): KindSpec | undefined {
    return this.kindName && KINDS[this.kindName];
  }

  /** The drive knows the medium that is in it. */
  get canRead(): boolean {
    return this.kindName !== undefined && this.model.reads.includes(this.kindName);
  }

  /** The drive records on the medium that is in it. */
  get canRecord(): boolean {
    return this.kindName !== undefined && this.model.writes.includes(this.kindName);
  }

  /** What the medium looks like, or would look like after a test write. */
  get tables(): MediumTables {
    const tables = this.#simulation ?? this.medium?.tables;
    if (tables === undefined) throw this.#noMedium();
    return tables;
  }

  set tables(tables: MediumTables) {
    if (this.#simulation !== undefined) this.#simulation = tables;
    else {
      this.medium?.update(tables);
      this.#dirty = true;
    }
  }

  get simulating(): boolean {
    return this.#simulation !== undefined;
  }

  /** From here on nothing is recorded, and all states are those of a medium that does not exist. */
  startSimulation(): void {
    this.#simulation ??= this.medium?.tables;
  }

  endSimulation(): void {
    this.#simulation = undefined;
    this.cue = undefined;
    this.reservation = undefined;
  }

  /** Puts the medium under the laser. One that lost its drive in the middle of something is taken up as it is. */
  load(store: MediumStore): void {
    this.#held = store;
    const { isCutShort } = store;
    store.cutShort({ powerLost: true });
    const track = store.tables.format === null ? undefined : store.tables.tracks[0];
    if (isCutShort && track !== undefined)
      store.update(borderReached(store.tables, store.file(track).recordedEnd()));
    store.update(backgroundStopped(store.tables));
    this.#dirty = true;
  }

  /** The medium stays on the tray, what went on with it having come to its end. */
  async openTray(): Promise<void> {
    await this.rest();
    this.#interrupt();
    if (this.medium !== undefined) {
      this.tables = backgroundStopped(this.medium.tables);
      await this.saveIfChanged();
      this.news.raise(MEDIA_EVENT.mediaRemoval);
    }
    this.trayOpen = true;
  }

  closeTray(): void {
    if (!this.trayOpen) return;
    this.trayOpen = false;
    if (this.#held !== undefined) this.news.announceMedium();
  }

  /** Bus reset: what the host set and sent is lost; what is on the medium stays. */
  reset(): void {
    this.buffer.clear();
    this.#interrupt();
    this.pages.reset();
    this.locked = false;
    this.pace.requestedKBps = undefined;
    this.news.attend(SWITCHED_ON);
  }

  /** What is being recorded goes no further: of a test write nothing is left, of anything else what has come to the medium. */
  #interrupt(): void {
    this.endSimulation();
    this.medium?.cutShort({ powerLost: false });
    this.#dirty = true;
  }

  /** Switched off in good order: the medium stays in the drive, and its state is safe. */
  async switchOff(): Promise<void> {
    try {
      if (!this.trayOpen) await this.rest();
    } finally {
      const held = this.#held;
      this.#held = undefined;
      await held?.close();
    }
  }

  /** Takes the medium out of the drive, or off its tray. */
  async unload(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    if (!this.trayOpen) {
      await this.rest();
      this.#interrupt();
      this.tables = backgroundStopped(held.tables);
      await this.saveIfChanged();
      this.news.raise(MEDIA_EVENT.mediaRemoval);
    }
    this.#held = undefined;
    await held.close();
  }

  /** Brings everything that waits to the medium. */
  async rest(): Promise<void> {
    this.buffer.recordRest();
    await this.operations.finish();
    await this.saveIfChanged();
  }

  /** The drive without power: the buffer is gone. */
  async losePower(): Promise<void> {
    this.buffer.clear();
    this.operations.cut();
    this.#dirty = false;
    await this.#held?.abandon();
    this.#held = undefined;
  }

  async saveIfChanged(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    try {
      await this.medium?.save();
    } catch (error) {
      this.#dirty = true;
      throw error;
    }
  }

  /** Has our disk say what is about to be done, so that a loss of power is found; where it does not take that, nothing is done. */
  async announce(tables: MediumTables): Promise<void> {
    const before = this.tables;
    this.tables = tables;
    try {
      await this.saveIfChanged();
    } catch (error) {
      this.tables = before;
      throw error;
    }
  }

  // --- readiness

  /** Refuses while there is no medium, or not yet, or the drive is at work. */
  requireReady(): void {
    if (this.kindName === undefined) throw this.#noMedium();
    if (!this.canRead) throw refusal('2/30/00');
    if (!this.news.settled()) throw refusal('2/04/01');
    this.requireIdle();
  }

  requireIdle(): void {
    const busy = this.operations.sense();
    if (busy !== undefined) throw refusal(this.lies('vague-busy') ? '2/04/00' : busy.sense);
  }

  #noMedium(): Refusal {
    return refusal(this.trayOpen ? '2/3A/02' : '2/3A/01');
  }

  // --- recording

  /**
   * Sends units to the medium by way of the buffer; refuses them with 2/04/08 while there is no room. The first ones of
   * a track after a flush go nowhere before the tables on disk say that it is being recorded: after a loss of power the
   * map knows how far it came.
   */
  async feed(track: MediumTrack, address: number, bytes: Uint8Array, advanced: MediumTables): Promise<void> {
    const unitBytes = track.unit.mainBytes + track.unit.subchannelBytes;
    const [first, count] = [address - track.firstUnit, bytes.length / unitBytes];
    const byteLength = this.kind?.family === 'cd' ? count * CD_SECTOR_BYTES : bytes.length;
    this.#requireUnrecorded(track, first, count);
    if (!this.buffer.hasRoom(byteLength)) throw refusal('2/04/08');
    await this.#progress(track, advanced);
    this.buffer.take({
      track,
      first,
      count,
      bytes: this.loseWrites ? undefined : bytes,
      byteLength,
      simulated: this.simulating,
    });
  }

  /** No laser writes a pit twice, whatever the tables say. */
  #requireUnrecorded(track: MediumTrack, first: number, count: number): void {
    if (this.kind?.recording !== 'sequential' || this.simulating) return;
    if (this.medium?.file(track).touches(first, count) === true)
      throw refusal('3/0C/00', track.firstUnit + first);
  }

  async #progress({ number }: MediumTrack, tables: MediumTables): Promise<void> {
    const { underway, writing = [] } = this.tables;
    const others = underway === 'write' ? writing : [];
    if (this.#simulation !== undefined) this.#simulation = tables;
    else if (others.includes(number)) this.medium?.update(tables);
    else await this.announce({ ...tables, underway: 'write', writing: [...others, number] });
  }

  /** Records zeros without the buffer: padding and pre-gaps that the drive makes itself. */
  fill(track: MediumTrack, from: number, to: number): void {
    if (to <= from || this.simulating) return;
    this.medium?.file(track).write(from - track.firstUnit, to - from, undefined);
  }

  /** What our own disk does not take is lost, and all that waits behind it. */
  #record({ track, first, count, bytes, simulated }: PendingUnits): void {
    if (simulated) return;
    try {
      this.medium?.file(track).write(first, count, bytes);
    } catch (error) {
      this.log.error({ err: error }, 'the medium could not be written to our disk');
      this.#interrupt();
      throw refusal('3/0C/00', track.firstUnit + first);
    }
  }

  /** The buffer ran empty. Without Buffer Underrun Free the track ends here, as a coaster. */
  #starve(): void {
    this.log.warn({ underruns: this.buffer.statistics.underruns }, 'the drive buffer ran empty');
    const { medium, kind } = this;
    if (medium === undefined || kind?.family !== 'cd' || this.pages.writeParameters.bufferUnderrunFree)
      return;
    this.news.defer({ sense: '3/0C/09' });
    this.cue = undefined;
    const track = begunTrack(this.tables);
    if (track !== undefined) this.tables = replaceTrack(this.tables, { ...track, damaged: true });
  }
}
