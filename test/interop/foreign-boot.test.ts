import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fileBlocks } from '../../src/image/import/file-blocks.js';
import { type Validation, validate } from '../../src/image/import/validate.js';
import { FIRMWARE, isolinuxTree } from '../support/boot-images.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { hasTool } from '../support/has-tool.js';
import { scratchFolder } from '../support/mastering.js';

/*
 * How an image boots and what its manifest says, judged by an image that xorriso made with the loader and the boot code of isolinux, and by a manifest
 * of sha256sum: both are right as they are, and wrong after one byte was changed.
 */

const scratch = scratchFolder('foreign-boot');
const tree = `${scratch.path}/tree`;
const iso = `${scratch.path}/live.iso`;
const isThere = hasTool('xorriso') && hasTool('sha256sum') && existsSync(FIRMWARE.isolinuxMbr);
const withImage = it.skipIf(!isThere);
const BLOCK = 2048;
let image: Buffer;

beforeAll(() => {
  if (!isThere) return;
  mkdirSync(`${tree}/some where`, { recursive: true });
  isolinuxTree(tree, 'none');
  writeFileSync(`${tree}/efi.img`, Buffer.alloc(1_474_560, 3));
  writeFileSync(`${tree}/some where/file`, Buffer.alloc(70_000, 9));
  const boot = ['-b', 'isolinux/isolinux.bin', '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table'];
  const efi = ['-eltorito-alt-boot', '-e', 'efi.img', '-no-emul-boot', '-isohybrid-gpt-basdat'];
  const args = ['-as', 'mkisofs', '-quiet', '-R', '-J', '-c', 'boot.cat', ...boot];
  // The loader is patched on the disc alone, so that its digest is that of another file.
  const sums = execFileSync('sha256sum', ['some where/file', 'efi.img', 'isolinux/isolinux.cfg'], {
    cwd: tree,
  });
  writeFileSync(`${tree}/SHA256SUMS`, sums);
  execFileSync('xorriso', [...args, ...efi, '-isohybrid-mbr', FIRMWARE.isolinuxMbr, '-o', iso, tree], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  image = readFileSync(iso);
});

afterAll(scratch.remove);

const validated = (bytes: Buffer, manifest?: string): Promise<Validation> =>
  validate(bytesAsBlocks(bytes), { manifest });

const codes = ({ findings }: Validation): string[] => [...new Set(findings.map(({ code }) => code))].sort();

/** Codes of what is found where so many bytes from an offset on were changed. */
const codesAfter = async (offset: number, bytes: readonly number[]): Promise<string[]> => {
  const damaged = Buffer.from(image);
  damaged.set(bytes, offset);
  const before = new Set(codes(await validated(image)));
  return codes(await validated(damaged)).filter((code) => !before.has(code));
};

/** El Torito 1.0 §2.0: bytes 71 to 74 of block 17 name the catalog; of its default entry bytes 8 to 11 name the image. */
const catalog = (): number => image.readUInt32LE(17 * BLOCK + 71) * BLOCK;
const loader = (): number => image.readUInt32LE(catalog() + 32 + 8) * BLOCK;

describe('A bootable hybrid of xorriso', () => {
  withImage('has nothing that is wrong with how it boots', async () => {
    const found = await validated(image);
    expect(found.valid).toBe(true);
    // It points from Joliet directories to themselves, and that is all.
    expect(codes(found)).toEqual(['parent-record-wrong']);
  });

  withImage('is told by place what is damaged', async () => {
    const efiEntry = catalog() + 96;
    const cases: readonly [what: string, offset: number, bytes: number[], codes: string[]][] = [
      ['a byte of the validation entry', catalog() + 5, [0x41], ['boot-catalog-wrong']],
      ['an image that lies outside', efiEntry + 8, [0, 0, 0, 0x7f], ['boot-catalog-wrong']],
      ['an emulation that is none', catalog() + 33, [9], ['boot-catalog-wrong']],
      ['a byte of the loader', loader() + 1000, [image[loader() + 1000]! ^ 1], ['boot-info-table-wrong']],
      ['a loader that lay elsewhere', loader() + 12, [1, 2, 0, 0], ['boot-info-table-wrong']],
      ['the header of the GPT', 512 + 40, [image[512 + 40]! ^ 1], ['partition-table-damaged']],
      ['an entry of the GPT', 1024 + 60, [image[1024 + 60]! ^ 1], ['partition-table-damaged']],
      ['the copy of the GPT', image.length - 512, [0], ['partition-backup-missing']],
      ['a partition of the MBR', 446 + 12, [0xff, 0xff, 0xff, 0x7f], ['partition-outside']],
    ];
    for (const [what, offset, bytes, expected] of cases)
      expect([what, await codesAfter(offset, bytes)]).toEqual([what, expected]);
  });

  withImage('that was cut short lacks its second partition table', async () => {
    const cut = await validated(image.subarray(0, image.length - 32 * BLOCK));
    expect(codes(cut)).toContain('partition-backup-missing');
  });
});

describe('A manifest of sha256sum', () => {
  withImage('is compared with every file that it names', async () => {
    const found = await validated(image, '/SHA256SUMS');
    expect(found).toMatchObject({ valid: true, manifestFiles: 3 });
    expect(found.findings.find(({ code }) => code === 'manifest-incomplete')?.detail).toMatch(
      /^It does not name \d of \d files/,
    );
  });

  withImage('tells which file is another, and which is not there', async () => {
    const damaged = Buffer.from(image);
    damaged[damaged.indexOf(Buffer.alloc(70_000, 9)) + 69_999] = 8;
    damaged.write('no', damaged.indexOf('efi.img\n'));
    const { valid, findings } = await validated(damaged, '/SHA256SUMS');
    expect(valid).toBe(false);
    expect(findings.map(({ code, path }) => [code, path])).toEqual(
      expect.arrayContaining([
        ['manifest-digest-wrong', '/some where/file'],
        ['manifest-file-missing', '/noi.img'],
      ]),
    );
  });

  withImage('that is not there, or is none, is told', async () => {
    expect(codes(await validated(image, '/MD5SUMS'))).toContain('manifest-missing');
    expect(codes(await validated(image, '/isolinux/isolinux.cfg'))).toContain('manifest-malformed');
  });

  withImage('is read from an image file as well', async () => {
    const fd = openSync(iso, 'r');
    try {
      expect(await validate(fileBlocks(fd), { manifest: '/SHA256SUMS' })).toMatchObject({ manifestFiles: 3 });
    } finally {
      closeSync(fd);
    }
  });
});
