import { describe, expect, it } from 'vitest';

import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readBlocks,
  readsAs,
  replyOf,
  trackInformation,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { type VirtualDriveChoice, aReadyDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';
import { unhex } from '../../support/hex.js';

const ready = aReadyDrive;

const TRACK_AT_ONCE = writeParameters(0x41, 0x04, 0x08);
const TRACK_AT_ONCE_OPEN = writeParameters(0x41, 0xc4, 0x08);
const TRACK_AT_ONCE_AUDIO = writeParameters(0x41, 0x00, 0x00);
const TEST_WRITE = writeParameters(0x51, 0x04, 0x08);
const SESSION_AT_ONCE = writeParameters(0x42, 0x04, 0x00);

describe('a blank CD-R', () => {
  it('is empty, with the addresses of its ATIP', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    // Empty disc, empty session, track 1, lead-in at 97:24:01, last possible lead-out at 79:59:74.
    expect(await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).toBe(
      '00 20 00 01 01 01 01 20 ff 00 00 00 00 00 00 00 00 61 18 01 00 4f 3b 4a 00 00 00 00 00 00 00 00 00 00',
    );
  });

  it('has one invisible track of all its blocks, writable at 0', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    // Blank, data mode 1, NWA valid; start 0, NWA 0, free and size 359,849 = 57DA9h.
    const expected = '00 2e 01 01 00 04 41 01 00 00 00 00 00 00 00 00 00 05 7d a9 00 00 00 00 00 05 7d a9';
    expect(await trackInformation(drive, 0xff)).toBe(expected);
    expect(await trackInformation(drive, 1)).toBe(expected);
  });

  it('has no table of contents and no block to read', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    expect(await replyOf(drive, '43 00 00 00 00 00 00 00 0c 00', 12)).toBe('5/24/00');
    expect(await replyOf(drive, '25 00 00 00 00 00 00 00 00 00', 8)).toBe('00 00 00 00 00 00 08 00');
    expect(await readBlocks(drive, 0, 1)).toMatchObject({ status: 'check-condition' });
  });
});

describe('track at once', () => {
  it('goes on at the next writable address and nowhere else', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    expect(await endOf(drive, MODE_SELECT, TRACK_AT_ONCE)).toBe('good');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('5/21/02');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/21/02');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 359_849, numberedBlocks(16))).toBe('5/21/00');
  });

  it('ends with the flush: 300 sectors at least, two run-out blocks, 150 blocks of pre-gap before the next', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_OPEN);
    await writeBlocks(drive, 0, numberedBlocks(16));
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    // Track 1 complete: 302 = 12Eh blocks; nothing writable in it.
    expect(await trackInformation(drive, 1)).toBe(
      '00 2e 01 01 00 04 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 2e',
    );
    // The invisible track 2 begins at 452 = 1C4h.
    expect((await trackInformation(drive, 0xff)).slice(0, 47)).toBe(
      '00 2e 02 01 00 04 41 01 00 00 01 c4 00 00 01 c4',
    );
  });

  it('leaves 11,400 sectors between the first two sessions and 6,900 between later ones', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_OPEN);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    // 302 + 11,400 = 11,702 = 2DB6h, session 2.
    expect((await trackInformation(drive, 0xff)).slice(0, 35)).toBe('00 2e 02 02 00 04 41 01 00 00 2d b6');
    await writeBlocks(drive, 11_702, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    // 11,702 + 302 + 6,900 = 18,904 = 49D8h.
    expect((await trackInformation(drive, 0xff)).slice(0, 35)).toBe('00 2e 03 03 00 04 41 01 00 00 49 d8');
    // The last session begins with track 2 at 2DB6h.
    expect(await replyOf(drive, '43 00 01 00 00 00 00 00 0c 00', 12)).toBe(
      '00 0a 01 02 00 14 02 00 00 00 2d b6',
    );
  });

  it('closes the medium for good where the write parameters leave no further session', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, closeCommand(2));
    // Complete disc, complete session.
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 8)).toBe('00 20 0e');
    expect(await replyOf(drive, '43 00 00 00 00 00 00 00 14 00', 20)).toBe(
      '00 12 01 01 00 14 01 00 00 00 00 00 00 14 aa 00 00 00 01 2e',
    );
    // 302 blocks with the run-out; those two cannot be read.
    expect(await replyOf(drive, '25 00 00 00 00 00 00 00 00 00', 8)).toBe('00 00 01 2d 00 00 08 00');
    expect(await readsAs(drive, 0, numberedBlocks(300))).toBe(true);
    expect(await endOf(drive, '28 00 00 00 01 2c 00 00 01 00', 2048)).toBe('3/11/00');
    expect(await endOf(drive, '28 00 00 00 01 2e 00 00 01 00', 2048)).toBe('5/21/00');
    expect(await writeBlocks(drive, 452, numberedBlocks(16))).toBe('5/64/00');
  });

  it('refuses a session that still has an open track, and other functions of CLOSE', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(drive, 0, numberedBlocks(16));
    expect(await endOf(drive, closeCommand(2))).toBe('5/72/03');
    expect(await endOf(drive, closeCommand(6))).toBe('5/24/00');
  });

  it('takes 2,352 bytes a sector for audio, and will not read them as blocks', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_AUDIO);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('B/4B/00');
    expect(await writeBlocks(drive, 0, numberedBlocks(300, 1, 2352), 2352)).toBe('good');
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, closeCommand(2));
    expect(await endOf(drive, '28 00 00 00 00 00 00 00 01 00', 2048)).toBe('5/64/00');
    // READ CD, CD-DA expected, user data.
    const sector = await replyOf(drive, 'be 04 00 00 00 02 00 00 01 10 00 00', 2352);
    expect(sector).toBe(Array.from({ length: 2352 }, () => '03').join(' '));
    // READ CD, mode 1 expected.
    expect(await replyOf(drive, 'be 08 00 00 00 02 00 00 01 10 00 00', 2352)).toBe('5/64/00');
  });

  it('will not change the kind of a track that it has begun', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(drive, 0, numberedBlocks(16));
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE_AUDIO);
    expect(await writeBlocks(drive, 16, numberedBlocks(16, 1, 2352), 2352)).toBe('5/64/00');
  });

  it('records nothing in a test write, and the medium is blank afterwards', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    const before = await trackInformation(drive, 0xff);
    await endOf(drive, MODE_SELECT, TEST_WRITE);
    expect(await writeBlocks(drive, 0, numberedBlocks(300))).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(300))).toBe('5/21/02');
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(await endOf(drive, closeCommand(2))).toBe('good');
    expect(await trackInformation(drive, 0xff)).toBe(before);
  });

  it('stops where a fault makes the medium end early', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await drive.setFaults([{ when: { command: 1 }, do: { action: 'capacity', blocks: 20 } }]);
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, 16, numberedBlocks(16))).toBe('5/63/00');
  });
});

describe('session at once', () => {
  /** As cdrskin sent it for two audio tracks of 400 and 500 sectors. */
  const CUE = unhex(
    '01 00 00 01 00 00 00 00 01 01 00 00 00 00 00 00 01 01 01 00 00 00 02 00 01 02 01 00 00 00 07 19 01 aa 01 01 00 00 0e 00',
  );
  const SEND_CUE_SHEET = '5d 00 00 00 00 00 00 00 28 00';

  it('wants the write type first, then the cue sheet, then all sectors from -150 on', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    expect(await endOf(drive, SEND_CUE_SHEET, CUE)).toBe('5/2C/00');
    await endOf(drive, MODE_SELECT, SESSION_AT_ONCE);
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('5/2C/00');
    expect(await endOf(drive, SEND_CUE_SHEET, CUE)).toBe('good');
    expect((await trackInformation(drive, 0xff)).slice(36, 47)).toBe('ff ff ff 6a');
    expect(await writeBlocks(drive, 0, numberedBlocks(10, 1, 2352), 2352)).toBe('5/21/02');
    expect(await writeBlocks(drive, -150, numberedBlocks(150, 1, 2352), 2352)).toBe('good');
    expect(await writeBlocks(drive, 0, numberedBlocks(390, 1, 2352), 2352)).toBe('good');
    expect(await endOf(drive, closeCommand(2))).toBe('5/2C/00');
    // A WRITE may go over from one track to the next.
    expect(await writeBlocks(drive, 390, numberedBlocks(510, 1, 2352), 2352)).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect(await replyOf(drive, '43 00 00 00 00 00 00 00 1c 00', 28)).toBe(
      '00 1a 01 02 00 10 01 00 00 00 00 00 00 10 02 00 00 00 01 90 00 10 aa 00 00 00 03 84',
    );
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 8)).toBe('00 20 0e');
  });

  it.each([
    ['a track below four seconds', CUE.with(28, 0).with(29, 5)],
    ['a time that goes back', CUE.with(30, 1)],
    ['a form of data that it does not know', CUE.with(19, 0x3f)],
    ['a lead-in with CD-TEXT only, as it cannot record that', CUE.with(11, 0x40)],
    ['another number of the first track', CUE.with(9, 2).with(17, 2)],
    ['a lead-out beyond what any blank holds', CUE.with(37, 82)],
  ])('refuses a cue sheet with %s', async (_, cue) => {
    const { drive } = await ready({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, SESSION_AT_ONCE);
    expect(await endOf(drive, SEND_CUE_SHEET, cue)).toBe('5/26/00');
    expect(await writeBlocks(drive, -150, numberedBlocks(10, 1, 2352), 2352)).not.toBe('good');
  });
});

describe('CD-Text', () => {
  it('is a list without packs where there is none, and nothing to ask of a blank CD or a DVD', async () => {
    const CD_TEXT = '43 00 05 00 00 00 00 00 ff 00';
    const { drive } = await ready({ blank: 'cd-r' });
    expect(await replyOf(drive, CD_TEXT, 255)).toBe('5/24/00');
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, closeCommand(1, 0xff));
    await endOf(drive, closeCommand(2));
    expect(await replyOf(drive, CD_TEXT, 255)).toBe('00 02 00 00');
    expect(await replyOf((await ready({ blank: 'dvd+rw' })).drive, CD_TEXT, 255)).toBe('5/24/00');
  });
});

describe('a CD-RW', () => {
  const MINIMAL = 'a1 11 00 00 00 00 00 00 00 00 00 00';

  const recorded = async (choice: Partial<VirtualDriveChoice> = {}) => {
    const fixture = await ready({ blank: 'cd-rw', ...choice });
    await endOf(fixture.drive, MODE_SELECT, TRACK_AT_ONCE);
    await writeBlocks(fixture.drive, 0, numberedBlocks(300));
    await endOf(fixture.drive, SYNCHRONIZE_CACHE);
    await endOf(fixture.drive, closeCommand(2));
    return fixture;
  };

  it('is blank and can be recorded again after BLANK', async () => {
    const { drive } = await recorded();
    expect(await endOf(drive, MINIMAL)).toBe('good');
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 8)).toBe('00 20 10');
    expect(await writeBlocks(drive, 0, numberedBlocks(300, 7))).toBe('good');
  });

  it('says how far the blanking has come while it lasts', async () => {
    const { drive } = await recorded({ slowCommands: 4 });
    // SYNCHRONIZE CACHE and CLOSE ended without Immed; this one lasts four commands.
    expect(await endOf(drive, MINIMAL)).toBe('good');
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('2/04/07');
    // NOT READY 04/07, progress valid, half of 65,536.
    expect(await replyOf(drive, '03 00 00 00 12 00', 18)).toBe(
      '70 00 02 00 00 00 00 0a 00 00 00 00 04 07 00 80 80 00',
    );
    expect(await endOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).toBe('2/04/07');
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('good');
  });

  it('must be blanked again after a loss of power in the middle of it', async () => {
    const { drive, driveFolder } = await recorded({ slowCommands: 100 });
    await endOf(drive, MINIMAL);
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    // The session is damaged; nothing can be written.
    expect((await replyOf(again, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 8)).toBe('00 20 1a');
    expect(await writeBlocks(again, 0, numberedBlocks(16))).toBe('3/31/00');
  });

  it('takes back its last session, or opens it again', async () => {
    const { drive } = await recorded();
    expect(await endOf(drive, 'a1 05 00 00 00 00 00 00 00 00 00 00')).toBe('good');
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 8)).toBe('00 20 15');
    expect(await endOf(drive, 'a1 06 00 00 00 00 00 00 00 00 00 00')).toBe('good');
    expect((await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).slice(0, 8)).toBe('00 20 10');
  });

  it('is the only CD that can be blanked', async () => {
    const { drive } = await ready({ blank: 'cd-r' });
    expect(await endOf(drive, MINIMAL)).toBe('5/30/05');
  });
});
