/** OSTA UDF 2.50 2.2.10 and 2.2.13: metadata that is there once, to which the mirror file leads as well. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validate } from '../../src/image/import/validate.js';
import { masterFolder, scratchFolder, writeIso } from '../support/mastering.js';
import { hasTool } from '../support/has-tool.js';
import { fnv, judged, udfJudge } from '../support/udf-judge.js';
import { readUdf } from '../support/udf-reader.js';
import { codeOf, udfOnly } from '../support/udf-volumes.js';

const scratch = scratchFolder('udf-mirror');
afterAll(scratch.remove);

const tree = `${scratch.path}/tree`;
const judge = udfJudge();
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  mkdirSync(`${tree}/in`, { recursive: true });
  for (const name of ['a', 'in/b']) writeFileSync(`${tree}/${name}`, name.repeat(3000));
});

describe.each([
  { revision: '2.50', access: 'read-only' },
  { revision: '2.50', access: 'overwritable', freeBlocks: 100 },
  { revision: '2.60', access: 'pseudo-overwrite' },
])('Metadata of UDF $revision, $access, without a second copy', (udf) => {
  const image = `${scratch.path}/${udf.revision}-${udf.access}.udf`;
  const bytes = (): Buffer => readFileSync(image);

  beforeAll(async () => {
    await writeIso(tree, `${image}.twice`, udfOnly(udf));
    await writeIso(tree, image, udfOnly({ ...udf, metadataMirror: false }));
  });

  it('is found by its file and by the mirror, which lie apart, and takes no room twice', () => {
    const paths = (mirror: boolean): string[] => readUdf(bytes(), { mirror }).files.map(({ path }) => path);
    expect(paths(true)).toEqual(['', '/a', '/in', '/in/b']);
    expect(paths(false)).toEqual(paths(true));
    expect(statSync(image).size).toBeLessThan(statSync(`${image}.twice`).size);
  });

  it('is nothing that the validator minds', async () => {
    const reader = {
      blocks: bytes().length / 2048,
      read: (first: number, count: number) =>
        Promise.resolve(bytes().subarray(first * 2048, (first + count) * 2048)),
    };
    expect((await validate(reader)).findings).toEqual([]);
  });

  it.skipIf(!hasTool('udfinfo'))('is a volume to udfinfo', () => {
    expect(run('udfinfo', image)).toMatch(/numfiles=2\nnumdirs=2\n/);
  });

  it.skipIf(!hasTool('7z'))('is extracted by 7z', () => {
    const folder = `${image}.7z`;
    run('7z', 'x', '-y', '-tudf', `-o${folder}`, image);
    expect(readFileSync(`${folder}/in/b`, 'utf8')).toBe('in/b'.repeat(3000));
  });

  it.skipIf(!judge)('is what libudfread finds', () => {
    const expected = ['a', 'in/b'].map((name) => {
      const content = Buffer.from(name.repeat(3000));
      return `${name} ${content.length} ${fnv(content)}`;
    });
    expect(judged(judge ?? '', image)).toEqual(expected);
  });
});

describe('A volume that has no metadata partition', () => {
  it.each([
    { revision: '2.01' },
    { revision: '2.50', access: 'write-once' },
    { revision: '2.50', access: 'rewritable' },
  ])('has no mirror that could be left out: $revision $access', (udf) => {
    expect(codeOf(() => masterFolder(tree, udfOnly({ ...udf, metadataMirror: false })))).toBe(
      'invalid-request',
    );
  });
});
