import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { bootRequest } from '../../src/image/boot-request.js';
import { treeRequest } from '../../src/image/master-request.js';
import { FIRMWARE, grubTree } from '../support/boot-images.js';
import { BOOT_TEST_MS, boots, missing } from '../support/bootable.js';
import { aTreeRequest, scratchFolder, writeIso } from '../support/mastering.js';

const scratch = scratchFolder('boot-tables');
afterAll(scratch.remove);

const tree = `${scratch.path}/tree`;
const ENTRIES = [
  { image: { at: '/grub/eltorito.img' }, bootInfoTable: true, grub2BootInfo: true },
  { image: { at: '/efi.img' }, platform: 'efi' },
];

const cannot = missing(
  'qemu-system-x86_64',
  'grub-mkimage',
  'mformat',
  FIRMWARE.grubMbr,
  FIRMWARE.grubEfi,
  FIRMWARE.ovmfCode,
);

beforeAll(() => {
  if (cannot) return;
  mkdirSync(tree);
  grubTree(tree, 'marker of GRUB');
  writeFileSync(`${tree}/mbr.bin`, readFileSync(FIRMWARE.grubMbr));
});

describe.skipIf(cannot)(
  'GRUB, in qemu with grub-pc-bin, grub-efi-amd64-bin, mtools and ovmf',
  { timeout: BOOT_TEST_MS },
  () => {
    describe.each(['mbr', 'mbr+gpt'] as const)('on a disk with %s, beside an EFI image', (table) => {
      const image = `${scratch.path}/${table}.iso`;

      beforeAll(async () => {
        const hybrid = { table, bootCode: { image: { at: '/mbr.bin' }, loader: 'grub2' } };
        await writeIso(tree, image, aTreeRequest({ boot: bootRequest.parse({ entries: ENTRIES, hybrid }) }));
      });

      it(
        'boots by BIOS',
        boots(() => image, { firmware: 'bios', as: 'disk' }, /marker of GRUB, pc, hd0/),
      );
      // What GRUB calls the disk of a firmware differs with its table.
      it(
        'boots by UEFI',
        boots(() => image, { firmware: 'uefi', as: 'disk' }, /marker of GRUB, efi, (?:cd|hd)\d/),
      );
    });

    describe('on a disc that is UDF, too, and boots from a disk', () => {
      const image = `${scratch.path}/bridge.iso`;

      beforeAll(async () => {
        const udf = treeRequest.shape.udf.parse({ revision: '2.01' });
        const hybrid = { table: 'gpt', bootCode: { image: { at: '/mbr.bin' }, loader: 'grub2' } };
        const boot = bootRequest.parse({ entries: ENTRIES, hybrid });
        await writeIso(tree, image, aTreeRequest({ udf, boot }));
      });

      it(
        'boots by BIOS',
        boots(() => image, { firmware: 'bios', as: 'cd' }, /marker of GRUB, pc, hd\d+/),
      );
      it(
        'boots by UEFI',
        boots(() => image, { firmware: 'uefi', as: 'cd' }, /marker of GRUB, efi, cd\d/),
      );
      it(
        'boots by BIOS from the disk',
        boots(() => image, { firmware: 'bios', as: 'disk' }, /marker of GRUB, pc, hd0/),
      );
      it(
        'boots by UEFI from the disk, from its EFI system partition',
        boots(() => image, { firmware: 'uefi', as: 'disk' }, /marker of GRUB, efi, hd0,gpt2/),
      );
    });
  },
);
