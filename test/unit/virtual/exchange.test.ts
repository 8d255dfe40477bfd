/** What a drive was told of one medium means nothing for the next. */
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { BlankName } from '../../../src/virtual/media.js';
import { createMedium } from '../../../src/virtual/medium/medium-store.js';
import { unhex } from '../../support/hex.js';
import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  endOf,
  numberedBlocks,
  readsAs,
  replyOf,
  trackInformation,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { type VirtualDriveFixture, aReadyDrive } from '../../support/virtual-drive.js';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';

const EJECT = '1b 00 00 00 02 00';
const LOAD = '1b 00 00 00 03 00';
const TEST_WRITE = writeParameters(0x51, 0x04, 0x08);
const TRACK_AT_ONCE = writeParameters(0x41, 0x04, 0x08);
const SESSION_AT_ONCE = writeParameters(0x42, 0x04, 0x00);
/** Lead-in, track 1 with its pre-gap at -150, lead-out at 4 seconds: MMC-5 table "Cue Sheet Format". */
const CUE = unhex(
  '41 00 00 10 00 00 00 00 41 01 00 10 00 00 00 00 41 01 01 10 00 00 02 00 41 aa 01 14 00 00 06 00',
);
const SEND_CUE_SHEET = '5d 00 00 00 00 00 00 00 20 00';

const byHand = async ({ drive, mediumFolder }: VirtualDriveFixture, blank: BlankName): Promise<void> => {
  const other = join(dirname(mediumFolder), 'other');
  createMedium(other, blank);
  await drive.removeMedium();
  await drive.insertMedium(other);
  await untilReady(drive);
};
const byTray = async (fixture: VirtualDriveFixture, blank: BlankName): Promise<void> => {
  await endOf(fixture.drive, EJECT);
  await byHand(fixture, blank);
};
const WAYS = [
  ['by hand', byHand],
  ['over the tray', byTray],
] as const;

const takesBlocks = async (drive: VirtualTarget): Promise<void> => {
  for (const lba of [0, 32]) expect(await writeBlocks(drive, lba, numberedBlocks(32, lba))).toBe('good');
  expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
  expect(await readsAs(drive, 0, numberedBlocks(64, 0))).toBe(true);
};

describe.each(WAYS)('a medium that is exchanged %s', (_, exchange) => {
  it('is recorded, though a test write of the one before was not closed', async () => {
    const fixture = await aReadyDrive({ blank: 'cd-r' });
    const { drive } = fixture;
    await endOf(drive, MODE_SELECT, TEST_WRITE);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    await exchange(fixture, 'dvd+r');
    // Profile 001Bh.
    expect((await replyOf(drive, '46 02 00 00 00 00 00 00 08 00', 8)).slice(18)).toBe('00 1b');
    await takesBlocks(drive);
  });

  it('takes its own first block, though a cue sheet of the one before was not finished', async () => {
    const fixture = await aReadyDrive({ blank: 'cd-r' });
    const { drive } = fixture;
    await endOf(drive, MODE_SELECT, SESSION_AT_ONCE);
    expect(await endOf(drive, SEND_CUE_SHEET, CUE)).toBe('good');
    expect(await writeBlocks(drive, -150, numberedBlocks(100))).toBe('good');
    await exchange(fixture, 'bd-r');
    await takesBlocks(drive);
  });

  it('is not reserved, though the one before was', async () => {
    const fixture = await aReadyDrive({ blank: 'dvd-r' });
    const { drive } = fixture;
    await endOf(drive, MODE_SELECT, SESSION_AT_ONCE);
    const blank = await trackInformation(drive, 1);
    expect(await endOf(drive, '53 00 00 00 00 00 00 01 00 00')).toBe('good');
    await exchange(fixture, 'dvd-r');
    expect(await trackInformation(drive, 1)).toBe(blank);
    // Without a reservation nobody knows where the lead-out goes.
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/2C/00');
  });
});

describe('a medium that comes back', () => {
  it('is damaged where a session at once was not brought to its end', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, SESSION_AT_ONCE);
    expect(await endOf(drive, SEND_CUE_SHEET, CUE)).toBe('good');
    expect(await writeBlocks(drive, -150, numberedBlocks(200))).toBe('good');
    await endOf(drive, EJECT);
    await endOf(drive, LOAD);
    await untilReady(drive);
    expect((await trackInformation(drive, 1)).split(' ')[5]).toBe('24');
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    expect(await writeBlocks(drive, 50, numberedBlocks(16))).toBe('5/64/00');
  });
});
