/** GET PERFORMANCE §6.8 and mode page 2Ah of MMC-5, typed by hand: how fast a drive records where. */
import { describe, expect, it } from 'vitest';
import type { BlankName } from '../../../src/virtual/media.js';
import type { VirtualTarget } from '../../../src/virtual/virtual-target.js';
import type { Answer, Command } from '../../../src/transport/transport.js';
import { good } from '../../support/scripted-transport.js';
import { burnRig } from '../../support/burn-rig.js';
import { manualClock } from '../../support/manual-clock.js';
import { endOf, numberedBlocks, replyOf, untilReady, writeBlocks } from '../../support/raw-command.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { aReadyDrive, aVirtualDrive } from '../../support/virtual-drive.js';

const MODEL = 'zoned-writer';
const ready = async (blank: BlankName): Promise<VirtualTarget> =>
  (await aReadyDrive({ blank, model: MODEL })).drive;

const WRITE_PERFORMANCE = 'ac 14 00 00 00 00 00 00 00 20 00 00';
const numbers = (reply: string): number[] =>
  Array.from({ length: (reply.length + 1) / 12 }, (_, at) =>
    Number.parseInt(reply.slice(at * 12, at * 12 + 11).replaceAll(' ', ''), 16),
  );

/** Descriptors as [start LBA, kB/s there, end LBA, kB/s there]. */
const zonesOf = async (drive: VirtualTarget): Promise<number[][]> => {
  const [length = 0, , ...fields] = numbers(await replyOf(drive, WRITE_PERFORMANCE, 8 + 32 * 16));
  const count = (length - 4) / 16;
  return Array.from({ length: count }, (_, at) => fields.slice(at * 4, at * 4 + 4));
};

/** Bits 4 and 3 of the descriptor: write rotation control, 01b for pure CAV. */
const BY_CAV = 0x08;

/** SET STREAMING, MMC-5 §6.39: so many kB each second, up to the last block. */
const setSpeed = (drive: VirtualTarget, kBps: number, last: number, flags = 0): Promise<string> => {
  const list = Buffer.alloc(28);
  list[0] = flags;
  list.writeUInt32BE(last, 8);
  for (const at of [12, 20]) {
    list.writeUInt32BE(kBps, at);
    list.writeUInt32BE(1000, at + 4);
  }
  return endOf(drive, 'b6 00 00 00 00 00 00 00 00 00 1c 00', list);
};

describe('a drive that does not record at the same speed everywhere', () => {
  // 240/585 of 22,160 kB/s at the first block, as Pioneer's drives begin.
  it('begins a DVD+R at 16x with 6.6x, and says that it turns evenly', async () => {
    const drive = await ready('dvd+r');
    expect(await zonesOf(drive)).toEqual([[0, 9091, 2_295_103, 22_160]]);
    const speeds = (await replyOf(drive, 'ac 00 00 00 00 00 00 00 00 02 03 00', 8 + 2 * 16)).split(' ');
    // Write rotation control 1 of 16x, 0 of 12x; both exact.
    expect([speeds[8], speeds[24]]).toEqual(['0a', '02']);
    const page = (await replyOf(drive, '5a 08 2a 00 00 00 00 00 ff 00', 255)).split(' ').slice(8);
    expect([page[27], page[33], page[37]]).toEqual(['01', '01', '00']);
    expect(numbers(page.slice(32, 36).join(' '))).toEqual([0x0001_5690]);
  });

  it('is at 12x where its motor gives that, and goes on at it', async () => {
    const drive = await ready('dvd+r');
    expect(await setSpeed(drive, 16_620, 2_295_103)).toBe('good');
    const zones = await zonesOf(drive);
    expect(zones.map(([, begin, , end]) => [begin, end])).toEqual([
      [9002, 16_620],
      [16_620, 16_620],
    ]);
    // 12x is 12/6.5 of what is possible at a radius of 24 mm: at 44.3 mm, which (44.3² - 24²) / (58.5² - 24²) of all blocks lie within.
    expect(zones[1]![0]! / 2_295_104).toBeCloseTo(0.487, 2);
    const page = (await replyOf(drive, '5a 08 2a 00 00 00 00 00 ff 00', 255)).split(' ').slice(8);
    expect(page[27]).toBe('00');
  });

  it('turns a DVD+R at 12x by either rotation, and evenly where that is asked for', async () => {
    const drive = await ready('dvd+r');
    const [, , ...speeds] = numbers(await replyOf(drive, 'ac 00 00 00 00 00 00 00 00 03 03 00', 8 + 3 * 16));
    // Of each: flags (write rotation control in bits 4 and 3), last block, kB/s of reading, kB/s of writing.
    expect(
      speeds
        .map((value, at) => (at % 4 === 0 ? value >>> 24 : value))
        .filter((_, at) => at % 4 !== 1 && at % 4 !== 2),
    ).toEqual([0x0a, 22_160, 0x02, 16_620, 0x0a, 16_620]);
    expect(await setSpeed(drive, 16_620, 2_295_103, BY_CAV)).toBe('good');
    expect(await zonesOf(drive)).toEqual([[0, 6818, 2_295_103, 16_620]]);
    expect(await setSpeed(drive, 5540, 2_295_103, BY_CAV)).toBe('good');
    // It has no such speed, and takes it all the same, as drives do.
    expect(await zonesOf(drive)).toEqual([[0, 5540, 2_295_103, 5540]]);
  });

  it('takes the second layer of a DVD+R DL by the same steps, from the outside in', async () => {
    const drive = await ready('dvd+r-dl');
    const zones = await zonesOf(drive);
    expect(zones.map(([, begin]) => begin! / 1385)).toEqual([4, 6, 8, 8, 6, 4]);
    expect(zones[0]![0]).toBe(0);
    expect(zones.at(-1)![2]).toBe(4_173_823);
    for (const [at, [start]] of zones.slice(1).entries()) expect(start).toBe(zones[at]![2]! + 1);
    expect(zones[3]![0]).toBe(2_086_912);
  });

  it.each([
    ['cd-r', 'cav'],
    ['dvd-r', 'cav'],
    ['dvd+rw', 'clv'],
    ['dvd+r-dl', 'zclv'],
    ['bd-r', 'cav'],
  ] as const)('records %s by %s as our medium tells it', async (blank, rotation) => {
    const { medium } = await burnRig(temporaryFolder(), { blank, model: MODEL }).report();
    const [fastest] = medium!.writeSpeeds;
    expect(medium!.writePace).toMatchObject({ rotation, kBps: fastest!.kBps });
    expect(fastest!.rotation).toBe(rotation === 'cav' ? 'cav' : 'clv');
  });

  it('has recorded at the speed that was set for it: BD-R at 12x by partial CAV', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r', model: MODEL });
    await rig.burn(numberedBlocks(64), { options: { speed: '12x', close: 'session' } });
    const { medium } = await rig.report();
    expect(medium!.writePace).toMatchObject({ rotation: 'pcav', kBps: 53_946 });
  });

  it('has recorded by the rotation that was asked for', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r', model: MODEL });
    const { result } = await rig.burn(numberedBlocks(64), { options: { speed: '12x', rotation: 'cav' } });
    expect(result).toMatchObject({ pace: { rotation: 'cav', kBps: 16_620 }, notices: [] });
    const cd = burnRig(temporaryFolder(), { blank: 'cd-r', model: MODEL });
    const burned = await cd.burn(numberedBlocks(400), { options: { rotation: 'clv', close: 'session' } });
    expect(burned.result).toMatchObject({ pace: { rotation: 'clv' }, notices: [] });
    expect(burned.result.pace!.kBps).toBeLessThan(8467);
  });

  it('says of a drive that pays no heed to what it was told', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r', model: MODEL });
    const intercept = ({ cdb }: Command): Answer | undefined => (cdb[0] === 0xb6 ? good() : undefined);
    const { result } = await rig.burn(numberedBlocks(64), {
      options: { speed: '4x', rotation: 'clv' },
      intercept,
    });
    expect(result.notices).toEqual([
      {
        code: 'speed-adjusted',
        detail:
          'The drive was told to record at 4x (5540 kB/s), and said that it would do so at 16x (22160 kB/s).',
      },
      {
        code: 'rotation-adjusted',
        detail: 'The drive was told to turn the medium by CLV, and said that it would do so by CAV.',
      },
    ]);
  });

  it('takes less at the beginning of a medium than at its end in the same time', async () => {
    const clock = manualClock();
    const { drive } = aVirtualDrive({
      blank: 'dvd+r',
      capacity: 16_000,
      model: MODEL,
      speed: 'realtime',
      bufferBytes: 1 << 20,
      clock,
    });
    await untilReady(drive);
    let next = 0;
    const taken = async (): Promise<number> => {
      const from = next;
      while ((await writeBlocks(drive, next, numberedBlocks(16))) === 'good') next += 16;
      return next - from;
    };
    await taken();
    const amounts = [];
    while (next < 15_000) {
      await clock.turn(20);
      amounts.push(await taken());
    }
    // 9,091 kB/s for 20 ms are 89 blocks, 22,160 kB/s are 216; a buffer of 1 MiB behind.
    expect(amounts[0]! / 89).toBeCloseTo(1, 0);
    expect(amounts.at(-1)!).toBeGreaterThan(2 * amounts[0]!);
    expect(drive.statistics.underruns).toBe(0);
  });
});
