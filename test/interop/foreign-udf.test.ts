import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fileBlocks } from '../../src/image/import/file-blocks.js';
import { claimedByUdf, type UdfClaim } from '../../src/image/import/udf-claim.js';
import { type Validation, validate } from '../../src/image/import/validate.js';
import { burnRig } from '../support/burn-rig.js';
import { hasTool } from '../support/has-tool.js';
import { scratchFolder } from '../support/mastering.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The reader of UDF, judged by volumes of programs that we did not write. */

const scratch = scratchFolder('foreign-udf');
const tree = `${scratch.path}/tree`;

const run = (command: string, args: string[]): void => {
  execFileSync(command, args, { stdio: 'ignore' });
};

const validation = async (path: string): Promise<Validation> => {
  const fd = openSync(path, 'r');
  try {
    return await validate(fileBlocks(fd));
  } finally {
    closeSync(fd);
  }
};

beforeAll(() => {
  mkdirSync(`${tree}/sub/deeper`, { recursive: true });
  writeFileSync(`${tree}/alpha.txt`, 'alpha');
  writeFileSync(`${tree}/sub/beta.bin`, Buffer.alloc(50_000, 7));
  for (let index = 0; index < 99; index++) writeFileSync(`${tree}/sub/deeper/${index} ä`, `${index}`);
});

afterAll(scratch.remove);

describe.skipIf(!hasTool('genisoimage'))('A bridge of genisoimage', () => {
  it('is read by UDF as by ISO 9660', async () => {
    const image = `${scratch.path}/bridge.iso`;
    run('genisoimage', ['-quiet', '-R', '-udf', '-o', image, tree]);
    const { views, findings, valid } = await validation(image);
    const [iso, udf] = [views[0], views.find(({ view }) => view === 'udf')];
    expect(udf).toMatchObject({ files: 101, directories: 3, bytes: iso?.bytes });
    expect(findings.filter(({ code }) => /^(sequence|anchor)/.test(code))).toEqual([]);
    expect(valid).toBe(true);
  });
});

describe.skipIf(!hasTool('mkudffs'))('An empty volume of mkudffs', () => {
  it.each([
    ['1.02', 'hd'],
    ['1.50', 'hd'],
    ['2.00', 'hd'],
    ['2.01', 'hd'],
    // With sparing tables, behind whose entries their blocks are empty.
    ['1.50', 'cdrw'],
    ['2.01', 'cdrw'],
    ['1.50', 'dvdrw'],
  ])('of revision %s for media like %s is read', async (revision, media) => {
    const image = `${scratch.path}/udf-${revision}-${media}.img`;
    writeFileSync(image, '');
    truncateSync(image, 32 * 1024 * 1024);
    const options = [`--media-type=${media}`, '--blocksize=2048', `--udfrev=${revision}`, '--label=empty'];
    run('mkudffs', [...options, image]);
    const { views, valid } = await validation(image);
    // OSTA UDF 1.50 2.3.13: where nothing may be allocated is a file of the root.
    const files = revision === '1.50' && media !== 'hd' ? 1 : 0;
    expect(views).toMatchObject([{ view: 'udf', volumeIdentifier: 'empty', files }]);
    expect(valid).toBe(true);
  });
});

describe.skipIf(!hasTool('mkudffs'))('How far a volume of mkudffs reaches', () => {
  const BLOCKS = 20_000;
  const claimOf = async (image: string): Promise<UdfClaim | undefined> => {
    const fd = openSync(image, 'r');
    try {
      return await claimedByUdf(fileBlocks(fd), 0);
    } finally {
      closeSync(fd);
    }
  };

  it.each(['hd', 'dvdram', 'dvdrw', 'cdrw'])('is found by its UDF, for media like %s', async (media) => {
    const image = `${scratch.path}/reach.img`;
    writeFileSync(image, '');
    truncateSync(image, BLOCKS * 2048);
    run('mkudffs', [`--media-type=${media}`, '--blocksize=2048', '--udfrev=1.50', '--label=reach', image]);
    expect(await claimOf(image)).toMatchObject({ identifier: 'reach', end: BLOCKS });
    // On a medium that is larger, only its last anchors tell.
    truncateSync(image, 2 * BLOCKS * 2048);
    const { end = 0 } = (await claimOf(image)) ?? {};
    expect(end).toBeGreaterThan(BLOCKS - 512);
    expect(end).toBeLessThanOrEqual(BLOCKS);
  });

  it.each([
    ['dvd+rw', 'table of free space', '--space=unalloctable', 'keeps account of its free blocks by a table'],
    ['dvd-ram', 'protection', '--read-only', 'is write protected by the flags of its domain'],
    ['bd-re', 'table of others', '--space=freedtable', 'keeps account of its free blocks by a table'],
  ] as const)(
    'leaves no room behind it on a %s, and where its %s leaves none in it, that is said',
    async (blank, _what, option, why) => {
      const rig = burnRig(temporaryFolder(), { blank, capacity: BLOCKS });
      const { capacity } = (await rig.report()).medium!;
      const image = `${scratch.path}/full.img`;
      writeFileSync(image, '');
      truncateSync(image, capacity * 2048);
      run('mkudffs', ['--media-type=dvdram', '--blocksize=2048', '--udfrev=2.01', option, image]);
      await rig.burn(readFileSync(image), { options: { verify: 'none' } });
      const { medium } = await rig.report();
      expect(medium).toMatchObject({ contents: 'volume', volumeBlocks: capacity });
      const planned = rig.plan(new Uint8Array(2048), { onNonBlank: 'append' });
      await expect(planned).rejects.toThrow(new RegExp(`medium-volume-full.*${why}`));
    },
  );

  it('is nowhere where nothing of it can be read', async () => {
    const image = `${scratch.path}/zeros.img`;
    writeFileSync(image, Buffer.alloc(600 * 2048));
    expect(await claimOf(image)).toBeUndefined();
  });
});
