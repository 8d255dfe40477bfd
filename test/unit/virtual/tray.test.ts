import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createMedium } from '../../../src/virtual/medium/medium-store.js';
import { insertMedium, readDriveState } from '../../../src/virtual/drive-folder.js';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';
import { endOf, replyOf, untilReady } from '../../support/raw-command.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { aReadyDrive, aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';

const TEST_UNIT_READY = '00 00 00 00 00 00';
const EVENT = '4a 01 00 00 10 00 00 00 08 00';
const EJECT = '1b 00 00 00 02 00';
const LOAD = '1b 00 00 00 03 00';
const PREVENT = '1e 00 00 00 01 00';
const ALLOW = '1e 00 00 00 00 00';

const aMediumBeside = (other: string): string => {
  const folder = join(dirname(other), 'other');
  createMedium(folder, 'cd-rw');
  return folder;
};

const aMedium = (): string => {
  const folder = join(temporaryFolder(), 'other');
  createMedium(folder, 'cd-rw');
  return folder;
};

describe('a new medium', () => {
  it('is told once, takes a moment and is ready', async () => {
    const { drive } = aVirtualDrive({ blank: 'cd-r' });
    // INQUIRY and GET CONFIGURATION neither tell nor forget it.
    expect((await replyOf(drive, '12 00 00 00 24 00', 36)).slice(0, 23)).toBe('05 80 00 32 1f 00 00 00');
    expect(await replyOf(drive, '46 02 00 00 00 00 00 00 08 00', 8)).not.toContain('/');
    const ends = [];
    for (let at = 0; at < 5; at++) ends.push(await endOf(drive, TEST_UNIT_READY));
    // The drive was switched on.
    expect(ends).toEqual(['6/29/00', '6/28/00', '2/04/01', '2/04/01', 'good']);
  });

  // sr of Linux 6.1 looks at the medium on the event: at one that is not ready it does not look again.
  it('is no event before it is ready', async () => {
    const { drive } = aVirtualDrive({ blank: 'cd-r' });
    expect(await replyOf(drive, EVENT, 8)).toBe('00 06 04 10 00 02 00 00');
    for (const told of ['6/29/00', '6/28/00', '2/04/01'])
      expect(await endOf(drive, TEST_UNIT_READY)).toBe(told);
    expect(await replyOf(drive, EVENT, 8)).toBe('00 06 04 10 00 02 00 00');
    await untilReady(drive);
    expect(await replyOf(drive, EVENT, 8)).toBe('00 06 04 10 02 02 00 00');
  });

  it('is none where it is taken out again before anybody was told', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    await replyOf(drive, EVENT, 8);
    await drive.removeMedium();
    await drive.insertMedium(aMedium());
    await drive.removeMedium();
    const events = [];
    for (let at = 0; at < 2; at++) events.push((await replyOf(drive, EVENT, 8)).slice(12, 14));
    // Removal, nothing.
    expect(events).toEqual(['03', '00']);
  });

  it('is told once however often the tray went to and fro', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    await replyOf(drive, EVENT, 8);
    for (let at = 0; at < 6; at++) await drive.pressEjectButton();
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('6/28/00');
    await untilReady(drive);
    const events = [];
    for (let at = 0; at < 3; at++) events.push((await replyOf(drive, EVENT, 8)).slice(12, 14));
    expect(events).toEqual(['03', '02', '00']);
  });

  it('is an event that is read once', async () => {
    const { drive } = await aReadyDrive({ blank: 'cd-r' });
    // Length 6, class 4; NewMedia, medium present, tray closed.
    expect(await replyOf(drive, EVENT, 8)).toBe('00 06 04 10 02 02 00 00');
    expect(await replyOf(drive, EVENT, 8)).toBe('00 06 04 10 00 02 00 00');
    expect(await replyOf(drive, '4a 01 00 00 04 00 00 00 08 00', 8)).toBe('00 02 80 10');
    expect(await replyOf(drive, '4a 00 00 00 10 00 00 00 08 00', 8)).toBe('5/24/00');
  });

  it('is not new to the next home of the drive, which has forgotten what the host had set', async () => {
    const { drive, driveFolder } = aVirtualDrive({ blank: 'cd-r' });
    await untilReady(drive);
    await replyOf(drive, EVENT, 8);
    await endOf(drive, PREVENT);
    await drive.close();
    const again = reopenVirtualDrive(driveFolder);
    expect(await endOf(again, TEST_UNIT_READY)).toBe('6/29/00');
    expect(await endOf(again, TEST_UNIT_READY)).toBe('good');
    expect(await replyOf(again, EVENT, 8)).toBe('00 06 04 10 00 02 00 00');
    expect(await endOf(again, EJECT)).toBe('good');
  });

  it.each([
    ['neither by attention nor by event', () => Promise.resolve()],
    ['by attention alone', (drive: VirtualTarget) => untilReady(drive)],
  ])('is new to the next home, too, where it was told %s', async (_, tell) => {
    const { drive, driveFolder, mediumFolder } = await aReadyDrive({ blank: 'cd-r' });
    await replyOf(drive, EVENT, 8);
    await drive.removeMedium();
    await drive.insertMedium(aMediumBeside(mediumFolder));
    await tell(drive);
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    for (const told of ['6/29/00', '6/28/00']) expect(await endOf(again, TEST_UNIT_READY)).toBe(told);
    await untilReady(again);
    expect(await replyOf(again, EVENT, 8)).toBe('00 06 04 10 02 02 00 00');
  });
});

describe('the tray', () => {
  it('opens and closes, with the medium on it', async () => {
    const { drive, driveFolder } = aVirtualDrive({ blank: 'cd-r' });
    await untilReady(drive);
    expect(await endOf(drive, EJECT)).toBe('good');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('2/3A/02');
    expect(readDriveState(driveFolder).tray).toBe('open');
    expect(await endOf(drive, LOAD)).toBe('good');
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('6/28/00');
    await untilReady(drive);
  });

  it('stays closed while the host prevents removal; the button is an event then', async () => {
    const { drive } = aVirtualDrive({ blank: 'cd-r' });
    await untilReady(drive);
    await replyOf(drive, EVENT, 8);
    await endOf(drive, PREVENT);
    expect(await endOf(drive, EJECT)).toBe('5/53/02');
    await drive.pressEjectButton();
    expect(await replyOf(drive, EVENT, 8)).toBe('00 06 04 10 01 02 00 00');
    await endOf(drive, ALLOW);
    await drive.pressEjectButton();
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('2/3A/02');
  });

  it('is empty when the medium was taken out, and takes another one', async () => {
    const { drive, driveFolder } = aVirtualDrive({ blank: 'dvd+r' });
    await untilReady(drive);
    await drive.removeMedium();
    expect(await endOf(drive, TEST_UNIT_READY)).toBe('2/3A/01');
    expect((await replyOf(drive, '46 02 00 00 00 00 00 00 08 00', 8)).slice(18)).toBe('00 00');
    const other = aMedium();
    await drive.insertMedium(other);
    await expect(drive.insertMedium(aMedium())).rejects.toMatchObject({ code: 'virtual-drive-occupied' });
    await untilReady(drive);
    // Profile 000Ah, CD-RW.
    expect((await replyOf(drive, '46 02 00 00 00 00 00 00 08 00', 8)).slice(18)).toBe('00 0a');
    expect(readDriveState(driveFolder).medium).toBe(other);
  });
});

describe('a virtual drive and its medium', () => {
  it('have one home', () => {
    const { driveFolder, mediumFolder } = aVirtualDrive({ blank: 'cd-r' });
    const drive = reopen(driveFolder);
    expect(drive).toThrow(expect.objectContaining({ code: 'drive-busy' }));
    expect(() => {
      insertMedium(driveFolder, mediumFolder);
    }).toThrow(expect.objectContaining({ code: 'drive-busy' }));
    const second = aVirtualDrive({ blank: 'cd-r' });
    return expect(
      second.drive.removeMedium().then(() => second.drive.insertMedium(mediumFolder)),
    ).rejects.toMatchObject({ code: 'virtual-medium-in-use' });
  });
});

const reopen = (folder: string) => () => reopenVirtualDrive(folder);
