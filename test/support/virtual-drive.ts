import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import type { Logger } from '../../src/log.js';
import type { Clock } from '../../src/virtual/clock.js';
import { type DriveSpec, createVirtualDrive, insertMedium } from '../../src/virtual/drive-folder.js';
import type { BlankName } from '../../src/virtual/media.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';
import { type VirtualTarget, openVirtualDrive } from '../../src/virtual/virtual-target.js';
import { untilReady } from './raw-command.js';
import { temporaryFolder } from './temporary-folder.js';

const noop = (): void => undefined;

/** A log that nobody reads. */
const silentLog: Logger = {
  trace: noop,
  debug: noop,
  info: noop,
  warn: noop,
  error: noop,
  fatal: noop,
  child: () => silentLog,
};

export interface VirtualDriveFixture {
  readonly drive: VirtualTarget;
  readonly driveFolder: string;
  readonly mediumFolder: string;
}

export interface VirtualDriveChoice extends Partial<DriveSpec> {
  readonly blank: BlankName;
  readonly capacity?: number;
  readonly clock?: Clock;
  /** A medium that exists, instead of a blank. */
  readonly mediumFolder?: string;
}

/** Becomes the home of a drive, which has none, until the test ends. */
export const reopenVirtualDrive = (driveFolder: string, clock?: Clock): VirtualTarget => {
  const drive = openVirtualDrive(driveFolder, { log: silentLog, ...(clock && { clock }) });
  onTestFinished(() => drive.close());
  return drive;
};

/** A virtual drive in a folder of its own with a new medium in it; both are gone when the test ends. */
export const aVirtualDrive = ({
  blank,
  capacity,
  clock,
  mediumFolder: existing,
  ...spec
}: VirtualDriveChoice): VirtualDriveFixture => {
  const folder = temporaryFolder();
  const [driveFolder, mediumFolder] = [join(folder, 'drive'), existing ?? join(folder, 'medium')];
  createVirtualDrive(driveFolder, { model: 'bd-writer', ...spec });
  if (existing === undefined) createMedium(mediumFolder, blank, capacity);
  insertMedium(driveFolder, mediumFolder);
  const drive = reopenVirtualDrive(driveFolder, clock);
  return { drive, driveFolder, mediumFolder };
};

/** The same once its medium is recognised, and nothing is left to be told of it. */
export const aReadyDrive = async (choice: VirtualDriveChoice): Promise<VirtualDriveFixture> => {
  const fixture = aVirtualDrive(choice);
  await untilReady(fixture.drive);
  return fixture;
};
