import { describe, expect, it } from 'vitest';
import {
  bootEntry,
  bootInfoTable,
  bootRecordVolumeDescriptor,
  encodeValidationEntry,
  grub2BootInfo,
  sectionHeaderEntry,
  validationEntry,
} from '../../../src/iso9660/el-torito.js';
import { golden } from '../../support/golden.js';
import { hex } from '../../support/hex.js';

const zeros = (count: number): string => '00 '.repeat(count);
const NO_CRITERIA = { criteriaType: 0, criteria: new Uint8Array(19) };

// All of `xorriso -as mkisofs` 1.5.4, of an image with isolinux.bin and an EFI image, and of one with GRUB's eltorito.img.
describe('El Torito', () => {
  golden(
    'names the catalog in the second volume descriptor',
    bootRecordVolumeDescriptor,
    { bootCatalog: 33 },
    `00 43 44 30 30 31 01 45 4c 20 54 4f 52 49 54 4f 20 53 50 45 43 49 46 49 43 41 54 49 4f 4e ${zeros(41)}` +
      `21 00 00 00 ${zeros(1973)}`,
  );

  const x86 = `01 00 00 00 ${zeros(24)}aa 55 55 aa`;
  golden(
    'begins the catalog with a validation entry',
    validationEntry,
    { platform: 0, manufacturer: '', checksum: 0x55aa },
    x86,
  );
  it('has a checksum that makes the sum of the words zero', () => {
    expect(hex(encodeValidationEntry(0, ''))).toBe(x86);
    // `xorriso -as mkisofs -e`, and the same with an id
    expect(hex(encodeValidationEntry(0xef, ''))).toBe(`01 ef 00 00 ${zeros(24)}aa 66 55 aa`);
  });

  golden(
    'has the image of isolinux at block 754 as its initial entry',
    bootEntry,
    {
      indicator: 0x88,
      emulation: 0,
      loadSegment: 0,
      systemType: 0,
      sectors: 4,
      block: 754,
      ...NO_CRITERIA,
    },
    `88 00 00 00 00 00 04 00 f2 02 00 00 ${zeros(20)}`,
  );
  golden(
    'has one more section for EFI',
    sectionHeaderEntry,
    { indicator: 0x91, platform: 0xef, entries: 1, manufacturer: '' },
    `91 ef 01 00 ${zeros(28)}`,
  );
  golden(
    'counts the sectors of an EFI image',
    bootEntry,
    {
      indicator: 0x88,
      emulation: 0,
      loadSegment: 0,
      systemType: 0,
      sectors: 2880,
      block: 34,
      ...NO_CRITERIA,
    },
    `88 00 00 00 00 00 40 0b 22 00 00 00 ${zeros(20)}`,
  );
});

describe('What boot images are told of themselves', () => {
  golden(
    'is for isolinux: the descriptor, its own block, its length and a checksum',
    bootInfoTable,
    { primaryVolumeDescriptor: 16, block: 754, bytes: 38_912, checksum: 0x8811_c780 },
    `10 00 00 00 f2 02 00 00 00 98 00 00 80 c7 11 88 ${zeros(40)}`,
  );
  // An image at block 754: its sectors begin at 3016, and GRUB wants the sixth.
  golden(
    'is for GRUB the sector behind the first five of it',
    grub2BootInfo,
    { sector: 3021n },
    'cd 0b 00 00 00 00 00 00',
  );
});
