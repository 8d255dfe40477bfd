import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TreeRequest } from '../../src/image/master-request.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { growImage } from '../support/grow-image.js';
import { extractedFiles } from '../support/extracted-files.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { readUdf } from '../support/udf-reader.js';
import { writeFiles } from '../support/write-files.js';

/** Volumes with UDF that grow in place, read by programs that we did not write and by the reader of the tests. */

const scratch = scratchFolder('udf-grown');
const at = (name: string): string => `${scratch.path}/${name}`;
afterAll(scratch.remove);

const BLOCK = 2048;
const FIRST = { 'kept/deep/old.txt': 'old', 'kept/both.txt': 'the old one', 'long.txt': 'x'.repeat(5000) };
const SECOND = { 'kept/both.txt': 'the new one', 'new/more.txt': 'new'.repeat(3000) };
const THIRD = { 'third.txt': 'third' };
const GROWN = { ...FIRST, ...SECOND };

beforeAll(() => {
  for (const [name, files] of Object.entries({ first: FIRST, second: SECOND, third: THIRD }))
    writeFiles(at(name), files);
});

const request = (udf: object, differences: Partial<TreeRequest> = {}): TreeRequest =>
  aTreeRequest({ ...differences, udf: udfRequest.parse(udf) });

type Files = Record<string, string>;

const byReader = (image: string): Files =>
  Object.fromEntries(
    readUdf(readFileSync(image))
      .files.filter(({ type }) => type === 5)
      .map(({ path, content }) => [path.slice(1), content.toString()]),
  );

/** What a program extracts into a folder. */
const extractedBy = (command: string, args: readonly string[]): Files => {
  const target = at('extracted');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  execFileSync(command, [...args], { stdio: 'ignore', cwd: target });
  return extractedFiles(target);
};

const by7z = (image: string): Files => extractedBy('7z', ['x', '-y', '-tudf', image]);
const byXorriso = (image: string): Files =>
  extractedBy('xorriso', ['-osirrox', 'on', '-indev', `stdio:${image}`, '-extract', '/', '.']);

const outputOf = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

const filesByUdfinfo = (image: string): number =>
  Number(/^numfiles=(\d+)$/m.exec(outputOf('udfinfo', image))?.[1]);

describe.each(['1.02', '1.50', '2.00', '2.01', '2.50', '2.60'])('A volume of UDF %s', (revision) => {
  it.each([true, false])('grows again and again, with ISO 9660: %s', async (iso9660) => {
    const image = at(`${revision}.img`);
    const asked = request({ revision }, { iso9660 });
    await writeIso(at('first'), image, asked);
    await growImage(image, at('second'), asked);
    expect(byReader(image)).toEqual(GROWN);
    await growImage(image, at('third'), { ...asked, remove: ['/new'] });
    const expected = { ...FIRST, 'kept/both.txt': 'the new one', ...THIRD };
    expect(byReader(image)).toEqual(expected);
    if (hasTool('7z') && revision < '2.50') expect(by7z(image)).toEqual(expected);
    if (hasTool('xorriso') && iso9660) expect(byXorriso(image)).toEqual(expected);
    if (hasTool('udfinfo')) expect(filesByUdfinfo(image)).toBe(Object.keys(expected).length);
  });
});

describe('A volume of UDF that can be written to', () => {
  it.each(['1.50', '2.01', '2.60'])('has free what is free after it has grown (%s)', async (revision) => {
    const image = at(`free-${revision}.img`);
    const asked = request({ revision, access: 'overwritable', freeBlocks: 100 }, { iso9660: false });
    await writeIso(at('first'), image, asked);
    await growImage(image, at('second'), asked);
    const { free = [], integrity, partition, files } = readUdf(readFileSync(image));
    expect(free.slice(-100)).toEqual(
      Array.from({ length: 100 }, (_, index) => partition.length - 100 + index),
    );
    expect(integrity.free[0]).toBe(free.length);
    expect(files.filter(({ type }) => type === 5)).toHaveLength(Object.keys(GROWN).length);
  });
});

describe.skipIf(!hasTool('genisoimage') || !hasTool('xorriso') || !hasTool('7z'))(
  'A bridge of genisoimage',
  () => {
    it('grows by ISO 9660 and UDF alike', async () => {
      const image = at('foreign.iso');
      execFileSync('genisoimage', ['-quiet', '-R', '-J', '-udf', '-o', image, at('first')]);
      await growImage(image, at('second'), request({ revision: '1.02' }));
      expect(byReader(image)).toEqual(GROWN);
      expect(by7z(image)).toEqual(GROWN);
      expect(byXorriso(image)).toEqual(GROWN);
    });
  },
);

describe.skipIf(!hasTool('xorriso') || !hasTool('7z'))('A volume that loses its power while it grows', () => {
  it.each(['1.02', '2.01'])(
    'is the old one or the new one to every reader, whatever was written (%s)',
    async (revision) => {
      const [before, after, image] = [at('before.img'), at('after.img'), at('torn.img')];
      const asked = request({ revision });
      await writeIso(at('first'), before, asked);
      const old = readFileSync(before);
      writeFileSync(after, old);
      await growImage(after, at('second'), asked);
      const grown = readFileSync(after);
      const changed = Array.from({ length: old.length / BLOCK }, (_, block) => block).filter(
        (block) =>
          !old
            .subarray(block * BLOCK, (block + 1) * BLOCK)
            .equals(grown.subarray(block * BLOCK, (block + 1) * BLOCK)),
      );
      // Nothing of the old volume is touched but where readers begin.
      expect(changed.every((block) => block < 32 || block === 256)).toBe(true);
      // First what is new, or some of it, then the anchor, then the descriptors block by block.
      const order = [...changed.filter((block) => block === 256), ...changed.filter((block) => block < 32)];
      const whole = [FIRST, GROWN] as unknown[];
      const check = (torn: Buffer): void => {
        writeFileSync(image, torn);
        expect(whole).toContainEqual(by7z(image));
        expect(whole).toContainEqual(byXorriso(image));
        expect(whole).toContainEqual(byReader(image));
      };
      const added = grown.subarray(old.length);
      for (const share of [0, 0.3, 0.7, 1])
        check(Buffer.concat([old, added.subarray(0, Math.floor((added.length * share) / BLOCK) * BLOCK)]));
      const torn = Buffer.concat([old, added]);
      for (const block of order) {
        grown.copy(torn, block * BLOCK, block * BLOCK, (block + 1) * BLOCK);
        check(torn);
      }
      expect(by7z(image)).toEqual(GROWN);
    },
  );
});
