import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DriveView } from '../../src/api/drive-view.js';
import { sharedDaemon } from '../support/daemon.js';
import { hasTool } from '../support/has-tool.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Entry, entriesOf, makeHostileTree } from '../support/trees.js';

const daemon = sharedDaemon({ virtualDrives: 4 });
const { api } = daemon;
const withTool = (tool: string) => it.skipIf(!hasTool(tool));

/** An image of what is recorded on the medium in a drive, for other people's programs. */
const download = async (drive: string): Promise<string> => {
  const image = join(temporaryFolder(), 'disc.iso');
  writeFileSync(image, await api.recorded(drive));
  return image;
};

const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'latin1', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'pipe'] });

/** libisofs gives links no times and drops slashes of a target that mean nothing; see test/interop/readers.test.ts. */
const asXorrisoSees = (entry: Entry): Entry =>
  entry.kind === 'link'
    ? { ...entry, mtime: 0, content: entry.content.replace(/\/+/g, '/').replace(/(.)\/$/, '$1') }
    : entry;

describe('a folder on four drives at once', () => {
  let drives: DriveView[];
  let source: Entry[];

  beforeAll(async () => {
    const tree = fillFolder(daemon.source, 'tree', 8);
    makeHostileTree(tree);
    // What neither libisofs nor isoinfo read: the same file has those names without them.
    for (const name of ['links/4000 bytes', 'new\nline']) rmSync(join(tree, name));
    source = entriesOf(tree);
    drives = await api.drives();
  });

  it('finds a blank of another kind in each new drive', () => {
    expect(drives.map(({ medium }) => medium?.kind)).toEqual(['dvd+r', 'bd-re', 'cd-r', 'dvd+rw']);
    expect(drives.map(({ holding }) => holding)).toEqual(['free', 'free', 'free', 'free']);
  });

  it('is recorded, closed, verified in full and proven on each of them', async () => {
    const job = await api.ended(await api.submit(folderJob('tree', {}, { copies: 4 })));
    expect(job).toMatchObject({ state: 'completed', outcome: 'ok', copies: { good: 4 }, reasons: [] });

    const copies = await api.copies(job.id);
    expect(new Set(copies.map(({ drive }) => drive))).toEqual(new Set(drives.map(({ id }) => id)));
    for (const { state, attempts, tries } of copies) {
      expect({ state, attempts, tries: tries.length }).toEqual({ state: 'good', attempts: 1, tries: 1 });
      const { placement, verified } = tries[0]!.proof as {
        placement: { blocks: number };
        verified: { blocks: number };
      };
      expect(verified.blocks).toBe(placement.blocks);
    }
  });

  it('was begun on all drives before it had ended on any', async () => {
    const events = await api.events();
    const kinds = events.filter(({ kind }) => kind === 'attempt.advanced');
    const states = kinds.map(({ data }) => (data as { state: string }).state);
    expect(states.indexOf('good')).toBeGreaterThan(
      states.flatMap((state, at) => (state === 'assigned' ? [at] : []))[3]!,
    );
  });

  withTool('bsdtar')('is read from each medium as it was by bsdtar', async () => {
    for (const { id } of drives) {
      const image = await download(id);
      const folder = `${image}.bsdtar`;
      mkdirSync(folder);
      run('bsdtar', '-xpf', image, '-C', folder);
      expect(entriesOf(folder)).toEqual(source);
    }
  });

  withTool('xorriso')('is read from each medium as it was by xorriso', async () => {
    for (const { id } of drives) {
      const image = await download(id);
      const folder = `${image}.xorriso`;
      run('xorriso', '-osirrox', 'on', '-indev', image, '-extract', '/', folder);
      expect(entriesOf(folder).map(asXorrisoSees)).toEqual(source.map(asXorrisoSees));
    }
  });

  withTool('isoinfo')('is listed by isoinfo in its Rock Ridge and in its Joliet view', async () => {
    const image = await download(drives[0]!.id);
    for (const view of ['-R', '-J']) {
      const listing = run('isoinfo', '-l', view, '-i', image);
      for (const name of ['large.bin', 'readme.txt', 'small.bin']) expect(listing).toContain(name);
    }
  });
});
