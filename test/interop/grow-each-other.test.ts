/**
 * Others make volumes grow that our daemon recorded on overwritable media, and jobs make those of others grow. A disc goes from one to
 * the other as it would by hand: it is taken out of one drive and put into another.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { type Validation, validate } from '../../src/image/import/validate.js';
import type { BlankName } from '../../src/virtual/media.js';
import type { ModelName } from '../../src/virtual/models.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { hasCompiler } from '../support/compiled.js';
import { sharedDaemon } from '../support/daemon.js';
import { type Files, filesOf, filesOfAll, makeDatedFolders } from '../support/dated-folders.js';
import { hasTool } from '../support/has-tool.js';
import { type KeptDisc, keptDiscs } from '../support/kept-discs.js';
import { cell } from '../support/matrix-cell.js';
import { inTurn } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { modelFor, succeed, xorriso } from './programs.js';

const daemon = sharedDaemon();
const { api } = daemon;
const OVERWRITABLE = ['dvd+rw', 'dvd-ram', 'bd-re'] as const satisfies readonly BlankName[];
const GROWN_BY_US = [
  ...OVERWRITABLE,
  'dvd+rw-dl',
  'bd-re-dl',
  'bd-re-xl',
  'removable-disk',
  'removable-disk-512',
  'removable-disk-4096',
] as const satisfies readonly BlankName[];

beforeAll(() => {
  makeDatedFolders(daemon.source, ['one', 'two', 'three']);
});

const aDisc = keptDiscs(daemon.state);

/** A blank, and what kind of drive takes it. */
interface Choice {
  readonly blank: BlankName;
  readonly model?: ModelName;
}

/** A drive that knows the medium. */
const modelOf = (blank: BlankName): ModelName =>
  blank.startsWith('removable-disk') ? 'disk-drive' : modelFor(blank);

/** A job records a folder of the root on a disc, behind what is there. */
const burn = async (disc: string, folder: string, { model }: Choice): Promise<void> => {
  const drive = await api.addDrive(model && { model });
  await api.insert(drive, { medium: disc });
  const job = await api.submit(folderJob(folder, { onNonBlank: 'append' }, { drives: [drive] }));
  const ended = await api.ended(job);
  expect(ended, JSON.stringify(ended)).toMatchObject({ state: 'completed', outcome: 'ok' });
  await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
  await api.delete(`/v1/virtual-drives/${drive}/medium`);
};

const GROW: Record<'xorriso' | 'growisofs', (bench: BurnBench, folder: string) => Promise<unknown>> = {
  xorriso: (bench, folder) => xorriso(bench, '-dev', DEVICE, '-joliet', 'on', '-map', folder, '/', '-commit'),
  growisofs: (bench, folder) => succeed(bench, 'growisofs', '-M', DEVICE, '-R', '-J', '-quiet', folder),
};

const BEGIN: typeof GROW = {
  xorriso: GROW.xorriso,
  growisofs: (bench, folder) => succeed(bench, 'growisofs', '-Z', DEVICE, '-R', '-J', '-quiet', folder),
};

/** What readers that look for no session see of the medium: bsdtar, and our validator. */
const seen = async (bench: BurnBench): Promise<{ files: Files; judged: Validation }> => {
  const image = await bench.recorded();
  const [file, folder] = [join(bench.folder, 'image'), join(temporaryFolder(), 'seen')];
  mkdirSync(folder);
  writeFileSync(file, image);
  execFileSync('bsdtar', ['-xf', file, '-C', folder]);
  return { files: filesOf(folder), judged: await validate(bytesAsBlocks(image)) };
};

const expected = (...names: readonly string[]): Files =>
  filesOfAll(names.map((name) => join(daemon.source, name)));

/** genisoimage and libisofs break rules that readers do not mind; nothing may keep a reader from anything. */
const expectSeen = async (bench: BurnBench, ...names: readonly string[]): Promise<void> => {
  const { files, judged } = await seen(bench);
  expect(files).toEqual(expected(...names));
  expect(judged.findings.filter(({ code }) => code !== 'parent-record-wrong')).toEqual([]);
  expect(judged.valid).toBe(true);
};

type Program = keyof typeof GROW;

const oursGrownByThem = async (
  { name, folder }: KeptDisc,
  choice: Choice,
  program: Program,
): Promise<void> => {
  await burn(name, 'one', choice);
  const bench = await burnBench({ ...choice, mediumFolder: folder });
  await GROW[program](bench, join(daemon.source, 'two'));
  await expectSeen(bench, 'one', 'two');
  await bench.drive.close();

  await burn(name, 'three', choice);
  await expectSeen(await burnBench({ ...choice, mediumFolder: folder }), 'one', 'two', 'three');
};

const theirsGrownByUs = async (
  { name, folder }: KeptDisc,
  choice: Choice,
  program: Program,
): Promise<void> => {
  const theirs = await burnBench({ ...choice, mediumFolder: folder });
  await BEGIN[program](theirs, join(daemon.source, 'one'));
  await theirs.drive.close();

  await burn(name, 'two', choice);
  const bench = await burnBench({ ...choice, mediumFolder: folder });
  await expectSeen(bench, 'one', 'two');
  await GROW[program](bench, join(daemon.source, 'three'));
  await expectSeen(bench, 'one', 'two', 'three');
};

/** Grown twice, and everything that came is in it. */
const grownByUs = async ({ name, folder }: KeptDisc, blank: BlankName): Promise<void> => {
  const choice = { blank, model: modelOf(blank) };
  const folders = ['one', 'two', 'three'];
  for (const each of folders) await burn(name, each, choice);
  await expectSeen(await burnBench({ ...choice, mediumFolder: folder }), ...folders);
};

/** A DVD-RW whose blocks can be overwritten: quickly formatted, so that its border grows with what is written. */
const aFormattedDisc = async (): Promise<KeptDisc> => {
  const disc = aDisc('dvd-rw');
  const drive = await api.addDrive();
  await api.insert(drive, { medium: disc.name });
  expect(await api.ended(await api.submit({ type: 'format', drives: [drive] }))).toMatchObject({
    state: 'completed',
  });
  await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
  await api.delete(`/v1/virtual-drives/${drive}/medium`);
  return disc;
};

/** Three discs go from drive to drive; on a busy machine each takes its time. */
const SLOW = { timeout: 240_000 };

const needs = ['xorriso', 'growisofs', 'genisoimage'].every(canRun) && hasTool('bsdtar');

describe.skipIf(!hasTool('bsdtar') || !hasCompiler())('a volume that our jobs make grow', SLOW, () => {
  cell({ medium: GROWN_BY_US, mode: 'volume grown', performer: 'our engine', always: 'dvd+rw' }, (blank) =>
    grownByUs(aDisc(blank), blank),
  );

  cell(
    { medium: 'dvd-rw', mode: 'volume grown, restricted overwrite', performer: 'our engine' },
    async (blank) => grownByUs(await aFormattedDisc(), blank),
  );
});

describe.skipIf(!needs)('a volume on an overwritable medium', SLOW, () => {
  for (const program of ['xorriso', 'growisofs'] as const) {
    cell(
      { medium: OVERWRITABLE, mode: 'volume of ours grown, and grown by us again', performer: program },
      (blank) => oursGrownByThem(aDisc(blank), { blank }, program),
    );

    cell(
      {
        medium: OVERWRITABLE,
        mode: `volume of ${program} grown, and grown by it again`,
        performer: 'our engine',
      },
      (blank) => theirsGrownByUs(aDisc(blank), { blank }, program),
    );
  }
});

// Media of which no row of the matrix tells who grows what on them. xorriso begins nothing on a disc that somebody else has formatted.
describe.skipIf(!needs)('a volume on a DVD-RW in restricted overwrite', SLOW, () => {
  it.each(inTurn(['xorriso', 'growisofs'] as const, 1))(
    'of ours is grown by %s and by us',
    async (program) => {
      await oursGrownByThem(await aFormattedDisc(), { blank: 'dvd-rw' }, program);
    },
  );

  it('of growisofs is grown by us and by it', async () => {
    await theirsGrownByUs(await aFormattedDisc(), { blank: 'dvd-rw' }, 'growisofs');
  });
});
