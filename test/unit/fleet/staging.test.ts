import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { openStaging } from '../../../src/fleet/staging.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const LIMITS = { most: 1000, stallMs: 60_000 };
const BODY = '01ARZ3NDEKTSV4RRFFQ69G5FAV/01ARZ3NDEKTSV4RRFFQ69G5FAW';

const setUp = () => {
  const state = temporaryFolder();
  const directory = join(state, 'staging');
  return { staging: openStaging(state), file: join(directory, BODY), directory };
};

describe('a body that is staged', () => {
  it('is there with its length and its digest, which sha256sum tells too', async () => {
    const { staging, file } = setUp();
    const sent = { stream: Readable.from([Buffer.from('abc')]), bytes: undefined };
    expect(await staging.receive(BODY, sent, LIMITS)).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', // FIPS 180-4, example of "abc"
    });
    expect(readFileSync(file, 'utf8')).toBe('abc');
  });

  it('is given up when nothing comes of it any more', async () => {
    const { staging, file } = setUp();
    const stream = new PassThrough();
    stream.write('half');
    const limits = { ...LIMITS, stallMs: 50 };
    await expect(staging.receive(BODY, { stream, bytes: 100 }, limits)).rejects.toMatchObject({
      code: 'upload-stalled',
    });
    expect(existsSync(file)).toBe(false);
  });

  it('is refused where it is longer than a file may be, also when it does not say so', async () => {
    const { staging, file } = setUp();
    const stream = Readable.from([Buffer.alloc(600), Buffer.alloc(600)]);
    await expect(staging.receive(BODY, { stream, bytes: undefined }, LIMITS)).rejects.toMatchObject({
      code: 'body-too-large',
    });
    expect(existsSync(file)).toBe(false);
  });
});

describe('what a daemon that was killed has left', () => {
  it('goes, and what drafts name stays', async () => {
    const { staging, directory } = setUp();
    for (const image of ['known', 'unknown']) {
      mkdirSync(join(directory, image));
      for (const body of ['named', 'nameless']) writeFileSync(join(directory, image, body), 'x');
    }
    await staging.clear(new Map([['known', new Set(['known/named'])]]));
    expect(readdirSync(directory)).toEqual(['known']);
    expect(readdirSync(join(directory, 'known'))).toEqual(['named']);
  });
});
