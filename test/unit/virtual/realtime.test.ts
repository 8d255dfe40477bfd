import { describe, expect, it } from 'vitest';

import { manualClock } from '../../support/manual-clock.js';
import { unhex } from '../../support/hex.js';
import {
  FORMAT_UNIT,
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
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
import { type VirtualDriveChoice, aVirtualDrive, reopenVirtualDrive } from '../../support/virtual-drive.js';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';

const BUFFER = 1024 * 1024;
const BUFFER_CAPACITY = '5c 00 00 00 00 00 00 00 0c 00';
/** 16x of DVD: 22,160 kB/s, so that the buffer lasts 47 ms. */
const BUFFER_MS = 47;

const realtime = async (choice: VirtualDriveChoice) => {
  const clock = manualClock();
  const fixture = aVirtualDrive({ speed: 'realtime', bufferBytes: BUFFER, clock, ...choice });
  await untilReady(fixture.drive);
  return { clock, ...fixture };
};

/** Writes until the drive has no room; how many blocks it took. */
const fill = async (drive: VirtualTarget, from: number): Promise<number> => {
  let blocks = 0;
  while ((await writeBlocks(drive, from + blocks, numberedBlocks(16))) === 'good') blocks += 16;
  return blocks;
};

describe('a drive in real time', () => {
  it('takes what its buffer holds, and more when the laser has moved on', async () => {
    const { drive, clock } = await realtime({ blank: 'dvd+r' });
    const blocks = await fill(drive, 0);
    expect(blocks).toBe(512);
    expect(await writeBlocks(drive, 512, numberedBlocks(16))).toBe('2/04/08');
    await clock.turn(BUFFER_MS / 2);
    expect(await writeBlocks(drive, 512, numberedBlocks(16))).toBe('good');
    expect(drive.statistics.underruns).toBe(0);
  });

  it('says how much room there is', async () => {
    const { drive } = await realtime({ blank: 'dvd+r' });
    expect(await replyOf(drive, BUFFER_CAPACITY, 12)).toBe('00 0a 00 00 00 10 00 00 00 10 00 00');
    await writeBlocks(drive, 0, numberedBlocks(16));
    expect(await replyOf(drive, BUFFER_CAPACITY, 12)).toBe('00 0a 00 00 00 10 00 00 00 0f 80 00');
    // The same in blocks.
    expect(await replyOf(drive, BUFFER_CAPACITY.replace('5c 00', '5c 01'), 12)).toBe(
      '00 0a 00 01 00 00 00 00 00 00 01 f0',
    );
  });

  it('counts an underrun and links on where the host falls behind', async () => {
    const { drive, clock } = await realtime({ blank: 'dvd+r' });
    const blocks = await fill(drive, 0);
    await clock.turn(2 * BUFFER_MS);
    expect(drive.statistics).toMatchObject({ underruns: 1, lowestFill: 0 });
    await clock.turn(1000);
    expect(drive.statistics.underruns).toBe(1);
    expect(await writeBlocks(drive, blocks, numberedBlocks(16))).toBe('good');
  });

  it('takes the flush of its buffer for no underrun, and answers when all is on the medium', async () => {
    const { drive, clock } = await realtime({ blank: 'dvd+r' });
    await fill(drive, 0);
    let ended: string | undefined;
    const flush = endOf(drive, SYNCHRONIZE_CACHE).then((end) => {
      ended = end;
    });
    await clock.turn(BUFFER_MS / 2);
    expect(ended).toBeUndefined();
    await clock.turn(BUFFER_MS);
    await flush;
    expect(ended).toBe('good');
    expect(drive.statistics.underruns).toBe(0);
  });

  it('is at work meanwhile where the flush was sent with Immed', async () => {
    const { drive, clock } = await realtime({ blank: 'dvd+r' });
    await fill(drive, 0);
    expect(await endOf(drive, '35 02 00 00 00 00 00 00 00 00')).toBe('good');
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('2/04/08');
    await clock.turn(2 * BUFFER_MS);
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('good');
  });

  it('ruins a CD track without Buffer Underrun Free, and says so with the next command', async () => {
    const { drive, clock } = await realtime({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, writeParameters(0x01, 0x04, 0x08));
    const blocks = await fill(drive, 0);
    await clock.turn(10_000);
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('deferred 3/0C/09');
    // Damaged, and no next writable address.
    expect((await trackInformation(drive, 1)).slice(0, 23)).toBe('00 2e 01 01 00 24 01 00');
    expect(await writeBlocks(drive, blocks, numberedBlocks(16))).toBe('5/64/00');
  });

  it('saves the same track with it', async () => {
    const { drive, clock } = await realtime({ blank: 'cd-r' });
    await endOf(drive, MODE_SELECT, writeParameters(0x41, 0x04, 0x08));
    const blocks = await fill(drive, 0);
    await clock.turn(10_000);
    expect(drive.statistics.underruns).toBe(1);
    expect(await writeBlocks(drive, blocks, numberedBlocks(16))).toBe('good');
  });

  it('loses its buffer, and nothing else, with its power', async () => {
    const { drive, clock, driveFolder } = await realtime({ blank: 'dvd+r' });
    const blocks = await fill(drive, 0);
    await clock.turn(BUFFER_MS / 2);
    await drive.losePower();
    const again = reopenVirtualDrive(driveFolder);
    await untilReady(again);
    const nextWritable = Number.parseInt(
      (await trackInformation(again, 0xff)).slice(36, 47).replaceAll(' ', ''),
      16,
    );
    expect(nextWritable).toBeGreaterThan(0);
    expect(nextWritable).toBeLessThan(blocks);
    expect(await readsAs(again, 0, numberedBlocks(16))).toBe(true);
  });

  it('reads no faster than the medium turns', async () => {
    const { drive, clock } = await realtime({ blank: 'dvd+rw' });
    const format = Uint8Array.of(0, 2, 0, 8, 0xff, 0xff, 0xff, 0xff, 0x98, 0, 0, 0);
    await endOf(drive, '04 11 00 00 00 00', format);
    await clock.turn(60_000);
    await untilReady(drive);
    // 8x: 11,080 kB/s. 4 MiB take 379 ms, less the read-ahead of 50.
    const began = clock.now();
    let ended = 0;
    const reading = (async () => {
      for (let lba = 0; lba < 2048; lba += 128) await readBlocks(drive, lba, 128);
      ended = clock.now();
    })();
    while (ended === 0) await clock.turn(1);
    await reading;
    expect(ended - began).toBeGreaterThan(300);
    expect(ended - began).toBeLessThan(400);
  });

  it('formats a DVD+RW on while it is idle, and tells when that is done', async () => {
    const { drive, clock } = await realtime({ blank: 'dvd+rw', capacity: 20_000 });
    const format = Uint8Array.of(0, 2, 0, 8, 0xff, 0xff, 0xff, 0xff, 0x98, 0, 0, 0);
    await endOf(drive, '04 11 00 00 00 00', format);
    await clock.turn(60_000);
    await untilReady(drive);
    const background = async (): Promise<string> =>
      (await replyOf(drive, '51 00 00 00 00 00 00 00 22 00', 34)).split(' ')[7] ?? '';
    expect(await background()).toBe('22');
    await clock.turn(60_000);
    expect(await background()).toBe('23');
    const events: string[] = [];
    for (let asked = 0; asked < 4; asked += 1)
      events.push((await replyOf(drive, '4a 01 00 00 10 00 00 00 08 00', 8)).split(' ')[4] ?? '');
    expect(events).toContain('05');
  });

  it.each([
    // 4,096 blocks by a format of type 10h, then 13h: MMC-5 table "Format Types".
    ['dvd-rw', ['00 02 00 08 00 00 10 00 40 00 00 10', '00 02 00 08 00 00 00 00 4c 00 00 10']],
    // 01h: more spares.
    ['dvd-ram', ['00 02 00 08 00 00 1f 40 04 00 08 00']],
  ] as const)(
    'records what waits in its buffer before a %s grows or gives up blocks',
    async (blank, lists) => {
      const { drive, clock } = await realtime({ blank, capacity: 8192 });
      const format = async (list: string): Promise<void> => {
        expect(await endOf(drive, FORMAT_UNIT, unhex(list))).toBe('good');
        await clock.turn(60_000);
      };
      for (const list of lists.slice(0, -1)) await format(list);
      expect(await writeBlocks(drive, 0, numberedBlocks(16))).toBe('good');
      await format(lists.at(-1)!);
      expect(await readsAs(drive, 0, numberedBlocks(16))).toBe(true);
    },
  );
});
