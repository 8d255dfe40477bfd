import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isSpindleError, SpindleError } from '../errors.js';
import type { VirtualDriveRow } from '../jobs/records.js';
import type { FoundDrive } from '../jobs/store/store.js';
import {
  createVirtualDrive as createDriveFolder,
  readDriveState,
  type DriveSpec,
} from '../virtual/drive-folder.js';
import { BLANK_NAMES, type BlankName } from '../virtual/media.js';
import { createMedium, isMediumFolder, readMediumTables } from '../virtual/medium/medium-store.js';
import { MAKER, MODELS, MODEL_NAMES } from '../virtual/models.js';
import { workerLockPath } from '../worker/worker-paths.js';
import type { VirtualDriveSpec, VirtualInsertion } from './fleet.js';

/** What the store keeps of a virtual drive's making. */
const settings = z.object({
  name: z.string(),
  model: z.enum(MODEL_NAMES),
  speed: z.enum(['unlimited', 'realtime']),
  bufferBytes: z.int(),
});

/** `<state>/virtual/drives/<id>` and `<state>/virtual/media/<name>`. */
const driveFolder = (stateDirectory: string, id: string): string =>
  path.join(stateDirectory, 'virtual', 'drives', id);
export const mediaFolder = (stateDirectory: string): string => path.join(stateDirectory, 'virtual', 'media');

/** Where a kept medium lies. Names come from clients; the schema of the API lets no separators in. */
export const mediumFolder = (stateDirectory: string, medium: string): string =>
  path.join(mediaFolder(stateDirectory), path.basename(medium));

/** A medium that is kept, as its folder tells of it. */
interface KeptMedium {
  readonly name: string;
  readonly blank?: BlankName;
  readonly capacity?: number;
}

/** What its tables say; nothing where they are damaged. */
const sayingOf = (folder: string): Omit<KeptMedium, 'name'> => {
  try {
    const { blank, capacity } = readMediumTables(folder);
    return { blank, capacity };
  } catch (error) {
    if (isSpindleError(error)) return {};
    throw error;
  }
};

/** All media that are kept, by name, wherever they lie. */
export const namesOfKeptMedia = (stateDirectory: string): string[] => {
  const folder = mediaFolder(stateDirectory);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => isMediumFolder(path.join(folder, name))).sort();
};

export const keptMedium = (stateDirectory: string, name: string): KeptMedium => ({
  name,
  ...sayingOf(mediumFolder(stateDirectory, name)),
});

const modelOf = (model: string): DriveSpec['model'] => {
  const parsed = z.enum(MODEL_NAMES).safeParse(model);
  if (parsed.success) return parsed.data;
  throw new SpindleError(
    'schema-violation',
    `There is no model ${model}; there are ${MODEL_NAMES.join(', ')}.`,
  );
};

/** Makes the folder of a drive. What it was made of goes into the store. */
export const makeVirtualDrive = (
  stateDirectory: string,
  id: string,
  spec: VirtualDriveSpec,
): Omit<VirtualDriveRow, 'createdAt'> => {
  const { name, speed, bufferBytes, home } = spec;
  const model = modelOf(spec.model);
  createDriveFolder(driveFolder(stateDirectory, id), { model, speed, bufferBytes });
  return { id, home, settings: { name, model, speed, bufferBytes } };
};

export const unmakeVirtualDrive = (stateDirectory: string, id: string): void => {
  rmSync(driveFolder(stateDirectory, id), { recursive: true, force: true });
  rmSync(workerLockPath(stateDirectory, id), { force: true });
};

interface ProvidedMedium {
  readonly folder: string;
  readonly name: string;
  readonly isNew: boolean;
}

/** What is to be inserted; a blank is made. */
const mediumOf = (stateDirectory: string, insertion: VirtualInsertion): ProvidedMedium => {
  mkdirSync(mediaFolder(stateDirectory), { recursive: true, mode: 0o700 });
  if ('medium' in insertion) {
    const folder = mediumFolder(stateDirectory, insertion.medium);
    readMediumTables(folder);
    return { folder, name: insertion.medium, isNew: false };
  }
  const blank = z.enum(BLANK_NAMES).parse(insertion.blank) satisfies BlankName;
  const name = `${blank}-${randomBytes(4).toString('hex')}`;
  const folder = mediumFolder(stateDirectory, name);
  createMedium(folder, blank, insertion.capacity, { tab: insertion.writeProtect ?? false });
  return { folder, name, isNew: true };
};

/** A worker whose connection was lost may still put it in; a drive that has it keeps it, whatever failed then. */
const mayGetInto = (driveDirectory: string, folder: string, error: unknown): boolean =>
  (isSpindleError(error) && error.code === 'worker-lost') || readDriveState(driveDirectory).medium === folder;

/** Has a medium put into a drive. Its name; a blank that was made for that and is refused goes again. */
export const provideMedium = async (
  stateDirectory: string,
  drive: string,
  insertion: VirtualInsertion,
  put: (folder: string) => Promise<void>,
): Promise<string> => {
  const { folder, name, isNew } = mediumOf(stateDirectory, insertion);
  try {
    await put(folder);
  } catch (error) {
    if (isNew && !mayGetInto(driveFolder(stateDirectory, drive), folder, error))
      rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return name;
};

/** The socket of a virtual drive that has a process of its own. */
export type HomeSocket = (id: string) => string;

/** A virtual drive as discovery would find it: it carries its id with it. */
export const foundVirtualDrive = (
  stateDirectory: string,
  row: VirtualDriveRow,
  homeSocket: HomeSocket,
): FoundDrive => {
  const { name, model } = settings.parse(row.settings);
  const folder = driveFolder(stateDirectory, row.id);
  const { serial } = readDriveState(folder);
  return {
    id: row.id,
    name,
    transport: row.home === 'worker' ? 'virtual' : 'socket',
    location: { port: `virtual/${row.id}`, device: row.home === 'worker' ? folder : homeSocket(row.id) },
    identity: { ...MAKER, product: MODELS[model].product, serial },
  };
};

export const virtualDriveFolder = driveFolder;
