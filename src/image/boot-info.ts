import { sum32le } from '../binary/checksum.js';
import {
  BOOT_INFO_END,
  BOOT_INFO_OFFSET,
  bootInfoTable,
  GRUB2_BOOT_INFO_OFFSET,
  grub2BootInfo,
  VIRTUAL_SECTOR,
} from '../iso9660/el-torito.js';
import { BLOCK } from '../iso9660/block.js';

/** What an image is to be told of itself. */
export interface BootInfo {
  readonly bootInfoTable: boolean;
  readonly grub2BootInfo: boolean;
}

const SECTORS_PER_BLOCK = BLOCK / VIRTUAL_SECTOR;

/** GRUB 2 wants the sector behind the first five of its image. */
const GRUB2_SKIPPED = 5;

/**
 * A copy of a boot image at `block` that knows where it lies. The checksum covers what GRUB 2 is told, as that of xorriso does.
 * `primaryVolumeDescriptor` is the block of that descriptor.
 */
export const withBootInfo = (
  image: Uint8Array,
  info: BootInfo,
  { block, primaryVolumeDescriptor }: { readonly block: number; readonly primaryVolumeDescriptor: number },
): Uint8Array => {
  const patched = Uint8Array.from(image);
  if (info.grub2BootInfo)
    grub2BootInfo.encodeInto(patched, GRUB2_BOOT_INFO_OFFSET, {
      sector: BigInt(block * SECTORS_PER_BLOCK + GRUB2_SKIPPED),
    });
  if (info.bootInfoTable) {
    patched.fill(0, BOOT_INFO_OFFSET, BOOT_INFO_END);
    bootInfoTable.encodeInto(patched, BOOT_INFO_OFFSET, {
      primaryVolumeDescriptor,
      block,
      bytes: image.length,
      checksum: sum32le(patched.subarray(BOOT_INFO_END)),
    });
  }
  return patched;
};
