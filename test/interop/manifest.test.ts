import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import { runCli } from '../support/cli.js';
import { growImage } from '../support/grow-image.js';
import { hasTool } from '../support/has-tool.js';
import { CREATED_AT_NS, masterFolder, scratchFolder, writeIso } from '../support/mastering.js';

const scratch = scratchFolder('manifest');
afterAll(scratch.remove);
const tree = `${scratch.path}/tree`;

beforeAll(() => {
  const deep = `${tree}/a/b/c/d/e/f/g/h/i`;
  mkdirSync(deep, { recursive: true });
  writeFileSync(`${deep}/deep.txt`, 'deep');
  writeFileSync(`${tree}/empty`, '');
  writeFileSync(`${tree}/large.bin`, Buffer.alloc(3_000_001, 'large'));
  linkSync(`${tree}/large.bin`, `${tree}/linked.bin`);
  writeFileSync(`${tree}/back\\slash`, 'b');
  writeFileSync(`${tree}/new\nline`, 'n');
  writeFileSync(`${tree}/carriage\rreturn`, 'r');
  writeFileSync(Buffer.from(`${tree}/\xfcber`, 'latin1'), 'no UTF-8');
  writeFileSync(`${tree}/loader.bin`, Buffer.alloc(4096, 0x90));
});

const request = (options: object): TreeRequest =>
  treeRequest.parse({
    sources: [{ at: '/', root: 'tree' }],
    volumeIdentifier: 'LISTED',
    manifest: '/SHA256SUMS',
    createdAtNs: CREATED_AT_NS,
    ...options,
  });

/** The image of a request as another program extracts it. */
const extracted = async (name: string, options: object, program: 'bsdtar' | '7z'): Promise<string> => {
  const image = `${scratch.path}/${name}.iso`;
  const folder = `${scratch.path}/${name}`;
  await writeIso(tree, image, request(options));
  mkdirSync(folder);
  const args = program === '7z' ? ['x', '-y', `-o${folder}`, image] : ['-xf', image, '-C', folder];
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  return folder;
};

/** Files that sha256sum found to be what a manifest in `folder` says; throws where one is not. */
const checked = (folder: string, manifest: string): number =>
  execFileSync('sha256sum', ['--check', '--strict', manifest], { cwd: folder, encoding: 'latin1' })
    .split('\n')
    .filter((line) => line.endsWith(': OK')).length;

const NAMES = 9;

describe('the manifest of a disc', () => {
  it.skipIf(!hasTool('bsdtar')).each([
    ['Rock Ridge', {}],
    ['Joliet alone', { rockRidge: false, relaxed: ['deep-paths'] }],
    ['ISO 9660 alone', { rockRidge: false, joliet: false, relaxed: ['deep-paths'] }],
    ['a bridge with UDF', { udf: { revision: '2.50' } }],
  ])('with %s is what sha256sum finds in what bsdtar extracts', async (name, options) => {
    expect(checked(await extracted(name, options, 'bsdtar'), 'SHA256SUMS')).toBe(NAMES);
  });

  it.skipIf(!hasTool('7z')).each([
    ['ISO 9660 alone', { rockRidge: false, joliet: false, relaxed: ['deep-paths'] }],
    ['UDF 1.02', { iso9660: false, udf: { revision: '1.02' } }],
    ['UDF 2.60', { iso9660: false, udf: { revision: '2.60' } }],
  ])('with %s is what sha256sum finds in what 7z extracts', async (name, options) => {
    expect(checked(await extracted(`7z ${name}`, options, '7z'), 'SHA256SUMS')).toBe(NAMES);
  });

  it.skipIf(!hasTool('bsdtar')).each([
    ['alone', {}],
    ['beside UDF 1.02', { udf: { revision: '1.02' } }],
    ['beside UDF 2.50', { udf: { revision: '2.50' } }],
  ])('has what mastering alone makes, %s: loaders with a table, the catalog', async (name, options) => {
    const boot = {
      entries: [{ image: { at: '/loader.bin' }, bootInfoTable: true }],
      catalog: '/boot/boot.cat',
    };
    const asked = { ...options, boot, manifest: '/lists/all files' };
    const folder = await extracted(`boot ${name}`, asked, 'bsdtar');
    expect(checked(folder, 'lists/all files')).toBe(NAMES + 1);
    const loader = readFileSync(`${folder}/loader.bin`);
    expect(loader.equals(readFileSync(`${tree}/loader.bin`))).toBe(false);
    expect(readdirSync(`${folder}/boot`)).toEqual(['boot.cat']);
  });

  it('is made by the command line', async () => {
    const output = `${scratch.path}/cli.iso`;
    const { code } = await runCli(['master', tree, '-o', output, '--manifest', '/SHA256SUMS']);
    expect(code).toBe(0);
    const folder = `${scratch.path}/cli`;
    mkdirSync(folder);
    execFileSync('bsdtar', ['-xf', output, '-C', folder]);
    expect(checked(folder, 'SHA256SUMS')).toBe(NAMES);
  });
});

describe('a manifest is refused', () => {
  const refused = (options: object): string => {
    try {
      masterFolder(tree, request(options));
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'mastered';
  };

  it('where something else has its place', () => {
    expect(refused({ manifest: '/empty' })).toBe('name-collision');
    expect(refused({ manifest: '/empty/SHA256SUMS' })).toBe('name-collision');
  });

  it('as an image to boot', () => {
    expect(refused({ boot: { entries: [{ image: { at: '/SHA256SUMS' } }] } })).toBe('boot-image-unusable');
  });

  it('with files that stand in their entries', () => {
    expect(refused({ udf: { embedFiles: true }, iso9660: false })).toBe('invalid-request');
  });
});

describe.skipIf(!hasTool('bsdtar'))('the manifest of what continues an earlier session', () => {
  const files = (name: string, contents: Readonly<Record<string, string>>): string => {
    const folder = `${scratch.path}/${name}`;
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(contents)) writeFileSync(`${folder}/${file}`, text);
    return folder;
  };
  let number = 0;
  /** An image file with a first session, whose manifest lists it where one is wanted. */
  const begun = async (options: object): Promise<string> => {
    const image = `${scratch.path}/continued-${number++}.img`;
    const folder = files('first', { old: 'old', replaced: 'the old one', 'large.old': 'x'.repeat(300_000) });
    await writeIso(folder, image, request(options));
    return image;
  };
  const more = (): string => files('second', { replaced: 'the new one', new: 'new' });
  const extractedFrom = (image: string, program = 'bsdtar'): string => {
    const folder = `${image}.extracted`;
    mkdirSync(folder);
    const args = program === '7z' ? ['x', '-y', `-o${folder}`, image] : ['-xf', image, '-C', folder];
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    return folder;
  };
  const UNLISTED = { manifest: undefined };

  it.each([
    ['was listed', {}],
    ['was not listed', UNLISTED],
  ])('lists all of a volume that has grown and %s', async (_what, before) => {
    const image = await begun(before);
    await growImage(image, more(), request({}));
    expect(checked(extractedFrom(image), 'SHA256SUMS')).toBe(4);
  });

  it.skipIf(!hasTool('7z'))('lists what stands within entries of UDF', async () => {
    const udf = { iso9660: false, udf: { revision: '2.01' } };
    const image = await begun({ ...udf, ...UNLISTED });
    await growImage(image, more(), request(udf));
    expect(checked(extractedFrom(image, '7z'), 'SHA256SUMS')).toBe(4);
  });

  it('is refused where a file is not what the manifest before says, until that is removed', async () => {
    const image = await begun({});
    await growImage(image, more(), request(UNLISTED));
    const asked = request({ manifest: '/SHA256SUMS' });
    const again = files('third', { third: 'third' });
    await expect(growImage(image, again, asked)).rejects.toMatchObject({
      code: 'base-unsuitable',
      errors: [{ pointer: '/replaced' }],
    });
    await growImage(image, again, request({ remove: ['/SHA256SUMS'] }));
    expect(checked(extractedFrom(image), 'SHA256SUMS')).toBe(5);
  });

  it('is made by the command line', async () => {
    const image = await begun(UNLISTED);
    const { code } = await runCli(['grow', image, `/new=${more()}/new`, '--manifest', '/SHA256SUMS']);
    expect(code).toBe(0);
    expect(checked(extractedFrom(image), 'SHA256SUMS')).toBe(4);
  });

  it('does not mind a wrong file that is replaced or removed', async () => {
    const image = await begun({});
    await growImage(image, more(), request(UNLISTED));
    await growImage(image, more(), request({}));
    expect(checked(extractedFrom(image), 'SHA256SUMS')).toBe(4);
    const other = await begun({});
    await growImage(other, more(), request(UNLISTED));
    await growImage(other, files('third', { third: 'third' }), request({ remove: ['/replaced'] }));
    expect(checked(extractedFrom(other), 'SHA256SUMS')).toBe(4);
  });
});
