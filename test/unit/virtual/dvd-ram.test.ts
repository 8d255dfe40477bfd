import { describe, expect, it } from 'vitest';

import { createMedium } from '../../../src/virtual/medium/medium-store.js';
import { unhex } from '../../support/hex.js';
import {
  FORMAT_UNIT,
  READ_CAPACITY,
  READ_FORMAT_CAPACITIES,
  closeCommand,
  endOf,
  numberedBlocks,
  readsAs,
  replyOf,
  sendRaw,
  trackInformation,
  untilReady,
  writeBlocks,
} from '../../support/raw-command.js';
import { type VirtualDriveChoice, aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const ready = (choice: Partial<VirtualDriveChoice> = {}) => aReadyDrive({ blank: 'dvd-ram', ...choice });

const PROTECTION = 'ad 00 00 00 00 00 00 c0 00 08 00 00';
const STATUS = 'ad 00 00 00 00 00 00 09 00 08 00 00';
const SPARES = 'ad 00 00 00 00 00 00 0a 00 10 00 00';
const SEND_PROTECTION = 'bf 00 00 00 00 00 00 c0 00 08 00 00';
/** As dvd-ram-control of dvd+rw-tools sends it. */
const PROTECT = unhex('00 06 00 00 02 00 00 00');
const UNPROTECT = unhex('00 06 00 00 00 00 00 00');
const verified = (lba: string, count: string): string => `2e 00 ${lba} 00 ${count} 00`;
const streamed = (lba: string, count: string): string => `aa 00 ${lba} ${count} 80 00`;

describe('a DVD-RAM', () => {
  it('comes formatted, with 2,236,704 blocks', async () => {
    const { drive } = await ready();
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 22 21 1f 00 00 08 00');
    // Formatted; a full format of the same size, and one that has the most spares.
    expect(await replyOf(drive, READ_FORMAT_CAPACITIES, 255)).toBe(
      '00 00 00 18 00 22 21 20 02 00 08 00 00 22 21 20 00 00 08 00 00 21 55 20 04 00 08 00',
    );
    // The last recorded address is valid, the next writable one is not.
    expect((await trackInformation(drive, 1)).split(' ')[7]).toBe('02');
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(6, 8)).toBe('1f');
  });

  it('takes any block at once, and once more', async () => {
    const { drive } = await ready();
    expect(await writeBlocks(drive, 1000, numberedBlocks(3))).toBe('good');
    expect(await writeBlocks(drive, 1001, numberedBlocks(1, 90))).toBe('good');
    expect(await readsAs(drive, 1001, numberedBlocks(1, 90))).toBe(true);
    expect(await readsAs(drive, 999, new Uint8Array(2048))).toBe(true);
    expect(await endOf(drive, closeCommand(2))).toBe('5/24/00');
  });

  it('gives its last blocks to the spares and keeps the others', async () => {
    const { drive } = await ready();
    await writeBlocks(drive, 0, numberedBlocks(16));
    expect(await replyOf(drive, SPARES, 16)).toBe('00 0e 00 00 00 00 32 00 00 00 b2 00 00 00 b2 00');
    expect(await endOf(drive, FORMAT_UNIT, unhex('00 02 00 08 00 21 55 20 04 00 08 00'))).toBe('good');
    await untilReady(drive);
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 21 55 1f 00 00 08 00');
    expect(await replyOf(drive, SPARES, 16)).toBe('00 0e 00 00 00 00 32 00 00 01 7e 00 00 01 7e 00');
    expect(await readsAs(drive, 0, numberedBlocks(16))).toBe(true);
    expect(await endOf(drive, FORMAT_UNIT, unhex('00 02 00 08 00 22 21 20 04 00 08 00'))).toBe('5/26/00');
  });

  it('is formatted anew, with and without certification', async () => {
    const { drive } = await ready();
    for (const options of ['02', 'a2']) {
      await writeBlocks(drive, 0, numberedBlocks(16));
      const list = unhex(`00 ${options} 00 08 00 22 21 20 00 00 08 00`);
      expect(await endOf(drive, FORMAT_UNIT, list)).toBe('good');
      await untilReady(drive);
      expect(await readsAs(drive, 0, new Uint8Array(16 * 2048))).toBe(true);
    }
  });

  it('answers what it verified, and says where that failed', async () => {
    const { drive } = await ready();
    expect(await endOf(drive, verified('00 00 00 20', '00 10'), numberedBlocks(16))).toBe('good');
    await drive.setFaults([{ when: { opcode: 0x2e }, do: { action: 'lost-write' } }]);
    const answer = await sendRaw(drive, verified('00 00 00 40', '00 10'), numberedBlocks(16));
    // 3/0C/00 with the block in the information field.
    expect(answer.status === 'check-condition' && [...answer.sense.subarray(2, 7), answer.sense[12]]).toEqual(
      [3, 0, 0, 0, 0x40, 0x0c],
    );
  });

  it('is streamed in whole ECC blocks', async () => {
    const { drive } = await ready();
    expect(await endOf(drive, streamed('00 00 00 10', '00 00 00 10'), numberedBlocks(16))).toBe('good');
    expect(await readsAs(drive, 16, numberedBlocks(16))).toBe(true);
    expect(await endOf(drive, streamed('00 00 00 11', '00 00 00 10'), numberedBlocks(16))).toBe('5/24/00');
    expect(await endOf(drive, streamed('00 00 00 10', '00 00 00 08'), numberedBlocks(8))).toBe('5/24/00');
  });

  it('keeps a protection that was recorded on it, in whatever drive', async () => {
    const { drive, driveFolder } = await ready();
    expect(await replyOf(drive, PROTECTION, 8)).toBe('00 06 00 00 00 00 00 00');
    expect(await endOf(drive, SEND_PROTECTION, PROTECT)).toBe('good');
    await drive.close();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await replyOf(again, PROTECTION, 8)).toBe('00 06 00 00 02 00 00 00');
    expect(await replyOf(again, STATUS, 8)).toBe('00 06 00 00 02 10 00 00');
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('7/27/04');
    expect(await endOf(again, FORMAT_UNIT, unhex('00 02 00 08 00 22 21 20 00 00 08 00'))).toBe('7/27/04');
    // MODE SENSE: the device specific parameter has bit 7.
    expect((await replyOf(again, '5a 08 2a 00 00 00 00 00 08 00', 8)).split(' ')[3]).toBe('80');
    expect(await endOf(again, SEND_PROTECTION, UNPROTECT)).toBe('good');
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('good');
  });

  it('is protected by software until the drive is switched off', async () => {
    const { drive, driveFolder } = await ready();
    const page = unhex('00 00 00 00 00 00 00 00 1d 08 00 00 01 00 00 1e 00 78');
    expect(await endOf(drive, '55 10 00 00 00 00 00 00 12 00', page)).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('7/27/02');
    expect(await replyOf(drive, PROTECTION, 8)).toBe('00 06 00 00 01 00 00 00');
    await drive.close();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('good');
  });

  it('in a cartridge is protected by its tab, and tells all reasons at once', async () => {
    const { drive, driveFolder, mediumFolder } = await ready();
    await drive.removeMedium();
    const folder = `${mediumFolder}-2`;
    createMedium(folder, 'dvd-ram-cartridge', undefined, { tab: true });
    await drive.insertMedium(folder);
    await untilReady(drive);
    expect(driveFolder).not.toBe('');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('7/27/00');
    expect(await endOf(drive, SEND_PROTECTION, PROTECT)).toBe('7/27/00');
    await endOf(
      drive,
      '55 10 00 00 00 00 00 00 12 00',
      unhex('00 00 00 00 00 00 00 00 1d 08 00 00 01 00 00 1e 00 78'),
    );
    expect(await replyOf(drive, PROTECTION, 8)).toBe('00 06 00 00 05 00 00 00');
    expect(await replyOf(drive, STATUS, 8)).toBe('00 06 00 00 84 10 00 00');
    expect(await replyOf(drive, READ_FORMAT_CAPACITIES, 12)).toBe('00 00 00 18 00 22 21 20 02 00 08 00');
  });

  it('has a disc definition structure', async () => {
    const { drive } = await ready();
    const dds = (await replyOf(drive, 'ad 00 00 00 00 00 00 08 08 04 00 00', 2052)).split(' ');
    expect(dds.slice(0, 16).join(' ')).toBe('08 02 00 00 0a 0a 00 01 00 00 00 01 00 01 00 23');
  });
});
