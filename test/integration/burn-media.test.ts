import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BlankName } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { type Rig, burnFailure, burnRig } from '../support/burn-rig.js';
import { hasTool } from '../support/has-tool.js';
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

describe('burning a blank medium', () => {
  it.each(BLANKS)('records, proves and verifies an image on a %s', async (blank) => {
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

  it.each(['cd-r', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+r-dl', 'bd-r'] as const)(
    'leaves a %s appendable when only the session is closed',
    async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const { result } = await rig.burn(anImage(400), { options: { close: 'session' } });
      expect(result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
      expect(result.medium.nextWritable).toBeGreaterThan(400);
    },
  );

  it('leaves a CD-R as it was after a test write', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    const { result } = await rig.burn(anImage(400), { options: { simulate: true } });
    expect(result.medium).toMatchObject({ status: 'empty', nextWritable: 0 });
    expect(result.verified).toBeUndefined();
    const again = await rig.burn(anImage(400));
    expect(again.result.medium.status).toBe('complete');
  });

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
  it.each(['cd-rw', 'dvd-rw', 'dvd+rw', 'dvd+rw-dl', 'dvd-ram', 'bd-re', 'removable-disk-4096'] as const)(
    'replaces what is on a %s',
    async (blank) => {
      const folder = temporaryFolder();
      const rig = burnRig(folder, { blank });
      await rig.burn(anImage(1500));
      const second = anImage(700);
      const { plan, result } = await rig.burn(second, { options: { onNonBlank: 'erase' } });
      expect(plan.willErase).toBe(true);
      expect(result.verified).toEqual({ blocks: 700 });
      await rig.burn(second, { options: { onNonBlank: 'erase' } });
      expect(holds(await exported(rig, folder), second)).toBe(true);
    },
  );

  it.each(['drive', 'verify', 'stream'] as const)('records a DVD-RAM with onWrite: %s', async (onWrite) => {
    const folder = temporaryFolder();
    const rig = burnRig(folder, { blank: 'dvd-ram' });
    const image = anImage(333);
    const { result } = await rig.burn(image, { options: { onWrite } });
    expect(result.verified).toEqual({ blocks: 333 });
    const opcode = { drive: 0x2a, verify: 0x2e, stream: 0xaa }[onWrite];
    const writes = rig.commands.filter(({ name }) => name.startsWith('WRITE'));
    expect(new Set(writes.map(({ cdb }) => cdb[0]))).toEqual(new Set([opcode]));
    expect(holds(await exported(rig, folder), image)).toBe(true);
  });

  it('finds a block that a drive lost while it verifies what it writes', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram' });
    const failure = await burnFailure(rig, anImage(333), {
      options: { onWrite: 'verify', verify: 'none' },
      faults: [{ when: { lba: 64, access: 'write' }, do: { action: 'lost-write' } }],
    });
    expect(failure.code).toBe('write-failed');
  });

  it('ends layer 0 of a DVD+R DL where the plan says', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r-dl' });
    const { plan, result } = await rig.burn(anImage(1000));
    expect(plan.layerBreak).toBe(512);
    expect(result.medium).toMatchObject({
      status: 'complete',
      layers: 2,
      layerBreak: { blocks: 512, fixed: true },
    });
  });

  it.each(['dvd+rw', 'dvd+rw-dl'] as const)(
    'goes on with the background format of a %s that stopped',
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

  it('records a removable disk in a drive that knows no READ DISC INFORMATION', async () => {
    const folder = temporaryFolder();
    const rig = burnRig(folder, { blank: 'removable-disk-512', model: 'plain-disk-drive' });
    const image = anImage(333);
    const { result } = await rig.burn(image);
    expect(result.medium).toMatchObject({ status: 'other', blockBytes: 512, contents: 'unknown-data' });
    expect(holds(await exported(rig, folder), image)).toBe(true);
  });

  it('refuses a recorded disc unless told otherwise', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    await rig.burn(anImage(400));
    await expect(rig.plan(anImage(400))).rejects.toThrow('medium-not-blank');
  });
});

describe("others' programs", () => {
  it.skipIf(!hasTool('xorriso')).each(BLANKS)('xorriso reads what was burned on a %s', async (blank) => {
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
  });
});
