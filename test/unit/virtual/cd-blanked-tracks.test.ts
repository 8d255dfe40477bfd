import { describe, expect, it } from 'vitest';

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

const ready = aReadyDrive;

type Drive = Awaited<ReturnType<typeof ready>>['drive'];

const TRACK_AT_ONCE = writeParameters(0x41, 0x04, 0x08);

describe('a track of a CD-RW that is blanked by itself', () => {
  const blanked = (drive: Drive, type: number, address: string): Promise<string> =>
    endOf(drive, `a1 0${type} ${address} 00 00 00 00 00 00`);

  /** Two tracks of one session that is left open. */
  const withTwoTracks = async () => {
    const fixture = await ready({ blank: 'cd-rw' });
    await endOf(fixture.drive, MODE_SELECT, TRACK_AT_ONCE);
    for (const [start, from] of [
      [0, 1],
      [452, 1000],
    ] as const) {
      await writeBlocks(fixture.drive, start, numberedBlocks(300, from));
      await endOf(fixture.drive, SYNCHRONIZE_CACHE);
    }
    return fixture;
  };

  it('has one track blanked that can then be recorded again, and leaves the other as it is', async () => {
    const { drive } = await withTwoTracks();
    expect(await blanked(drive, 2, '00 00 00 01')).toBe('good');
    // Reserved and blank, next writable address 0, 302 blocks free.
    expect(await trackInformation(drive, 1)).toBe(
      '00 2e 01 01 00 04 c1 01 00 00 00 00 00 00 00 00 00 00 01 2e 00 00 00 00 00 00 01 2e',
    );
    expect(await endOf(drive, closeCommand(2)), 'an empty reserved track').toBe('5/72/04');
    expect(await writeBlocks(drive, 0, numberedBlocks(303)), 'longer than before').toBe('5/63/00');
    expect(await writeBlocks(drive, 0, numberedBlocks(200, 5))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect((await trackInformation(drive, 1)).slice(12, 23)).toBe('00 04 01 00');
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await readsAs(drive, 0, numberedBlocks(200, 5))).toBe(true);
    expect(await readsAs(drive, 200, new Uint8Array(2048))).toBe(true);
    expect(await readsAs(drive, 452, numberedBlocks(300, 1000))).toBe(true);
  });

  it('keeps a track that was not begun when its drive loses power in another one', async () => {
    const { drive, driveFolder } = await withTwoTracks();
    for (const track of ['01', '02']) expect(await blanked(drive, 2, `00 00 00 ${track}`)).toBe('good');
    expect(await writeBlocks(drive, 452, numberedBlocks(100))).toBe('good');
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    // Track 2 is damaged, with no next writable address; track 1 is reserved and blank, and has one.
    expect((await trackInformation(again, 2)).slice(0, 23)).toBe('00 2e 02 01 00 24 81 00');
    expect((await trackInformation(again, 1)).slice(0, 23)).toBe('00 2e 01 01 00 04 c1 01');
    await endOf(again, MODE_SELECT, TRACK_AT_ONCE);
    expect(await writeBlocks(again, 0, numberedBlocks(200, 5))).toBe('good');
  });

  it('gives the last track up altogether, once it is blank', async () => {
    const { drive } = await withTwoTracks();
    expect(await blanked(drive, 3, '00 00 00 00'), 'it is recorded').toBe('5/2C/00');
    expect(await blanked(drive, 2, '00 00 00 02')).toBe('good');
    expect(await blanked(drive, 3, '00 00 00 02')).toBe('good');
    // Appendable, the last session incomplete; track 2 is the invisible one.
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 20)).toBe(
      '00 20 15 01 01 01 02',
    );
    expect((await trackInformation(drive, 2)).slice(6, 47)).toBe('02 01 00 04 41 01 00 00 01 c4 00 00 01 c4');
    expect(await writeBlocks(drive, 452, numberedBlocks(300, 7))).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await readsAs(drive, 452, numberedBlocks(300, 7))).toBe(true);
  });

  it('has the tail of a track at once blanked from its first block alone', async () => {
    const { drive } = await withTwoTracks();
    expect(await blanked(drive, 4, '00 00 01 d4')).toBe('5/64/00');
    expect(await blanked(drive, 4, '00 00 04 00')).toBe('5/21/00');
    expect(await blanked(drive, 4, '00 00 01 c4')).toBe('good');
    expect((await trackInformation(drive, 2)).slice(12, 23)).toBe('00 04 c1 01');
  });

  it('keeps the tracks of sessions that are closed', async () => {
    const { drive } = await ready({ blank: 'cd-rw' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, closeCommand(2));
    for (const [type, address] of [
      [2, '00 00 00 01'],
      [3, '00 00 00 01'],
      [4, '00 00 00 00'],
    ] as const)
      expect(await blanked(drive, type, address)).toBe('5/2C/00');
    expect(await blanked(drive, 2, '00 00 00 00'), 'there is no such track').toBe('5/24/00');
    expect(await readsAs(drive, 0, numberedBlocks(300))).toBe(true);
  });
});
