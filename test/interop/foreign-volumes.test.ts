import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fileBlocks } from '../../src/image/import/file-blocks.js';
import { type Validation, validate } from '../../src/image/import/validate.js';
import { importedEntries } from '../support/foreign-volume.js';
import { hasTool } from '../support/has-tool.js';
import { scratchFolder, writeIso } from '../support/mastering.js';
import { entriesOf, type Entry, makeHostileTree } from '../support/trees.js';

/** The importer and the validator, judged by images of programs that we did not write. */

const scratch = scratchFolder('foreign');
const tree = `${scratch.path}/tree`;
const image = (name: string): string => `${scratch.path}/${name}.iso`;
const withTool = (tool: string) => it.skipIf(!hasTool(tool));

const run = (command: string, args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const byPath = (entries: readonly Entry[]): Entry[] =>
  entries.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));

const validation = async (path: string): Promise<Validation> => {
  const fd = openSync(path, 'r');
  try {
    return await validate(fileBlocks(fd));
  } finally {
    closeSync(fd);
  }
};

const codes = ({ findings }: Validation): string[] => [...new Set(findings.map(({ code }) => code))].sort();

beforeAll(() => {
  mkdirSync(tree);
  makeHostileTree(tree);
  // For these one of the programs refuses the whole or cuts them: targets of 4,000 bytes, and of one name of 600, and names that are
  // no UTF-8. Both drop doubled slashes. xorriso gives a file and a directory what readers show as one name.
  rmSync(`${tree}/collide/directory`);
  rmSync(`${tree}/links/4000 bytes`);
  rmSync(`${tree}/links/one long name`);
  rmSync(`${tree}/links/slashes`);
  rmSync(Buffer.from(`${tree}/raw-\xff\xfe-bytes`, 'latin1'));
  run('touch', ['-r', `${tree}/empty`, `${tree}/links`, `${tree}/collide`, tree]);
});

afterAll(scratch.remove);

describe('An image that genisoimage made', () => {
  // 1.1.11 records the length of an SL entry of more than 255 bytes modulo 256, so that two targets are lost.
  withTool('genisoimage')('is read as the tree that it was made of, by Rock Ridge', async () => {
    run('genisoimage', ['-quiet', '-R', '-o', image('genisoimage'), tree]);
    const { entries, findings } = await importedEntries(image('genisoimage'), 'rock-ridge');
    const kept = ({ path }: Entry): boolean =>
      !['rr_moved', 'links/many components', 'links/long components'].includes(path);
    expect(byPath(entries).filter(kept)).toEqual(byPath(entriesOf(tree)).filter(kept));
    expect(findings.map(({ code, path }) => [code, path])).toEqual([
      ['system-use-malformed', '/links/LONG_000'],
    ]);
  });
});

describe('An image that xorriso made', () => {
  withTool('xorriso')('is read as the tree that it was made of, by Rock Ridge', async () => {
    run('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-J', '-joliet-long', '-o', image('xorriso'), tree]);
    const { entries, findings } = await importedEntries(image('xorriso'), 'rock-ridge');
    expect(byPath(entries)).toEqual(byPath(entriesOf(tree)));
    expect(findings).toEqual([]);
  });

  withTool('xorriso')(
    'is told to point from Joliet directories to themselves instead of their parents',
    async () => {
      const found = await validation(image('xorriso'));
      expect(found.valid).toBe(true);
      expect(codes(found)).toContain('parent-record-wrong');
      expect(found.findings.find(({ code }) => code === 'parent-record-wrong')?.detail).toMatch(
        /^It names block (\d+); the parent lies in block (?!\1\.)\d+\.$/,
      );
    },
  );
});

describe('An image of ours', () => {
  it('has nothing that our validator objects to', async () => {
    await writeIso(tree, image('spindle'));
    const found = await validation(image('spindle'));
    expect(found.findings).toEqual([]);
    expect(found.views.map(({ view }) => view)).toEqual(['iso9660', 'rock-ridge', 'joliet']);
  });

  it('is read as the tree that it was made of', async () => {
    const { entries } = await importedEntries(image('spindle'), 'rock-ridge');
    expect(byPath(entries)).toEqual(byPath(entriesOf(tree)));
  });
});
