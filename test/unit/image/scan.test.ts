import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { type ErrorCode, isSpindleError, type SpindleError } from '../../../src/errors.js';
import { openRoots } from '../../../src/image/roots.js';
import { type ScanOptions, scanSources } from '../../../src/image/scan.js';
import { ROOT, type Tree } from '../../../src/image/tree.js';
import { STAT } from '../../../src/os/stat.js';
import { hasTool } from '../../support/has-tool.js';
import { CREATED_AT_NS } from '../../support/mastering.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { asUnprivileged, runUnprivileged } from '../../support/unprivileged.js';

/** A folder with files of the given contents; a name that ends in a slash is a directory. */
const folderWith = (files: Record<string, string>): string => {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    mkdirSync(name.endsWith('/') ? path : path.slice(0, path.lastIndexOf('/')), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(path, content);
  }
  return folder;
};

type Mapping = [at: string, path: string];

const scan = (folder: string, mappings: Mapping[], differences: Partial<ScanOptions> = {}): Tree =>
  scanSources(
    mappings.map(([at, path]) => ({ at, root: 'r', path })),
    {
      roots: openRoots([{ name: 'r', path: folder }]),
      createdAtNs: CREATED_AT_NS,
      links: true,
      devices: false,
      skipUnsupported: false,
      attributes: false,
      streams: [],
      onEntries: () => undefined,
      ...differences,
    },
  );

const pathsOf = (tree: Tree, directory = ROOT): string[] =>
  tree
    .childrenOf(directory)
    .flatMap((entry) => [tree.path(entry), ...pathsOf(tree, entry)])
    .sort();

const failureOf = (act: () => unknown): SpindleError => {
  try {
    act();
  } catch (error) {
    if (isSpindleError(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

/** Masters `a` beneath the folder that is its argument, and prints what is refused. */
const SCAN = `
  import { master } from '${process.cwd()}/dist/image/master.js';
  import { openRoots } from '${process.cwd()}/dist/image/roots.js';
  const tree = { rockRidge: true, level: 3, joliet: true, iso9660: true, udf: false, createdAtNs: 0n, volumeIdentifier: 'V', volumeNames: {},
    enhanced: false, relaxed: [], identifiers: {}, posix: { times: 'modification', devices: false }, hidden: [] };
  try {
    master({ sources: [{ at: '/', root: 'r', path: 'a' }], ...tree },
      { roots: openRoots([{ name: 'r', path: process.argv[1] }]), onEntries() {} });
  } catch (error) { console.log(error.code, error.errors.map((item) => item.pointer).sort().join(' ')); }`;

const idOfUnprivileged = (): number => asUnprivileged().uid ?? process.getuid?.() ?? 0;

const refused = (act: () => unknown, code: ErrorCode): readonly string[] => {
  const failure = failureOf(act);
  expect(failure.code).toBe(code);
  return failure.errors.map(({ pointer, message }) => `${pointer}: ${message}`);
};

describe('Sources mapped into a tree', () => {
  it('are directories whose children merge, files under other names, and paths that are made for them', () => {
    const folder = folderWith({
      'a/one': '1',
      'a/sub/two': '2',
      'b/three': '3',
      'b/sub/four': '4',
      'c.bin': '5',
    });
    const tree = scan(folder, [
      ['/', 'a'],
      ['/', 'b'],
      ['/deep/down/renamed', 'c.bin'],
    ]);
    expect(pathsOf(tree)).toEqual([
      '/deep',
      '/deep/down',
      '/deep/down/renamed',
      '/one',
      '/sub',
      '/sub/four',
      '/sub/two',
      '/three',
    ]);
    const origin = (path: string) => {
      const entry = Array.from({ length: tree.size }, (_, index) => index).find(
        (index) => tree.path(index) === path,
      );
      return tree.origin(entry ?? -1).path;
    };
    expect(['/one', '/sub/two', '/sub/four', '/deep/down/renamed'].map(origin)).toEqual([
      'a/one',
      'a/sub/two',
      'b/sub/four',
      'c.bin',
    ]);
  });

  it('give directories their times; those that nobody gives have the time of the volume', () => {
    const folder = folderWith({ 'a/one': '1' });
    utimesSync(`${folder}/a`, 1_000_000, 1_000_000);
    const tree = scan(folder, [['/made/given', 'a']]);
    const [made = 0] = tree.childrenOf(ROOT);
    const [given = 0] = tree.childrenOf(made);
    expect(tree.mtimeNs(made)).toBe(CREATED_AT_NS);
    expect(tree.mtimeNs(given)).toBe(1_000_000_000_000_000n);
    expect(tree.number(made, STAT.mode)).toBe(0o40755);
  });

  it('refuse two files for one place and name both', () => {
    const folder = folderWith({ 'a/x': '1', 'b/x': '2', 'a/y/': '', 'b/y': '3' });
    expect(
      refused(
        () =>
          scan(folder, [
            ['/', 'a'],
            ['/', 'b'],
          ]),
        'name-collision',
      ).toSorted(),
    ).toEqual(['/x: r:a/x and r:b/x both want to be /x.', '/y: r:a/y and r:b/y both want to be /y.']);
  });

  it('keep links as links, and never follow them', () => {
    const folder = folderWith({ 'a/file': '1' });
    symlinkSync('/etc', `${folder}/a/out`);
    const tree = scan(folder, [['/', 'a']]);
    expect(pathsOf(tree)).toEqual(['/file', '/out']);
    expect(
      tree
        .childrenOf(ROOT)
        .map((entry) => tree.target(entry))
        .sort(),
    ).toEqual(['', '/etc']);
  });
});

describe('Sources that cannot be recorded', () => {
  it('are all listed: missing, outside the root, behind a link, of an unknown root', () => {
    const folder = folderWith({ 'a/file': '1' });
    symlinkSync('/etc', `${folder}/out`);
    const failure = failureOf(() =>
      scan(folder, [
        ['/1', 'none'],
        ['/2', '../x'],
        ['/3', 'out/passwd'],
        ['/4', 'a'],
      ]),
    );
    expect(failure.code).toBe('source-missing');
    expect(failure.errors.map(({ pointer }) => pointer)).toEqual(['r:none', 'r:../x', 'r:out/passwd']);
    expect(refused(() => scan(folder, [['/', '../x']]), 'source-outside-root')).toHaveLength(1);
    expect(refused(() => scan(folder, [['/', 'out']]), 'source-unsupported')).toHaveLength(1);
    expect(refused(() => scan(folder, [['/', '']], { roots: openRoots([]) }), 'root-unknown')).toHaveLength(
      1,
    );
  });

  it.skipIf(!hasTool('mkfifo'))('are FIFOs and devices, unless they are to be left out', () => {
    const folder = folderWith({ 'a/file': '1' });
    execFileSync('mkfifo', [`${folder}/a/pipe`]);
    expect(refused(() => scan(folder, [['/', 'a']]), 'source-unsupported')).toEqual([
      'r:a/pipe: r:a/pipe is a fifo.',
    ]);
    expect(pathsOf(scan(folder, [['/', 'a']], { skipUnsupported: true }))).toEqual(['/file']);
  });

  it('are links that the request names, and the refusal says so', () => {
    const folder = folderWith({ 'a/file': '1' });
    symlinkSync('a', `${folder}/link`);
    const [problem] = refused(() => scan(folder, [['/', 'link']]), 'source-unsupported');
    expect(problem).toMatch(/^r:link: link is a symbolic link/);
  });

  it('are links where there is no Rock Ridge', () => {
    const folder = folderWith({ 'a/file': '1' });
    symlinkSync('file', `${folder}/a/link`);
    expect(refused(() => scan(folder, [['/', 'a']], { links: false }), 'source-unsupported')).toHaveLength(1);
  });

  it('are files that the user may not read, found before anything is written', () => {
    const folder = folderWith({ 'a/secret': '1', 'a/open': '2', 'a/closed/': '' });
    chmodSync(`${folder}/a/secret`, 0);
    chmodSync(`${folder}/a/closed`, 0);
    expect(runUnprivileged(SCAN, folder).stdout.trim()).toBe('source-unreadable r:a/closed r:a/secret');
  });

  it.skipIf(!hasTool('setfacl'))(
    'are files whose access list refuses the user, whatever the mode seems to allow',
    () => {
      const folder = folderWith({ 'a/listed': '1', 'a/open': '2' });
      chmodSync(`${folder}/a/listed`, 0o644);
      execFileSync('setfacl', ['-m', `u:${idOfUnprivileged()}:---`, `${folder}/a/listed`]);
      expect(runUnprivileged(SCAN, folder).stdout.trim()).toBe('source-unreadable r:a/listed');
    },
  );

  it.skipIf(!hasTool('setpriv') || process.getuid?.() !== 0)(
    'are files that root may not read either, where it has not the capability',
    () => {
      const folder = folderWith({ 'a/secret': '1', 'a/open': '2' });
      chmodSync(`${folder}/a/secret`, 0);
      const node = [process.execPath, '--input-type=module', '-e', SCAN, '--', folder];
      const output = execFileSync('setpriv', ['--bounding-set=-dac_override,-dac_read_search', ...node], {
        encoding: 'utf8',
      });
      expect(output.trim()).toBe('source-unreadable r:a/secret');
    },
  );
});
