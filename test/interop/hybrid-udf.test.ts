import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bootRequest } from '../../src/image/boot-request.js';
import { treeRequest } from '../../src/image/master-request.js';
import { bootSector } from '../support/boot-images.js';
import { missing } from '../support/bootable.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';
import { udfJudge, fnv, judged } from '../support/udf-judge.js';

/*
 * Images that boot from a disk as well and are both ISO 9660 and UDF, to programs that know one of the three. Whoever looks for anchors finds
 * one in block 256 and one 256 blocks before the last, where the second copy of a GPT is.
 */

const BLOCK = 2048;
const scratch = scratchFolder('hybrid-udf');
const tree = `${scratch.path}/tree`;
const FILES = {
  loader: Buffer.alloc(7512, 5),
  'efi.img': Buffer.alloc(100_000, 6),
  data: Buffer.alloc(50_000, 7),
};

afterAll(scratch.remove);

beforeAll(() => {
  mkdirSync(tree);
  bootSector('none').copy(FILES.loader);
  for (const [name, bytes] of Object.entries(FILES)) writeFileSync(`${tree}/${name}`, bytes);
});

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const judge = udfJudge();

describe.each(['1.02', '2.01', '2.50', '2.60'])('A hybrid that is UDF %s', (revision) => {
  describe.each(['mbr', 'gpt'] as const)('with %s', (table) => {
    const image = `${scratch.path}/${revision}-${table}.iso`;
    let last: number;

    beforeAll(async () => {
      const entries = [{ image: { at: '/loader' } }, { image: { at: '/efi.img' }, platform: 'efi' }];
      const boot = bootRequest.parse({ entries, hybrid: { table } });
      await writeIso(tree, image, aTreeRequest({ udf: treeRequest.shape.udf.parse({ revision }), boot }));
      last = readFileSync(image).length / BLOCK - 1;
    });

    /** A copy without the anchor that all readers look at first. */
    const withoutFirstAnchor = (): string => {
      const bytes = readFileSync(image);
      bytes.fill(0, 256 * BLOCK, 257 * BLOCK);
      writeFileSync(`${image}.damaged`, bytes);
      return `${image}.damaged`;
    };

    it.skipIf(missing('udfinfo'))('has its anchors for udfinfo, which needs one of them', () => {
      const places = (path: string): number[] =>
        [...run('udfinfo', path).matchAll(/^start=(\d+), blocks=1, type=ANCHOR$/gm)].map(([, at]) =>
          Number(at),
        );
      const others = [last - 256, ...(table === 'mbr' ? [last] : [])];
      expect(places(image)).toEqual([256, ...others]);
      expect(places(withoutFirstAnchor())).toEqual(others);
      expect(run('udfinfo', image)).toContain('numfiles=3');
    });

    it.skipIf(!judge)('has its files for libudfread, by either anchor', () => {
      const files = Object.entries(FILES).map(([name, bytes]) => `${name} ${bytes.length} ${fnv(bytes)}`);
      for (const path of [image, withoutFirstAnchor()])
        expect(judged(judge ?? '', path)).toEqual(files.sort());
    });

    it.skipIf(missing('7z'))('is tested by 7z, which tells of a GPT that it is none of UDF', () => {
      const said = run('7z', 't', '-tudf', image);
      expect(said).toContain('Everything is Ok');
      expect(said).toMatch(/^Files: 3$/m);
      expect(said.includes('There are data after the end of archive')).toBe(table === 'gpt');
    });

    it.skipIf(missing('isoinfo'))('has its files for isoinfo', () => {
      const listed = run('isoinfo', '-f', '-R', '-i', image).trim().split('\n').sort();
      expect(listed).toEqual(
        Object.keys(FILES)
          .map((name) => `/${name}`)
          .sort(),
      );
    });

    it.skipIf(missing('xorriso'))('has a partition for the EFI image to xorriso', () => {
      const said = run('xorriso', '-indev', image, '-report_system_area', 'plain');
      const path = `${table.toUpperCase()} partition path :   2  /efi.img`;
      expect(said).toContain(path);
      expect(said).toMatch(new RegExp(`^ISO image size/512 : ${(last + 1) * 4}$`, 'm'));
    });

    it.skipIf(missing('sgdisk', 'sfdisk'))('has tables without fault to sgdisk and sfdisk', () => {
      if (table === 'gpt') expect(run('sgdisk', '--verify', image)).toContain('No problems found.');
      const { partitiontable } = JSON.parse(run('sfdisk', '-J', image)) as {
        partitiontable: { label: string };
      };
      expect(partitiontable.label).toBe(table === 'gpt' ? 'gpt' : 'dos');
    });

    // That is what udev says of a disk, and what it is mounted as by default.
    it.skipIf(missing('blkid'))('is UDF and a disk with a table to blkid, and nothing ambiguous', () => {
      const told = run('blkid', '-p', '-o', 'export', image).split('\n');
      expect(told).toEqual(
        expect.arrayContaining([
          'TYPE=udf',
          `VERSION=${revision}`,
          `PTTYPE=${table === 'gpt' ? 'gpt' : 'dos'}`,
        ]),
      );
    });
  });
});
