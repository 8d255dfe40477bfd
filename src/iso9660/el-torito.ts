import { sum16le } from '../binary/checksum.js';
import { bytes, padded, uint16le, uint32le, uint64le, uint8 } from '../binary/codec.js';
import { bits, bp, fixed, layout, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';

/** El Torito 1.0 §2.0, Boot Record Volume Descriptor: it must be the second of the set, in block 17 of the session. */
export const bootRecordVolumeDescriptor = layout('Boot Record Volume Descriptor', BLOCK, {
  volumeDescriptorType: fixed(bp(1, 1, uint8), 0),
  standardIdentifier: fixed(bp(2, 6, padded(5)), 'CD001'),
  volumeDescriptorVersion: fixed(bp(7, 7, uint8), 1),
  bootSystemIdentifier: fixed(bp(8, 39, padded(32, 0)), 'EL TORITO SPECIFICATION'),
  bootCatalog: bp(72, 75, uint32le),
});

/** Bytes of every entry of a boot catalog. */
export const CATALOG_ENTRY = 32;

/** El Torito 1.0 §2.1 and UEFI 2.x §13.3.2.1: for whom an image is. */
export const PLATFORM = { x86: 0, powerpc: 1, mac: 2, efi: 0xef } as const;
export type Platform = keyof typeof PLATFORM;

/** El Torito 1.0 §2.2: what the firmware pretends that the image is. */
export const EMULATION = {
  none: 0,
  'floppy-1.2': 1,
  'floppy-1.44': 2,
  'floppy-2.88': 3,
  'hard-disk': 4,
} as const;
export type Emulation = keyof typeof EMULATION;

/** Bytes of the images of floppy disks; no other size can be emulated. */
export const FLOPPY_BYTES = { 'floppy-1.2': 1_228_800, 'floppy-1.44': 1_474_560, 'floppy-2.88': 2_949_120 };

/** The catalog counts in sectors of a disk, El Torito 1.0 §2.2. */
export const VIRTUAL_SECTOR = 512;

/** Bytes of the names of a maker: of the first image, and of those of a section. */
export const MANUFACTURER_LENGTH = 24;

/** El Torito 1.0 §2.1, Validation Entry: first of the catalog. Its checksum makes the sum of its words zero. */
export const validationEntry = layout('Validation Entry', CATALOG_ENTRY, {
  header: fixed(rbp(0, 1, uint8), 1),
  platform: rbp(1, 1, uint8),
  manufacturer: rbp(4, 24, padded(MANUFACTURER_LENGTH, 0)),
  checksum: rbp(28, 2, uint16le),
  key: fixed(rbp(30, 2, uint16le), 0xaa55),
});

/** The same, wherever it comes from. */
export const foreignValidationEntry = layout('Validation Entry', CATALOG_ENTRY, {
  header: rbp(0, 1, uint8),
  platform: rbp(1, 1, uint8),
  key: rbp(30, 2, uint16le),
});
export const VALIDATION_KEY = 0xaa55;

export const encodeValidationEntry = (platform: number, manufacturer: string): Uint8Array => {
  const entry = validationEntry.encode({ platform, manufacturer, checksum: 0 });
  const checksum = (0x1_0000 - sum16le(entry)) & 0xffff;
  return validationEntry.encode({ platform, manufacturer, checksum });
};

/** El Torito 1.0 §2.2 and §2.4, Initial Entry and Section Entry; the former has no selection criteria. */
export const bootEntry = layout('Section Entry', CATALOG_ENTRY, {
  /** 88h: it can be booted; 00h: it is only there. */
  indicator: rbp(0, 1, uint8),
  emulation: bits(1, 3, 0),
  loadSegment: rbp(2, 2, uint16le),
  /** Byte 4 of the entry of the partition that a hard disk image has. */
  systemType: rbp(4, 1, uint8),
  sectors: rbp(6, 2, uint16le),
  block: rbp(8, 4, uint32le),
  criteriaType: rbp(12, 1, uint8),
  criteria: rbp(13, 19, bytes(19)),
});

export const BOOTABLE = 0x88;
export const NOT_BOOTABLE = 0x00;

/** El Torito 1.0 §2.3, Section Header Entry: entries of one platform follow. */
export const sectionHeaderEntry = layout('Section Header Entry', CATALOG_ENTRY, {
  indicator: rbp(0, 1, uint8),
  platform: rbp(1, 1, uint8),
  entries: rbp(2, 2, uint16le),
  manufacturer: rbp(4, 28, padded(28, 0)),
});

export const MORE_SECTIONS = 0x90;
export const LAST_SECTION = 0x91;

/** El Torito 1.0 §2.5: selection criteria of the entry before go on. */
export const SELECTION_EXTENSION = 0x44;

/**
 * What isolinux and GRUB want to know of themselves, at byte 8 of the boot image: evidence are the images that genisoimage and
 * xorriso patch with `-boot-info-table`; no standard describes it.
 */
export const bootInfoTable = layout('Boot Info Table', 56, {
  primaryVolumeDescriptor: rbp(0, 4, uint32le),
  block: rbp(4, 4, uint32le),
  bytes: rbp(8, 4, uint32le),
  checksum: rbp(12, 4, uint32le),
});

export const BOOT_INFO_OFFSET = 8;

/** Where the bytes begin that the table's checksum sums up. */
export const BOOT_INFO_END = BOOT_INFO_OFFSET + bootInfoTable.size;

/** GRUB 2 looks here for the second virtual sector of its own image, and five sectors further (`xorriso --grub2-boot-info`). */
export const grub2BootInfo = layout('GRUB 2 boot info', 8, { sector: rbp(0, 8, uint64le) });
export const GRUB2_BOOT_INFO_OFFSET = 2548;
