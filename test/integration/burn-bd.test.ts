import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import type { Fault } from '../../src/virtual/faults.js';
import type { BlankName } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { hex } from '../support/hex.js';
import { type Rig, burnFailure, burnRig } from '../support/burn-rig.js';
import { cell } from '../support/matrix-cell.js';
import { replyOf } from '../support/raw-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

const exported = async (rig: Rig, selection?: { session: number }): Promise<Buffer> => {
  const file = join(temporaryFolder(), 'exported.iso');
  await exportImage(rig.mediumFolder, file, selection);
  return readFileSync(file);
};

const expectHeld = async (rig: Rig, image: Uint8Array, selection?: { session: number }): Promise<void> => {
  const held = await exported(rig, selection);
  expect(held.subarray(0, image.length).equals(image), 'the medium holds the image').toBe(true);
};

const formatLists = (rig: Rig): string[] =>
  rig.commands.flatMap((command) =>
    command.cdb[0] === 0x04 && command.direction === 'to-drive' ? [hex(command.data)] : [],
  );

/** Lists typed from MMC-5 §6.5.3 and the sizes of a real medium. */
const FORMATS: readonly (readonly [BlankName, string, Partial<BurnOptions>, readonly string[]])[] = [
  ['bd-r', 'image as it comes', {}, []],
  ['bd-r', 'image, no spares', { spares: 'none' }, []],
  ['bd-r', 'image, default spares', { spares: 'default' }, ['00 02 00 08 00 b4 74 00 01 00 30 00']],
  ['bd-r', 'image, least spares', { spares: 'least' }, ['00 02 00 08 00 b8 74 00 c9 00 10 00']],
  ['bd-r', 'image, most spares', { spares: 'most' }, ['00 02 00 08 00 b0 74 00 c9 00 50 00']],
  ['bd-r', 'image, pseudo overwrite', { pseudoOverwrite: true }, ['00 02 00 08 00 b4 74 00 00 00 30 00']],
  ['bd-re', 'image as it comes', {}, ['00 02 00 08 00 b4 74 00 00 00 30 00']],
  ['bd-re', 'image, no spares', { spares: 'none' }, ['00 02 00 08 00 ba 74 00 c5 00 08 00']],
  ['bd-re', 'image, least spares', { spares: 'least' }, ['00 02 00 08 00 b8 74 00 c3 00 10 00']],
  ['bd-re', 'image, most spares', { spares: 'most' }, ['00 02 00 08 00 b0 74 00 c3 00 50 00']],
];

/** Of media of more layers: blocks, and spare clusters of 32 of them, as their drive lists them. */
const LAYERED: readonly [BlankName, number, { standard: number; least: number; most: number }][] = [
  ['bd-r-dl', 24_438_784, { standard: 0x6000, least: 0x2000, most: 0xa000 }],
  ['bd-r-xl-100', 48_878_592, { standard: 0xc000, least: 0x4000, most: 0x14000 }],
  ['bd-r-xl-128', 62_500_864, { standard: 0x10000, least: 0x4000, most: 0x1a000 }],
  ['bd-re-dl', 24_438_784, { standard: 0x6000, least: 0x2000, most: 0xa000 }],
  ['bd-re-xl', 48_878_592, { standard: 0xc000, least: 0x4000, most: 0x14000 }],
];

const hexOf = (value: number, bytes: number): string =>
  (
    value
      .toString(16)
      .padStart(2 * bytes, '0')
      .match(/../g) ?? []
  ).join(' ');

/** The rows of one layer, with other numbers: 00h, 30h or 32h and 31h, and their sub-types. */
const FORMATS_TOO = LAYERED.flatMap(([medium, capacity, { standard, least, most }]): typeof FORMATS => {
  const list = (type: string, clusters: number): string =>
    `00 02 00 08 ${hexOf(capacity - clusters * 32, 4)} ${type} ${hexOf(clusters, 3)}`;
  const writeOnce = medium.startsWith('bd-r-');
  const type = writeOnce ? 'c9' : 'c3';
  const none = `00 02 00 08 ${hexOf(capacity, 4)} c5 00 08 00`;
  return [
    [medium, 'image as it comes', {}, writeOnce ? [] : [list('00', standard)]],
    [medium, 'image, no spares', { spares: 'none' }, writeOnce ? [] : [none]],
    [medium, 'image, least spares', { spares: 'least' }, [list(type, least)]],
    [medium, 'image, most spares', { spares: 'most' }, [list(type, most)]],
    ...(writeOnce
      ? ([
          [medium, 'image, default spares', { spares: 'default' }, [list('01', standard)]],
          [medium, 'image, pseudo overwrite', { pseudoOverwrite: true }, [list('00', standard)]],
        ] as const)
      : []),
  ];
});

describe('a new BD', () => {
  const burnFormatted = async (
    blank: BlankName,
    options: Partial<BurnOptions>,
    lists: readonly string[],
  ): Promise<void> => {
    const rig = burnRig(temporaryFolder(), { blank });
    const image = anImage(700);
    const { result, plan } = await rig.burn(image, { options });
    expect(formatLists(rig)).toEqual(lists);
    expect(plan.willFormat).toBe(lists.length > 0);
    expect(result.verified).toEqual({ blocks: 700 });
    await expectHeld(rig, image);
  };
  for (const [medium, mode, options, lists] of FORMATS)
    cell({ medium, mode, performer: 'our engine', always: true }, (blank) =>
      burnFormatted(blank, options, lists),
    );
  for (const [medium, mode, options, lists] of FORMATS_TOO)
    cell({ medium, mode, performer: 'our engine' }, (blank) => burnFormatted(blank, options, lists));

  it.each([
    ['bd-r', 'spares that its type has not', { pseudoOverwrite: true, spares: 'none' }, 'spares-unsupported'],
    ['bd-re', 'pseudo overwrite', { pseudoOverwrite: true }, 'spares-unsupported'],
    ['dvd+r', 'spares', { spares: 'least' }, 'spares-unsupported'],
    ['bd-r', 'streaming', { onWrite: 'stream' }, 'on-write-unsupported'],
    [
      'bd-r',
      'an open session with pseudo overwrite',
      { pseudoOverwrite: true, close: 'session' },
      'close-unsupported',
    ],
  ] as const)('%s is not recorded with %s', async (blank, _, options, code) => {
    const rig = burnRig(temporaryFolder(), { blank });
    await expect(rig.plan(anImage(100), options)).rejects.toThrow(code);
  });

  it('is too small for an image when spares take the room', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r', capacity: 32 * 100 });
    await expect(rig.plan(anImage(32 * 50), { spares: 'default' })).rejects.toThrow('medium-too-small');
    expect((await rig.plan(anImage(32 * 100))).placement.room).toBe(32 * 100);
  });

  // By a drive for BDXL.
  cell(
    {
      medium: ['bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128', 'bd-re-dl', 'bd-re-xl'],
      mode: 'image',
      performer: 'our engine',
      always: true,
    },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank, model: 'bdxl-writer' });
      const image = anImage(300);
      await rig.burn(image);
      await expectHeld(rig, image);
    },
  );

  it('of a class that the drive does not know is refused', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r-xl-100', model: 'bd-rom' });
    await expect(rig.plan(anImage(100))).rejects.toThrow('medium-unsupported');
  });
});

describe('a BD-R', () => {
  // It is closed then.
  cell({ medium: 'bd-r', mode: 'sessions', performer: 'our engine', always: true }, async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    const images = [anImage(333), anImage(100), anImage(64)];
    for (const [index, image] of images.entries()) {
      const close = index === 2 ? 'disc' : 'session';
      const { result } = await rig.burn(image, { options: { close, onNonBlank: 'append' } });
      expect(result.medium.sessions).toBe(index + 1);
      expect(result.medium.status).toBe(close === 'disc' ? 'complete' : 'appendable');
    }
    for (const [index, image] of images.entries()) await expectHeld(rig, image, { session: index + 1 });
    await expect(rig.plan(anImage(10), { onNonBlank: 'append' })).rejects.toThrow('medium-not-appendable');
  });

  it('that was formatted and not recorded counts as blank', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    const failed = await burnFailure(rig, anImage(100), {
      options: { spares: 'least' },
      faults: [{ when: { opcode: 0x2a }, do: { action: 'sense', sense: '3/0C/00', deferred: false } }],
    });
    expect(failed.code).toBe('write-failed');
    const image = anImage(100);
    await expect(rig.plan(image, { spares: 'most' })).rejects.toThrow('spares-unsupported');
    const { plan } = await rig.burn(image, { faults: [] });
    expect(plan).toMatchObject({ willFormat: false, placement: { start: 0, room: 12_088_320 } });
    await expectHeld(rig, image);
  });

  it('stays open after a failure, and what is on it is told', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    await burnFailure(rig, anImage(320), {
      faults: [
        { when: { lba: 200, access: 'write' }, do: { action: 'sense', sense: '3/0C/00', deferred: false } },
      ],
    });
    expect((await rig.report()).medium).toMatchObject({
      status: 'appendable',
      lastSession: 'incomplete',
      nextWritable: 192,
    });
    await expect(rig.plan(anImage(10), { onNonBlank: 'append' })).rejects.toThrow('medium-unfinished');
  });

  it('keeps what was recorded before its drive lost its power', async () => {
    const folder = temporaryFolder();
    const rig = burnRig(folder, { blank: 'bd-r' });
    const image = anImage(3200);
    await burnFailure(rig, image, {
      faults: [{ when: { lba: 1600, access: 'write' }, do: { action: 'unplug' } }],
    });
    const held = await exported(rig);
    expect(held.equals(image.subarray(0, held.length))).toBe(true);
    expect(held.length).toBe(1600 * 2048);
  });
});

describe('a BD-R with spare areas', () => {
  /** 64 spare clusters, which is the least that a shortened medium has. */
  const shortened = (): Rig => burnRig(temporaryFolder(), { blank: 'bd-r', capacity: 32 * 1000 });
  const defective = (times: number): Fault => ({ when: { opcode: 0x2a }, do: { action: 'defect' }, times });
  /** READ DISC STRUCTURE, format 0Ah of BD: free spare blocks at byte 8 of the structure, all of them at byte 12. */
  const spares = async ({ drive }: Rig): Promise<string> =>
    (await replyOf(drive, 'ad 01 00 00 00 00 00 0a 00 10 00 00', 16)).slice(24);

  it('replaces clusters that are defective, holds what was sent, and takes sessions later', async () => {
    const rig = shortened();
    const [first, second] = [anImage(333), anImage(200)];
    const { result } = await rig.burn(first, {
      options: { spares: 'least', close: 'session' },
      faults: [defective(3)],
    });
    expect(result.verified).toEqual({ blocks: 333 });
    // 61 of 64 clusters of 32 blocks.
    expect(await spares(rig)).toBe('00 00 07 a0 00 00 08 00');
    const later = await rig.burn(second, {
      options: { onNonBlank: 'append', close: 'disc' },
      faults: [defective(1)],
    });
    expect(later.result.medium).toMatchObject({ sessions: 2, status: 'complete' });
    expect(await spares(rig)).toBe('00 00 07 80 00 00 08 00');
    await expectHeld(rig, first, { session: 1 });
    await expectHeld(rig, second, { session: 2 });
  });

  it('whose spares are used up fails by name, and takes another session once it was recovered', async () => {
    const rig = shortened();
    const image = anImage(32 * 80);
    const failed = await burnFailure(rig, image, {
      options: { spares: 'least', close: 'session' },
      faults: [defective(1000)],
    });
    expect(failed).toMatchObject({ code: 'write-failed', scsi: { sense: '3/0C/00', lba: 64 * 32 } });
    expect(await spares(rig)).toBe('00 00 00 00 00 00 08 00');
    expect((await rig.report()).medium).toMatchObject({ lastSession: 'incomplete', nextWritable: 64 * 32 });

    await rig.use({ do: 'recover' });
    const next = anImage(100);
    const { plan, result } = await rig.burn(next, { options: { onNonBlank: 'append' }, faults: [] });
    expect(plan.placement.start).toBe(64 * 32);
    expect(result.verified).toEqual({ blocks: 100 });
    await expectHeld(rig, image.subarray(0, 64 * 32 * 2048), { session: 1 });
    await expectHeld(rig, next, { session: 2 });
  });
});

describe('a BD-RE', () => {
  // Only when other spares are wanted.
  cell(
    {
      medium: ['bd-re', 'bd-re-dl', 'bd-re-xl'],
      mode: 'formatted, again',
      performer: 'our engine',
      always: 'bd-re',
    },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      await rig.burn(anImage(100), { options: { spares: 'least' } });
      const again = { onNonBlank: 'erase', spares: 'least' } as const;
      expect((await rig.plan(anImage(100), again)).willFormat).toBe(false);
      const image = anImage(200);
      const { plan } = await rig.burn(image, { options: { ...again, spares: 'none' } });
      expect(plan.willFormat).toBe(true);
      await expectHeld(rig, image);
    },
  );

  it('is formatted without certification by a drive that cannot do it quickly, before a burn as by a job', async () => {
    // LG GGW-H20L (libburn): sub-type 3 of type 30h is refused; sub-type 1 is what MMC has besides.
    const lists = ['00 02 00 08 00 b8 74 00 c3 00 10 00', '00 02 00 08 00 b8 74 00 c1 00 10 00'];
    const rig = burnRig(temporaryFolder(), { blank: 'bd-re', model: 'lying-writer' });
    const image = anImage(100);
    await rig.burn(image, { options: { spares: 'least' } });
    expect(formatLists(rig)).toEqual(lists);
    await expectHeld(rig, image);
    await rig.use({ do: 'format', options: { spareArea: 'minimum' } });
    expect(formatLists(rig)).toEqual([...lists, ...lists]);
  });

  // But for its first 32 blocks, a whole cluster at a time.
  cell(
    {
      medium: ['bd-re', 'bd-re-dl', 'bd-re-xl'],
      mode: 'streamed',
      performer: 'our engine',
      always: 'bd-re',
    },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const image = anImage(333);
      const { plan } = await rig.burn(image, { options: { onWrite: 'stream' } });
      expect(plan.warnings.map(({ code }) => code)).not.toContain('slow-by-spares');
      const streamed = rig.commands.filter(({ cdb }) => cdb[0] === 0xaa).map(({ cdb }) => hex(cdb));
      expect(streamed[0]).toBe('aa 00 00 00 00 20 00 00 00 20 80 00');
      expect(streamed).toHaveLength(10);
      await expectHeld(rig, image);
    },
  );

  it('is recorded in the ordinary way by a drive that refuses to stream', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-re' });
    const image = anImage(200);
    await rig.burn(image, {
      options: { onWrite: 'stream' },
      faults: [{ when: { opcode: 0xaa }, do: { action: 'sense', sense: '5/20/00', deferred: false } }],
    });
    expect(rig.commands.filter(({ cdb }) => cdb[0] === 0xaa)).toHaveLength(1);
    await expectHeld(rig, image);
  });

  it('says that spares cost speed', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-re' });
    const codes = async (options: Partial<BurnOptions>): Promise<string[]> =>
      (await rig.plan(anImage(10), options)).warnings.map(({ code }) => code);
    expect(await codes({})).toContain('slow-by-spares');
    expect(await codes({ spares: 'none' })).not.toContain('slow-by-spares');
  });
});
