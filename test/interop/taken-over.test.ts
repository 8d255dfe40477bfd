import { execFileSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validate } from '../../src/image/import/validate.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { extractedFiles } from '../support/extracted-files.js';
import { appendSession } from '../support/file-sessions.js';
import { seal } from '../support/damage.js';
import { growImage } from '../support/grow-image.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { StrictIso } from '../support/strict-iso/volume.js';
import { entriesOf } from '../support/trees.js';
import { readUdf } from '../support/udf-reader.js';

/** What a volume held is what it holds when it has grown: file by file, with what tells one file from another. */

const scratch = scratchFolder('taken-over');
const at = (name: string): string => `${scratch.path}/${name}`;
afterAll(scratch.remove);

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Empty files before and between others, whose blocks some programs give them. */
const LINKED = [
  ['a-empty', 'b-empty-too'],
  ['c-full', 'd-full-too'],
  ['e-empty', 'f-empty-too'],
  ['g-other', 'h-other-too'],
] as const;
const CONTENT: Readonly<Record<string, string>> = { 'c-full': 'full', 'g-other': 'something else' };

beforeAll(() => {
  mkdirSync(at('tree/deep/1/2/3/4/5/6/7/8/9'), { recursive: true });
  for (const [first, other] of LINKED) {
    writeFileSync(at(`tree/${first}`), CONTENT[first] ?? '');
    linkSync(at(`tree/${first}`), at(`tree/${other}`));
  }
  writeFileSync(at('tree/i-empty-alone'), '');
  writeFileSync(at('tree/j-alone'), 'alone');
  writeFileSync(at('tree/deep/1/2/3/4/5/6/7/8/9/far'), 'far down');
  symlinkSync('c-full', at('tree/link'));
  // The same time everywhere: nothing but their contents and places tells files apart.
  for (const { path } of entriesOf(at('tree'))) if (path !== 'link') utimesSync(at(`tree/${path}`), 1e9, 1e9);
  mkdirSync(at('more'));
  writeFileSync(at('more/new'), 'new');
  mkdirSync(at('text'));
  writeFileSync(at('text/compressible'), 'compressible '.repeat(20_000));
});

const BRIDGE = udfRequest.parse({ revision: '1.02' });
const MAKERS: Readonly<Record<string, (image: string, udf: boolean) => unknown>> = {
  spindle: (image, udf) => writeIso(at('tree'), image, aTreeRequest({ udf: udf && BRIDGE })),
  genisoimage: (image, udf) =>
    run('genisoimage', '-quiet', '-R', ...(udf ? ['-udf'] : []), '-o', image, at('tree')),
  xorriso: (image) =>
    run('xorriso', '-outdev', `stdio:${image}`, '-hardlinks', 'on', '-map', at('tree'), '/', '-commit'),
  'xorriso -as mkisofs': (image) => run('xorriso', '-as', 'mkisofs', '-R', '-o', image, at('tree')),
};

/** What each file is: its content, and the names that it shares it with. */
type Files = Record<string, { readonly size: number; readonly links: number }>;

/** A program that gives files no serial numbers tells not which empty ones are one. */
const expected = (knowsEmpty: boolean): Files =>
  Object.fromEntries(
    [
      ...entriesOf(at('tree')).map(({ path, kind }) => ({ path, kind, folder: 'tree' })),
      { path: 'new', kind: 'file', folder: 'more' },
    ]
      .filter(({ kind }) => kind === 'file')
      .map(({ path, folder }) => {
        const { size, nlink } = lstatSync(at(`${folder}/${path}`));
        return [path, { size, links: size > 0 || knowsEmpty ? nlink : 1 }];
      }),
  );

const contentsExpected = (): Record<string, string> => ({
  ...extractedFiles(at('tree')),
  ...extractedFiles(at('more')),
});

const linksInRockRidge = (image: string): Record<string, number> =>
  Object.fromEntries(
    new StrictIso(readFileSync(image))
      .entries('primary')
      .filter(({ kind }) => kind === 'file')
      .map(({ path, posix }) => [path, posix?.links ?? 0]),
  );

const byXorriso = (image: string): Record<string, string> => {
  const folder = at('extracted');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  run('xorriso', '-osirrox', 'on', '-indev', `stdio:${image}`, '-extract', '/', folder);
  return extractedFiles(folder);
};

const findingsOf = async (image: string): Promise<unknown> =>
  (await validate(bytesAsBlocks(readFileSync(image)))).findings.filter(
    ({ code }) => !['parent-record-wrong', 'counts-differ'].includes(code),
  );

const needs = (maker: string, ...tools: string[]) =>
  it.skipIf(![maker.split(' ')[0]!, ...tools].every((tool) => tool === 'spindle' || hasTool(tool)));

/** Those that write Rock Ridge 1.10, which has no serial numbers. */
const SERIALLESS = new Set(['genisoimage', 'xorriso -as mkisofs']);
const knowsEmpty = (maker: string): boolean => !SERIALLESS.has(maker);

describe.each(Object.keys(MAKERS))('What a volume of %s held, when it has grown', (maker) => {
  needs(maker, 'xorriso')('has the contents that it had, and the names of one file are one', async () => {
    const image = at(`${maker}.iso`);
    await MAKERS[maker]?.(image, false);
    await growImage(image, at('more'), aTreeRequest());
    const files = expected(knowsEmpty(maker));
    expect(linksInRockRidge(image)).toEqual(
      Object.fromEntries(Object.entries(files).map(([path, { links }]) => [path, links])),
    );
    expect(byXorriso(image)).toEqual(contentsExpected());
    expect(await findingsOf(image)).toEqual([]);
  });
});

describe.each(['spindle', 'genisoimage'])('What a bridge of %s held, when it has grown', (maker) => {
  needs(maker, 'xorriso')('is in UDF, too', async () => {
    const image = at(`${maker}-bridge.iso`);
    await MAKERS[maker]?.(image, true);
    await growImage(image, at('more'), aTreeRequest({ udf: BRIDGE }));
    const found = readUdf(readFileSync(image)).files.filter(({ type }) => type === 5);
    const links = ({ content, links: count }: (typeof found)[number]) => ({
      size: content.length,
      links: count,
    });
    expect(Object.fromEntries(found.map((file) => [file.path.slice(1), links(file)]))).toEqual(
      expected(knowsEmpty(maker)),
    );
    expect(Object.fromEntries(found.map(({ path, content }) => [path.slice(1), String(content)]))).toEqual(
      contentsExpected(),
    );
    expect(byXorriso(image)).toEqual(contentsExpected());
    expect(await findingsOf(image)).toEqual([]);
  });
});

describe.skipIf(!hasTool('xorriso'))('A file that xorriso has compressed by zisofs', () => {
  const compressed = (image: string): void => {
    rmSync(image, { force: true });
    run(
      'xorriso',
      ...['-outdev', `stdio:${image}`, '-map', at('text'), '/', '-set_filter_r', '--zisofs', '/'],
      ...['--', '-commit'],
    );
  };

  it('is what it was before it was compressed, when its volume has grown', async () => {
    const image = at('zisofs.iso');
    compressed(image);
    await growImage(image, at('more'), aTreeRequest());
    expect(byXorriso(image)).toEqual({ ...extractedFiles(at('text')), ...extractedFiles(at('more')) });
  });

  it.each<[string, Partial<TreeRequest>]>([
    ['UDF', { udf: BRIDGE }],
    ['plain ISO 9660', { rockRidge: false }],
  ])('is refused where %s would show what is compressed', async (_, differences) => {
    const image = at('zisofs.iso');
    compressed(image);
    await expect(
      appendSession(image, at('more'), { request: aTreeRequest(differences) }),
    ).rejects.toMatchObject({ code: 'base-unsuitable', errors: [{ pointer: '/compressible' }] });
  });

  it('is left out where the client has agreed, and told; nothing else is', async () => {
    const image = at('zisofs.iso');
    compressed(image);
    const request = aTreeRequest({ udf: BRIDGE, skipOfSession: true });
    const { mastered } = await appendSession(image, at('more'), { request });
    expect(mastered.leftOut).toEqual([
      { path: '/compressible', reason: expect.stringContaining('zisofs') as string },
    ]);
    const { compressible, ...others } = extractedFiles(at('text'));
    expect(compressible).toBeDefined();
    await growImage(
      image,
      at('more'),
      aTreeRequest({ rockRidge: false, skipOfSession: true, relaxed: ['deep-paths'] }),
    );
    const shown = Object.keys(byXorriso(image)).map((path) => path.toLowerCase());
    expect(shown).not.toContain('compressible');
    expect(shown).toHaveLength(Object.keys({ ...others, ...extractedFiles(at('more')) }).length);
  });
});

describe('Named streams', () => {
  const streamsOf = (image: string): Record<string, Record<string, string>> =>
    Object.fromEntries(
      readUdf(readFileSync(image))
        .files.filter(({ streams }) => streams.length > 0)
        .map(({ path, streams }) => [
          path,
          Object.fromEntries(streams.map((stream) => [stream.path, String(stream.content)])),
        ]),
    );

  const withStreams = (image: string) => {
    const streams = ['/j-alone', '/deep', '/'].map((of) => ({
      of,
      name: 'note',
      root: 'tree',
      path: 'c-full',
    }));
    const udf = udfRequest.parse({ revision: '2.01', streams });
    return writeIso(at('tree'), image, aTreeRequest({ udf }));
  };

  it('of a bridge are there when it has grown', async () => {
    const image = at('streams.iso');
    await withStreams(image);
    const before = streamsOf(image);
    expect(Object.keys(before)).toHaveLength(3);
    await growImage(image, at('more'), aTreeRequest({ udf: udfRequest.parse({ revision: '2.01' }) }));
    expect(streamsOf(image)).toEqual(before);
    expect(await findingsOf(image)).toEqual([]);
  });

  it('are refused where they cannot be, and are not there where that is wanted or they are removed', async () => {
    const image = at('streams.iso');
    await withStreams(image);
    const request = aTreeRequest({ udf: udfRequest.parse({ revision: '1.50' }) });
    await expect(appendSession(image, at('more'), { request })).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/' }, { pointer: '/deep' }, { pointer: '/j-alone' }],
    });
    const { mastered } = await appendSession(image, at('more'), {
      request: { ...request, skipUnsupported: true },
    });
    expect(mastered.kept).toBeGreaterThan(10);
  });
});

describe('A named stream with a hole', () => {
  const UDF = udfRequest.parse({ revision: '2.01' });
  const RECORDED = 2048;
  const HOLE = 3000;
  const text = Buffer.alloc(RECORDED + HOLE, 'stream ');

  /** ECMA-167 4/14.17: of an extended file entry without extended attributes, descriptors begin at byte 216. */
  const puncture = (image: Buffer): void => {
    for (let at = 0; at < image.length; at += 2048) {
      // 4/14.6.8: bit 13 of the flags says that it is a stream.
      if (image.readUInt16LE(at) !== 266 || (image.readUInt16LE(at + 34) & 0x2000) === 0) continue;
      if (image.readBigUInt64LE(at + 56) !== BigInt(text.length)) continue;
      image.writeBigUInt64LE(1n, at + 72);
      image.writeUInt32LE(16, at + 212);
      image.writeUInt32LE(RECORDED, at + 216);
      // 4/14.14.1.1: type 2 is neither recorded nor allocated.
      image.writeUInt32LE(2 * 2 ** 30 + HOLE, at + 224);
      image.writeUInt32LE(0, at + 228);
      image.writeUInt16LE(216 + 16 - 16, at + 10);
      seal(image, at);
    }
  };

  it('has the same one when its volume has grown, and counts the blocks that are recorded', async () => {
    mkdirSync(at('punctured'));
    writeFileSync(at('punctured/long'), text);
    writeFileSync(at('punctured/file'), 'file');
    const streams = [{ of: '/file', name: 'note', root: 'tree', path: 'long' }];
    const image = at('punctured.iso');
    await writeIso(at('punctured'), image, aTreeRequest({ udf: { ...UDF, streams } }));
    const bytes = readFileSync(image);
    puncture(bytes);
    writeFileSync(image, bytes);
    await growImage(image, at('more'), aTreeRequest({ udf: UDF }));
    const file = readUdf(readFileSync(image)).files.find(({ path }) => path === '/file');
    const [stream] = file?.streams ?? [];
    const content = Buffer.concat([text.subarray(0, RECORDED), Buffer.alloc(HOLE)]);
    expect(stream?.content.equals(content)).toBe(true);
    expect(stream).toMatchObject({ extents: 2, blocksRecorded: 1 });
    expect(await findingsOf(image)).toEqual([]);
  });
});

describe('A symbolic link of a volume that goes on without Rock Ridge', () => {
  it('is refused like a new one, unless it is removed or what cannot be is to be left out', async () => {
    const image = at('links.iso');
    await writeIso(at('tree'), image);
    const plain = aTreeRequest({ rockRidge: false, relaxed: ['deep-paths'] });
    await expect(growImage(image, at('more'), plain)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/link' }],
    });
    await growImage(image, at('more'), { ...plain, remove: ['/link'] });
    await writeIso(at('tree'), image);
    await growImage(image, at('more'), { ...plain, skipUnsupported: true });
  });
});
