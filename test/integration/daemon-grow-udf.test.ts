import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Medium } from '../../src/drive/medium.js';
import { sharedDaemon } from '../support/daemon.js';
import { extractedFiles } from '../support/extracted-files.js';
import { hasTool } from '../support/has-tool.js';
import { inTurn } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { readUdf } from '../support/udf-reader.js';
import { type Files, writeFiles } from '../support/write-files.js';

/** Volumes of UDF without ISO 9660 on media that are overwritten: nothing else says there how far a volume reaches. */

vi.setConfig({ testTimeout: 150_000 });

const daemon = sharedDaemon();
const { api } = daemon;

const FIRST = { 'kept/deep/old.txt': 'old', 'kept/both.txt': 'the old one', 'long.bin': 'long'.repeat(9000) };
const SECOND = { 'kept/both.txt': 'the new one', 'kept/new – ünï.txt': 'new' };
const THIRD = { 'third.txt': 'third', 'third.bin': 'bin'.repeat(5000) };
const ALL = { ...FIRST, ...SECOND, ...THIRD };

beforeAll(() => {
  for (const [name, files] of Object.entries({ first: FIRST, second: SECOND, third: THIRD }))
    writeFiles(join(daemon.source, name), files);
});

const APPEND = { onNonBlank: 'append' } as const;
const alone = (revision: string) => ({ volume: { iso9660: false, udf: { revision } } });

const submit = (name: string, drive: string, { burn = {}, ...more }: { burn?: object; volume: object }) =>
  api.submit(folderJob(name, burn, { drives: [drive], ...more }));

const record = async (...job: Parameters<typeof submit>): Promise<void> => {
  expect(await api.ended(await submit(...job))).toMatchObject({ state: 'completed', outcome: 'ok' });
};

const byReader = (medium: Buffer): Files =>
  Object.fromEntries(
    readUdf(medium)
      .files.filter(({ type }) => type === 5)
      .map(({ path, content }) => [path.slice(1), content.toString()]),
  );

const by7z = (medium: Buffer): Files => {
  const scratch = temporaryFolder();
  const [image, target] = [join(scratch, 'medium.udf'), join(scratch, 'extracted')];
  writeFileSync(image, medium);
  mkdirSync(target);
  execFileSync('7z', ['x', '-y', '-tudf', image], { stdio: 'ignore', cwd: target });
  return extractedFiles(target);
};

const outputOf = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const filesByUdfinfo = (medium: Buffer): number => {
  const image = join(temporaryFolder(), 'medium.udf');
  writeFileSync(image, medium);
  return Number(/^numfiles=(\d+)$/m.exec(outputOf('udfinfo', image))?.[1]);
};

const mediumIn = async (drive: string): Promise<Medium> =>
  (await api.driveUntil(drive, ({ medium }) => medium?.contents !== undefined && medium.contents !== 'none'))
    .medium!;

/** What everybody finds on the medium in a drive by now. */
const expectShown = async (drive: string, files: Files, revision: string): Promise<void> => {
  const medium = await api.recorded(drive);
  expect(byReader(medium)).toEqual(files);
  // 7-Zip 22 knows no metadata partitions with holes behind them.
  if (hasTool('7z') && revision < '2.50') expect(by7z(medium)).toEqual(files);
  if (hasTool('udfinfo')) expect(filesByUdfinfo(medium)).toBe(Object.keys(files).length);
};

describe('a volume that has UDF and no ISO 9660', () => {
  it.each(
    inTurn(
      [
        ['dvd+rw', '1.02'],
        ['dvd-ram', '2.01'],
        ['bd-re', '2.50'],
        ['removable-disk', '1.50'],
        ['dvd+rw', '2.60'],
        ['bd-re', '2.01'],
      ] as const,
      2,
    ),
  )('on a %s grows by jobs, again and again (%s)', async (blank, revision) => {
    const model = blank === 'removable-disk' ? { model: 'disk-drive' } : {};
    const drive = await api.addDrive({ blank, ...model });
    await record('first', drive, alone(revision));
    await record('second', drive, { burn: APPEND, ...alone(revision) });
    await expectShown(drive, { ...FIRST, ...SECOND }, revision);
    await record('third', drive, { burn: APPEND, ...alone(revision) });
    await expectShown(drive, ALL, revision);
  });

  it('is told by its name, by how far it reaches, and from another one that begins with the same blocks', async () => {
    const [one, other] = [await api.addDrive({ blank: 'dvd+rw' }), await api.addDrive({ blank: 'dvd+rw' })];
    const named = { volume: { ...alone('2.01').volume, identifier: 'letters' } };
    await record('first', one, named);
    await record('first', other, named);
    const [medium, twin] = [await mediumIn(one), await mediumIn(other)];
    const image = await api.recorded(one);
    expect(medium).toMatchObject({ contents: 'volume', volumeIdentifier: 'letters' });
    // Everything that was recorded but what fills the last ECC block.
    expect(Math.ceil(medium.volumeBlocks! / 16) * 16 * 2048).toBe(image.length);
    expect(twin.volumeBlocks).toBe(medium.volumeBlocks);
    expect(twin.recording).not.toBe(medium.recording);
  });

  it.each([
    ['what is new', (end: number) => Math.ceil(end / 32) * 32 + 40],
    ['its anchor', () => 256],
  ])('is whole, as it was, where %s cannot be written', async (_what, lbaOf) => {
    const drive = await api.addDrive({ blank: 'bd-re' });
    await record('first', drive, alone('2.01'));
    const before = await mediumIn(drive);
    const fault = { when: { lba: lbaOf(before.volumeBlocks!), access: 'write' } };
    await api.faults(drive, [{ ...fault, do: { action: 'sense', sense: '3/0C/00' } }]);
    const job = await submit('second', drive, { burn: APPEND, ...alone('2.01') });
    expect(await api.ended(job)).toMatchObject({ state: 'failed' });
    const { mediumAfter } = (await api.copies(job))[0]!.tries.at(-1)!;
    expect(mediumAfter).toMatchObject({ state: 'appendable' });
    await expectShown(drive, FIRST, '2.01');
    await api.faults(drive, []);
    await record('second', drive, { burn: APPEND, ...alone('2.01') });
    await expectShown(drive, { ...FIRST, ...SECOND }, '2.01');
  });

  it('gets ISO 9660 as well where that is asked for, which then shows the same', async () => {
    const drive = await api.addDrive({ blank: 'dvd-ram' });
    await record('first', drive, alone('1.50'));
    await record('second', drive, { burn: APPEND, volume: { udf: { revision: '1.50' } } });
    await expectShown(drive, { ...FIRST, ...SECOND }, '1.50');
    if (!hasTool('xorriso')) return;
    const scratch = temporaryFolder();
    const [image, target] = [join(scratch, 'medium.iso'), join(scratch, 'extracted')];
    writeFileSync(image, await api.recorded(drive));
    const from = ['-osirrox', 'on', '-indev', `stdio:${image}`, '-extract', '/', target];
    execFileSync('xorriso', from, { stdio: 'ignore' });
    expect(extractedFiles(target)).toEqual({ ...FIRST, ...SECOND });
  });
});
