import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BlankName } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { type Rig, burnFailure, burnRig } from '../support/burn-rig.js';
import { hasTool } from '../support/has-tool.js';
import { cell } from '../support/matrix-cell.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** The user data of the medium, by the virtual drive's own export, which shares no code with recording. */
const exported = async (rig: Rig, folder: string): Promise<string> => {
  await rig.drive.close();
  const file = join(folder, 'exported.iso');
  await exportImage(rig.mediumFolder, file);
  return file;
};

const holds = (file: string, image: Uint8Array): boolean =>
  readFileSync(file).subarray(0, image.length).equals(image);

const BLANKS = [
  'cd-r',
  'cd-rw',
  'dvd-r',
  'dvd-rw',
  'dvd-r-dl',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'dvd-ram',
  'bd-r',
  'bd-re',
  'removable-disk',
  'removable-disk-512',
  'removable-disk-4096',
] as const satisfies BlankName[];

/** As bd-r and bd-re, but for their layers: they take turns. */
const LAYERED = [
  'bd-r-dl',
  'bd-r-xl-100',
  'bd-r-xl-128',
  'bd-re-dl',
  'bd-re-xl',
] as const satisfies BlankName[];

/** Media that can be recorded by WRITE AND VERIFY, beside DVD-RAM. */
const VERIFYING = [
  'bd-re',
  'bd-re-dl',
  'bd-re-xl',
  'dvd+rw',
  'dvd+rw-dl',
  'removable-disk',
  'removable-disk-512',
  'removable-disk-4096',
] as const satisfies BlankName[];

describe('burning a blank medium', () => {
  // Recorded, proved and verified.
  cell({ medium: BLANKS, mode: 'image', performer: 'our engine', always: true }, async (blank) => {
    const folder = temporaryFolder();
    const rig = burnRig(folder, { blank });
    const image = anImage(1333);
    const { result, plan, phases } = await rig.burn(image);
    expect(result.verified).toEqual({ blocks: 1333 });
    expect(phases).toEqual(plan.phases);
    expect(result.medium).toMatchObject(
      result.medium.overwritable
        ? { formatted: true, contents: 'unknown-data' }
        : { status: 'complete', sessions: 1, tracks: [{ start: 0 }] },
    );
    expect(holds(await exported(rig, folder), image)).toBe(true);
  });

  it.each([1, 15, 16, 31, 32, 33, 300, 301])(
    'records an image of %i blocks on every medium',
    async (blocks) => {
      for (const blank of BLANKS) {
        const folder = temporaryFolder();
        const rig = burnRig(folder, { blank });
        const image = anImage(blocks);
        await rig.burn(image);
        expect(holds(await exported(rig, folder), image)).toBe(true);
      }
    },
  );

  const leaveOpen = async (blank: BlankName): Promise<void> => {
    const rig = burnRig(temporaryFolder(), { blank });
    const { result } = await rig.burn(anImage(400), { options: { close: 'session' } });
    expect(result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
    expect(result.medium.nextWritable).toBeGreaterThan(400);
  };
  const open = { mode: 'session left open', performer: 'our engine' } as const;
  cell(
    { ...open, medium: ['cd-r', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+r-dl', 'bd-r'], always: true },
    leaveOpen,
  );
  cell({ ...open, medium: ['cd-rw', 'bd-r-dl', 'bd-r-xl-100', 'bd-r-xl-128'] }, leaveOpen);

  for (const [writeMode, mode] of [
    ['tao', 'test write'],
    ['sao', 'test write, session at once'],
  ] as const)
    cell(
      { medium: ['cd-r', 'cd-rw'], mode, performer: 'our engine', always: writeMode === 'tao' && 'cd-r' },
      async (blank) => {
        const rig = burnRig(temporaryFolder(), { blank });
        const { result } = await rig.burn(anImage(400), { options: { simulate: true, writeMode } });
        expect(result.medium).toMatchObject({ status: 'empty', nextWritable: 0 });
        expect(result.verified).toBeUndefined();
        const again = await rig.burn(anImage(400), { options: { writeMode } });
        expect(again.result.medium.status).toBe('complete');
      },
    );

  it('gives the disc out when asked, and only then', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    const { result } = await rig.burn(anImage(64), { options: { eject: true } });
    expect(result.unloadProblem).toBeUndefined();
    await rig.drive.pressEjectButton();
    expect((await rig.report()).contents).toBe('ready');
  });

  it('sets the speed that the plan names', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    const { plan } = await rig.burn(anImage(64), { options: { speed: '4x' } });
    expect(plan.speedKBps).toBe(5540);
  });

  it('tells where it is, to the last block', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    const fileAt = (block: number): string => (block < 100 ? '/first' : '/second');
    const { progress } = await rig.burn(anImage(400), { work: { fileAt } });
    const written = progress.filter(({ phase, total }) => phase === 'write' && total > 0);
    expect(written.at(-1)).toMatchObject({ done: 400, total: 400, file: '/second', underruns: 0 });
    expect(progress.map(({ phase }) => phase)).toContain('verify');
  });
});

describe('burning a medium again', () => {
  const eraseAndBurn = async (blank: BlankName): Promise<void> => {
    const folder = temporaryFolder();
    const rig = burnRig(folder, { blank });
    await rig.burn(anImage(1500));
    const second = anImage(700);
    const { plan, result } = await rig.burn(second, { options: { onNonBlank: 'erase' } });
    expect(plan.willErase).toBe(true);
    expect(result.verified).toEqual({ blocks: 700 });
    await rig.burn(second, { options: { onNonBlank: 'erase' } });
    expect(holds(await exported(rig, folder), second)).toBe(true);
  };
  const erased = { mode: 'erased, again', performer: 'our engine' } as const;
  cell(
    {
      ...erased,
      medium: ['cd-rw', 'dvd-rw', 'dvd+rw', 'dvd+rw-dl', 'dvd-ram', 'bd-re', 'removable-disk-4096'],
      always: true,
    },
    eraseAndBurn,
  );
  cell({ ...erased, medium: ['bd-re-dl', 'bd-re-xl', 'removable-disk', 'removable-disk-512'] }, eraseAndBurn);

  const OPCODES = { drive: 0x2a, verify: 0x2e, stream: 0xaa } as const;
  const burnBy = async (blank: BlankName, onWrite: keyof typeof OPCODES): Promise<void> => {
    const folder = temporaryFolder();
    const rig = burnRig(folder, { blank });
    const image = anImage(333);
    const { result } = await rig.burn(image, { options: { onWrite } });
    expect(result.verified).toEqual({ blocks: 333 });
    const writes = rig.commands.filter(({ name }) => name.startsWith('WRITE'));
    // Without streaming, as libburn does it: the first 32 blocks, and again as the last of all, and what is less than a cluster.
    const asAsked = onWrite === 'stream' ? writes.slice(1, -2) : writes;
    expect(new Set(asAsked.map(({ cdb }) => cdb[0]))).toEqual(new Set([OPCODES[onWrite]]));
    expect(holds(await exported(rig, folder), image)).toBe(true);
  };
  for (const [onWrite, mode] of [
    ['drive', 'with WRITE'],
    ['verify', 'with WRITE AND VERIFY'],
    ['stream', 'streamed'],
  ] as const)
    cell({ medium: 'dvd-ram', mode, performer: 'our engine', always: true }, (blank) =>
      burnBy(blank, onWrite),
    );
  cell(
    {
      medium: VERIFYING,
      mode: 'with WRITE AND VERIFY',
      performer: 'our engine',
      always: 'bd-re',
    },
    (blank) => burnBy(blank, 'verify'),
  );

  it('finds a block that a drive lost while it verifies what it writes', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram' });
    const failure = await burnFailure(rig, anImage(333), {
      options: { onWrite: 'verify', verify: 'none' },
      faults: [{ when: { lba: 64, access: 'write' }, do: { action: 'lost-write' } }],
    });
    expect(failure.code).toBe('write-failed');
  });

  cell(
    {
      medium: ['dvd+rw', 'dvd+rw-dl'],
      mode: 'background format continued',
      performer: 'our engine',
      always: true,
    },
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      expect((await rig.burn(anImage(400))).result.medium.backgroundFormat).toBe('started');
      const again = await rig.burn(anImage(300), {
        options: { onNonBlank: 'erase', backgroundFormat: 'continue' },
      });
      expect(again.plan.steps.map((step) => step.title)).toContain('Go on with the background format');
      expect(again.result.medium.backgroundFormat).toBe('running');
    },
  );

  it('tells every reason why a DVD-RAM cannot be written', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram-cartridge', tab: true });
    expect((await rig.report()).medium).toMatchObject({
      writeProtected: true,
      writeProtections: ['cartridge'],
    });
    await expect(rig.plan(anImage(10))).rejects.toThrow('medium-write-protected');
  });

  cell(
    {
      medium: 'removable-disk-512',
      mode: 'image, without READ DISC INFORMATION',
      performer: 'our engine',
      always: true,
    },
    async () => {
      const folder = temporaryFolder();
      const rig = burnRig(folder, { blank: 'removable-disk-512', model: 'plain-disk-drive' });
      const image = anImage(333);
      const { result } = await rig.burn(image);
      expect(result.medium).toMatchObject({ status: 'other', blockBytes: 512, contents: 'unknown-data' });
      expect(holds(await exported(rig, folder), image)).toBe(true);
    },
  );

  it('refuses a recorded disc unless told otherwise', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    await rig.burn(anImage(400));
    await expect(rig.plan(anImage(400))).rejects.toThrow('medium-not-blank');
  });
});

describe.skipIf(!hasTool('xorriso'))("others' programs", () => {
  const readByXorriso = async (blank: BlankName): Promise<void> => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'tree', 'deep'), { recursive: true });
    writeFileSync(join(folder, 'tree', 'deep', 'large.bin'), randomBytes(1_500_000));
    writeFileSync(join(folder, 'tree', 'small.txt'), 'small');
    const iso = join(folder, 'source.iso');
    execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-o', iso, join(folder, 'tree')], {
      stdio: 'pipe',
    });
    const rig = burnRig(folder, { blank });
    const { result } = await rig.burn(readFileSync(iso));
    expect(result.medium).toMatchObject({ contents: 'volume', volumeIdentifier: 'ISOIMAGE' });
    const medium = await exported(rig, folder);
    const out = join(folder, 'out');
    execFileSync('xorriso', ['-osirrox', 'on', '-indev', `stdio:${medium}`, '-extract', '/', out], {
      stdio: 'pipe',
    });
    execFileSync('diff', ['-r', join(folder, 'tree'), out]);
  };
  cell(
    { medium: [...BLANKS, ...LAYERED], mode: 'volume, read by xorriso', performer: 'our engine' },
    readByXorriso,
  );
});
