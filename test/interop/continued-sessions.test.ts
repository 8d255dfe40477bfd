import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BlankName } from '../../src/virtual/media.js';
import { sharedDaemon } from '../support/daemon.js';
import { folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { entriesOf } from '../support/trees.js';
import { type BurnBench, DEVICE, burnBench, canRun } from './burn-programs.js';

/** Sessions of xorriso and ours on one medium, each of which shows those before. */

const daemon = sharedDaemon();
const { api } = daemon;

const xorriso = async (bench: BurnBench, ...argv: string[]): Promise<void> => {
  const { status, output } = await bench.run('xorriso', '-abort_on', 'FAILURE', ...argv);
  expect(status, output).toBe(0);
};

const MEDIA = join(daemon.state, 'virtual', 'media');

const newSource = (root: string, name: string): string => {
  const folder = join(root, name);
  mkdirSync(join(folder, 'deep', name), { recursive: true });
  writeFileSync(join(folder, `${name}.txt`), `of ${name}`);
  writeFileSync(join(folder, 'deep', name, 'A name with blanks and Ünicode'), `deep in ${name}`);
  return folder;
};

const filesOf = (name: string): Record<string, string> => ({
  [`${name}.txt`]: `of ${name}`,
  [`deep/${name}/A name with blanks and Ünicode`]: `deep in ${name}`,
});

/** What xorriso sees of a medium in the drive, as the session that it finds by itself. */
const seen = async (bench: BurnBench): Promise<Record<string, string>> => {
  const extracted = join(temporaryFolder(), 'extracted');
  await xorriso(bench, '-osirrox', 'on', '-indev', DEVICE, '-extract', '/', extracted);
  execFileSync('chmod', ['-R', 'u+w', extracted]);
  const files = entriesOf(extracted)
    .filter(({ kind }) => kind !== 'directory')
    .map(({ path }) => Buffer.from(path, 'latin1').toString());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(extracted, path), 'utf8')]));
};

const BLANKS = ['cd-r', 'dvd+r', 'bd-r', 'dvd+rw'] as const satisfies readonly BlankName[];

describe.skipIf(!canRun('xorriso'))('a first session of xorriso', () => {
  it.each(BLANKS)(
    'on a %s is continued by a job, and what that recorded by xorriso',
    async (blank) => {
      const name = `foreign-${blank.replace('+', 'p')}`;
      const bench = await burnBench({ blank });
      const one = newSource(bench.folder, 'one');
      await xorriso(bench, '-dev', DEVICE, '-joliet', 'on', '-map', one, '/', '-commit');
      await bench.drive.close();
      cpSync(bench.mediumFolder, join(MEDIA, name), { recursive: true });

      newSource(daemon.source, 'two');
      const drive = await api.addDrive();
      await api.insert(drive, { medium: name });
      const close = blank === 'dvd+rw' ? {} : { close: 'session' };
      const job = folderJob('two', { onNonBlank: 'append', ...close }, { drives: [drive] });
      expect(await api.ended(await api.submit(job))).toMatchObject({ state: 'completed', outcome: 'ok' });
      await api.delete(`/v1/virtual-drives/${drive}/medium`);

      const after = await burnBench({ blank, mediumFolder: join(MEDIA, name) });
      expect(await seen(after)).toEqual({ ...filesOf('one'), ...filesOf('two') });
      const three = newSource(after.folder, 'three');
      await xorriso(after, '-dev', DEVICE, '-joliet', 'on', '-map', three, '/', '-commit');
      expect(await seen(after)).toEqual({ ...filesOf('one'), ...filesOf('two'), ...filesOf('three') });
    },
    120_000,
  );
});
