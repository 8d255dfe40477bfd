import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { validate } from '../../src/image/import/validate.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { sharedDaemon } from '../support/daemon.js';
import { extractedFiles } from '../support/extracted-files.js';
import { partsWithin } from '../support/grow-within.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder } from '../support/mastering.js';
import { inTurn } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { udfJudge, fnv, judged } from '../support/udf-judge.js';
import { type Files, writeFiles } from '../support/write-files.js';
import { applied } from '../support/written-parts.js';

/** Volumes of mkudffs that fill their medium: what is appended goes into what they have free. Read by programs that we did not write. */

vi.setConfig({ testTimeout: 150_000 });

const daemon = sharedDaemon();
const { api } = daemon;

const BLOCK = 2048;
const BLOCKS = 8000;
const FIRST = {
  'kept/deep/old.txt': 'old',
  'kept/both.bin': 'one'.repeat(9000),
  'long.bin': 'long'.repeat(90_000),
};
const SECOND = { 'kept/both.bin': 'another'.repeat(9000), 'kept/new.txt': 'new' };
const THIRD = { 'third.txt': 'third' };

beforeAll(() => {
  for (const [name, files] of Object.entries({ first: FIRST, second: SECOND, third: THIRD }))
    writeFiles(join(daemon.source, name), files);
});

const scratch = scratchFolder('udf-within');
const at = (name: string): string => join(scratch.path, name);
afterAll(scratch.remove);

const fileOf = (volume: Buffer): string => {
  writeFileSync(at('volume.udf'), volume);
  return at('volume.udf');
};

const ofMkudffs = (revision: string, blocks = BLOCKS, ...options: string[]): Buffer => {
  const image = at('mkudffs.img');
  writeFileSync(image, '');
  truncateSync(image, blocks * BLOCK);
  const about = ['--media-type=dvdram', '--blocksize=2048', `--udfrev=${revision}`, '--label=filled'];
  execFileSync('mkudffs', [...about, ...options, image], { stdio: 'ignore' });
  return readFileSync(image);
};

const by7z = (volume: Buffer): Files => {
  const target = at('extracted');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  execFileSync('7z', ['x', '-y', '-tudf', fileOf(volume)], { stdio: 'ignore', cwd: target });
  return extractedFiles(target);
};

const outputOf = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const byUdfinfo = (volume: Buffer): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...outputOf('udfinfo', fileOf(volume)).matchAll(/^(numfiles|freeblocks)=(\d+)$/gm)].map(
      ([, name = '', value]) => [name, Number(value)],
    ),
  );

const judge = udfJudge();

const byLibudfread = (volume: Buffer): string[] => judged(judge ?? '', fileOf(volume));

const forLibudfread = (files: Files): string[] =>
  Object.entries(files)
    .map(([path, text]) => `${path} ${text.length} ${fnv(Buffer.from(text))}`)
    .sort();

const findings = async (volume: Buffer): Promise<string[]> =>
  (await validate(bytesAsBlocks(volume))).findings.map(({ code }) => code);

const expectWhole = async (volume: Buffer, files: Files): Promise<void> => {
  expect(by7z(volume)).toEqual(files);
  if (judge !== undefined) expect(byLibudfread(volume)).toEqual(forLibudfread(files));
  expect(byUdfinfo(volume)['numfiles']).toBe(Object.keys(files).length);
  expect(await findings(volume)).toEqual([]);
};

const alone = (revision: string) => ({ volume: { iso9660: false, udf: { revision } } });
const APPEND = { onNonBlank: 'append', verify: 'full' };

const append = (name: string, drive: string, more: object) =>
  api.submit(folderJob(name, APPEND, { drives: [drive], ...more }));

/** Why a job does not go on, or has ended. */
const reasonOf = async (job: string): Promise<unknown> => {
  const { reasons, problem } = await api.jobUntil(
    job,
    (seen) => seen.state === 'failed' || seen.reasons.some(({ code }) => code.startsWith('medium-')),
  );
  return problem ?? reasons[0];
};

/** A drive with a volume of mkudffs that fills its medium. */
const driveWith = async (blank: string, revision: string, ...options: string[]): Promise<string> => {
  const model = blank === 'removable-disk' ? { model: 'disk-drive' } : {};
  const drive = await api.addDrive({ blank, capacity: BLOCKS, ...model });
  const { medium } = await api.driveUntil(drive, (seen) => seen.medium !== undefined);
  writeFileSync(join(daemon.source, `${drive}.img`), ofMkudffs(revision, medium?.capacity, ...options));
  const source = { root: 'source', path: `${drive}.img` };
  const job = await api.submit({ type: 'image', source, drives: [drive], burn: { verify: 'none' } });
  expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
  return drive;
};

const tools = hasTool('mkudffs') && hasTool('7z') && hasTool('udfinfo');

describe.skipIf(!tools)('A volume of mkudffs that fills its medium', () => {
  it.each(
    inTurn(
      [
        ['dvd-ram', '2.01'],
        ['bd-re', '1.02'],
        ['removable-disk', '1.50'],
        ['dvd+rw', '2.00'],
      ] as const,
      1,
    ),
  )('takes in on a %s what jobs append (%s)', async (blank, revision) => {
    const drive = await driveWith(blank, revision);
    const ended = async (job: string): Promise<void> => {
      expect(await api.ended(job), JSON.stringify(await api.copies(job))).toMatchObject({ outcome: 'ok' });
    };
    await ended(await append('first', drive, alone(revision)));
    await expectWhole(await api.recorded(drive), FIRST);
    const { freeblocks } = byUdfinfo(await api.recorded(drive));
    await ended(await append('second', drive, alone(revision)));
    await expectWhole(await api.recorded(drive), { ...FIRST, ...SECOND });
    await ended(await append('third', drive, { ...alone(revision), import: { remove: ['/kept'] } }));
    const volume = await api.recorded(drive);
    await expectWhole(volume, { 'long.bin': FIRST['long.bin'], ...THIRD });
    // What was removed is free again.
    expect(byUdfinfo(volume)['freeblocks']).toBeGreaterThan(freeblocks ?? 0);
  });

  it('says before how much room there is, and refuses what is larger, and what it cannot hold', async () => {
    const drive = await driveWith('dvd-ram', '2.01');
    const { medium } = await api.driveUntil(drive, (seen) => seen.medium?.volumeRoom !== undefined);
    // The partition reaches from block 257 to 7,736, and mkudffs takes the first four blocks of it.
    expect(medium?.volumeRoom).toEqual({ start: 288, blocks: 7424, free: 7476 });
    const planned = await api.post(
      '/v1/plans?wait=30',
      folderJob('first', APPEND, { drives: [drive], ...alone('2.01') }),
    );
    expect(planned.body).toMatchObject({
      drives: [{ plan: { free: 7424, placement: { start: 288, room: 7424 } } }],
    });
    mkdirSync(join(daemon.source, 'large'));
    const large = join(daemon.source, 'large', 'file');
    writeFileSync(large, '');
    truncateSync(large, 7424 * BLOCK);
    expect(await reasonOf(await append('large', drive, alone('2.01')))).toMatchObject({
      code: 'medium-too-small',
      detail: expect.stringContaining('the dvd-ram medium has 7424 free in one piece') as string,
    });
    for (const volume of [{ udf: { revision: '2.01' } }, { iso9660: false, udf: { revision: '2.50' } }]) {
      const job = await append('first', drive, { volume });
      expect(await reasonOf(job)).toMatchObject({ code: 'base-unsuitable' });
    }
  });

  it.each(
    inTurn(
      [
        ['its integrity descriptor', 128],
        ['its bitmap, in one ECC block with its file set,', 257],
      ] as const,
      1,
    ),
  )('is whole where %s cannot be written', async (_what, lba) => {
    const drive = await driveWith('dvd-ram', '1.50');
    await api.faults(drive, [{ when: { lba, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } }]);
    const job = await append('first', drive, alone('1.50'));
    expect(await api.ended(job)).toMatchObject({ state: 'failed' });
    expect((await api.copies(job))[0]!.tries.at(-1)!.mediumAfter).toMatchObject({ state: 'appendable' });
    expect(by7z(await api.recorded(drive))).toEqual({});
    await api.faults(drive, []);
    expect(await api.ended(await append('second', drive, alone('1.50')))).toMatchObject({ outcome: 'ok' });
    expect(by7z(await api.recorded(drive))).toEqual(SECOND);
  });
});

describe.skipIf(!tools)('A volume that loses its power while something is put into it', () => {
  it.each(inTurn(['1.02', '2.01'], 1))(
    'is the old one or the new one to every reader (%s)',
    async (revision) => {
      const request = aTreeRequest({ iso9660: false, udf: udfRequest.parse({ revision }) });
      const empty = ofMkudffs(revision);
      const old = applied(empty, await partsWithin(empty, join(daemon.source, 'first'), request));
      const parts = await partsWithin(old, join(daemon.source, 'second'), request);
      const shown = parts.map((part, index) => {
        const half = part.bytes.subarray(0, Math.ceil(part.bytes.length / BLOCK / 32) * 16 * BLOCK);
        const before = parts.slice(0, index);
        return [[...before, { ...part, bytes: half }], parts.slice(0, index + 1)].map((written) =>
          by7z(applied(old, written)),
        );
      });
      const grown = { ...FIRST, ...SECOND };
      const isOld = shown.flat().map((files) => Object.keys(files).length === Object.keys(FIRST).length);
      for (const [index, files] of shown.flat().entries())
        expect(files).toEqual(isOld[index] ? FIRST : grown);
      // One block decides, in whose place there is no half.
      expect(isOld.lastIndexOf(true) + 1).toBe(isOld.indexOf(false));
      for (let count = 1; count <= parts.length; count++) {
        const found = await findings(applied(old, parts.slice(0, count)));
        expect(found).not.toContain('space-taken');
      }
      expect(await findings(applied(old, parts))).toEqual([]);
    },
  );
});
