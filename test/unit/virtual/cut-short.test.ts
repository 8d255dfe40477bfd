/** What a recording is that its drive did not bring to its end. */
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import {
  FORMAT_UNIT,
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  readBlocks,
  readsAs,
  trackInformation,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { copiedAtCuts } from '../../support/cuts.js';
import { unhex } from '../../support/hex.js';
import { manualClock } from '../../support/manual-clock.js';
import { aReadyDrive, aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';

const reserve = (blocks: string): string => `53 00 00 00 00 ${blocks} 00`;
/** Incremental, multi-session, fixed packets of 16 blocks: MMC-5 mode page 05h. */
const INCREMENTAL = ((): Uint8Array => {
  const list = writeParameters(0x60, 0xe5, 0x08);
  list[8 + 5] = 16;
  list[8 + 13] = 16;
  return list;
})();

/** READ TRACK INFORMATION: Damage of byte 5, NWA_V of byte 7, the next writable address. */
const placeOf = async (drive: VirtualTarget, track: number) => {
  const bytes = (await trackInformation(drive, track)).split(' ').map((byte) => Number.parseInt(byte, 16));
  const next = bytes.slice(12, 16).reduce((sum, byte) => sum * 256 + byte, 0);
  return { damaged: ((bytes[5] ?? 0) & 0x20) !== 0, next: (bytes[7] ?? 0) & 1 ? next : undefined };
};

const switchedOn = async (driveFolder: string): Promise<VirtualTarget> => {
  const drive = reopenVirtualDrive(driveFolder);
  await untilReady(drive);
  return drive;
};

const afterPowerLoss = async ({ drive, driveFolder }: { drive: VirtualTarget; driveFolder: string }) => {
  await drive.losePower();
  return switchedOn(driveFolder);
};

const afterSwitchingOff = async ({ drive, driveFolder }: { drive: VirtualTarget; driveFolder: string }) => {
  await drive.close();
  return switchedOn(driveFolder);
};

describe('after a loss of power', () => {
  it.each([
    ['dvd+r', 16],
    ['bd-r', 32],
  ] as const)(
    'what was begun of an ECC block of a %s is filled, and all of its session can be read',
    async (blank, ecc) => {
      const fixture = await aReadyDrive({ blank });
      expect(await writeBlocks(fixture.drive, 0, numberedBlocks(5))).toBe('good');
      const drive = await afterPowerLoss(fixture);
      expect(await placeOf(drive, 1)).toEqual({ damaged: false, next: ecc });
      expect(await writeBlocks(drive, ecc, numberedBlocks(ecc, 50))).toBe('good');
      expect(await endOf(drive, closeCommand(1, 1))).toBe('good');
      expect(await endOf(drive, closeCommand(2))).toBe('good');
      expect(await readsAs(drive, 0, numberedBlocks(5))).toBe(true);
      expect(await readsAs(drive, 5, new Uint8Array((ecc - 5) * 2048))).toBe(true);
      expect(await readsAs(drive, ecc, numberedBlocks(ecc, 50))).toBe(true);
    },
  );

  it('an RZone that was flushed before another was begun is whole', async () => {
    const fixture = await aReadyDrive({ blank: 'dvd-r' });
    const { drive } = fixture;
    expect(await endOf(drive, MODE_SELECT, INCREMENTAL)).toBe('good');
    for (let zone = 1; zone <= 2; zone++) expect(await endOf(drive, reserve('00 00 00 40'))).toBe('good');
    const second = (await placeOf(drive, 2)).next ?? 0;
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    expect(await writeBlocks(drive, second, numberedBlocks(16, 90))).toBe('good');
    const again = await afterPowerLoss(fixture);
    expect(await placeOf(again, 1)).toEqual({ damaged: false, next: 16 });
    expect(await placeOf(again, 2)).toEqual({ damaged: true, next: undefined });
    expect(await endOf(again, MODE_SELECT, INCREMENTAL)).toBe('good');
    expect(await writeBlocks(again, 16, numberedBlocks(16, 30))).toBe('good');
  });

  it('both RZones that were not flushed are damaged', async () => {
    const fixture = await aReadyDrive({ blank: 'dvd-r' });
    const { drive } = fixture;
    expect(await endOf(drive, MODE_SELECT, INCREMENTAL)).toBe('good');
    for (let zone = 1; zone <= 2; zone++) expect(await endOf(drive, reserve('00 00 00 40'))).toBe('good');
    const second = (await placeOf(drive, 2)).next ?? 0;
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
    expect(await writeBlocks(drive, second, numberedBlocks(16))).toBe('good');
    const again = await afterPowerLoss(fixture);
    for (const track of [1, 2]) expect((await placeOf(again, track)).damaged).toBe(true);
  });

  it('a reserved track that nothing came to but in the buffer begins where it begins', async () => {
    const clock = manualClock();
    const fixture = await aReadyDrive({ blank: 'dvd+r', speed: 'realtime', clock });
    expect(await endOf(fixture.drive, reserve('00 00 00 40'))).toBe('good');
    expect(await writeBlocks(fixture.drive, 0, numberedBlocks(16))).toBe('good');
    const drive = await afterPowerLoss(fixture);
    expect(await placeOf(drive, 1)).toEqual({ damaged: false, next: 0 });
    expect((await readBlocks(drive, 0, 1)).status).toBe('check-condition');
    expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
  });
});

describe('after a power cut of the machine', () => {
  /** As the files are when its kernel had brought the map to disk and the data not yet: POSIX orders them by syncs alone. */
  const cutPower = async (
    { drive, mediumFolder }: { drive: VirtualTarget; mediumFolder: string },
    blocks: number,
  ) => {
    await drive.losePower();
    truncateSync(join(mediumFolder, 'track-01.data'), blocks * 2048);
    const synced = join(mediumFolder, 'track-01.synced');
    if (!existsSync(synced)) return;
    const [, units] = readFileSync(synced, 'latin1').split(' ');
    writeFileSync(synced, `00000000-0000-4000-8000-000000000000 ${units!}`);
  };

  it('what was not flushed is not told to be recorded', async () => {
    const fixture = await aReadyDrive({ blank: 'dvd+r' });
    const { drive, driveFolder } = fixture;
    expect(await writeBlocks(drive, 0, numberedBlocks(32))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    for (const lba of [32, 48]) expect(await writeBlocks(drive, lba, numberedBlocks(16, lba))).toBe('good');
    await cutPower(fixture, 40);
    const again = await switchedOn(driveFolder);
    expect(await placeOf(again, 1)).toEqual({ damaged: false, next: 32 });
    expect(await endOf(again, '28 00 00 00 00 28 00 00 08 00', 8 * 2048)).toBe('5/21/00');
    expect(await readsAs(again, 0, numberedBlocks(32))).toBe(true);
    expect(await writeBlocks(again, 32, numberedBlocks(16, 70))).toBe('good');
    expect(await endOf(again, SYNCHRONIZE_CACHE)).toBe('good');
    expect(await readsAs(again, 32, numberedBlocks(16, 70))).toBe(true);
  });

  it('nothing is missing of what was flushed', async () => {
    const fixture = await aReadyDrive({ blank: 'dvd+r' });
    expect(await writeBlocks(fixture.drive, 0, numberedBlocks(32))).toBe('good');
    expect(await endOf(fixture.drive, SYNCHRONIZE_CACHE)).toBe('good');
    await cutPower(fixture, 32);
    const again = await switchedOn(fixture.driveFolder);
    expect(await placeOf(again, 1)).toEqual({ damaged: false, next: 32 });
    expect(await readsAs(again, 0, numberedBlocks(32))).toBe(true);
  });
});

describe('after a reset of the bus', () => {
  /** 16x of DVD: what fills the buffer of 1 MiB lasts 47 ms. */
  const halfRecorded = async () => {
    const clock = manualClock();
    const fixture = await aReadyDrive({ blank: 'dvd+r', speed: 'realtime', bufferBytes: 1024 * 1024, clock });
    let sent = 0;
    while ((await writeBlocks(fixture.drive, sent, numberedBlocks(20))) === 'good') sent += 20;
    await clock.turn(20);
    return { ...fixture, sent };
  };

  it('a track goes on behind what came to the medium, and nothing is missing in it', async () => {
    const { sent, ...fixture } = await halfRecorded();
    const { drive } = fixture;
    await drive.setFaults([{ when: { opcode: 0 }, do: { action: 'reset' }, times: 1 }]);
    await endOf(drive, '00 00 00 00 00 00');
    await untilReady(drive);
    const { next } = await placeOf(drive, 1);
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThan(sent);
    expect(next! % 16).toBe(0);
    expect(await writeBlocks(drive, next!, numberedBlocks(16, 77))).toBe('good');
    const again = await afterSwitchingOff(fixture);
    expect((await readBlocks(again, 0, next!)).status).toBe('good');
    expect(await readsAs(again, 0, numberedBlocks(20))).toBe(true);
    expect(await readsAs(again, next!, numberedBlocks(16, 77))).toBe(true);
  });
});

describe('a home that dies while a medium is erased', () => {
  const BLANK_MINIMALLY = 'a1 01 00 00 00 00 00 00 00 00 00 00';
  const TRACK_AT_ONCE = writeParameters(0x41, 0x04, 0x08);

  /** What is not as it was must be erased again, or takes blocks. */
  const stateOf = async (drive: VirtualTarget): Promise<'kept' | 'cut short' | 'erased'> => {
    await untilReady(drive);
    await endOf(drive, MODE_SELECT, TRACK_AT_ONCE);
    if (await readsAs(drive, 0, numberedBlocks(320))) return 'kept';
    const end = await writeBlocks(drive, 0, numberedBlocks(32));
    if (end === '3/31/00') return 'cut short';
    expect(end, 'a medium that holds nothing is recorded').toBe('good');
    return 'erased';
  };

  it.each([
    ['cd-rw', 'blanked', BLANK_MINIMALLY, undefined],
    ['dvd-rw', 'formatted', FORMAT_UNIT, '00 02 00 08 00 00 00 00 54 00 00 10'],
    ['bd-re', 'formatted', FORMAT_UNIT, '00 02 00 08 00 b4 74 00 c0 00 30 00'],
  ] as const)('leaves a %s that is told for what it is: %s', async (blank, _, command, list) => {
    const { drive, mediumFolder } = await aReadyDrive({ blank });
    if (blank === 'bd-re') await endOf(drive, command, unhex(list));
    else await endOf(drive, MODE_SELECT, blank === 'cd-rw' ? TRACK_AT_ONCE : INCREMENTAL);
    expect(await writeBlocks(drive, 0, numberedBlocks(320))).toBe('good');
    expect(await endOf(drive, SYNCHRONIZE_CACHE)).toBe('good');
    const copies = copiedAtCuts(mediumFolder, 'medium.json');
    expect(await endOf(drive, command, list && unhex(list))).toBe('good');
    const found: string[] = [];
    for (const copy of copies())
      found.push(await stateOf(aVirtualDrive({ blank, mediumFolder: copy }).drive));
    expect([found[0], found.at(-2), found.at(-1)]).toEqual(['kept', 'cut short', 'erased']);
  });
});
