import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImageFile } from '../../src/image/image-file.js';
import { masterIn, masteringText, startMastering } from '../support/mastering-run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Place {
  readonly source: string;
  readonly images: string;
  readonly argument: Record<string, unknown>;
}

const aPlace = (more: object = {}): Place => {
  const folder = temporaryFolder();
  const [source, images] = [join(folder, 'source'), join(folder, 'images')];
  mkdirSync(source);
  mkdirSync(images);
  writeFileSync(join(source, 'a file.txt'), 'contents');
  const request = {
    sources: [{ at: '/', root: 'source', path: '' }],
    createdAtNs: 1_700_000_000_000_000_000n,
  };
  const roots = [{ name: 'source', path: source }];
  const [output, promises] = [join(images, 'disc.image'), join(folder, 'promises')];
  return { source, images, argument: { request, roots, output, promises, ...more } };
};

/** Files four directories deep, with a thousand bytes in each path that are no UTF-8: six characters of JSON for each of them. */
const fillWithBytes = (folder: string, files: number): void => {
  const name = Buffer.alloc(250, 0xff);
  let directory = Buffer.from(folder);
  for (let depth = 0; depth < 4; depth += 1) {
    directory = Buffer.concat([directory, Buffer.from('/'), name]);
    mkdirSync(directory);
  }
  for (let file = 0; file < files; file += 1) {
    writeFileSync(Buffer.concat([directory, Buffer.from(`/${file}`), Buffer.of(0xff)]), '');
  }
};

describe('the mastering process', () => {
  it('makes an image file and says what is in it', async () => {
    const { argument, images } = aPlace();
    const result = await masterIn(argument);
    const { summary } = openImageFile(join(images, 'disc.image'));
    expect(result).toMatchObject({ summary, bytes: summary.bytes, spooled: false });
    expect(summary).toMatchObject({ files: 1, directories: 1 });
    expect(readdirSync(images)).toEqual(['disc.image']);
  });

  it('lists the names that readers will see changed', async () => {
    const { argument, source } = aPlace();
    writeFileSync(join(source, `${'long '.repeat(14)}.txt`), '');
    const { warnings, warningCount } = await masterIn(argument);
    expect(warnings).toMatchObject([{ fileSystem: 'joliet' }]);
    expect(warningCount).toBe(1);
  });

  it('counts the changed names that no frame could hold', async () => {
    const { argument, source } = aPlace();
    fillWithBytes(source, 1100);
    const { warnings, warningCount } = await masterIn(argument);
    expect(warningCount).toBe(1100 + 4);
    expect((warnings as unknown[]).length).toBeGreaterThan(100);
  });

  it('fails with the reason also where more names are to blame than a frame could hold', async () => {
    const { argument, source, images } = aPlace();
    fillWithBytes(source, 1100);
    const request = { ...(argument['request'] as object), strictNames: true };
    const { last } = await startMastering(masteringText({ ...argument, request })).done;
    expect(last).toMatchObject({ op: 'failure', failure: { code: 'names-mangled' } });
    expect(readdirSync(images)).toEqual([]);
  });

  it('writes the spool and fixes the digests with it, where that is asked for', async () => {
    const { argument, images } = aPlace({ spool: 'auto', copies: 2 });
    expect(await masterIn(argument)).toMatchObject({
      spooled: true,
      spoolReason: expect.stringContaining('2') as string,
    });
    expect(readdirSync(images).toSorted()).toEqual(['disc.image', 'disc.image.sha256', 'disc.image.spool']);
    const { summary } = openImageFile(join(images, 'disc.image'));
    expect(statSync(join(images, 'disc.image.spool')).size).toBe(summary.bytes);
  });

  it('fails with the code of what is wrong and leaves nothing behind', async () => {
    const { argument, images } = aPlace();
    const request = { sources: [{ at: '/', root: 'source', path: 'missing' }], createdAtNs: 0n };
    const { last, code } = await startMastering(masteringText({ ...argument, request })).done;
    expect(last).toMatchObject({ op: 'failure', failure: { code: 'source-missing' } });
    expect(code).toBe(1);
    expect(readdirSync(images)).toEqual([]);
  });

  it.each([
    ['is no JSON', '{'],
    [
      'has unknown fields',
      '{"request":{"image":{"root":"r","path":"x.iso"}},"roots":[],"output":"/nowhere/x","more":1}',
    ],
    ['lacks what it needs', '{}'],
  ])('refuses an argument that %s', async (_, text) => {
    const { last, code } = await startMastering(text).done;
    expect(last).toMatchObject({ op: 'failure', failure: { code: 'invalid-request' } });
    expect(code).toBe(1);
  });

  it('does not write over what is there', async () => {
    const { argument, images } = aPlace();
    writeFileSync(join(images, 'disc.image'), 'mine');
    const { last } = await startMastering(masteringText(argument)).done;
    expect(last).toMatchObject({ failure: { code: 'output-exists' } });
    expect(statSync(join(images, 'disc.image')).size).toBe(4);
  });

  it('removes what it has written when it is told to end', async () => {
    const { argument, images, source } = aPlace({ spool: 'always' });
    const large = join(source, 'large');
    writeFileSync(large, '');
    truncateSync(large, 4_000_000_000); // sparse: nothing to store, but long to copy
    const run = startMastering(masteringText(argument));
    await once(run.child.stdout, 'data');
    run.child.kill('SIGTERM');
    const { last, code } = await run.done;
    expect(last).toMatchObject({ op: 'failure', failure: { code: 'canceled' } });
    expect(code).toBe(1);
    expect(readdirSync(images)).toEqual([]);
  });
});
