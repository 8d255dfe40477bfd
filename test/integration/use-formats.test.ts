import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isBlank } from '../../src/drive/medium.js';
import type { BlankName } from '../../src/virtual/media.js';
import { burnRig, useFailure } from '../support/burn-rig.js';
import { hex } from '../support/hex.js';
import { cell } from '../support/matrix-cell.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** TEST UNIT READY, by which the drive is asked whether it is done. */
const LOSS_OF_POWER = [{ when: { opcode: 0x00 }, do: { action: 'unplug' as const } }];

/** Blocks of media that were shortened, so that formatting every one of them takes no time. */
const CAPACITY: Partial<Record<BlankName, number>> = {
  'dvd-ram': 20_000,
  'dvd+rw': 20_000,
  'dvd+rw-dl': 20_000,
  'bd-re': 32_768,
  'bd-re-dl': 65_536,
  'bd-re-xl': 98_304,
  'bd-r': 32_768,
  'bd-r-dl': 65_536,
  'bd-r-xl-100': 98_304,
  'bd-r-xl-128': 131_072,
};

type Asked = Record<string, unknown>;

const BD_R = ['bd-r', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] as const;
const BD_RE = ['bd-re', 'bd-re-dl', 'bd-re-xl'] as const;

/**
 * Byte 8 of the list that FORMAT UNIT gets: the format type in bits 7 to 2, its sub-type in 1 and 0 (MMC-5 §6.5.3). What was recorded
 * before is gone; a BD-R is formatted once, while it is blank.
 */
const FORMATS: readonly (readonly [readonly BlankName[], string, Asked, number])[] = [
  [BD_R, 'format job, default spares', {}, 0x01],
  [BD_R, 'format job, least spares', { spareArea: 'minimum' }, 0xc9],
  [BD_R, 'format job, most spares', { spareArea: 'maximum' }, 0xc9],
  [BD_RE, 'format job, default spares', {}, 0x00],
  [BD_RE, 'format job, least spares', { spareArea: 'minimum' }, 0xc3],
  [BD_RE, 'format job, most spares', { spareArea: 'maximum' }, 0xc3],
  [BD_RE, 'format job, no spares', { spareArea: 'none' }, 0xc5],
  [BD_RE, 'format job, least spares, certified', { spareArea: 'minimum', certification: 'full' }, 0xc2],
  [BD_RE, 'format job, no spares, certified', { spareArea: 'none', certification: 'full' }, 0xc6],
  [BD_RE, 'format job, no spares, certified quickly', { formatType: 0x31, certification: 'quick' }, 0xc7],
  [['dvd+rw', 'dvd+rw-dl'], 'format job, again', {}, 0x98],
  [['dvd-ram'], 'format job', {}, 0x00],
  [['dvd-ram'], 'format job, without certification', { certification: 'none' }, 0x00],
];

/** Format types of BD whose parameter, bytes 9 to 11, is a number of spare clusters; that of DVD and of 31h is none. */
const WITH_SPARES = [0x00, 0x01, 0xc2, 0xc3, 0xc9];

/** In the list that libburn read from a real BD-RE, blocks and 32 times the spare clusters make the same sum in every row. */
const spareClusters = (blank: BlankName, list: Uint8Array): number =>
  blank.startsWith('bd-') && WITH_SPARES.includes(list[8]!)
    ? list[9]! * 0x10000 + list[10]! * 0x100 + list[11]!
    : 0;

describe('formatting as a job of its own', () => {
  const formatAndBurn = async (blank: BlankName, options: Asked, type: number): Promise<void> => {
    const rig = burnRig(temporaryFolder(), { blank, capacity: CAPACITY[blank]! });
    if (!blank.startsWith('bd-r-') && blank !== 'bd-r') await rig.burn(anImage(1333));
    const { result } = await rig.use({ do: 'format', options });
    const sent = rig.commands.findLast(({ cdb }) => cdb[0] === 0x04);
    expect(sent?.direction === 'to-drive' && sent.data[8]).toBe(type);
    expect(isBlank(result.medium)).toBe(true);
    const list = sent?.direction === 'to-drive' ? sent.data : new Uint8Array();
    expect(result.medium.capacity).toBe(CAPACITY[blank]! - 32 * spareClusters(blank, list));
    expect((await rig.burn(anImage(700))).result.verified).toEqual({ blocks: 700 });
  };
  for (const [media, mode, options, type] of FORMATS)
    cell({ medium: media, mode, performer: 'our engine', always: media[0]! }, (blank) =>
      formatAndBurn(blank, options, type),
    );

  it('gives a BD-R its spares once, and what is recorded then stays appendable', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    const { result } = await rig.use({ do: 'format', options: { spareArea: 'minimum' } });
    expect(result.medium).toMatchObject({ status: 'appendable', capacity: 12_088_320 });
    expect(isBlank(result.medium)).toBe(true);
    expect((await useFailure(rig, { do: 'format' })).code).toBe('format-unsupported');
    const burned = await rig.burn(anImage(700), { options: { close: 'session' } });
    expect(burned.result.verified).toEqual({ blocks: 700 });
    expect(burned.result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
  });

  // 12,219,392 blocks are in 381,856 clusters: so many for spares, so many for data (a list of a real BD-RE).
  it.each([
    ['bd-re', 11_900_000 - 32, '00 02 00 08 00 b5 94 40 c3 00 26 fe'],
    ['bd-r', 12_000_000, '00 02 00 08 00 b7 1b 00 c9 00 1a c8'],
  ] as const)(
    'gives a %s as many blocks between the least and the most as are asked for',
    async (blank, blocks, list) => {
      const rig = burnRig(temporaryFolder(), { blank });
      for (const refused of [blocks + 1, 11_000_000, 12_219_360])
        expect((await useFailure(rig, { do: 'format', options: { blocks: refused } })).code).toBe(
          'format-unsupported',
        );
      const { plan, result } = await rig.use({ do: 'format', options: { blocks } });
      expect(plan.steps.find((step) => step.do === 'format')!.command!.data).toBe(list);
      expect(result.medium.capacity).toBe(blocks);
    },
  );

  // They take the last blocks, and what comes before stays.
  const moreSpares = { mode: 'format job, more spares', performer: 'our engine' } as const;
  cell({ ...moreSpares, medium: 'dvd-ram', always: true }, async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram' });
    const image = anImage(700);
    await rig.burn(image);
    const { result } = await rig.use({ do: 'format', options: { formatType: 1 } });
    expect(result.medium).toMatchObject({ capacity: 2_184_480, contents: 'unknown-data' });
    const { bytes } = await rig
      .use({ do: 'verify', options: { mode: 'full' } }, { sent: image })
      .then(({ result: verified }) => ({ bytes: verified.verified }));
    expect(bytes).toEqual({ blocks: 700 });
  });

  it('spares a DVD-RAM its certification where nobody wants it', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram' });
    await rig.burn(anImage(700));
    const { result } = await rig.use({ do: 'format', options: { certification: 'none' } });
    expect(isBlank(result.medium)).toBe(true);
    const sent = rig.commands.find(({ cdb }) => cdb[0] === 0x04);
    // FmtData, CmpList; FOV, DCRT, Immed.
    expect(hex(sent!.cdb.subarray(0, 2))).toBe('04 19');
    expect(sent?.direction === 'to-drive' && hex(sent.data.subarray(0, 4))).toBe('00 a2 00 08');
  });
});

describe('a format that keeps the blocks', () => {
  it.each(['dvd+rw', 'dvd-ram', 'bd-re'] as const satisfies BlankName[])(
    'leaves no volume on a %s all the same, and the plan says how',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank, lies: ['format-keeps-blocks'] });
      await rig.burn(anImage(5000));
      const options = blank === 'dvd-ram' ? { certification: 'none' } : {};
      const { plan, result } = await rig.use({ do: 'format', options });
      expect(isBlank(result.medium)).toBe(true);
      const titles = plan.steps.map(({ title }) => title);
      expect(titles).toContain('Overwrite 32 blocks from block 0 on by zeros');
      expect(titles).toContain('Overwrite 32 blocks from block 4096 on by zeros');
      expect((await rig.burn(anImage(64))).result.verified).toEqual({ blocks: 64 });
    },
  );

  it('is not made again on a DVD+RW that is formatted to its end: its volumes are overwritten, and that is all', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw', capacity: 20_000 });
    await rig.burn(anImage(20_000));
    expect((await rig.report()).medium?.backgroundFormat).toBe('complete');
    const before = rig.commands.length;
    const { plan, result } = await rig.use({ do: 'format' });
    expect(isBlank(result.medium)).toBe(true);
    expect(result.medium.backgroundFormat).toBe('complete');
    // FORMAT UNIT, CLOSE TRACK/SESSION.
    const sent = rig.commands.slice(before).map(({ cdb }) => cdb[0]);
    expect(sent).not.toContain(0x04);
    expect(sent).not.toContain(0x5b);
    expect(plan.estimateMs).toBeLessThan(60_000);
  });

  it('overwrites nothing on a medium that was never recorded', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-re' });
    const { plan } = await rig.use({ do: 'format' });
    expect(plan.steps.some(({ transfer }) => transfer)).toBe(false);
  });
});

describe('a format that lost its power', () => {
  it.each(['bd-r', 'dvd-ram', 'bd-re'] as const satisfies BlankName[])(
    'leaves a %s that says so, and that recovery formats anew',
    async (blank) => {
      const folder = temporaryFolder();
      const before = burnRig(folder, { blank });
      const options = blank === 'dvd-ram' ? { certification: 'none' } : {};
      const failed = await useFailure(before, { do: 'format', options }, { faults: LOSS_OF_POWER });
      expect(failed.code).toBe('drive-lost');
      const rig = burnRig(folder, { blank });
      await rig.drive.setFaults([]);
      const { medium } = await rig.report();
      expect(medium).toMatchObject({ lastSession: 'damaged' });
      expect(medium!.states).toContain('damaged');
      const { result } = await rig.use({ do: 'recover' });
      expect(isBlank(result.medium)).toBe(true);
      expect((await rig.burn(anImage(300))).result.verified).toEqual({ blocks: 300 });
    },
  );

  it.each(['dvd-ram', 'bd-re'] as const satisfies BlankName[])(
    'is begun anew on a %s where that is to be erased: without it nothing is blank',
    async (blank) => {
      const folder = temporaryFolder();
      const before = burnRig(folder, { blank });
      await useFailure(before, { do: 'format' }, { faults: LOSS_OF_POWER });
      const rig = burnRig(folder, { blank });
      await rig.drive.setFaults([]);
      const { result } = await rig.use({ do: 'erase' });
      expect(result.medium).toMatchObject({ formatted: true, lastSession: 'complete' });
      expect(isBlank(result.medium)).toBe(true);
    },
  );
});
