import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { SpindleError } from '../../errors.js';
import { removeDrafts, replaceText } from '../../os/atomic-file.js';
import { type FileLock, lockFile } from '../../os/flock.js';
import { systemErrorCode } from '../../os/system-error.js';
import { BLANK_NAMES, type BlankName, KINDS, MEDIA, blockBytesOf, formatsOf } from '../media.js';
import type { KindSpec, MediumSpec } from '../media/specification.js';
import { cutShort, isBeingWritten } from '../recording/cut-short.js';
import { formatted } from '../recording/overwritable.js';
import { kindOf } from '../recording/sequential.js';
import { MEDIUM_FORMAT, type MediumTables, type MediumTrack, mediumTables } from './medium-tables.js';
import {
  type TrackFile,
  blankTrackFile,
  isTrackFileThere,
  openTrackFile,
  readRecordedEnd,
  unitBytesOf,
} from './track-file.js';

const TABLES = 'medium.json';
const LOCK = 'lock';

/** As it comes from the shop; some are sold formatted. */
const blankTables = (blank: BlankName, capacity: number, tab: boolean): MediumTables => {
  const tables = virginTables(blank, capacity, tab);
  const spec: KindSpec = KINDS[MEDIA[blank].kind];
  if (spec.soldFormatted !== true) return tables;
  const [first] = formatsOf(blank, capacity);
  return formatted(tables, first ?? { type: 0, blocks: capacity, typeDependent: blockBytesOf(blank) });
};

const virginTables = (blank: BlankName, capacity: number, tab: boolean): MediumTables => ({
  version: MEDIUM_FORMAT,
  id: randomBytes(16).toString('hex'),
  blank,
  capacity,
  underway: null,
  finalized: false,
  discType: 0,
  sessions: [],
  tracks: [],
  format: null,
  layer0Blocks: null,
  protection: { tab, persistent: false },
});

const requireTab = (blank: BlankName): void => {
  const hasTab = (name: BlankName): boolean => (MEDIA[name] as MediumSpec).cartridge === true;
  if (hasTab(blank)) return;
  const having = BLANK_NAMES.filter(hasTab).join(', ');
  throw new SpindleError(
    'virtual-medium-untabbed',
    `${blank} has no tab that protects it; these have one: ${having}.`,
  );
};

/**
 * Makes the folder of a new medium. A capacity, in blocks, other than the declared one makes what no shop sells. `tab`
 * is that of its cartridge, and protects it.
 * @throws SpindleError `virtual-medium-untabbed` where it has no cartridge.
 */
export const createMedium = (
  folder: string,
  blank: BlankName,
  capacity?: number,
  { tab = false }: { readonly tab?: boolean } = {},
): MediumTables => {
  if (tab) requireTab(blank);
  const tables = blankTables(blank, capacity ?? MEDIA[blank].capacity, tab);
  mkdirSync(folder, { mode: 0o700 });
  replaceText(join(folder, TABLES), JSON.stringify(tables, undefined, 2));
  return tables;
};

/** False where the making of a medium was cut short. */
export const isMediumFolder = (folder: string): boolean => existsSync(join(folder, TABLES));

const damaged = (folder: string, cause: unknown): SpindleError =>
  new SpindleError('virtual-medium-damaged', `${join(folder, TABLES)} is not what it should be`, { cause });

/** What the tables of a medium say, whoever has it; its home may be about to replace them. */
export const readMediumTables = (folder: string): MediumTables => {
  let text: string;
  try {
    text = readFileSync(join(folder, TABLES), 'utf8');
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ENOENT') throw cause;
    throw new SpindleError('virtual-medium-unknown', `${folder} holds no medium`, { cause });
  }
  try {
    return mediumTables.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(folder, cause);
  }
};

const TRACK_FILE = /^(track-\d{2,3})\.(?:data|map|synced)$/;

const trackName = ({ number }: MediumTrack): string => `track-${String(number).padStart(2, '0')}`;

const trackPath = (folder: string, track: MediumTrack): string => join(folder, trackName(track));

/** Opens the data of a track for reading only, without a lock: a medium at rest, or what was recorded so far. */
export const openTrackForReading = (folder: string, track: MediumTrack): TrackFile => {
  const path = trackPath(folder, track);
  return isTrackFileThere(path) ? openTrackFile(path, track, 'read') : blankTrackFile(track);
};

/** One more than the highest recorded address of a track; its first where nothing is recorded. */
export const recordedEndOf = (folder: string, track: MediumTrack): number =>
  track.firstUnit + readRecordedEnd(trackPath(folder, track));

/** A medium in the hands of its home. Data go to disk before the map, the map before the tables. */
export class MediumStore {
  readonly folder: string;
  readonly #lock: FileLock;
  readonly #files = new Map<number, TrackFile>();
  /** Opened for tracks that there are not any more. */
  readonly #left: TrackFile[] = [];
  #tables: MediumTables;
  #saved: MediumTables;

  /** Takes the medium's lock; fails with `virtual-medium-in-use` where another drive has it. */
  constructor(folder: string) {
    this.folder = folder;
    readMediumTables(folder);
    this.#lock = lockFile(join(folder, LOCK), 'virtual-medium-in-use');
    try {
      removeDrafts(join(folder, TABLES));
      this.#saved = readMediumTables(folder);
      this.#tables = this.#saved;
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  get tables(): MediumTables {
    return this.#tables;
  }

  /** When its drive loads it: the last one lost its power in the middle of something. */
  get isCutShort(): boolean {
    return this.#saved.underway !== null;
  }

  /** Replaces the tables in memory; `save` makes them last. */
  update(tables: MediumTables): void {
    this.#tables = tables;
  }

  /** The data of a track, made when it is first asked for. */
  file(track: MediumTrack): TrackFile {
    let file = this.#files.get(track.number);
    // One that a test write has laid out, of which nothing was recorded, may have had other units.
    if (file?.unitBytes !== unitBytesOf(track)) {
      if (file) this.#left.push(file);
      file = openTrackFile(trackPath(this.folder, track), track, 'write');
      this.#files.set(track.number, file);
    }
    return file;
  }

  /** Removes all that was recorded but in these tracks, also what a blanking that was cut short left behind. */
  async discardAllBut(kept: readonly MediumTrack[]): Promise<void> {
    for (const [number, file] of this.#files) {
      if (kept.some((track) => track.number === number)) continue;
      await file.close();
      this.#files.delete(number);
    }
    const names = kept.map(trackName);
    for (const entry of readdirSync(this.folder)) {
      const name = TRACK_FILE.exec(entry)?.[1];
      if (name !== undefined && !names.includes(name)) rmSync(join(this.folder, entry), { force: true });
    }
  }

  /**
   * What its drive had taken and not recorded is lost, if it was recording. What was begun of an ECC block is filled, as drives do
   * before they go on behind it: an RZone that is damaged when it is repaired.
   */
  cutShort({ powerLost }: { readonly powerLost: boolean }): void {
    const tables = this.#tables;
    if (tables.underway !== 'write') return;
    const ended = (track: MediumTrack): MediumTrack => {
      if (!isBeingWritten(tables, track)) return track;
      if (powerLost && this.#isBegun(track)) this.file(track).discardUnsynced();
      const recorded = this.#recorded(track);
      const left = cutShort(tables, track, { powerLost, recorded });
      const missing = left.nextWritable - left.firstUnit - recorded;
      if (missing > 0 && !left.damaged) this.file(track).write(recorded, missing, undefined);
      return left;
    };
    const tracks = kindOf(tables).recording === 'random' ? tables.tracks : tables.tracks.map(ended);
    this.#tables = { ...tables, underway: null, writing: undefined, tracks };
  }

  /** Brings data, map and tables to disk, in this order. */
  async save(): Promise<void> {
    const tables = this.#tables;
    if (tables === this.#saved) return;
    for (const file of this.#files.values()) await file.sync();
    replaceText(join(this.folder, TABLES), JSON.stringify(tables, undefined, 2));
    this.#saved = tables;
  }

  async close(): Promise<void> {
    try {
      await this.save();
    } finally {
      await this.abandon();
    }
  }

  /** Lets go without saving, as a loss of power does. */
  async abandon(): Promise<void> {
    for (const file of [...this.#files.values(), ...this.#left.splice(0)]) await file.close();
    this.#files.clear();
    this.#lock.release();
  }

  #isBegun(track: MediumTrack): boolean {
    return this.#files.has(track.number) || isTrackFileThere(trackPath(this.folder, track));
  }

  #recorded(track: MediumTrack): number {
    return this.#isBegun(track) ? this.file(track).recordedEnd() : 0;
  }
}
