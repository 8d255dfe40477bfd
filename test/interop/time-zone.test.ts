/** A volume whose times are recorded in another zone than UTC: the same moments to every reader. Bytes are typed from ECMA-119 9.1.5 and 8.4.26.1 and ECMA-167 1/7.3. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isoFields } from '../../src/cli/iso-options.js';
import { treeRequest } from '../../src/image/master-request.js';
import { hasTool } from '../support/has-tool.js';
import { unhex } from '../support/hex.js';
import { aTreeRequest, isoBytes, scratchFolder, writeIso } from '../support/mastering.js';
import { StrictIso } from '../support/strict-iso/volume.js';
import { readUdf } from '../support/udf-reader.js';

const scratch = scratchFolder('time-zone');
afterAll(scratch.remove);

const tree = `${scratch.path}/tree`;
const image = `${scratch.path}/zoned.iso`;
const MODIFIED = '2009-09-09T23:59:09Z';
const udf = treeRequest.shape.udf.parse({ revision: '2.50' });
let bytes: Buffer;

const times = (hex: string): number =>
  bytes.toString('latin1').split(Buffer.from(unhex(hex)).toString('latin1')).length - 1;

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });

beforeAll(async () => {
  mkdirSync(tree);
  writeFileSync(`${tree}/late.txt`, 'late');
  for (const path of [`${tree}/late.txt`, tree]) utimesSync(path, new Date(MODIFIED), new Date(MODIFIED));
  const request = aTreeRequest({ udf, zoneMinutes: -210 });
  await writeIso(tree, image, request);
  bytes = await isoBytes(tree, request);
});

describe('A volume that is 3:30 hours behind UTC', () => {
  it('has local times with their zone in directories, Rock Ridge and UDF, and none in UTC', () => {
    // Root of three descriptors, of both trees twice, of the file once each; with Rock Ridge one more each in the primary tree.
    expect(times('6d 09 09 14 1d 09 f2')).toBeGreaterThanOrEqual(9);
    expect(times('2e 1f d9 07 09 09 14 1d 09 00 00 00')).toBeGreaterThanOrEqual(4);
    expect([times('6d 09 09 17 3b 09'), times('d9 07 09 09 17 3b 09')]).toEqual([0, 0]);
  });

  it('was made at a local time', () => {
    // 2024-11-22 12:53:20 UTC
    expect(bytes.toString('latin1', 16 * 2048 + 813, 16 * 2048 + 830)).toBe('2024112209232000\xf2');
    expect(times('2e 1f e8 07 0b 16 09 17 14 00 00 00')).toBeGreaterThanOrEqual(4);
    expect(times('e8 07 0b 16 0c 35 14')).toBe(0);
  });

  it('says the same moments to decoders of our own', () => {
    const seconds = Date.parse(MODIFIED) / 1000;
    const iso = new StrictIso(bytes);
    for (const view of ['primary', 'joliet'] as const)
      expect(iso.entries(view).map(({ mtime }) => mtime)).toEqual([seconds]);
    const { files } = readUdf(bytes);
    expect(files.map(({ modified }) => modified)).toEqual(files.map(() => BigInt(seconds) * 1_000_000n));
  });

  it.skipIf(!hasTool('bsdtar'))('says them to bsdtar, by Rock Ridge and without', () => {
    for (const [index, options] of [[], ['--options', '!rockridge']].entries()) {
      const folder = `${scratch.path}/bsdtar-${index}`;
      mkdirSync(folder);
      run('bsdtar', '-xpf', image, '-C', folder, ...options);
      expect(statSync(`${folder}/late.txt`).mtime.toISOString()).toBe('2009-09-09T23:59:09.000Z');
    }
  });

  it.skipIf(!hasTool('7z'))('says them to 7z, by UDF', () => {
    expect(run('7z', 'l', '-slt', '-tudf', image)).toMatch(
      /Path = late\.txt\n[^]*Modified = 2009-09-09 23:59:09/,
    );
  });

  it.skipIf(!hasTool('xorriso'))('was made at the local time that xorriso shows', () => {
    expect(run('xorriso', '-no_rc', '-indev', image, '-pvd_info')).toMatch(
      /Creation Time: +2024112209232000/,
    );
  });
});

describe('A zone', () => {
  const parsed = (zoneMinutes: number): boolean =>
    treeRequest.shape.zoneMinutes.safeParse(zoneMinutes).success;

  it('is one that ISO 9660 can name', () => {
    expect([-720, -15, 0, 345, 780].every(parsed)).toBe(true);
    expect([-735, 795, 10, 7.5].some(parsed)).toBe(false);
  });

  it('is said in hours and minutes on the command line', () => {
    expect(isoFields({ timeZone: '-03:30' })).toMatchObject({ zoneMinutes: -210 });
    expect(isoFields({ timeZone: '+05:45' })).toMatchObject({ zoneMinutes: 345 });
  });
});
