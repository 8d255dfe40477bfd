import { BLOCK, blocksFor } from '../iso9660/block.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';
import { uint64le } from '../binary/codec.js';
import {
  encodeGpt,
  GPT_BACKUP_SECTORS,
  GPT_FIRST_USABLE,
  GPT_TYPE,
  type GptPartition,
  type GuidPartitionTable,
} from '../partitions/gpt.js';
import {
  BOOT_CODE,
  encodePartitionTable,
  type MbrPartition,
  PARTITION_TYPE,
  SECTOR,
} from '../partitions/mbr.js';

const SECTORS_PER_BLOCK = BLOCK / SECTOR;

/** Blocks of a mebibyte: partition tools and some BIOSes want an image to be a multiple. */
const HYBRID_ALIGNMENT = 512;

/** Blocks at the end for the second copy of a GPT. */
const GPT_TAIL_BLOCKS = blocksFor(GPT_BACKUP_SECTORS * SECTOR);

/** How an image ends. */
export interface ImageEnd {
  /** It is a multiple of so many blocks. */
  readonly multiple: number;
  /** Last blocks that are not for a file system. */
  readonly taken: number;
}

export const hybridEnd = (table: HybridImage['table']): ImageEnd => ({
  multiple: HYBRID_ALIGNMENT,
  taken: table === 'mbr' ? 0 : GPT_TAIL_BLOCKS,
});

/** How boot code is told where the first x86 image lies; where the address stands is that of libisofs' `system_area.txt`. */
export type Loader = 'isolinux' | 'grub2' | 'none';

const ADDRESS_OFFSET = 432;

/** GRUB 2 wants the sector behind the first four of its image. */
const ADDRESS_SKIPS = { isolinux: 0, grub2: 4 } as const;

/** All that a system area is made of. Blocks are those of the image, counted from its beginning. */
export interface HybridImage {
  readonly table: 'mbr' | 'gpt' | 'mbr+gpt';
  readonly bootCode: { readonly bytes: Uint8Array; readonly loader: Loader } | undefined;
  /** First block of the first x86 image that is not emulated. */
  readonly bootImage: number | undefined;
  /** EFI images by ascending address. */
  readonly efi: readonly { readonly block: number; readonly bytes: number }[];
  /** Of the whole image. */
  readonly blocks: number;
  /** 16 bytes that no other image has, and others for `index` from 1 on. */
  readonly guid: (index: number) => Uint8Array;
}

interface Span {
  readonly start: number;
  readonly sectors: number;
}

const efiSpans = ({ efi }: HybridImage): Span[] =>
  efi.map(({ block, bytes }) => ({
    start: block * SECTORS_PER_BLOCK,
    sectors: blocksFor(bytes) * SECTORS_PER_BLOCK,
  }));

const legacyPartitions = (image: HybridImage): MbrPartition[] => {
  const sectors = image.blocks * SECTORS_PER_BLOCK;
  const efi = efiSpans(image).slice(0, 3);
  if (image.table === 'gpt')
    return [{ type: PARTITION_TYPE.protective, active: false, start: 1, sectors: sectors - 1 }];
  // A partition of a type of its own would overlap those in it; one of type 0 is there for the BIOS alone.
  const whole = efi.length > 0 ? PARTITION_TYPE.empty : PARTITION_TYPE.hiddenNtfs;
  return [
    { type: whole, active: true, start: 0, sectors },
    ...efi.map((span) => ({ ...span, type: PARTITION_TYPE.efiSystem, active: false })),
  ];
};

/** EFI images, and what lies before, between and behind them: no two partitions overlap. */
const gptPartitions = (image: HybridImage): GptPartition[] => {
  const partitions: GptPartition[] = [];
  const end = image.blocks * SECTORS_PER_BLOCK - GPT_TAIL_BLOCKS * SECTORS_PER_BLOCK;
  let next = GPT_FIRST_USABLE;
  const add = (type: Uint8Array, { start, sectors }: Span, name: string): void => {
    if (sectors > 0) partitions.push({ type, id: image.guid(partitions.length + 1), start, sectors, name });
    next = start + sectors;
  };
  for (const efi of efiSpans(image)) {
    add(GPT_TYPE.basicData, { start: next, sectors: efi.start - next }, 'ISO 9660');
    add(GPT_TYPE.efiSystem, efi, 'EFI boot image');
  }
  add(GPT_TYPE.basicData, { start: next, sectors: end - next }, 'ISO 9660');
  return partitions;
};

export const guidPartitionTable = (image: HybridImage): GuidPartitionTable =>
  encodeGpt(image.guid(0), image.blocks * SECTORS_PER_BLOCK, gptPartitions(image));

const writeBootCode = (area: Uint8Array, { bootCode, bootImage }: HybridImage): void => {
  if (!bootCode) return;
  area.set(bootCode.bytes.subarray(0, BOOT_CODE));
  if (bootCode.loader === 'none' || bootImage === undefined) return;
  const address = bootImage * SECTORS_PER_BLOCK + ADDRESS_SKIPS[bootCode.loader];
  uint64le.encodeInto(area, ADDRESS_OFFSET, BigInt(address));
};

const diskSignature = (guid: Uint8Array): number =>
  new DataView(guid.buffer, guid.byteOffset).getUint32(0, true);

/** The system area of an image that boots from a disk, too. */
export const encodeSystemArea = (image: HybridImage): Uint8Array => {
  const area = new Uint8Array(SYSTEM_AREA_BLOCKS * BLOCK);
  writeBootCode(area, image);
  encodePartitionTable(area, diskSignature(image.guid(0)), legacyPartitions(image));
  if (image.table !== 'mbr') area.set(guidPartitionTable(image).primary, SECTOR);
  return area;
};
