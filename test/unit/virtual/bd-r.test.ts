import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportImage } from '../../../src/virtual/medium/export-image.js';
import { unhex } from '../../support/hex.js';
import {
  FORMAT_UNIT,
  READ_CAPACITY,
  READ_FORMAT_CAPACITIES,
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
import { temporaryFolder } from '../../support/temporary-folder.js';
import { aReadyDrive, aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

type Drive = Parameters<typeof replyOf>[0];

const ready = aReadyDrive;

const POW_RESOURCES = '51 02 00 00 00 00 00 00 10 00';
const SPARE_AREA = 'ad 01 00 00 00 00 00 0a 00 10 00 00';
/** Default spares with pseudo overwrite as growisofs asks for it; the same without. */
const WITH_POW = unhex('00 02 00 08 00 b4 74 00 00 00 00 00');
const WITHOUT_POW = unhex('00 02 00 08 00 b4 74 00 01 00 00 00');
/** MMC-5 table "Disc Information Block", bytes 2 to 6. */
const discStates = async (drive: Drive): Promise<string> =>
  (await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(6, 20);
/** Bytes 12 to 19 of the track: next writable address, free blocks. */
const nextAndFree = async (drive: Drive, track: number): Promise<string> =>
  (await trackInformation(drive, track)).slice(36, 59);
const feature = async (drive: Drive, code: string): Promise<string> =>
  (await replyOf(drive, `46 02 ${code} 00 00 00 00 ff 00`, 255)).slice(24);

describe('a BD-R', () => {
  it('is blank until its first write, which formats it without spares', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    expect(await discStates(drive)).toBe('00 01 01 01 01');
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 00 00 00 00 00 08 00');
    // The sizes of a BD-RE of 25 GB, of types 00h and 32h.
    expect(await replyOf(drive, READ_FORMAT_CAPACITIES, 255)).toBe(
      [
        '00 00 00 28 00 ba 74 00 01 00 08 00',
        '00 b4 74 00 00 00 30 00',
        '00 b4 74 00 c8 00 30 00',
        '00 b0 74 00 c8 00 50 00',
        '00 b8 74 00 c8 00 10 00',
      ].join(' '),
    );
    expect(await writeBlocks(drive, 0, numberedBlocks(20))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await nextAndFree(drive, 1)).toBe('00 00 00 20 00 ba 73 e0');
    expect(await discStates(drive)).toBe('05 01 01 01 01');
    expect(await feature(drive, '00 38')).toBe('00 38 00 04 00 00 00 00');
    expect(await replyOf(drive, READ_FORMAT_CAPACITIES, 255)).toBe('00 00 00 08 00 ba 74 00 02 00 08 00');
    expect(await endOf(drive, FORMAT_UNIT, WITH_POW)).toBe('5/30/06');
  });

  it('takes blocks at its next address only, and none twice', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    expect(await writeBlocks(drive, 32, numberedBlocks(32))).toBe('5/21/02');
    expect(await writeBlocks(drive, 0, numberedBlocks(32))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(32, 9))).toBe('5/21/02');
    expect(await readsAs(drive, 0, numberedBlocks(32))).toBe(true);
  });

  it('keeps sessions, the next beginning where the last one ends, until it is finalized', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    await writeBlocks(drive, 0, numberedBlocks(64));
    expect(await endOf(drive, closeCommand(2))).toBe('5/72/03');
    expect(await endOf(drive, closeCommand(1, 1))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await discStates(drive)).toBe('01 01 02 02 02');
    expect(await nextAndFree(drive, 2)).toBe('00 00 00 40 00 ba 73 c0');
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 00 00 3f 00 00 08 00');
    expect(await endOf(drive, closeCommand(5))).toBe('5/24/00');
    await writeBlocks(drive, 64, numberedBlocks(32));
    await endOf(drive, closeCommand(1, 2));
    expect(await endOf(drive, closeCommand(6))).toBe('good');
    expect(await discStates(drive)).toBe('0e 01 02 02 02');
    expect(await writeBlocks(drive, 96, numberedBlocks(32))).toBe('5/64/00');
  });

  it('has several open tracks, each with a next address of its own', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    expect(await endOf(drive, '53 00 00 00 00 00 00 00 40 00')).toBe('good');
    expect(await endOf(drive, '53 00 00 00 00 00 00 00 21 00')).toBe('good');
    expect(await discStates(drive)).toBe('05 01 01 01 03');
    expect(await writeBlocks(drive, 128, numberedBlocks(32, 7))).toBe('good');
    expect(await writeBlocks(drive, 64, numberedBlocks(20, 5))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(64, 3))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await nextAndFree(drive, 2)).toBe('00 00 00 60 00 00 00 20');
    expect(await nextAndFree(drive, 3)).toBe('00 00 00 a0 00 ba 73 60');
    for (const track of [1, 2, 3]) expect(await endOf(drive, closeCommand(1, track))).toBe('good');
    expect(await endOf(drive, closeCommand(6))).toBe('good');
    expect(await readsAs(drive, 64, numberedBlocks(20, 5))).toBe(true);
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 00 00 9f 00 00 08 00');
  });

  it('has at most 16 open tracks', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    for (let track = 1; track <= 15; track++)
      expect(await endOf(drive, '53 00 00 00 00 00 00 00 20 00')).toBe('good');
    expect(await endOf(drive, '53 00 00 00 00 00 00 00 20 00')).toBe('5/72/05');
  });

  it('goes on behind its last whole cluster after a loss of power', async () => {
    const { drive, driveFolder } = await ready({ blank: 'bd-r' });
    await writeBlocks(drive, 0, numberedBlocks(40));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await nextAndFree(again, 1)).toBe('00 00 00 40 00 ba 73 c0');
    expect(await readsAs(again, 0, numberedBlocks(40))).toBe(true);
  });

  it.each([
    ['recording in any order, which no drive knows', '00 02 00 08 00 b4 74 00 02 00 00 00'],
    ['less than the least spares', '00 02 00 08 00 b9 00 00 c8 00 00 00'],
    ['part of a cluster', '00 02 00 08 00 b4 74 01 c8 00 00 00'],
    ['a format of BD-RE', '00 02 00 08 00 ba 74 00 c4 00 08 00'],
  ])('refuses a format with %s', async (_, list) => {
    const { drive } = await ready({ blank: 'bd-r' });
    expect(await endOf(drive, FORMAT_UNIT, unhex(list))).toBe('5/26/00');
  });

  it('is appendable once formatted, though nothing is recorded', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    expect(await endOf(drive, FORMAT_UNIT, WITHOUT_POW)).toBe('good');
    expect(await discStates(drive)).toBe('01 01 01 01 01');
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe('00 00 00 00 00 00 08 00');
    expect(await nextAndFree(drive, 1)).toBe('00 00 00 00 00 b4 74 00');
    expect(await replyOf(drive, SPARE_AREA, 16)).toBe('00 0e 00 00 00 00 00 00 00 06 00 00 00 06 00 00');
    expect(await endOf(drive, POW_RESOURCES, 16)).toBe('5/24/00');
    expect(await writeBlocks(drive, 0x00b4_7400, numberedBlocks(32))).not.toBe('good');
  });

  it('takes the spares that are asked for', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    expect(await endOf(drive, FORMAT_UNIT, unhex('00 02 00 08 00 b8 54 00 c9 00 00 00'))).toBe('good');
    expect(await replyOf(drive, SPARE_AREA, 16)).toBe('00 0e 00 00 00 00 00 00 00 02 20 00 00 02 20 00');
  });
});

describe('a BD-R with pseudo overwrite', () => {
  const formatted = async () => {
    const fixture = await ready({ blank: 'bd-r' });
    expect(await endOf(fixture.drive, FORMAT_UNIT, WITH_POW)).toBe('good');
    await writeBlocks(fixture.drive, 0, numberedBlocks(96));
    await endOf(fixture.drive, SYNCHRONIZE_CACHE);
    return fixture;
  };

  it('says so, and how often it can be overwritten', async () => {
    const { drive } = await formatted();
    expect(await feature(drive, '00 38')).toBe('00 38 01 04 00 00 00 00');
    expect(await replyOf(drive, POW_RESOURCES, 16)).toBe('00 0e 40 00 00 00 30 00 00 00 30 00 00 00 30 00');
  });

  it('gives its blocks another content, and writes no cluster twice', async () => {
    const { drive, mediumFolder } = await formatted();
    const before = readFileSync(join(mediumFolder, 'track-01.data'));
    expect(await writeBlocks(drive, 30, numberedBlocks(4, 200))).toBe('good');
    expect(await readsAs(drive, 30, numberedBlocks(4, 200))).toBe(true);
    expect(await readsAs(drive, 0, numberedBlocks(30))).toBe(true);
    expect(await readsAs(drive, 34, numberedBlocks(62, 35))).toBe(true);
    expect(await writeBlocks(drive, 31, numberedBlocks(1, 90))).toBe('good');
    expect(await readsAs(drive, 30, numberedBlocks(1, 200))).toBe(true);
    expect(await readsAs(drive, 31, numberedBlocks(1, 90))).toBe(true);
    expect(readFileSync(join(mediumFolder, 'track-01.data')).equals(before)).toBe(true);
    // Two clusters, then one of them again.
    expect((await replyOf(drive, POW_RESOURCES, 16)).slice(12, 23)).toBe('00 00 2f fd');
    expect((await replyOf(drive, SPARE_AREA, 16)).slice(24, 35)).toBe('00 05 ff a0');
  });

  it('goes on behind what is recorded with the rest of a write that begins before', async () => {
    const { drive } = await formatted();
    expect(await writeBlocks(drive, 80, numberedBlocks(48, 150))).toBe('good');
    expect(await readsAs(drive, 80, numberedBlocks(48, 150))).toBe(true);
    expect(await nextAndFree(drive, 1)).toBe('00 00 00 80 00 b4 73 80');
  });

  it('keeps what was overwritten over a loss of power, and exports it', async () => {
    const { drive, driveFolder, mediumFolder } = await formatted();
    await writeBlocks(drive, 0, numberedBlocks(32, 77));
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    expect(await readsAs(again, 0, numberedBlocks(32, 77))).toBe(true);
    await again.close();
    const file = join(temporaryFolder(), 'x.iso');
    await exportImage(mediumFolder, file);
    expect(
      readFileSync(file)
        .subarray(0, 32 * 2048)
        .equals(numberedBlocks(32, 77)),
    ).toBe(true);
  });

  it('refuses to close a session, as real ones do', async () => {
    const { drive } = await formatted();
    expect(await endOf(drive, closeCommand(1, 1))).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('5/24/00');
  });

  it('cannot be overwritten any more when its spares are used up', async () => {
    const { drive } = await ready({ blank: 'bd-r', capacity: 32 * 200 });
    // 64 spare clusters are the least that a shortened medium has.
    await endOf(drive, FORMAT_UNIT, unhex('00 02 00 08 00 00 00 00 00 00 00 00'));
    await writeBlocks(drive, 0, numberedBlocks(32));
    for (let time = 0; time < 64; time++)
      expect(await writeBlocks(drive, 0, numberedBlocks(32, time))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(32, 99))).toBe('3/32/00');
    expect(await readsAs(drive, 0, numberedBlocks(32, 63))).toBe(true);
  });
});

describe('a defective cluster', () => {
  const WRITE_DEFECT = [{ when: { lba: 40, access: 'write' }, do: { action: 'defect' } }] as const;

  it.each([
    ['bd-r', WITHOUT_POW],
    ['bd-re', unhex('00 02 00 08 00 b4 74 00 00 00 30 00')],
  ] as const)(
    'of a %s is replaced by a spare one, of which the host only sees the count',
    async (blank, list) => {
      const { drive } = await ready({ blank });
      await endOf(drive, FORMAT_UNIT, list);
      await drive.setFaults([...WRITE_DEFECT]);
      expect(await writeBlocks(drive, 0, numberedBlocks(64))).toBe('good');
      expect(await readsAs(drive, 0, numberedBlocks(64))).toBe(true);
      // The WRITE has two clusters.
      expect((await replyOf(drive, SPARE_AREA, 16)).slice(24)).toBe('00 05 ff c0 00 06 00 00');
    },
  );

  it('fails where there are no spares', async () => {
    const { drive } = await ready({ blank: 'bd-r' });
    await drive.setFaults([...WRITE_DEFECT]);
    expect(await writeBlocks(drive, 0, numberedBlocks(64))).toBe('3/0C/00');
  });
});

describe('BDXL', () => {
  it.each([
    ['bd-r-dl', '01 74 e8 00'],
    ['bd-r-xl-100', '02 e9 d4 00'],
    ['bd-r-xl-128', '03 b9 b0 00'],
  ] as const)('%s has the capacity of its layers', async (blank, capacity) => {
    const { drive } = await ready({ blank, model: 'bdxl-writer' });
    expect((await replyOf(drive, READ_FORMAT_CAPACITIES, 255)).slice(12, 23)).toBe(capacity);
  });

  it('cannot be used by a drive that is not made for it', async () => {
    const { drive } = aVirtualDrive({ blank: 'bd-r-xl-100' });
    for (const told of ['6/29/00', '6/28/00', '2/30/00'])
      expect(await endOf(drive, '00 00 00 00 00 00')).toBe(told);
  });

  it('shows in the classes of a drive that is', async () => {
    const bitmaps = async (model: 'bd-writer' | 'bdxl-writer'): Promise<string> =>
      (await feature((await ready({ blank: 'bd-re', model })).drive, '00 41')).slice(24);
    expect(await bitmaps('bd-writer')).toBe('00 04 00 00 00 00 00 00 00 02 00 00 00 00 00 00');
    expect(await bitmaps('bdxl-writer')).toBe('00 04 00 00 00 02 00 00 00 02 00 00 00 02 00 00');
  });
});

describe('streaming on BD-RE', () => {
  it('takes whole clusters only', async () => {
    const { drive } = await ready({ blank: 'bd-re' });
    await endOf(drive, FORMAT_UNIT, unhex('00 02 00 08 00 b4 74 00 00 00 30 00'));
    const write12 = (lba: string, count: string, blocks: number): Promise<string> =>
      endOf(drive, `aa 00 00 00 00 ${lba} 00 00 00 ${count} 80 00`, numberedBlocks(blocks));
    expect(await write12('20', '20', 32)).toBe('good');
    expect(await write12('20', '10', 16)).toBe('5/24/00');
    expect(await write12('30', '20', 32)).toBe('5/24/00');
    expect(await readsAs(drive, 32, numberedBlocks(32))).toBe(true);
  });
});
