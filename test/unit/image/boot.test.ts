import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSpindleError } from '../../../src/errors.js';
import { bootRequest } from '../../../src/image/boot-request.js';
import { treeRequest } from '../../../src/image/master-request.js';
import { floppyImage, hardDiskImage } from '../../support/boot-images.js';
import { aTreeRequest, isoBytes, masterFolder, scratchFolder } from '../../support/mastering.js';

const scratch = scratchFolder('boot-unit');
afterAll(scratch.remove);

const file = (name: string, content: Buffer): void => {
  writeFileSync(`${scratch.path}/${name}`, content);
};

beforeAll(() => {
  file('small', Buffer.alloc(60, 1));
  file('loader', Buffer.alloc(5000, 2));
  file('empty', Buffer.alloc(0));
  file('large', Buffer.alloc(65_536 * 512, 3));
  file('floppy', floppyImage('x'));
  file('floppy 1.2', floppyImage('x', 1_228_800));
  file('disk', hardDiskImage('x'));
  file('two partitions', hardDiskImage('x', [0x0c, 0x83]));
  file('no partition', hardDiskImage('x', []));
});

/** All files but the large one, which is there only where it is named. */
const request = (boot: object) => {
  const names = [
    'small',
    'loader',
    'empty',
    'floppy',
    'floppy 1.2',
    'disk',
    'two partitions',
    'no partition',
  ];
  const large = JSON.stringify(boot).includes('large') ? ['large'] : [];
  const sources = [...names, ...large].map((path) => ({ at: `/${path}`, root: 'tree', path }));
  return aTreeRequest({ boot: bootRequest.parse(boot), sources });
};

const refusal = (boot: object): { code: string; message: string } | undefined => {
  try {
    masterFolder(scratch.path, request(boot));
    return undefined;
  } catch (error) {
    if (isSpindleError(error)) return { code: error.code, message: error.message };
    throw error;
  }
};

const codeFor = (name: string, entry: object = {}): string | undefined =>
  refusal({ entries: [{ image: { at: `/${name}` }, ...entry }] })?.code;

describe('A boot image is refused', () => {
  it.each([
    ['that is not on the disc', 'nowhere', {}, 'source-missing'],
    ['that is empty', 'empty', {}, 'boot-image-unusable'],
    [
      'as a floppy disk of another size',
      'floppy 1.2',
      { emulation: 'floppy-1.44' },
      'boot-emulation-mismatch',
    ],
    ['as a floppy disk that it is not', 'loader', { emulation: 'floppy-2.88' }, 'boot-emulation-mismatch'],
    [
      'as a hard disk with two partitions',
      'two partitions',
      { emulation: 'hard-disk' },
      'boot-emulation-mismatch',
    ],
    [
      'as a hard disk without partition',
      'no partition',
      { emulation: 'hard-disk' },
      'boot-emulation-mismatch',
    ],
    [
      'as a hard disk without partition table',
      'loader',
      { emulation: 'hard-disk' },
      'boot-emulation-mismatch',
    ],
    [
      'of which more is to be loaded than a catalog counts',
      'large',
      { loadSectors: 'all' },
      'boot-image-unusable',
    ],
    ['that is too small for a table of itself', 'small', { bootInfoTable: true }, 'boot-image-unusable'],
    ['that is too small for GRUB’s', 'small', { grub2BootInfo: true }, 'boot-image-unusable'],
    ['that is a disk and is to have a table', 'floppy', { bootInfoTable: true }, 'boot-emulation-mismatch'],
  ])('%s', (_, name, entry, code) => {
    expect(codeFor(name, entry)).toBe(code);
  });

  it('that is a directory', () => {
    expect(refusal({ entries: [{ image: { root: 'tree', path: '' } }] })?.code).toBe('boot-image-unusable');
  });

  it('where there are 33 of them, and not where there are 32', () => {
    const entries = Array.from({ length: 33 }, () => ({ image: { at: '/loader' } }));
    expect(refusal({ entries })?.code).toBe('boot-entries-too-many');
    expect(refusal({ entries: entries.slice(1) })).toBeUndefined();
  });

  it('in a later session', () => {
    const boot = { entries: [{ image: { at: '/loader' } }] };
    expect(() => masterFolder(scratch.path, { ...request(boot), startBlock: 1000 })).toThrow(/first one/);
  });

  it('without ISO 9660', () => {
    const boot = { entries: [{ image: { at: '/loader' } }] };
    const udf = treeRequest.shape.udf.parse({ revision: '1.02' });
    expect(() => masterFolder(scratch.path, { ...request(boot), iso9660: false, udf })).toThrow(/ISO 9660/);
  });

  it('where something else is in the place of the catalog', () => {
    expect(refusal({ entries: [{ image: { at: '/loader' } }], catalog: '/disk' })?.code).toBe(
      'name-collision',
    );
  });
});

describe('A hybrid is refused', () => {
  it('beside a virtual allocation table of UDF, which has to be the last block', () => {
    const boot = { entries: [{ image: { at: '/loader' } }], hybrid: {} };
    const udf = treeRequest.shape.udf.parse({ revision: '2.01', access: 'write-once' });
    const act = () => masterFolder(scratch.path, { ...request(boot), udf });
    expect(act).toThrow(expect.objectContaining({ code: 'boot-hybrid-unfit' }));
    expect(act).toThrow(/last block/);
  });

  const hybrid = (entry: object, bootCode: object): string | undefined =>
    refusal({ entries: [entry], hybrid: { bootCode } })?.code;

  it('with boot code of more than a sector', () => {
    const code = { image: { at: '/loader' }, loader: 'none' };
    expect(hybrid({ image: { at: '/loader' } }, code)).toBe('boot-hybrid-unfit');
  });

  it('with the boot code of isolinux and another image', () => {
    const code = { image: { at: '/small' }, loader: 'isolinux' };
    expect(hybrid({ image: { at: '/loader' } }, code)).toBe('boot-hybrid-unfit');
  });

  it('with boot code that has nothing to load', () => {
    const code = { image: { at: '/small' }, loader: 'grub2' };
    expect(hybrid({ image: { at: '/loader' }, platform: 'efi' }, code)).toBe('boot-hybrid-unfit');
    expect(hybrid({ image: { at: '/floppy' } }, code)).toBe('boot-hybrid-unfit');
  });
});

/** Entry `index` of the catalog of an image. */
const catalogEntry = async (boot: object, index: number): Promise<Buffer> => {
  const bytes = await isoBytes(scratch.path, request(boot));
  return bytes.subarray(bytes.readUInt32LE(17 * 2048 + 71) * 2048 + index * 32).subarray(0, 32);
};

describe('What the catalog says', () => {
  const media = async (name: string, entry: object = {}): Promise<number> =>
    (await catalogEntry({ entries: [{ image: { at: `/${name}` }, ...entry }] }, 1))[1] ?? -1;

  it('takes a floppy disk for one by its size, and only where an x86 BIOS boots it', async () => {
    expect(await media('floppy')).toBe(2);
    expect(await media('floppy 1.2')).toBe(1);
    expect(await media('floppy', { emulation: 'none' })).toBe(0);
    expect(await media('floppy', { platform: 'efi' })).toBe(0);
  });

  it('repeats the type of the partition of a hard disk', async () => {
    const entry = await catalogEntry({ entries: [{ image: { at: '/disk' }, emulation: 'hard-disk' }] }, 1);
    expect([entry[1], entry[4], entry.readUInt16LE(6)]).toEqual([4, 0x0c, 1]);
  });

  it('counts all sectors of an EFI image, and none where there are more than it can count', async () => {
    const sectors = async (name: string) =>
      (await catalogEntry({ entries: [{ image: { at: `/${name}` }, platform: 'efi' }] }, 1)).readUInt16LE(6);
    expect(await sectors('loader')).toBe(10);
    expect(await sectors('large')).toBe(0);
  });

  it('has one section for what is of one platform and one maker', async () => {
    const loader = { image: { at: '/loader' } };
    const efi = { ...loader, platform: 'efi' };
    const boot = { entries: [loader, efi, efi, { ...efi, manufacturer: 'Other' }] };
    const headers = [await catalogEntry(boot, 2), await catalogEntry(boot, 5)];
    expect(headers.map((header) => [header[0], header[1], header.readUInt16LE(2)])).toEqual([
      [0x90, 0xef, 2],
      [0x91, 0xef, 1],
    ]);
  });
});

describe('An image that boots nothing', () => {
  it('is the same as one of which nothing is said', async () => {
    const sources = [{ at: '/loader', root: 'tree', path: 'loader' }];
    const plain = aTreeRequest({ sources });
    const bytes = await isoBytes(scratch.path, plain);
    expect(bytes.equals(await isoBytes(scratch.path, { ...plain, boot: bootRequest.parse({}) }))).toBe(true);
  });
});

describe('An image that is told of itself', () => {
  it('keeps its content but for the table, and the sum of it is right', async () => {
    const boot = { entries: [{ image: { at: '/loader' }, bootInfoTable: true }] };
    const bytes = await isoBytes(scratch.path, request(boot));
    const block = (await catalogEntry(boot, 1)).readUInt32LE(8);
    const image = bytes.subarray(block * 2048, block * 2048 + 5000);
    expect(image.subarray(0, 8).equals(Buffer.alloc(8, 2))).toBe(true);
    expect(image.subarray(64).equals(Buffer.alloc(4936, 2))).toBe(true);
    let sum = 0;
    for (let at = 64; at < 5000; at += 4) sum = (sum + image.readUInt32LE(at)) % 2 ** 32;
    expect([8, 12, 16, 20].map((at) => image.readUInt32LE(at))).toEqual([16, block, 5000, sum]);
    expect(image.subarray(24, 64).equals(Buffer.alloc(40))).toBe(true);
  });
});
