import { describe, expect, it } from 'vitest';

import {
  DISC_INFORMATION,
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
import { unhex } from '../../support/hex.js';
import { type VirtualDriveChoice, aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const ready = (choice: Partial<VirtualDriveChoice> = {}) => aReadyDrive({ blank: 'dvd-r', ...choice });

type Drive = Awaited<ReturnType<typeof ready>>['drive'];

/** Mode page 05h as growisofs and libburn send it: bytes 2 to 5 and the packet size. */
const page = (b2: number, b3: number): Uint8Array => {
  const list = writeParameters(b2, b3, 0x08);
  if ((b2 & 0x20) !== 0) list[8 + 5] = 0x10;
  if ((b3 & 0x20) !== 0) list[8 + 13] = 0x10;
  return list;
};
const INCREMENTAL_OPEN = page(0x60, 0xe5);
const INCREMENTAL_LAST = page(0x60, 0x25);
const AT_ONCE = page(0x42, 0x05);
const LAYER_JUMP = page(0x44, 0xc5);

const select = (drive: Drive, list: Uint8Array): Promise<string> => endOf(drive, MODE_SELECT, list);
const reserve = (blocks: string): string => `53 00 00 00 00 ${blocks} 00`;
const repair = (track: number): string => `58 00 00 00 00 0${track} 00 00 00 00`;
const CURRENT_FEATURES = '46 01 00 00 00 00 00 01 00 00';

const currentFeatures = async (drive: Drive): Promise<number[]> => {
  const bytes = unhex(await replyOf(drive, CURRENT_FEATURES, 256));
  const codes: number[] = [];
  for (let at = 8; at + 4 <= bytes.length; at += 4 + (bytes[at + 3] ?? 0))
    codes.push((bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0));
  return codes;
};

describe('a DVD-R', () => {
  it('is blank, of the size and the maker that its lead-in names', async () => {
    const { drive } = await ready();
    await select(drive, INCREMENTAL_OPEN);
    // RT, Blank, Packet, FP: invisible, in increments.
    expect(await trackInformation(drive, 1)).toBe(
      '00 2e 01 01 00 04 61 01 00 00 00 00 00 00 00 00 00 23 12 80 00 00 00 10 00 23 12 80',
    );
    await select(drive, AT_ONCE);
    expect((await trackInformation(drive, 1)).slice(0, 23)).toBe('00 2e 01 01 00 04 41 01');
    const reply = await replyOf(drive, 'ad 00 00 00 00 00 00 0e 00 2c 00 00', 44);
    // 2,298,496 blocks from PSN 30000h on.
    expect(reply.slice(0, 29)).toBe('00 2a 00 00 01 40 c1 26 12 7f');
    expect(reply.split(' ').slice(21, 27).join(' ')).toBe('54 59 47 30 32 20');
    expect(await currentFeatures(drive)).toEqual(expect.arrayContaining([0x21, 0x2f]));
  });

  it('is recorded border by border', async () => {
    const { drive } = await ready();
    await select(drive, INCREMENTAL_OPEN);
    expect(await writeBlocks(drive, 0, numberedBlocks(20))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect((await trackInformation(drive, 1)).slice(0, 47)).toBe(
      '00 2e 01 01 00 04 21 01 00 00 00 00 00 00 00 20',
    );
    expect(await endOf(drive, closeCommand(2))).toBe('5/72/03');
    expect(await endOf(drive, closeCommand(1, 1))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 20)).toBe('00 20 01 01 02 02 02');
    await select(drive, INCREMENTAL_LAST);
    expect(await writeBlocks(drive, 32, numberedBlocks(16))).toBe('5/21/02');
    expect(await writeBlocks(drive, 32 + 32_768, numberedBlocks(16, 90))).toBe('good');
    await endOf(drive, closeCommand(1, 2));
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 20)).toBe('00 20 0e 01 02 02 02');
    expect(await readsAs(drive, 32 + 32_768, numberedBlocks(16, 90))).toBe(true);
    expect(await writeBlocks(drive, 65_584, numberedBlocks(16))).toBe('5/64/00');
    expect(await currentFeatures(drive)).not.toEqual(expect.arrayContaining([0x21]));
  });

  it('is recorded at once after a reservation, and ends with the flush', async () => {
    const { drive } = await ready();
    await select(drive, AT_ONCE);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/2C/00');
    expect(await endOf(drive, reserve('00 00 00 28'))).toBe('good');
    // Reserved and empty, 48 blocks.
    expect(await trackInformation(drive, 1)).toBe(
      '00 2e 01 01 00 04 c1 01 00 00 00 00 00 00 00 00 00 00 00 30 00 00 00 10 00 00 00 30',
    );
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 16, numberedBlocks(24, 50))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 20)).toBe('00 20 0e 01 01 01 01');
    expect((await trackInformation(drive, 1)).slice(0, 23)).toBe('00 2e 01 01 00 04 01 00');
    expect(await replyOf(drive, '25 00 00 00 00 00 00 00 00 00', 8)).toBe('00 00 00 2f 00 00 08 00');
    expect(await readsAs(drive, 16, numberedBlocks(24, 50))).toBe(true);
    expect(await endOf(drive, closeCommand(2))).toBe('good');
  });

  it('keeps to how a track began', async () => {
    const { drive } = await ready();
    await select(drive, INCREMENTAL_OPEN);
    await writeBlocks(drive, 0, numberedBlocks(16));
    await select(drive, AT_ONCE);
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('5/64/00');
    expect(await endOf(drive, reserve('00 00 00 10'))).toBe('5/2C/00');
    await select(drive, INCREMENTAL_OPEN);
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('good');
  });

  it('has two reserved tracks and the one behind them', async () => {
    const { drive } = await ready();
    await select(drive, INCREMENTAL_OPEN);
    for (const track of [1, 2]) {
      expect(await endOf(drive, reserve('00 00 00 14'))).toBe('good');
      expect((await trackInformation(drive, track)).slice(18, 20)).toBe('e1');
    }
    expect(await endOf(drive, reserve('00 00 00 14'))).toBe('5/72/05');
    expect(await writeBlocks(drive, 64, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 32, numberedBlocks(16))).toBe('good');
    expect((await trackInformation(drive, 2)).slice(18, 20)).toBe('a1');
    expect(await endOf(drive, closeCommand(1, 1))).toBe('5/72/04');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    for (const track of [1, 2, 3]) expect(await endOf(drive, closeCommand(1, track))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
  });

  it('takes only the write types, links and packets of DVD', async () => {
    const { drive } = await ready();
    for (const b2 of [0x41, 0x43, 0x44]) expect(await select(drive, page(b2, 0x05))).toBe('5/26/00');
    const ofCd = page(0x60, 0xe5);
    ofCd[8 + 5] = 7;
    expect(await select(drive, ofCd)).toBe('5/26/00');
    const packets = page(0x60, 0xe5);
    packets[8 + 13] = 32;
    expect(await select(drive, packets)).toBe('5/26/00');
    // After power on the page is that of a CD; nothing is recorded by it.
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/64/00');
  });

  it.each([
    ['in increments', page(0x70, 0xe5), false],
    ['at once', page(0x52, 0x05), true],
  ] as const)('is as it was after a test write %s', async (_, list, reserved) => {
    const { drive } = await ready();
    await select(drive, list);
    if (reserved) expect(await endOf(drive, reserve('00 00 00 20'))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(32))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    await select(drive, INCREMENTAL_OPEN);
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 8)).toBe('00 20 00');
    expect((await trackInformation(drive, 1)).slice(18, 20)).toBe('61');
  });

  it('goes on after a loss of power only when its track is repaired', async () => {
    const { drive, driveFolder } = await ready();
    await select(drive, INCREMENTAL_OPEN);
    await writeBlocks(drive, 0, numberedBlocks(40));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    expect(await endOf(again, '00 00 00 00 00 00')).toBe('6/29/00');
    await untilReady(again);
    await select(again, INCREMENTAL_OPEN);
    // Damaged, no next writable address.
    expect((await trackInformation(again, 1)).slice(0, 23)).toBe('00 2e 01 01 00 24 21 00');
    expect(await writeBlocks(again, 48, numberedBlocks(16))).toBe('5/64/00');
    expect(await endOf(again, repair(1))).toBe('good');
    expect((await trackInformation(again, 1)).slice(0, 47)).toBe(
      '00 2e 01 01 00 04 21 01 00 00 00 00 00 00 00 30',
    );
    expect(await readsAs(again, 0, numberedBlocks(40))).toBe(true);
    expect(await writeBlocks(again, 48, numberedBlocks(16))).toBe('good');
  });

  it('is lost when its drive loses power while it is recorded at once', async () => {
    const { drive, driveFolder } = await ready();
    await select(drive, AT_ONCE);
    await endOf(drive, reserve('00 00 01 00'));
    await writeBlocks(drive, 0, numberedBlocks(32));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await endOf(again, repair(1))).toBe('5/64/00');
    await select(again, AT_ONCE);
    expect(await writeBlocks(again, 32, numberedBlocks(16))).toBe('5/64/00');
  });
});

describe('a DVD-R DL', () => {
  it('has two layers and one session', async () => {
    const { drive } = await ready({ blank: 'dvd-r-dl' });
    expect((await replyOf(drive, '46 00 00 00 00 00 00 00 08 00', 8)).slice(18)).toBe('00 15');
    // Format 00h: two layers on the opposite path; layer 0 ends at PSN 30000h + 2,085,855.
    const physical = unhex(await replyOf(drive, 'ad 00 00 00 00 00 00 00 00 18 00 00', 24));
    expect([physical[4], physical[6]]).toEqual([0x26, 0x32]);
    expect([...physical.subarray(16, 20)]).toEqual([0x00, 0x22, 0xd3, 0xdf]);
    await select(drive, INCREMENTAL_OPEN);
    await writeBlocks(drive, 0, numberedBlocks(16));
    await endOf(drive, closeCommand(1, 1));
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 8)).toBe('00 20 0e');
  });

  it('is recorded in layer jumps when asked to, where the host says', async () => {
    const { drive } = await ready({ blank: 'dvd-r-dl' });
    expect(await select(drive, LAYER_JUMP)).toBe('good');
    expect((await replyOf(drive, '46 00 00 00 00 00 00 00 08 00', 8)).slice(18)).toBe('00 16');
    expect(await currentFeatures(drive)).toEqual(expect.arrayContaining([0x33]));
    const jumps = async (): Promise<Uint8Array> =>
      unhex(await replyOf(drive, '52 01 00 00 00 01 00 00 30 00', 48));
    expect((await jumps())[5]).toBe(0x44);
    const manual = unhex('00 0a 00 00 00 00 00 00 00 00 01 ff');
    expect(await endOf(drive, 'bf 00 00 00 00 00 00 23 00 0c 00 00', manual)).toBe('good');
    expect((await jumps())[5]).toBe(0x84);
    expect([...(await jumps()).subarray(40, 48)]).toEqual([0, 0, 0x01, 0xff, 0, 0x1f, 0xd3, 0xdf]);
    const odd = unhex('00 0a 00 00 00 00 00 00 00 00 01 f0');
    expect(await endOf(drive, 'bf 00 00 00 00 00 00 23 00 0c 00 00', odd)).toBe('5/26/00');
    const interval = unhex('00 0a 00 00 00 00 00 00 00 00 00 20');
    expect(await endOf(drive, 'bf 00 00 00 00 00 00 22 00 0c 00 00', interval)).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(48))).toBe('good');
    // On layer 1 from block 32 to 63; back on layer 0 the next jump is behind block 95.
    expect((await jumps())[5]).toBe(0xc4);
    expect([...(await jumps()).subarray(40, 44)]).toEqual([0, 0, 0, 95]);
    await endOf(drive, closeCommand(1, 1));
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 8)).toBe('00 20 01');
  });
});
