import { SpindleError } from '../errors.js';
import { LayoutError } from '../binary/codec.js';
import {
  BOOT_INFO_END,
  type Emulation,
  FLOPPY_BYTES,
  GRUB2_BOOT_INFO_OFFSET,
  grub2BootInfo,
  VIRTUAL_SECTOR,
} from '../iso9660/el-torito.js';
import { masterBootRecord, PARTITION_TYPE } from '../partitions/mbr.js';
import type { BootEntryRequest } from './boot-request.js';

/** What has to be known of an image before anything is decided. */
export interface MeasuredBootImage {
  /** What failures call it. */
  readonly name: string;
  readonly bytes: number;
  /** Its first bytes, a sector at least where it has as much. */
  readonly head: Uint8Array;
}

/** What the catalog says of an image. */
export interface DecidedBootEntry {
  readonly emulation: Emulation;
  /** Of a hard disk image the type of its partition. */
  readonly systemType: number;
  readonly loadSectors: number;
}

const unusable = ({ name }: MeasuredBootImage, why: string): SpindleError =>
  new SpindleError('boot-image-unusable', `${name} ${why}.`);

const mismatch = ({ name, bytes }: MeasuredBootImage, why: string): SpindleError =>
  new SpindleError('boot-emulation-mismatch', `${name}, ${bytes} bytes long, ${why}.`);

const isFloppy = (emulation: Emulation): emulation is keyof typeof FLOPPY_BYTES => emulation in FLOPPY_BYTES;

const floppyOf = (bytes: number): Emulation | undefined =>
  (Object.keys(FLOPPY_BYTES) as (keyof typeof FLOPPY_BYTES)[]).find((name) => FLOPPY_BYTES[name] === bytes);

const chosenEmulation = ({ emulation, platform }: BootEntryRequest, bytes: number): Emulation => {
  if (emulation !== 'auto') return emulation;
  return (platform === 'x86' ? floppyOf(bytes) : undefined) ?? 'none';
};

const partitionsOf = (image: MeasuredBootImage): number[] => {
  try {
    const { partition1, partition2, partition3, partition4 } = masterBootRecord.decode(image.head);
    return [partition1, partition2, partition3, partition4].map(({ type }) => type);
  } catch (error) {
    if (error instanceof LayoutError) return [];
    throw error;
  }
};

/** El Torito 1.0 §2.2: a hard disk image begins with a master boot record of exactly one partition, whose type the catalog repeats. */
const hardDiskType = (image: MeasuredBootImage): number => {
  const types = partitionsOf(image).filter((type) => type !== PARTITION_TYPE.empty);
  const [type] = types;
  if (type === undefined || types.length > 1)
    throw mismatch(image, `is no image of a hard disk: it has ${types.length} partitions, not exactly one`);
  return type;
};

const MOST_SECTORS = 0xffff;

const sectorsOf = (
  { platform, loadSectors }: BootEntryRequest,
  emulation: Emulation,
  image: MeasuredBootImage,
): number => {
  if (emulation !== 'none') return typeof loadSectors === 'number' ? loadSectors : 1;
  const wanted = loadSectors ?? (platform === 'efi' ? 'all' : 4);
  if (wanted !== 'all') return wanted;
  const all = Math.ceil(image.bytes / VIRTUAL_SECTOR);
  if (all <= MOST_SECTORS) return all;
  // UEFI takes 0 for the rest of the medium, and the file system in the image knows its own size.
  if (platform === 'efi') return 0;
  throw unusable(image, `has ${all} sectors, and a boot catalog counts to ${MOST_SECTORS}`);
};

const checkPatches = (
  { bootInfoTable, grub2BootInfo: grub2 }: BootEntryRequest,
  emulation: Emulation,
  image: MeasuredBootImage,
): void => {
  const needed = Math.max(
    bootInfoTable ? BOOT_INFO_END : 0,
    grub2 ? GRUB2_BOOT_INFO_OFFSET + grub2BootInfo.size : 0,
  );
  if (needed > 0 && emulation !== 'none')
    throw mismatch(image, 'is a disk to the firmware and has no place for a boot info table');
  if (image.bytes < needed)
    throw unusable(image, `has ${image.bytes} bytes, too few for what it is to be told of itself`);
};

/** What the catalog will say of an image, or why it cannot be booted as the request wants it. */
export const decideBootEntry = (request: BootEntryRequest, image: MeasuredBootImage): DecidedBootEntry => {
  if (image.bytes === 0) throw unusable(image, 'is empty');
  const emulation = chosenEmulation(request, image.bytes);
  if (isFloppy(emulation) && image.bytes !== FLOPPY_BYTES[emulation])
    throw mismatch(image, `is no floppy disk of ${FLOPPY_BYTES[emulation]} bytes`);
  checkPatches(request, emulation, image);
  return {
    emulation,
    systemType: emulation === 'hard-disk' ? hardDiskType(image) : 0,
    loadSectors: sectorsOf(request, emulation, image),
  };
};
