import { describe, expect, it } from 'vitest';

import { unhex } from '../../support/hex.js';
import {
  FORMAT_UNIT,
  READ_CAPACITY,
  READ_FORMAT_CAPACITIES,
  DISC_INFORMATION,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  replyOf,
  trackInformation,
  untilReady,
  writeBlocks,
} from '../../support/raw-command.js';
import { aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const ready = aReadyDrive;

/** Header with Immed, descriptor: all blocks, type 26h, new or restarted. */
const PLUS_RW_NEW = unhex('00 02 00 08 ff ff ff ff 98 00 00 00');
const PLUS_RW_RESTART = unhex('00 02 00 08 ff ff ff ff 98 00 00 01');
const backgroundStatus = async (drive: Parameters<typeof replyOf>[0]): Promise<string> =>
  (await replyOf(drive, DISC_INFORMATION, 34)).split(' ')[7] ?? '';

describe('a DVD+RW', () => {
  it('takes nothing before it is formatted', async () => {
    const { drive } = await ready({ blank: 'dvd+rw' });
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/30/10');
    expect(await endOf(drive, '28 00 00 00 00 00 00 00 01 00', 2048)).toBe('5/30/10');
    // Unformatted, 2,295,104 blocks; type 26h is offered with as many.
    expect(await replyOf(drive, READ_FORMAT_CAPACITIES, 255)).toBe(
      '00 00 00 10 00 23 05 40 01 00 08 00 00 23 05 40 98 00 00 00',
    );
    expect(await trackInformation(drive, 1)).toContain('00 2e 01 01 00 04 41 00 00 00 00 00');
  });

  it('is overwritten anywhere once formatted, while the format goes on in the background', async () => {
    const { drive } = await ready({ blank: 'dvd+rw' });
    expect(await endOf(drive, FORMAT_UNIT, PLUS_RW_NEW)).toBe('good');
    expect(await backgroundStatus(drive)).toBe('22');
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 23 05 3f 00 00 08 00');
    expect(await writeBlocks(drive, 1000, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 8, numberedBlocks(4, 70))).toBe('good');
    expect(await writeBlocks(drive, 1000, numberedBlocks(16, 30))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect(await readsAs(drive, 1000, numberedBlocks(16, 30))).toBe(true);
    expect(await readsAs(drive, 500, new Uint8Array(2048))).toBe(true);
    expect(await writeBlocks(drive, 2_295_104, numberedBlocks(1))).toBe('5/21/00');
    expect(await writeBlocks(drive, 2_295_100, numberedBlocks(8))).toBe('5/21/00');
  });

  it('has a format that can be stopped and restarted', async () => {
    const { drive } = await ready({ blank: 'dvd+rw' });
    expect(await endOf(drive, closeCommand(0))).toBe('good');
    await endOf(drive, FORMAT_UNIT, PLUS_RW_NEW);
    expect(await endOf(drive, FORMAT_UNIT, PLUS_RW_RESTART)).toBe('5/26/00');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await backgroundStatus(drive)).toBe('21');
    expect(await endOf(drive, FORMAT_UNIT, PLUS_RW_RESTART)).toBe('good');
    expect(await backgroundStatus(drive)).toBe('22');
    expect(await endOf(drive, closeCommand(1, 1))).toBe('5/24/00');
  });

  it('is completely formatted once its last block is written', async () => {
    const { drive } = await ready({ blank: 'dvd+rw', capacity: 64 });
    await endOf(drive, FORMAT_UNIT, PLUS_RW_NEW);
    expect(await writeBlocks(drive, 0, numberedBlocks(64))).toBe('good');
    expect(await backgroundStatus(drive)).toBe('23');
  });

  it('is no farther formatted by a block that is written ahead, and its lead-out fills what lies before that', async () => {
    const { drive } = await ready({ blank: 'dvd+rw', capacity: 128 });
    await endOf(drive, FORMAT_UNIT, PLUS_RW_NEW);
    expect(await writeBlocks(drive, 112, numberedBlocks(16))).toBe('good');
    expect(await backgroundStatus(drive)).toBe('22');
    expect(await endOf(drive, closeCommand(0))).toBe('good');
    expect(await backgroundStatus(drive)).toBe('21');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await backgroundStatus(drive)).toBe('23');
  });

  it.each([
    ['another type', '00 02 00 08 ff ff ff ff 00 00 00 00'],
    ['another size', '00 02 00 08 00 00 10 00 98 00 00 00'],
    ['another parameter', '00 02 00 08 ff ff ff ff 98 00 00 02'],
    ['options with FOV', '00 a2 00 08 ff ff ff ff 98 00 00 00'],
  ])('refuses a format with %s', async (_, list) => {
    const { drive } = await ready({ blank: 'dvd+rw' });
    expect(await endOf(drive, FORMAT_UNIT, unhex(list))).toBe('5/26/00');
  });

  it('says that it is being formatted, and must be formatted again after a loss of power', async () => {
    const { drive, driveFolder } = await ready({ blank: 'dvd+rw', slowCommands: 5 });
    await endOf(drive, FORMAT_UNIT, PLUS_RW_NEW);
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('2/04/04');
    expect(await endOf(drive, DISC_INFORMATION, 34)).toBe('2/04/04');
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect((await replyOf(again, DISC_INFORMATION, 34)).slice(0, 8)).toBe('00 20 18');
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('3/31/00');
    await endOf(again, FORMAT_UNIT, PLUS_RW_NEW);
    await untilReady(again);
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('good');
  });

  it('keeps what was written before a loss of power', async () => {
    const { drive, driveFolder } = await ready({ blank: 'dvd+rw' });
    await endOf(drive, FORMAT_UNIT, PLUS_RW_NEW);
    await writeBlocks(drive, 160, numberedBlocks(16));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await readsAs(again, 160, numberedBlocks(16))).toBe(true);
    expect(await backgroundStatus(again)).toBe('21');
  });
});

describe('a BD-RE', () => {
  it('offers the formats of a real one', async () => {
    const { drive } = await ready({ blank: 'bd-re' });
    // As libburn lists them of a medium of 25 GB; the present descriptor says unformatted.
    expect(await replyOf(drive, READ_FORMAT_CAPACITIES, 255)).toBe(
      [
        '00 00 00 30 00 ba 74 00 01 00 08 00',
        '00 b4 74 00 00 00 30 00',
        '00 b4 74 00 c0 00 30 00',
        '00 b0 74 00 c0 00 50 00',
        '00 b8 74 00 c0 00 10 00',
        '00 ba 74 00 c4 00 08 00',
      ].join(' '),
    );
  });

  it.each([
    ['default', '00 82 00 08 00 b4 74 00 00 00 30 00', '00 b4 73 ff 00 00 08 00'],
    [
      'with most spares, quick certification',
      '00 82 00 08 00 b0 74 00 c3 00 50 00',
      '00 b0 73 ff 00 00 08 00',
    ],
    [
      'with spares between, no certification',
      '00 02 00 08 00 b2 74 00 c1 00 40 00',
      '00 b2 73 ff 00 00 08 00',
    ],
    ['without spares', '00 82 00 08 00 ba 74 00 c5 00 08 00', '00 ba 73 ff 00 00 08 00'],
  ])('can be formatted: %s', async (_, list, capacity) => {
    const { drive } = await ready({ blank: 'bd-re' });
    expect(await endOf(drive, FORMAT_UNIT, unhex(list))).toBe('good');
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe(capacity);
    expect(await writeBlocks(drive, 4096, numberedBlocks(32))).toBe('good');
    expect(await writeBlocks(drive, 4097, numberedBlocks(1, 99))).toBe('good');
    expect(await readsAs(drive, 4097, numberedBlocks(1, 99))).toBe(true);
    expect(await endOf(drive, closeCommand(2))).toBe('5/24/00');
  });

  it('is formatted quickly (sub-type 0) when it is new, as growisofs does it, and again', async () => {
    const { drive } = await ready({ blank: 'bd-re' });
    // What growisofs 7.1 sends to a blank medium (captured), and the same without spares.
    const lists = ['00 02 00 08 00 b8 74 00 c0 00 00 00', '00 82 00 08 00 ba 74 00 c4 00 08 00'];
    for (const list of lists) expect(await endOf(drive, FORMAT_UNIT, unhex(list))).toBe('good');
  });

  it('loses its data when it is formatted again', async () => {
    const { drive } = await ready({ blank: 'bd-re' });
    const list = unhex('00 82 00 08 00 ba 74 00 c5 00 08 00');
    await endOf(drive, FORMAT_UNIT, list);
    await writeBlocks(drive, 0, numberedBlocks(32));
    await endOf(drive, FORMAT_UNIT, list);
    expect(await readsAs(drive, 0, new Uint8Array(32 * 2048))).toBe(true);
  });

  it('names its maker in the disc information', async () => {
    const { drive } = await ready({ blank: 'bd-re' });
    const di = (await replyOf(drive, 'ad 01 00 00 00 00 00 00 10 04 00 00', 4100)).split(' ');
    expect(di.slice(0, 8).join(' ')).toBe('10 02 00 00 44 49 01 08');
    expect(di.slice(12, 15).join(' ')).toBe('42 44 57');
    expect(di.slice(104, 113).join(' ')).toBe('56 45 52 42 41 54 49 4d 30');
  });
});
