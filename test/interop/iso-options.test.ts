import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import { hasTool } from '../support/has-tool.js';
import { CREATED_AT_NS, scratchFolder, writeIso } from '../support/mastering.js';
import { StrictIso } from '../support/strict-iso/volume.js';
import { entriesOf, type Entry, makeHostileTree } from '../support/trees.js';

const scratch = scratchFolder('iso-options');
afterAll(scratch.remove);

/** Without the link targets of 1,024 bytes and more that libisofs and isoinfo do not survive. */
const tree = `${scratch.path}/tree`;
const tame = `${scratch.path}/tame`;
let source: Entry[];

beforeAll(() => {
  mkdirSync(tree);
  mkdirSync(`${tame}/links`, { recursive: true });
  writeFileSync(`${tame}/program`, 'tame');
  writeFileSync(`${tame}/links/inner.txt`, 'tame too');
  makeHostileTree(tree);
  execFileSync('rm', [`${tree}/links/4000 bytes`]);
  execFileSync('touch', ['-d', '@1000000000', `${tree}/links`]);
  // Nobody may read the tree as a whole any more: a FIFO does not end.
  source = entriesOf(tree);
  execFileSync('mkfifo', ['-m', '640', `${tree}/special fifo`]);
});

const request = (options: object): TreeRequest =>
  treeRequest.parse({
    sources: [{ at: '/', root: 'tree' }],
    volumeIdentifier: 'MATRIX',
    createdAtNs: CREATED_AT_NS,
    skipUnsupported: true,
    ...options,
  });

const ALL = ['lower-case', 'ascii', 'many-dots', 'long-names', 'no-version', 'deep-paths'];

const COMBINATIONS: Record<string, object> = {
  'level 1 with Joliet and Rock Ridge': { level: 1 },
  'level 3 with long Joliet': { joliet: 'long' },
  'Rock Ridge alone': { joliet: false },
  'Joliet alone': { rockRidge: false, relaxed: ['deep-paths'] },
  'ISO 9660:1999 beside both': { enhanced: true },
  'all rules broken': { relaxed: ALL, joliet: false },
  'all rules broken, without Rock Ridge': { relaxed: ALL, rockRidge: false, joliet: false },
  'all times, owners and devices': {
    posix: { times: 'all', devices: true, user: 1234, group: 5678, fileMode: '0640', directoryMode: '0750' },
  },
  'hidden files': { hidden: ['/program', '/links'], enhanced: true },
};

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'latin1',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Links that lead up are not extracted by 7z, which then ends with 2; nothing else may be wrong. */
const extractBy7z = (image: string, folder: string): void => {
  const args = ['-c', '7z x -y "-o$1" "$0"', image, folder];
  const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  const complaints = stderr.split('\n').filter((line) => line.startsWith('ERROR'));
  expect(complaints.filter((line) => !line.includes('Dangerous link path'))).toEqual([]);
  expect(status).toBe(complaints.length > 0 ? 2 : 0);
};

const contentsOf = (entries: readonly { kind: string; content: string }[]): string[] =>
  entries
    .filter(({ kind }) => kind === 'file')
    .map(({ content }) => content)
    .sort();

const EMPTY = createHash('sha256').digest('hex');

const withContent = (entries: readonly Entry[]): string[] =>
  contentsOf(entries).filter((digest) => digest !== EMPTY);

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

interface Ownership {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

const ownershipSeen = (posix: Ownership | undefined): Ownership | undefined =>
  posix && { mode: posix.mode & 0o7777, uid: posix.uid, gid: posix.gid };

const modeWanted = ({ kind, mode }: Entry, { fileMode, directoryMode }: TreeRequest['posix']): number => {
  const asked = kind === 'file' ? fileMode : kind === 'directory' ? directoryMode : undefined;
  return asked === undefined ? mode : Number.parseInt(asked, 8);
};

/** What was asked for, or else what the source has. */
const ownershipWanted = (entry: Entry, posix: TreeRequest['posix']): Ownership => {
  const stat = lstatSync(Buffer.from(`${tree}/${entry.path}`, 'latin1'));
  return { mode: modeWanted(entry, posix), uid: posix.user ?? stat.uid, gid: posix.group ?? stat.gid };
};

describe.each(Object.entries(COMBINATIONS))('An image with %s', (name, options) => {
  const image = `${scratch.path}/${name.replaceAll(/\W/g, '-')}.iso`;
  const wanted = request(options);
  let iso: StrictIso;

  beforeAll(async () => {
    await writeIso(tree, image, wanted);
    iso = new StrictIso(readFileSync(image));
  });

  it('breaks no rule, and no two things in it share a byte', () => {
    for (const view of iso.descriptors.keys())
      expect(contentsOf(iso.entries(view))).toEqual(contentsOf(source));
    expect([...iso.descriptors.keys()].sort()).toEqual(
      [
        ...(wanted.enhanced ? ['enhanced'] : []),
        ...(wanted.joliet === false ? [] : ['joliet']),
        'primary',
      ].sort(),
    );
    expect(iso.hasRockRidge).toBe(wanted.rockRidge);
    iso.checkOverlaps();
  });

  it.runIf(wanted.rockRidge)('says of every entry what the source says, or what was asked for', () => {
    const found = new Map(iso.entries('primary').map((entry) => [entry.path, entry]));
    for (const entry of source) {
      const { posix, ...seen } = found.get(entry.path) ?? {};
      expect(seen).toMatchObject({
        path: entry.path,
        kind: entry.kind,
        mtime: entry.mtime,
        content: entry.content,
      });
      expect(ownershipSeen(posix)).toEqual(ownershipWanted(entry, wanted.posix));
    }
    const fifo = found.get('special fifo');
    expect(fifo?.posix?.mode).toBe(wanted.posix.devices ? 0o010640 : undefined);
  });

  it.skipIf(!hasTool('bsdtar'))('has the contents of all files for bsdtar', () => {
    const folder = `${image}.bsdtar`;
    mkdirSync(folder);
    run('bsdtar', '-xf', image, '-C', folder);
    expect(contentsOf(entriesOf(folder))).toEqual(contentsOf(source));
  });

  it.skipIf(!hasTool('xorriso'))('has the contents of all files for xorriso', () => {
    const folder = `${image}.xorriso`;
    mkdirSync(folder);
    run('xorriso', '-osirrox', 'on', '-indev', image, '-extract', '/', folder);
    expect(contentsOf(entriesOf(folder))).toEqual(contentsOf(source));
  });

  it.skipIf(!hasTool('7z'))('has the contents of all files for 7z', () => {
    const folder = `${image}.7z`;
    mkdirSync(folder);
    extractBy7z(image, folder);
    // It leaves empty files where it makes no link.
    expect(withContent(entriesOf(folder))).toEqual(withContent(source));
  });

  it.skipIf(!hasTool('isoinfo'))('lists as many files for isoinfo', () => {
    const listed = run('isoinfo', '-f', '-i', image).split(/\n(?=\/)/);
    const primary = iso.descriptors.get('primary');
    expect(primary).toBeDefined();
    expect(listed.length).toBeGreaterThanOrEqual(source.filter(({ kind }) => kind === 'file').length);
  });

  // libcdio 2.1.0 gives up a directory at a name beyond the basic plane (Joliet), and at some hostile ones of Rock Ridge.
  it.skipIf(!hasTool('iso-info'))('is read by libcdio’s iso-info, if its names are tame', async () => {
    await writeIso(tame, `${image}.tame`, wanted);
    const said = run('iso-info', '--no-header', '-l', `${image}.tame`);
    for (const line of [/Volume {6}: MATRIX/, / program/i, / inner/i]) expect(said).toMatch(line);
    expect(said).not.toContain('WARN');
  });
});

describe('Options of ISO 9660', () => {
  const made = async (options: object): Promise<StrictIso> => {
    const image = `${scratch.path}/single.iso`;
    await writeIso(tree, image, request(options));
    return new StrictIso(readFileSync(image));
  };

  it('keep names of 207 bytes in ISO 9660:1999', async () => {
    const iso = await made({ enhanced: true, joliet: false, rockRidge: false, relaxed: ['deep-paths'] });
    const paths = iso.entries('enhanced').map(({ path }) => latin1(path));
    const kept = source.filter(
      ({ path, kind }) =>
        kind !== 'link' && path.split('/').every((part) => part.length <= 207) && !path.includes('\xff'),
    );
    expect(paths).toEqual(expect.arrayContaining(kept.map(({ path }) => path)));
  });

  it('hide what is to be hidden, in every tree, and nothing else', async () => {
    const iso = await made({ hidden: ['/program', '/collide'], enhanced: true });
    for (const view of ['primary', 'joliet', 'enhanced'] as const)
      expect(
        iso
          .entries(view)
          .filter(({ hidden }) => hidden)
          .map(({ path }) => path),
      ).toEqual(['collide', 'program']);
  });

  it('record four times where the source has them', async () => {
    const iso = await made({ posix: { times: 'all' } });
    for (const { posix } of iso.entries('primary')) expect([0x0e, 0x0f]).toContain(posix?.times);
  });

  it.skipIf(!hasTool('isoinfo'))('say who published the volume and what belongs to it', async () => {
    await made({
      identifiers: {
        publisher: 'A Publisher, Inc.',
        preparer: 'Me',
        volumeSet: 'SET 1',
        copyrightFile: 'COPYING.TXT',
      },
    });
    const said = run('isoinfo', '-d', '-i', `${scratch.path}/single.iso`);
    expect(said).toContain('Publisher id: A Publisher, Inc.');
    expect(said).toContain('Data preparer id: Me');
    expect(said).toContain('Volume set id: SET 1');
    expect(said).toContain('Copyright File id: COPYING.TXT');
  });

  it('refuse to hide what is not there', async () => {
    await expect(made({ hidden: ['/nowhere'] })).rejects.toMatchObject({ code: 'source-missing' });
  });
});
