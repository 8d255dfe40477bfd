/** What a drive says whose home has a full disk, and what is left when there is room again. */
import { describe, expect, it, vi } from 'vitest';

import { fillDisk } from '../../support/full-disk.js';
import { manualClock } from '../../support/manual-clock.js';
import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  sendRaw,
  trackInformation,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';
import { readDriveState } from '../../../src/virtual/drive-folder.js';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';

const TEST_UNIT_READY = '00 00 00 00 00 00';
const INQUIRY = '12 00 00 00 24 00';
const EJECT = '1b 00 00 00 02 00';
const LOAD = '1b 00 00 00 03 00';
const BLANK_MINIMALLY = 'a1 01 00 00 00 00 00 00 00 00 00 00';
const TRACK_AT_ONCE = writeParameters(0x41, 0x04, 0x08);

const nextWritable = async (drive: VirtualTarget): Promise<number> =>
  Number.parseInt((await trackInformation(drive, 1)).slice(36, 47).replaceAll(' ', ''), 16);

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

describe('a drive that cannot be taken up', () => {
  it('lets its medium go, so that it can be once there is room', async () => {
    const { drive, driveFolder } = await aReadyDrive({ blank: 'dvd+r' });
    await writeBlocks(drive, 0, numberedBlocks(805));
    await drive.losePower();
    // There is room for the id of the process in its locks, and none in the map for what is to be filled of the last ECC block.
    const free = fillDisk(64);
    expect(() => reopenVirtualDrive(driveFolder)).toThrow('EFBIG');
    free();
    const again = await vi.waitFor(() => reopenVirtualDrive(driveFolder));
    await untilReady(again);
    expect(await readsAs(again, 0, numberedBlocks(805))).toBe(true);
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

describe('blocks that our disk does not take', () => {
  const realtime = async () => {
    const clock = manualClock();
    const fixture = await aReadyDrive({ blank: 'dvd+r', speed: 'realtime', bufferBytes: 1024 * 1024, clock });
    let sent = 0;
    while ((await writeBlocks(fixture.drive, sent, numberedBlocks(16))) === 'good') sent += 16;
    return { ...fixture, clock, sent };
  };

  it('are told once, as of the first of them, and the track goes on behind those before', async () => {
    const { drive, clock } = await realtime();
    const free = fillDisk(40 * 2048);
    await clock.turn(10_000);
    const told = await sendRaw(drive, TEST_UNIT_READY);
    // Deferred, VALID: 3/0C/00 of block 32.
    expect(told.status === 'check-condition' && Buffer.from(told.sense.subarray(0, 7)).toString('hex')).toBe(
      'f1000300000020',
    );
    free();
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('good');
    expect(await nextWritable(drive)).toBe(32);
    let lba = 32;
    while ((await writeBlocks(drive, lba, numberedBlocks(16))) === 'good') lba += 16;
    expect(lba).toBeGreaterThan(400);
    await clock.turn(10_000);
    expect(await readsAs(drive, 0, numberedBlocks(16))).toBe(true);
    expect(await readsAs(drive, 32, numberedBlocks(16))).toBe(true);
  });

  it('fail the command that waits for them, and what is sent afterwards finds room in the buffer', async () => {
    const { drive } = await realtime();
    const free = fillDisk(40 * 2048);
    expect(await endOf(drive, EJECT)).toBe('3/0C/00');
    free();
    expect(await nextWritable(drive)).toBe(32);
    expect(await writeBlocks(drive, 32, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, EJECT)).toBe('good');
  });

  it('fail their WRITE where nothing waits in between', async () => {
    const { drive } = await aReadyDrive({ blank: 'dvd+r' });
    for (const lba of [0, 16]) expect(await writeBlocks(drive, lba, numberedBlocks(16))).toBe('good');
    const free = fillDisk(40 * 2048);
    expect(await writeBlocks(drive, 32, numberedBlocks(16))).toBe('3/0C/00');
    free();
    expect(await nextWritable(drive)).toBe(32);
    expect(await writeBlocks(drive, 32, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect(await readsAs(drive, 32, numberedBlocks(16))).toBe(true);
  });
});
