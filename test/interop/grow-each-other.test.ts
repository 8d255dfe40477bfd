/**
 * Others make volumes grow that our daemon recorded on overwritable media, and jobs make those of others grow. A disc goes from one to
 * the other as it would by hand: it is taken out of one drive and put into another.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect } from 'vitest';

import { type Validation, validate } from '../../src/image/import/validate.js';
import type { BlankName } from '../../src/virtual/media.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { cell } from '../support/matrix-cell.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { entriesOf } from '../support/trees.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';
import { succeed, xorriso } from './programs.js';

const daemon = sharedDaemon();
const { api } = daemon;
const MEDIA = join(daemon.state, 'virtual', 'media');
const OVERWRITABLE = ['dvd+rw', 'dvd-ram', 'bd-re'] as const satisfies readonly BlankName[];

/** Files by their path; each folder has one that all have, and some of its own. */
type Files = Record<string, string>;

const filesOf = (folder: string): Files =>
  Object.fromEntries(
    entriesOf(folder)
      .filter(({ kind }) => kind === 'file')
      .map(({ path, content }) => [path, content]),
  );

/** 2001-02-03. */
let day = 981_158_400;

const source = (name: string): string => {
  const folder = fillFolder(daemon.source, name);
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'A name with blanks and Ünicode'), `of ${name}`);
  // genisoimage takes a file of the same path, length and time for the one that it has recorded.
  day += 86_400;
  for (const { path, kind } of entriesOf(folder))
    if (kind === 'file') utimesSync(Buffer.from(`${folder}/${path}`, 'latin1'), day, day);
  return folder;
};

beforeAll(() => {
  mkdirSync(MEDIA, { recursive: true });
  for (const name of ['one', 'two', 'three']) source(name);
});

let discs = 0;

/** A new blank, by the name that the daemon has for media that are kept. */
const aDisc = (blank: BlankName): { name: string; folder: string } => {
  const name = `disc-${(discs += 1)}`;
  const folder = join(MEDIA, name);
  createMedium(folder, blank);
  return { name, folder };
};

/** A job records a folder of the root on a disc, behind what is there. */
const burn = async (disc: string, folder: string): Promise<void> => {
  const drive = await api.addDrive();
  await api.insert(drive, { medium: disc });
  const job = await api.submit(folderJob(folder, { onNonBlank: 'append' }, { drives: [drive] }));
  expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
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
  Object.assign({}, ...names.map((name) => filesOf(join(daemon.source, name)))) as Files;

/** genisoimage and libisofs break rules that readers do not mind; nothing may keep a reader from anything. */
const expectSeen = async (bench: BurnBench, ...names: readonly string[]): Promise<void> => {
  const { files, judged } = await seen(bench);
  expect(files).toEqual(expected(...names));
  expect(judged.findings.filter(({ code }) => code !== 'parent-record-wrong')).toEqual([]);
  expect(judged.valid).toBe(true);
};

const needs = ['xorriso', 'growisofs', 'genisoimage'].every(canRun) && hasTool('bsdtar');

describe.skipIf(!needs)('a volume on an overwritable medium', () => {
  for (const program of ['xorriso', 'growisofs'] as const) {
    cell(
      { medium: OVERWRITABLE, mode: 'volume of ours grown, and grown by us again', performer: program },
      async (blank) => {
        const { name, folder } = aDisc(blank);
        await burn(name, 'one');
        const bench = await burnBench({ blank, mediumFolder: folder });
        await GROW[program](bench, join(daemon.source, 'two'));
        await expectSeen(bench, 'one', 'two');
        await bench.drive.close();

        await burn(name, 'three');
        await expectSeen(await burnBench({ blank, mediumFolder: folder }), 'one', 'two', 'three');
      },
    );

    cell(
      {
        medium: OVERWRITABLE,
        mode: `volume of ${program} grown, and grown by it again`,
        performer: 'our engine',
      },
      async (blank) => {
        const { name, folder } = aDisc(blank);
        const theirs = await burnBench({ blank, mediumFolder: folder });
        await BEGIN[program](theirs, join(daemon.source, 'one'));
        await theirs.drive.close();

        await burn(name, 'two');
        const bench = await burnBench({ blank, mediumFolder: folder });
        await expectSeen(bench, 'one', 'two');
        await GROW[program](bench, join(daemon.source, 'three'));
        await expectSeen(bench, 'one', 'two', 'three');
      },
    );
  }
});
