/** Erasing, formatting, closing and recovering DVD-R, DVD-RW and DVD-R DL. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mediumAfter } from '../../src/burn/medium-after.js';
import { isBlank } from '../../src/drive/medium.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type Rig, burnFailure, burnRig, useFailure } from '../support/burn-rig.js';
import { cell } from '../support/matrix-cell.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
const anImage = (blocks: number): Uint8Array => randomBytes(blocks * BLOCK);
/** Room for some borders and what lies between them. */
const CAPACITY = 98_304;

const rigFor = (blank: BlankName): Rig => burnRig(temporaryFolder(), { blank, capacity: CAPACITY });

const recorded = async (blank: BlankName, options = {}, blocks = 1333) => {
  const rig = rigFor(blank);
  const image = anImage(blocks);
  await rig.burn(image, { options });
  return { rig, image };
};

const codesOf = ({ warnings }: { warnings: readonly { code: string }[] }): string[] =>
  warnings.map(({ code }) => code);

/** What the drive is told: without the steps that all plans have. */
const commandsOf = (rig: Rig, opcode: number): string[] =>
  rig.commands.filter(({ cdb }) => cdb[0] === opcode).map(({ cdb }) => Buffer.from(cdb).toString('hex'));

const OURS = { medium: 'dvd-rw', performer: 'our engine', always: true } as const;

const FORMATS = [
  ['format job', {}, '00 02 00 08 00 00 00 00 54 00 00 10'],
  ['format job, every block', { formatType: 0x10 }, '00 02 00 08 00 01 80 00 40 00 00 10'],
  ['format job, every block, type 00h', { formatType: 0x00 }, '00 02 00 08 00 01 80 00 00 00 08 00'],
] as const;

describe('erasing a DVD-RW', () => {
  it('quickly leaves what can be recorded at once and says so', async () => {
    const { rig } = await recorded('dvd-rw');
    const { plan, result } = await rig.use({ do: 'erase' });
    expect(codesOf(plan)).toEqual(['data-lost', 'at-once-only']);
    expect(isBlank(result.medium)).toBe(true);
    const again = await rig.burn(anImage(700));
    expect(again.plan.recipe).toBe('dvd-r-dao');
    expect(again.result.verified).toEqual({ blocks: 700 });
  });

  it('wholly leaves what can be recorded in increments', async () => {
    const { rig } = await recorded('dvd-rw');
    const { plan } = await rig.use({ do: 'erase', options: { method: 'full' } });
    expect(codesOf(plan)).toEqual(['data-lost']);
    // MMC-5 §6.2: Immed and blanking type 0.
    expect(commandsOf(rig, 0xa1)).toEqual(['a11000000000000000000000']);
    const again = await rig.burn(anImage(300), { options: { close: 'session' } });
    expect(again.plan.recipe).toBe('dvd-r');
    expect(again.result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
  });

  it('takes the format away with what was recorded in restricted overwrite', async () => {
    const rig = rigFor('dvd-rw');
    await rig.use({ do: 'format' });
    await rig.burn(anImage(300));
    const { result } = await rig.use({ do: 'erase' });
    expect(result.medium).toMatchObject({ profile: 0x14, status: 'empty', overwritable: false });
  });

  // And increments are taken again.
  cell({ ...OURS, mode: 'erase job, deformat' }, async (blank) => {
    const rig = rigFor(blank);
    await rig.use({ do: 'format' });
    await rig.burn(anImage(300));
    const { plan, result } = await rig.use({ do: 'erase', options: { method: 'deformat' } });
    expect(codesOf(plan)).toEqual(['data-lost']);
    expect(commandsOf(rig, 0xa1)).toEqual(['a11000000000000000000000']);
    expect(result.medium).toMatchObject({ profile: 0x14, status: 'empty', overwritable: false });
    const again = await rig.burn(anImage(300), { options: { close: 'session' } });
    expect(again.result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
  });

  it.each(['dvd-r', 'dvd-r-dl'] as const)('is not what a %s can be asked for', async (blank) => {
    const { rig } = await recorded(blank);
    expect((await useFailure(rig, { do: 'erase' })).code).toBe('medium-not-erasable');
    expect((await useFailure(rig, { do: 'format' })).code).toBe('format-unsupported');
  });

  it.each([
    ['secure', 'secure-erase-unsupported'],
    ['deformat', 'deformat-unsupported'],
  ] as const)('by the %s method is refused', async (method, code) => {
    const { rig } = await recorded('dvd-rw');
    expect((await useFailure(rig, { do: 'erase', options: { method } })).code).toBe(code);
  });
});

describe('formatting a DVD-RW', () => {
  // Its blocks can be overwritten then.
  for (const [mode, options, list] of FORMATS)
    cell({ ...OURS, mode }, async (blank) => {
      const { rig } = await recorded(blank);
      const { plan, result } = await rig.use({ do: 'format', options });
      expect(plan.steps.find((step) => step.do === 'format')!.command!.data).toBe(list);
      expect(codesOf(plan)).toEqual(['data-lost']);
      expect(result.medium).toMatchObject({ profile: 0x13, contents: 'none', capacity: CAPACITY });
      const again = await rig.burn(anImage(700));
      expect(again.plan.recipe).toBe('dvd-rw-overwrite');
      expect(again.result.verified).toEqual({ blocks: 700 });
    });

  // And what is within it is kept; it grows until a job closes it.
  cell({ ...OURS, mode: 'format job, border opened' }, async (blank) => {
    const rig = rigFor(blank);
    await rig.use({ do: 'format' });
    const image = anImage(320);
    await rig.burn(image);
    const { plan, result } = await rig.use({ do: 'format', options: { formatType: 0x13 } });
    expect(codesOf(plan)).toEqual(['border-open']);
    expect(result.medium).toMatchObject({ lastSession: 'incomplete', readable: 320 });
    expect((await rig.use({ do: 'close' })).result.medium).toMatchObject({ lastSession: 'complete' });
    expect((await rig.use({ do: 'verify' }, { sent: image })).result.verified).toEqual({ blocks: 320 });
    expect((await useFailure(rig, { do: 'close' })).code).toBe('medium-closed');
  });

  it('refuses what the drive does not list', async () => {
    const rig = rigFor('dvd-rw');
    for (const options of [{ formatType: 0x13 }, { certification: 'full' }, { spareArea: 'maximum' }])
      expect((await useFailure(rig, { do: 'format', options })).code).toBe('format-unsupported');
  });
});

describe('closing', () => {
  it('of a blank one, or one that is formatted and blank, is refused', async () => {
    const rig = rigFor('dvd-rw');
    expect((await useFailure(rig, { do: 'close' })).code).toBe('medium-blank');
    await rig.use({ do: 'format' });
    expect((await useFailure(rig, { do: 'close' })).code).toBe('medium-blank');
    expect((await useFailure(rig, { do: 'recover' })).code).toBe('recovery-not-needed');
  });
});

const STUCK = [
  {
    when: { lba: 900, access: 'write' as const },
    do: { action: 'sense' as const, sense: '3/0C/00', deferred: false },
  },
  { when: { opcode: 0x5b }, do: { action: 'sense' as const, sense: '3/0C/00', deferred: false } },
];

describe('a border that a failure left open', () => {
  it.each(['dvd-r', 'dvd-rw', 'dvd-r-dl'] as const)('is closed on a %s', async (blank) => {
    const rig = rigFor(blank);
    const options = { writeMode: 'incremental' } as const;
    expect((await burnFailure(rig, anImage(1333), { options, faults: STUCK })).code).toBe('write-failed');
    await rig.drive.setFaults([]);
    expect((await rig.report()).medium!.lastSession).toBe('incomplete');
    const { plan, result } = await rig.use({ do: 'recover' });
    const whole = blank === 'dvd-r-dl';
    expect(codesOf(plan)).toEqual(whole ? ['closes-disc'] : []);
    expect(result.medium).toMatchObject({ status: whole ? 'complete' : 'appendable', sessions: 1 });
    expect((await useFailure(rig, { do: 'recover' })).code).toBe('recovery-not-needed');
  });
});

const UNPLUGGED = { action: 'unplug' as const };
const AT_WRITE = [{ when: { lba: 2000, access: 'write' as const }, do: UNPLUGGED }];
/** TEST UNIT READY, by which the drive is asked whether it is done. */
const WHILE_BUSY = [{ when: { opcode: 0x00 }, do: UNPLUGGED }];

/** The drive in the folder has power again, and nothing is wrong with it any more. */
const switchedOn = async (folder: string, blank: BlankName): Promise<Rig> => {
  const rig = burnRig(folder, { blank });
  await rig.drive.setFaults([]);
  return rig;
};

const afterLossInWrite = async (blank: BlankName, writeMode: 'incremental' | 'dao') => {
  const folder = temporaryFolder();
  const before = burnRig(folder, { blank, capacity: CAPACITY });
  const image = anImage(4000);
  const options = { writeMode };
  const plan = await before.plan(image, options);
  expect((await burnFailure(before, image, { options, faults: AT_WRITE })).code).toBe('drive-lost');
  const rig = await switchedOn(folder, blank);
  const { medium } = await rig.report();
  return { rig, image, after: mediumAfter(plan, medium) };
};

describe('a loss of power in mid write', () => {
  it.each([
    ['dvd-r', 'appendable'],
    ['dvd-rw', 'needs-erase'],
  ] as const)('leaves increments on a %s that are repaired and closed', async (blank, state) => {
    const { rig, image, after } = await afterLossInWrite(blank, 'incremental');
    expect(after).toMatchObject({ state, remedy: expect.stringContaining('`recover`') as string });
    const { plan, result } = await rig.use({ do: 'recover' });
    expect(codesOf(plan)).toEqual([]);
    // MMC-5 §6.28: Immed, track 1.
    expect(commandsOf(rig, 0x58)).toEqual(['58010000000100000000']);
    expect(result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
    const { bytes } = await rig.use({ do: 'read' });
    expect(Buffer.from(bytes.subarray(0, 1900 * BLOCK)).equals(image.subarray(0, 1900 * BLOCK))).toBe(true);
    const next = await rig.burn(anImage(300), { options: { onNonBlank: 'append' } });
    expect(next.result.verified).toEqual({ blocks: 300 });
  });

  it.each(['dvd-r', 'dvd-rw'] as const)(
    'leaves a border behind another one on a %s that is repaired and closed, and the one before as it was',
    async (blank) => {
      const folder = temporaryFolder();
      const before = burnRig(folder, { blank, capacity: CAPACITY });
      const first = anImage(700);
      await before.burn(first, { options: { close: 'session' } });
      const options = { onNonBlank: 'append', close: 'session' } as const;
      const { placement } = await before.plan(anImage(4000), options);
      const faults = [{ when: { lba: placement.start + 2000, access: 'write' as const }, do: UNPLUGGED }];
      expect((await burnFailure(before, anImage(4000), { options, faults })).code).toBe('drive-lost');
      const rig = await switchedOn(folder, blank);
      const { result } = await rig.use({ do: 'recover' });
      expect(result.medium).toMatchObject({ status: 'appendable', sessions: 2 });
      const next = await rig.burn(anImage(300), { options });
      expect(next.result.verified).toEqual({ blocks: 300 });
      const { bytes } = await rig.use({ do: 'read', options: { session: 1 } });
      expect(Buffer.from(bytes.subarray(0, first.length)).equals(first)).toBe(true);
    },
  );

  it('at once leaves a DVD-R that nothing helps, and a DVD-RW that is blanked', async () => {
    const lost = await afterLossInWrite('dvd-r', 'dao');
    expect(lost.after.state).toBe('lost');
    expect((await useFailure(lost.rig, { do: 'recover' })).code).toBe('recovery-unsupported');
    expect((await useFailure(lost.rig, { do: 'close' })).code).toBe('close-unsupported');
    const { rig } = await afterLossInWrite('dvd-rw', 'dao');
    const { plan } = await rig.use({ do: 'recover' });
    expect(codesOf(plan)).toEqual(['data-lost', 'at-once-only']);
    expect((await rig.burn(anImage(300))).result.verified).toEqual({ blocks: 300 });
  });

  it('leaves the border of restricted overwrite open, and recovery closes it', async () => {
    const folder = temporaryFolder();
    const before = burnRig(folder, { blank: 'dvd-rw', capacity: CAPACITY });
    await before.use({ do: 'format' });
    await burnFailure(before, anImage(4000), { faults: AT_WRITE });
    const rig = await switchedOn(folder, 'dvd-rw');
    expect((await rig.report()).medium).toMatchObject({ lastSession: 'incomplete' });
    expect((await rig.use({ do: 'recover' })).result.medium).toMatchObject({ lastSession: 'complete' });
    const again = await rig.burn(anImage(700), { options: { onNonBlank: 'erase' } });
    expect(again.result.verified).toEqual({ blocks: 700 });
  });
});

describe('a loss of power', () => {
  it.each([
    ['cd-rw', 'erase'],
    ['dvd-rw', 'erase'],
    ['dvd-rw', 'format'],
  ] as const)(
    'while a %s is treated (%s) leaves no blank medium, but one that recovers',
    async (blank, use) => {
      const folder = temporaryFolder();
      const before = burnRig(folder, { blank, ...(blank === 'dvd-rw' && { capacity: CAPACITY }) });
      await before.burn(anImage(700), { options: { close: 'session' } });
      expect((await useFailure(before, { do: use }, { faults: WHILE_BUSY })).code).toBe('drive-lost');
      const rig = await switchedOn(folder, blank);
      const { medium } = await rig.report();
      expect(medium).toMatchObject({ lastSession: 'damaged' });
      expect(isBlank(medium!)).toBe(false);
      const { result } = await rig.use({ do: 'recover' });
      expect(isBlank(result.medium)).toBe(true);
      expect((await rig.burn(anImage(300))).result.verified).toEqual({ blocks: 300 });
    },
  );

  // cdrecord: READ DISC INFORMATION and what goes by it fail with 3/57/00, BLANK is done all the same.
  it.each([
    ['cd-rw', 'recover'],
    ['cd-rw', 'erase'],
    ['dvd-rw', 'recover'],
    ['dvd-rw', 'erase'],
  ] as const)(
    'while a %s is blanked leaves one that can be blanked (%s) by a drive that cannot read its tables',
    async (blank, way) => {
      const folder = temporaryFolder();
      const small = blank === 'dvd-rw' && { capacity: CAPACITY };
      const before = burnRig(folder, { blank, lies: ['unreadable-tables'], ...small });
      await before.burn(anImage(700), { options: { close: 'session' } });
      const plan = await before.plan(anImage(300), { onNonBlank: 'erase' });
      expect((await useFailure(before, { do: 'erase' }, { faults: WHILE_BUSY })).code).toBe('drive-lost');
      const rig = await switchedOn(folder, blank);
      const { medium } = await rig.report();
      expect(medium).toMatchObject({ kind: blank, lastSession: 'damaged', tracks: [] });
      expect(medium!.states).toEqual(expect.arrayContaining(['damaged', 'erase-required']));
      expect(mediumAfter(plan, medium)).toMatchObject({ state: 'needs-erase' });
      await expect(rig.plan(anImage(300))).rejects.toThrow('medium-not-blank');
      if (way === 'recover') await rig.use({ do: 'recover' });
      const { result } = await rig.burn(anImage(300), { options: { onNonBlank: 'erase' } });
      expect(result.verified).toEqual({ blocks: 300 });
    },
  );
});
