import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  READ_CAPACITY,
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
import { type VirtualDriveChoice, aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const ready = (choice: Partial<VirtualDriveChoice> = {}) => aReadyDrive({ blank: 'dvd+r', ...choice });

const reserve = (blocks: string): string => `53 00 00 00 00 ${blocks} 00`;

describe('a DVD+R', () => {
  it('is blank with 2,295,104 blocks from its maker', async () => {
    const { drive } = await ready();
    expect(await trackInformation(drive, 0xff)).toBe(
      '00 2e 01 01 00 04 41 01 00 00 00 00 00 00 00 00 00 23 05 40 00 00 00 10 00 23 05 40',
    );
    // READ DISC STRUCTURE 11h: length 2,050, book type Ah; manufacturer and type at payload 19 and 27.
    const adip = (await replyOf(drive, 'ad 00 00 00 00 00 00 11 00 24 00 00', 36)).split(' ');
    expect(adip.slice(0, 5).join(' ')).toBe('08 02 00 00 a1');
    expect(adip.slice(23, 34).join(' ')).toBe('4d 43 43 00 00 00 00 00 30 30 34');
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 8)).toBe('00 20 00');
  });

  it('links on after a flush at the next ECC block', async () => {
    const { drive } = await ready();
    expect(await writeBlocks(drive, 0, numberedBlocks(20))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect((await trackInformation(drive, 0xff)).slice(0, 47)).toBe(
      '00 2e 01 01 00 04 01 01 00 00 00 00 00 00 00 20',
    );
    expect(await writeBlocks(drive, 20, numberedBlocks(16))).toBe('5/21/02');
    expect(await writeBlocks(drive, 32, numberedBlocks(16, 50))).toBe('good');
    // Recorded blocks of an open track can be read, also those that padding made.
    expect(await readsAs(drive, 0, numberedBlocks(20))).toBe(true);
    expect(await readsAs(drive, 20, new Uint8Array(12 * 2048))).toBe(true);
    expect(await readsAs(drive, 32, numberedBlocks(16, 50))).toBe(true);
    // No session is complete yet.
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 00 00 00 00 00 08 00');
  });

  it('wants its tracks closed before the session', async () => {
    const { drive } = await ready();
    await writeBlocks(drive, 0, numberedBlocks(32));
    expect(await endOf(drive, closeCommand(2))).toBe('5/72/03');
    expect(await endOf(drive, closeCommand(1, 1))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    // Appendable; two sessions, the last one empty; track 2 is the next.
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(0, 20)).toBe('00 20 01 01 02 02 02');
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 00 00 1f 00 00 08 00');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
  });

  it('reads every session from where it begins', async () => {
    const { drive } = await ready();
    await writeBlocks(drive, 0, numberedBlocks(32));
    await endOf(drive, closeCommand(1, 1));
    await endOf(drive, closeCommand(2));
    expect(await writeBlocks(drive, 32 + 4096, numberedBlocks(16, 90))).toBe('good');
    await endOf(drive, closeCommand(1, 2));
    expect(await endOf(drive, closeCommand(6))).toBe('good');
    expect(await readsAs(drive, 32 + 4096, numberedBlocks(16, 90))).toBe(true);
    expect(await endOf(drive, '28 00 00 00 00 20 00 00 01 00', 2048)).toBe('3/11/00');
    // Complete: no address for a next session any more.
    const information = await replyOf(drive, DISC_INFORMATION, 34);
    expect(information.slice(0, 20)).toBe('00 20 0e 01 02 02 02');
    expect(information.slice(48, 71)).toBe('ff ff ff ff ff ff ff ff');
    expect(await writeBlocks(drive, 8256, numberedBlocks(16))).toBe('5/64/00');
  });

  it('keeps room that was reserved, in whole ECC blocks', async () => {
    const { drive } = await ready();
    expect(await endOf(drive, reserve('00 00 00 14'))).toBe('good');
    // Track 1: reserved and blank, 32 blocks.
    expect(await trackInformation(drive, 1)).toBe(
      '00 2e 01 01 00 04 c1 01 00 00 00 00 00 00 00 00 00 00 00 20 00 00 00 10 00 00 00 20',
    );
    expect((await trackInformation(drive, 0xff)).slice(0, 47)).toBe(
      '00 2e 02 01 00 04 41 01 00 00 00 20 00 00 00 20',
    );
    expect(await endOf(drive, closeCommand(1, 1))).toBe('5/72/04');
    expect(await writeBlocks(drive, 32, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, reserve('00 00 00 10'))).toBe('5/2C/00');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 16, numberedBlocks(32))).toBe('5/63/00');
    for (const track of [1, 2]) expect(await endOf(drive, closeCommand(1, track))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await readsAs(drive, 16, new Uint8Array(16 * 2048))).toBe(true);
  });

  it('has room for 16 fragments in a session', async () => {
    const { drive } = await ready();
    for (let fragment = 1; fragment <= 15; fragment++)
      expect(await endOf(drive, reserve('00 00 00 10'))).toBe('good');
    expect(await endOf(drive, reserve('00 00 00 10'))).toBe('5/72/05');
    expect(await endOf(drive, reserve('ff ff ff ff'))).toBe('5/72/05');
  });

  it('knows neither BLANK, FORMAT UNIT nor a test write', async () => {
    const { drive } = await ready();
    expect(await endOf(drive, 'a1 11 00 00 00 00 00 00 00 00 00 00')).toBe('5/30/05');
    expect(await endOf(drive, '04 11 00 00 00 00', new Uint8Array(12))).toBe('5/30/06');
    expect(await endOf(drive, closeCommand(0))).toBe('5/24/00');
  });

  it('takes no block beyond its end', async () => {
    const { drive } = await ready({ capacity: 64 });
    expect(await writeBlocks(drive, 0, numberedBlocks(48))).toBe('good');
    expect(await writeBlocks(drive, 48, numberedBlocks(32))).toBe('5/63/00');
    expect(await writeBlocks(drive, 48, numberedBlocks(16, 100))).toBe('good');
    expect(await writeBlocks(drive, 64, numberedBlocks(16))).toBe('5/63/00');
  });

  it('goes on behind the last recorded ECC block after a loss of power', async () => {
    const { drive, driveFolder } = await ready();
    await writeBlocks(drive, 0, numberedBlocks(40));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    expect(await endOf(again, '00 00 00 00 00 00')).toBe('6/29/00');
    await untilReady(again);
    expect((await trackInformation(again, 0xff)).slice(0, 47)).toBe(
      '00 2e 01 01 00 04 01 01 00 00 00 00 00 00 00 30',
    );
    expect(await readsAs(again, 0, numberedBlocks(40))).toBe(true);
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('5/21/02');
    expect(await writeBlocks(again, 48, numberedBlocks(16))).toBe('good');
  });

  it('is never written twice, even where its tables were set back', async () => {
    const { drive, driveFolder, mediumFolder } = await ready();
    const tables = readFileSync(join(mediumFolder, 'medium.json'), 'utf8');
    await writeBlocks(drive, 0, numberedBlocks(32));
    await drive.close();
    writeFileSync(join(mediumFolder, 'medium.json'), tables);
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await writeBlocks(again, 0, numberedBlocks(16, 99))).toBe('3/0C/00');
    expect(readFileSync(join(mediumFolder, 'track-01.data')).equals(numberedBlocks(32))).toBe(true);
  });
});
