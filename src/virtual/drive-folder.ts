import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SpindleError } from '../errors.js';
import { removeDrafts, replaceText } from '../os/atomic-file.js';
import { type FileLock, lockFile } from '../os/flock.js';
import { systemErrorCode } from '../os/system-error.js';
import { faultScript } from './faults.js';
import { LIE_NAMES } from './lies.js';
import { mediumAt, placeOf } from './medium-place.js';
import { readMediumTables } from './medium/medium-store.js';
import { MODEL_NAMES } from './models.js';

const STATE = 'drive.json';
const LOCK = 'lock';
const MIN_BUFFER_BYTES = 256 * 1024;

/** What a client chooses about a virtual drive. */
export const driveSpec = z.strictObject({
  model: z.enum(MODEL_NAMES),
  /** `realtime`: as slow as a real drive, with a buffer that can run empty. */
  speed: z.enum(['unlimited', 'realtime']).default('unlimited'),
  bufferBytes: z
    .int()
    .min(MIN_BUFFER_BYTES)
    .max(64 * 1024 * 1024)
    .default(2 * 1024 * 1024),
  /** With unlimited speed: for so many commands a long operation stays in progress, so that it can be seen. */
  slowCommands: z.int().min(0).max(10_000).default(0),
  /** Beside those of the model. */
  lies: z.array(z.enum(LIE_NAMES)).default([]),
  /** Given at random where left out. */
  serial: z
    .string()
    .regex(/^[0-9A-Za-z]{1,16}$/)
    .optional(),
});
export type DriveSpec = z.input<typeof driveSpec>;

const driveState = driveSpec.required({ serial: true }).extend({
  version: z.literal(1),
  /** Folder of the medium in the drive; in the file, relative to that of the drive where both move together. */
  medium: z.string().nullable(),
  tray: z.enum(['open', 'closed']),
  /** A medium was put in that the host has not been told of. */
  newMedium: z.boolean(),
  faults: faultScript,
});
/** Everything about a virtual drive that outlives its home. */
export type DriveState = z.infer<typeof driveState>;

/** Makes the folder of a new drive, empty and closed. Rejects with a ZodError what `driveSpec` does not allow. */
export const createVirtualDrive = (folder: string, spec: DriveSpec): void => {
  const parsed = driveSpec.parse(spec);
  mkdirSync(folder, { mode: 0o700, recursive: true });
  writeDriveState(folder, {
    ...parsed,
    serial: parsed.serial ?? randomBytes(6).toString('hex').toUpperCase(),
    version: 1,
    medium: null,
    tray: 'closed',
    newMedium: false,
    faults: [],
  });
};

export const readDriveState = (folder: string): DriveState => {
  let text: string;
  try {
    text = readFileSync(join(folder, STATE), 'utf8');
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ENOENT') throw cause;
    throw new SpindleError('drive-unknown', `${folder} holds no virtual drive`, { cause });
  }
  const parsed = driveState.safeParse(JSON.parse(text));
  if (parsed.success) {
    const { medium } = parsed.data;
    return { ...parsed.data, medium: medium === null ? null : mediumAt(folder, medium) };
  }
  throw new SpindleError('drive-faulted', `${join(folder, STATE)} is not what it should be`, {
    cause: parsed.error,
  });
};

/** Only for who holds the lock. */
export const writeDriveState = (folder: string, state: DriveState): void => {
  const medium = state.medium === null ? null : placeOf(folder, state.medium);
  replaceText(join(folder, STATE), JSON.stringify({ ...state, medium }, undefined, 2));
};

/** The drive's own lock: one home at a time, and nobody changes its folder meanwhile. */
export const lockDrive = (folder: string): FileLock => {
  readDriveState(folder);
  const lock = lockFile(join(folder, LOCK), 'drive-busy');
  removeDrafts(join(folder, STATE));
  return lock;
};

const change = (folder: string, alter: (state: DriveState) => Partial<DriveState>): void => {
  const lock = lockDrive(folder);
  try {
    const state = readDriveState(folder);
    writeDriveState(folder, { ...state, ...alter(state) });
  } finally {
    lock.release();
  }
};

/**
 * Puts a medium into a drive that is switched off; its next home reports it as new. While the drive has a home these
 * two fail with `drive-busy`: ask the home.
 */
export const insertMedium = (folder: string, mediumFolder: string): void => {
  readMediumTables(mediumFolder);
  change(folder, ({ medium }) => {
    if (medium !== null && medium !== mediumFolder)
      throw new SpindleError('virtual-drive-occupied', `It is ${medium}.`);
    return { medium: mediumFolder, tray: 'closed', newMedium: true };
  });
};

export const removeMedium = (folder: string): void => {
  change(folder, () => ({ medium: null, newMedium: false }));
};
