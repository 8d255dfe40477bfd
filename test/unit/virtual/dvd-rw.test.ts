import { describe, expect, it } from 'vitest';

import { unhex } from '../../support/hex.js';
import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  replyOf,
  trackInformation,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const CAPACITY = 4096;

const ready = () => aReadyDrive({ blank: 'dvd-rw', capacity: CAPACITY });

type Drive = Awaited<ReturnType<typeof ready>>['drive'];

/** FORMAT UNIT with header, blocks, type and type dependent parameter: MMC-5 §6.5.3. */
const format = (drive: Drive, blocks: string, type: string): Promise<string> =>
  endOf(drive, '04 11 00 00 00 00', unhex(`00 00 00 08 ${blocks} ${type} 00 00 10`));
const QUICK = '54';
const QUICK_GROW = '4c';
const FULL = '40';
const NOTHING = '00 00 00 00';

const blank = (drive: Drive, type: number, address = NOTHING): Promise<string> =>
  endOf(drive, `a1 0${type} ${address} 00 00 00 00 00 00`);

const profile = async (drive: Drive): Promise<string> =>
  (await replyOf(drive, '46 00 00 00 00 00 00 00 08 00', 8)).slice(18);
const status = async (drive: Drive): Promise<string> =>
  (await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(6, 8);
const formats = async (drive: Drive): Promise<string[]> => {
  const bytes = await replyOf(drive, '23 00 00 00 00 00 00 00 fc 00', 252);
  return (bytes.slice(12).match(/.{23} ?/g) ?? []).map((row) => row.trim());
};

const incremental = (drive: Drive): Promise<string> =>
  endOf(drive, MODE_SELECT, writeParameters(0x40, 0xc5, 0x08));

describe('a DVD-RW', () => {
  it('offers whole formats while it is recorded in sequence', async () => {
    const { drive } = await ready();
    expect(await profile(drive)).toBe('00 14');
    expect(await formats(drive)).toEqual([
      '00 00 10 00 01 00 08 00',
      '00 00 10 00 00 00 08 00',
      '00 00 10 00 40 00 00 10',
      '00 00 10 00 54 00 00 10',
    ]);
  });

  it('takes nothing but whole recordings after it was blanked minimally', async () => {
    const { drive } = await ready();
    await incremental(drive);
    await writeBlocks(drive, 0, numberedBlocks(16));
    expect(await blank(drive, 1)).toBe('good');
    expect(await status(drive)).toBe('10');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/64/00');
    expect(await blank(drive, 0)).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(16, 7))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await readsAs(drive, 0, numberedBlocks(16, 7))).toBe(true);
  });

  it('goes on from any ECC block, where the tail of its increments is blanked', async () => {
    const { drive } = await ready();
    await incremental(drive);
    await writeBlocks(drive, 0, numberedBlocks(64));
    expect(await blank(drive, 4, '00 00 00 11')).toBe('5/21/02');
    expect(await blank(drive, 4, '00 00 00 20')).toBe('good');
    // In increments, next writable address 32.
    expect((await trackInformation(drive, 1)).slice(12, 47)).toBe('00 04 21 01 00 00 00 00 00 00 00 20');
    expect(await writeBlocks(drive, 32, numberedBlocks(16, 90))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await readsAs(drive, 0, numberedBlocks(32))).toBe(true);
    expect(await readsAs(drive, 32, numberedBlocks(16, 90))).toBe(true);
    expect(await blank(drive, 4)).toBe('good');
    // Nothing is left of the border.
    expect(await status(drive)).toBe('10');
  });

  it('gives a reserved RZone up before it is begun', async () => {
    const { drive } = await ready();
    await incremental(drive);
    expect(await endOf(drive, '53 00 00 00 00 00 00 00 20 00')).toBe('good');
    expect((await trackInformation(drive, 1)).slice(12, 23)).toBe('00 04 e1 01');
    expect(await blank(drive, 2, '00 00 00 01'), 'a reserved type').toBe('5/24/00');
    expect(await blank(drive, 3, '00 00 00 01')).toBe('good');
    expect(await status(drive)).toBe('10');
  });

  it('is overwritten in whole ECC blocks once it is formatted, and grows while its border is open', async () => {
    const { drive } = await ready();
    expect(await format(drive, NOTHING, QUICK)).toBe('good');
    expect(await profile(drive)).toBe('00 13');
    // Appendable, last session incomplete, erasable; intermediate: descriptor type 3.
    expect(await status(drive)).toBe('15');
    expect((await formats(drive))[0]).toBe('00 00 10 00 03 00 08 00');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('5/21/02');
    expect(await writeBlocks(drive, 0, numberedBlocks(10))).toBe('5/21/02');
    expect(await writeBlocks(drive, 0, numberedBlocks(32))).toBe('good');
    expect(await writeBlocks(drive, 16, numberedBlocks(32, 60))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(16, 99))).toBe('good');
    expect((await trackInformation(drive, 1)).slice(12, 47)).toBe('00 04 31 01 00 00 00 00 00 00 00 30');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await status(drive)).toBe('1e');
    expect(await formats(drive)).toEqual([
      '00 00 00 30 02 00 08 00',
      '00 00 10 00 00 00 08 00',
      '00 00 10 00 40 00 00 10',
      '00 00 0f d0 44 00 00 10',
      '00 00 0f d0 4c 00 00 10',
      '00 00 10 00 54 00 00 10',
    ]);
    expect(await writeBlocks(drive, 48, numberedBlocks(16))).toBe('5/21/00');
    expect(await readsAs(drive, 0, numberedBlocks(16, 99))).toBe(true);
    expect(await readsAs(drive, 16, numberedBlocks(32, 60))).toBe(true);
  });

  it('keeps what is on it when its border is opened again', async () => {
    const { drive } = await ready();
    await format(drive, NOTHING, QUICK);
    await writeBlocks(drive, 0, numberedBlocks(32));
    await endOf(drive, closeCommand(2));
    expect(await format(drive, NOTHING, QUICK_GROW)).toBe('good');
    expect(await status(drive)).toBe('15');
    expect(await format(drive, NOTHING, QUICK_GROW)).toBe('5/26/00');
    expect(await writeBlocks(drive, 32, numberedBlocks(16, 40))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await readsAs(drive, 0, numberedBlocks(32))).toBe(true);
    expect(await readsAs(drive, 32, numberedBlocks(16, 40))).toBe(true);
  });

  it('has all its blocks and no room to grow after a full format', async () => {
    const { drive } = await ready();
    expect(await format(drive, '00 00 20 00', FULL)).toBe('5/26/00');
    expect(await format(drive, '00 00 10 00', FULL)).toBe('good');
    expect(await status(drive)).toBe('1e');
    expect((await formats(drive)).map((row) => row.slice(12, 14))).toEqual(['02', '00', '40', '54']);
    expect(await writeBlocks(drive, 4080, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await readsAs(drive, 0, new Uint8Array(2048))).toBe(true);
  });

  it('is a sequential medium again when it is blanked', async () => {
    const { drive } = await ready();
    await format(drive, NOTHING, QUICK);
    await writeBlocks(drive, 0, numberedBlocks(32));
    expect(await blank(drive, 0)).toBe('good');
    expect(await profile(drive)).toBe('00 14');
    expect(await status(drive)).toBe('10');
  });

  it('is found with its border open after a loss of power, and can go on or be closed', async () => {
    const { drive, driveFolder } = await ready();
    await format(drive, NOTHING, QUICK);
    await writeBlocks(drive, 0, numberedBlocks(48));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await status(again)).toBe('15');
    expect(await readsAs(again, 0, numberedBlocks(48))).toBe(true);
    expect(await writeBlocks(again, 48, numberedBlocks(16, 70))).toBe('good');
    expect(await endOf(again, closeCommand(2))).toBe('good');
    expect(await status(again)).toBe('1e');
  });
});
