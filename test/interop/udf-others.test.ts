/**
 * UDF volumes of others beside ours of the same parameters: every structure that both have, and every byte of it. What differs stands in a
 * table with the reason; a difference that is not there fails, and so does one that is there and has gone.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { treeRequest } from '../../src/image/master-request.js';
import { UDF_REVISIONS } from '../../src/udf/revisions.js';
import { BESIDE_GENISOIMAGE } from '../support/conformance/beside-genisoimage.js';
import { BESIDE_MKUDFFS } from '../support/conformance/beside-mkudffs.js';
import { differencesPage, type MadeByBoth, unexplained } from '../support/conformance/udf-differences.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../support/mastering.js';
import { laidOut } from '../support/udf-laid.js';
import { differencesOf } from '../support/udf-said.js';

const SECTOR = 2048;
const scratch = scratchFolder('udf-others');
const [tree, empty, theirs] = ['tree', 'empty', 'theirs'].map((name) => `${scratch.path}/${name}`) as [
  string,
  string,
  string,
];
afterAll(scratch.remove);

beforeAll(() => {
  mkdirSync(`${tree}/directory`, { recursive: true });
  mkdirSync(empty, { mode: 0o755 });
  writeFileSync(`${tree}/file`, 'content');
});

const ours = (folder: string, udf: object, iso9660: boolean): Promise<Buffer> =>
  isoBytes(
    folder,
    aTreeRequest({ iso9660, volumeIdentifier: 'TEST', udf: treeRequest.shape.udf.parse(udf) }),
  );

const run = (command: string, args: string[]): Buffer => {
  rmSync(theirs, { force: true });
  execFileSync(command, args, { stdio: 'ignore' });
  return readFileSync(theirs);
};

const NOTHING = { differences: [], rows: [] };

describe.skipIf(!hasTool('genisoimage'))('A bridge of UDF 1.02 beside that of genisoimage', () => {
  it('differs in what is explained, and in nothing else', async () => {
    const own = laidOut(await ours(tree, { revision: '1.02' }, true));
    const others = laidOut(run('genisoimage', ['-quiet', '-udf', '-V', 'TEST', '-o', theirs, tree]));
    expect(unexplained(differencesOf(own, others), BESIDE_GENISOIMAGE)).toEqual(NOTHING);
  });
});

/**
 * What mkudffs writes for which media, and we too: no metadata partition, without which UDF 2.50 and 2.60 are for nothing but what is written
 * once; BD-R takes no earlier ones.
 */
const MEDIA: Readonly<
  Record<string, Omit<MadeByBoth, 'revision' | 'media'> & Record<'from' | 'to', string>>
> = {
  hd: { access: 'overwritable', from: '1.02', to: '2.01' },
  dvdram: { access: 'overwritable', from: '1.02', to: '2.01' },
  dvd: { access: 'read-only', from: '1.02', to: '2.01' },
  cd: { access: 'read-only', from: '1.02', to: '2.01' },
  cdrw: { access: 'rewritable', sparing: true, from: '1.50', to: '2.01' },
  dvdrw: { access: 'overwritable', sparing: true, from: '1.50', to: '2.01' },
  cdr: { access: 'write-once', from: '1.50', to: '2.60' },
  dvdr: { access: 'write-once', from: '1.50', to: '2.60' },
  bdr: { access: 'write-once', from: '2.50', to: '2.60' },
};

const MADE: readonly MadeByBoth[] = UDF_REVISIONS.flatMap((revision) =>
  Object.entries(MEDIA).flatMap(([media, { from, to, ...made }]) =>
    revision >= from && revision <= to ? [{ revision, media, ...made }] : [],
  ),
);

/** The volume set identifier of an image, as `mkudffs` takes it. */
const volumeSetOf = (image: Buffer): string => {
  const field = image.subarray(image.readUInt32LE(256 * SECTOR + 20) * SECTOR + 72).subarray(0, 128);
  return field.toString('latin1', 1, field[127]);
};

const mkudffs = (image: Buffer, { revision, media, access, sparing }: MadeByBoth): Buffer =>
  run('mkudffs', [
    ...['--new-file', `--media-type=${media}`, '--blocksize=2048', `--udfrev=${revision}`],
    ...['--label=TEST', `--fullvsid=${volumeSetOf(image)}`, '--fsid=TEST'],
    ...(access === 'rewritable' ? ['--space=freedbitmap'] : []),
    theirs,
    sparing === true ? '4000' : '1000',
  ]);

describe.skipIf(!hasTool('mkudffs'))('A volume beside that of mkudffs', () => {
  it.each(MADE)(
    'for $media, of UDF $revision, differs in what is explained, and in nothing else',
    async (made) => {
      const { revision, access, sparing } = made;
      const isWritten = access === 'rewritable' || access === 'overwritable';
      const image = await ours(
        empty,
        { revision, access, ...(isWritten && { freeBlocks: 200 }), ...(sparing && { sparing }) },
        false,
      );
      const found = differencesOf(laidOut(image), laidOut(mkudffs(image, made)));
      const rows = BESIDE_MKUDFFS.filter(({ where }) => where?.[1](made) ?? true);
      expect(unexplained(found, rows)).toEqual(NOTHING);
    },
  );
});

it.skipIf(!hasTool('mkudffs')).each(['mo', 'worm'])(
  'mkudffs knows %s, and makes no volume for it',
  (media) => {
    const asked = [`--media-type=${media}`, '--blocksize=2048', '--udfrev=2.01'];
    expect(() => run('mkudffs', ['--new-file', ...asked, theirs, '300000'])).toThrow('Command failed');
  },
);

it('docs/udf-differences.md tells all of them', async () => {
  const page = differencesPage([
    { title: 'Bridges of genisoimage 1.1.11, UDF 1.02', rows: BESIDE_GENISOIMAGE },
    { title: 'Empty volumes of mkudffs 2.3, UDF 1.02 to 2.60', rows: BESIDE_MKUDFFS },
  ]);
  await expect(page).toMatchFileSnapshot('../../docs/udf-differences.md');
});
