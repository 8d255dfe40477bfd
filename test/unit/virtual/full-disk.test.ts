/** What a drive says whose home has a full disk, and what is left when there is room again. */
import { describe, expect, it } from 'vitest';

import { fillDisk } from '../../support/full-disk.js';
import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';
import { readDriveState } from '../../../src/virtual/drive-folder.js';

const TEST_UNIT_READY = '00 00 00 00 00 00';
const INQUIRY = '12 00 00 00 24 00';
const EJECT = '1b 00 00 00 02 00';
const LOAD = '1b 00 00 00 03 00';
const BLANK_MINIMALLY = 'a1 01 00 00 00 00 00 00 00 00 00 00';
const TRACK_AT_ONCE = writeParameters(0x41, 0x04, 0x08);

describe('tables that our disk does not take', () => {
  it('end the command with a failure, and are kept by the next one when there is room', async () => {
    const { drive, driveFolder } = await aReadyDrive({ blank: 'dvd+r' });
    await writeBlocks(drive, 0, numberedBlocks(16));
    await endOf(drive, SYNCHRONIZE_CACHE);
    const free = fillDisk();
    expect(await endOf(drive, closeCommand(1, 1))).toBe('4/44/00');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('4/44/00');
    expect(await endOf(drive, INQUIRY, 36)).toBe('good');
    free();
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('good');
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    // The track is closed, the session is not.
    expect(await endOf(again, closeCommand(2))).toBe('good');
  });

  it('keep a recording from being begun', async () => {
    const { drive, driveFolder } = await aReadyDrive({ blank: 'dvd+r' });
    const free = fillDisk();
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('4/44/00');
    free();
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await readsAs(again, 0, numberedBlocks(16))).toBe(true);
  });

  it('keep a medium from being blanked', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-rw' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    const free = fillDisk();
    expect(await endOf(drive, BLANK_MINIMALLY)).toBe('4/44/00');
    free();
    expect(await readsAs(drive, 0, numberedBlocks(300))).toBe(true);
    expect(await endOf(drive, BLANK_MINIMALLY)).toBe('good');
  });
});

describe('where the tray is', () => {
  it('is not forgotten where our disk has no room for it', async () => {
    const { drive, driveFolder } = await aReadyDrive({ blank: 'dvd+r' });
    const free = fillDisk();
    expect(await endOf(drive, EJECT)).toBe('4/44/00');
    free();
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('2/3A/02');
    expect(readDriveState(driveFolder).tray).toBe('open');
    expect(await endOf(drive, LOAD)).toBe('good');
  });
});
