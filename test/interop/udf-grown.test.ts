import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { TreeRequest } from '../../src/image/master-request.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { partsBehind } from '../support/grow-behind.js';
import { growImage } from '../support/grow-image.js';
import { extractedFiles } from '../support/extracted-files.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { readUdf } from '../support/udf-reader.js';
import { applied } from '../support/written-parts.js';
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
      // First what is new, or some of it, then the descriptors block by block, then the anchor.
      const order = [...changed.filter((block) => block < 32), 256];
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

describe.skipIf(!hasTool('xorriso'))('An overwritable medium that loses an ECC block with its power', () => {
  const START = 4096;

  /** A medium of 16 MiB with a volume, what is written to have it grow, and what it is once all before a part is written, and of that nothing but garbage. */
  const growing = async (asked: TreeRequest, unit: number) => {
    const path = at('medium.img');
    await writeIso(at('first'), path, asked);
    const old = Buffer.alloc(8192 * BLOCK);
    readFileSync(path).copy(old);
    const parts = await partsBehind(old, at('second'), { request: asked, start: START, unit });
    const tornAt = (index: number): Buffer => {
      const { start, bytes } = parts[index]!;
      return applied(old, [...parts.slice(0, index), { start, bytes: Buffer.alloc(bytes.length, 0xa5) }]);
    };
    return { parts, tornAt, grown: applied(old, parts) };
  };

  /** By ISO 9660, of the volume that begins at a block. */
  const byIsoAt = (medium: Buffer, block: number): Files => {
    const path = at('torn.img');
    writeFileSync(path, medium);
    const load = ['-load', 'sbsector', String(block), '-indev', `stdio:${path}`];
    return extractedBy('xorriso', ['-osirrox', 'on', ...load, '-extract', '/', '.']);
  };

  const byUdfAt = (medium: Buffer, session: number): Files =>
    Object.fromEntries(
      readUdf(medium, { session })
        .files.filter(({ type }) => type === 5)
        .map(({ path, content }) => [path.slice(1), content.toString()]),
    );

  it.each([16, 32])('writes over those alone by which readers begin, of %s blocks', async (unit) => {
    const { parts, grown } = await growing(request({ revision: '2.01' }), unit);
    expect(parts.slice(1).map(({ start, bytes }) => [start, bytes.length / BLOCK])).toEqual([
      [unit === 16 ? 16 : 0, unit],
      [256, unit],
    ]);
    expect(byIsoAt(grown, 0)).toEqual(GROWN);
    expect(byUdfAt(grown, 0)).toEqual(GROWN);
  });

  it.each([16, 32])('shows what is new by ISO 9660 where that of the anchor is lost (%s)', async (unit) => {
    const { tornAt } = await growing(request({ revision: '2.01' }), unit);
    const torn = tornAt(2);
    expect(() => byUdfAt(torn, 0)).toThrow();
    expect(byIsoAt(torn, 0)).toEqual(GROWN);
  });

  it.each([
    ['a bridge', request({ revision: '2.01' })],
    ['UDF', request({ revision: '2.01' }, { iso9660: false })],
  ])('has all of %s, old and new, in the session behind the volume, whichever it is', async (_, asked) => {
    const { parts, tornAt } = await growing(asked, 16);
    for (let lost = 1; lost < parts.length; lost++) {
      const torn = tornAt(lost);
      if (asked.iso9660) expect(byIsoAt(torn, START)).toEqual(GROWN);
      expect(byUdfAt(torn, START)).toEqual(GROWN);
    }
  });

  it('has all of ISO 9660 alone in that session, but contents that lay beside the descriptors', async () => {
    const { tornAt } = await growing(aTreeRequest(), 16);
    const files = byIsoAt(tornAt(1), START);
    expect(Object.keys(files).sort()).toEqual(Object.keys(GROWN).sort());
    expect(files).toMatchObject(SECOND);
  });
});
