import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validate, type Validation } from '../../src/image/import/validate.js';
import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { growImage } from '../support/grow-image.js';
import { hasTool } from '../support/has-tool.js';
import { CREATED_AT_NS, isoBytes, masterFolder, scratchFolder, writeIso } from '../support/mastering.js';
import { readUdf } from '../support/udf-reader.js';

/** What a manifest says of named streams, against what a decoder that shares nothing with src/ finds on the disc, and sha256sum. */

const scratch = scratchFolder('manifest-streams');
afterAll(scratch.remove);
const tree = `${scratch.path}/tree`;

/** Within its entry, in blocks of its own, and from a file. */
const [SHORT, LONG, FILED] = ['somebody', 'l'.repeat(3000), 'c'.repeat(5000)];

beforeAll(() => {
  mkdirSync(`${tree}/folder`, { recursive: true });
  mkdirSync(`${scratch.path}/more`);
  writeFileSync(`${scratch.path}/more/new`, 'new');
  writeFileSync(`${tree}/song`, 'la');
  linkSync(`${tree}/song`, `${tree}/folder/linked song`);
  writeFileSync(`${tree}/ab:c\\d`, 'odd');
  writeFileSync(`${tree}/cover`, FILED);
  if (!hasTool('python3')) return;
  const script = 'import os, sys\nos.setxattr(sys.argv[1], "user." + sys.argv[2], sys.argv[3].encode())';
  const attach = (path: string, name: string, value: string) =>
    execFileSync('python3', ['-c', script, `${tree}/${path}`, name, value]);
  attach('song', 'author', SHORT);
  attach('song', 'text', LONG);
  attach('ab:c\\d', 'x:y\\z\n', SHORT);
  attach('folder', 'empty', '');
});

const request = (options: object): TreeRequest =>
  treeRequest.parse({
    sources: [{ at: '/', root: 'tree' }],
    volumeIdentifier: 'LISTED',
    manifest: '/SHA256SUMS',
    createdAtNs: CREATED_AT_NS,
    ...options,
    udf: {
      revision: '2.01',
      extendedAttributes: true,
      streams: ['/song', '/'].map((of) => ({ of, name: 'cover', root: 'tree', path: 'cover' })),
      ...('udf' in options ? (options.udf as object) : {}),
    },
  });

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const ODD = 'x:y\\z\n';
const EXPECTED: Readonly<Record<string, string>> = {
  ':cover': FILED,
  'song:author': SHORT,
  'song:cover': FILED,
  'song:text': LONG,
  'folder/linked song:author': SHORT,
  'folder/linked song:cover': FILED,
  'folder/linked song:text': LONG,
  'ab\\:c\\\\d:x\\:y\\\\z\\n': SHORT,
  'folder:empty': '',
};

/** Lines of the manifest that sha256sum takes for comments, by what they name. */
const streamLines = (manifest: string): Record<string, string> =>
  Object.fromEntries(
    manifest
      .split('\n')
      .filter((line) => line.startsWith('#'))
      .map((line) => {
        expect(line.slice(0, 9)).toBe('# stream ');
        expect(line.slice(73, 75)).toBe('  ');
        return [line.slice(75), line.slice(9, 73)];
      }),
  );

const manifestOf = (image: Buffer): string =>
  String(readUdf(image).files.find(({ path }) => path === '/SHA256SUMS')?.content);

const WAYS: readonly [string, object][] = [
  ['UDF alone', { iso9660: false }],
  ['a bridge', {}],
  ['metadata of their own', { iso9660: false, udf: { revision: '2.50' } }],
  ['a virtual partition', { iso9660: false, udf: { access: 'write-once' } }],
];

describe.skipIf(!hasTool('python3'))('Named streams in the manifest', () => {
  it.each(WAYS)('of %s are those of the disc, each where it is read back', async (_what, options) => {
    const image = await isoBytes(tree, request(options));
    const expected = Object.fromEntries(Object.entries(EXPECTED).map(([name, text]) => [name, sha256(text)]));
    expect(streamLines(manifestOf(image))).toEqual(expected);
    const found = readUdf(image).files.flatMap(({ streams }) => streams);
    expect(new Set(found.map(({ content }) => sha256(content)))).toEqual(new Set(Object.values(expected)));
    const { files } = masterFolder(tree, request(options)).contents.manifest!;
    const items = [...files.items];
    for (const { address, length, sha256: digest } of items)
      expect(sha256(image.subarray(address, address + length))).toBe(Buffer.from(digest).toString('hex'));
    expect(items.map(({ address }) => address)).toEqual(
      items.map(({ address }) => address).sort((one, other) => one - other),
    );
    const names = items.flatMap(({ path, stream }) => (stream === undefined ? [] : [[path, stream]]));
    expect(names.sort()).toEqual(
      [
        ['/', 'cover'],
        ['/ab:c\\d', ODD],
        ['/song', 'author'],
        ['/song', 'cover'],
        ['/song', 'text'],
      ].sort(),
    );
  });

  it.skipIf(!hasTool('bsdtar'))('are no errors to sha256sum', async () => {
    const image = `${scratch.path}/checked.iso`;
    const folder = `${scratch.path}/checked`;
    await writeIso(tree, image, request({}));
    mkdirSync(folder);
    execFileSync('bsdtar', ['-xf', image, '-C', folder]);
    const args = ['--check', '--strict', 'SHA256SUMS'];
    const said = execFileSync('sha256sum', args, { cwd: folder, encoding: 'latin1' });
    expect(said.split('\n').filter((line) => line.endsWith(': OK'))).toHaveLength(4);
  });
});

const validated = (image: Buffer): Promise<Validation> =>
  validate(bytesAsBlocks(image), { manifest: '/SHA256SUMS' });

describe.skipIf(!hasTool('python3'))('Validation with a manifest', () => {
  it.each(WAYS)('compares the named streams of %s with it', async (_what, options) => {
    const image = await isoBytes(tree, request(options));
    expect(await validated(image)).toMatchObject({ findings: [], manifestFiles: 4 + 9 });
    // A block of its own, which no tag covers.
    image.write('L', image.indexOf(LONG));
    expect((await validated(image)).findings).toMatchObject([
      { code: 'manifest-digest-wrong', path: '/song', stream: 'text' },
      { code: 'manifest-digest-wrong', path: '/folder/linked song', stream: 'text' },
    ]);
  });

  it('tells of streams that it does not list, and of those that are not there', async () => {
    const image = await isoBytes(tree, request({}));
    image.write('authoR', image.indexOf('  song:author\n', 0, 'latin1') + '  song:'.length);
    const cover = image.indexOf('  song:cover\n', 0, 'latin1') - 64;
    image.write('strewn', cover - 'stream '.length);
    expect(image.toString('latin1', cover - 9, cover)).toBe('# strewn ');
    const { findings } = await validated(image);
    expect(findings).toMatchObject([
      { code: 'manifest-file-missing', path: '/song', stream: 'authoR' },
      { code: 'manifest-incomplete', detail: 'It does not name 2 of 9 named streams.' },
    ]);
  });
});

describe.skipIf(!hasTool('python3'))('What continues a session with named streams', () => {
  const volume = { iso9660: false };
  const begun = async (options: object): Promise<string> => {
    const image = `${scratch.path}/grown.img`;
    await writeIso(tree, image, request({ ...volume, ...options }));
    return image;
  };
  const plain = request({ ...volume, udf: { streams: [] } });

  it('lists them, whether the session did or not', async () => {
    for (const before of [{}, { manifest: undefined }]) {
      const image = await begun(before);
      await growImage(image, `${scratch.path}/more`, plain);
      const bytes = readFileSync(image);
      const expected = Object.entries(EXPECTED).map(([name, text]) => [name, sha256(text)]);
      expect(streamLines(manifestOf(bytes))).toEqual(Object.fromEntries(expected));
      expect(await validated(bytes)).toMatchObject({ findings: [], manifestFiles: 5 + 9 });
    }
  });

  it('is refused where one is not what the session says, and names it', async () => {
    const image = await begun({});
    const bytes = readFileSync(image);
    bytes.write('L', bytes.indexOf(LONG));
    writeFileSync(image, bytes);
    await expect(growImage(image, `${scratch.path}/more`, plain)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: ['/song', '/folder/linked song'].map((pointer) => ({
        pointer,
        message: expect.stringMatching(/^has a named stream "text" that is not what/) as string,
      })),
    });
  });
});
