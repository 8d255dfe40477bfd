import { SpindleError } from '../errors.js';
import { SECTOR } from '../partitions/mbr.js';
import type { DecidedBootEntry, MeasuredBootImage } from './boot-entry.js';
import type { BootEntryRequest, BootFile, HybridRequest } from './boot-request.js';
import type { HybridImage, Loader } from './hybrid.js';

/** What of an image the tables of a disk depend on. */
interface Bootable {
  readonly request: BootEntryRequest;
  readonly decided: DecidedBootEntry;
  readonly entry: number;
  readonly head: Uint8Array;
}

/** Reads a file of which only the bytes are wanted. */
interface Files {
  readOnly(file: BootFile, most: number): MeasuredBootImage;
}

export interface PreparedHybrid extends Pick<HybridImage, 'table' | 'bootCode'> {
  /** Entry of the image that the boot code loads. */
  readonly loads: number | undefined;
  /** Entries of the EFI images, each once. */
  readonly efi: readonly number[];
}

/** What makes an isolinux.bin fit for isohdpfx.bin stands at byte 64 (libisofs calls such an image `isohybrid-suitable`). */
const ISOHYBRID_OFFSET = 64;
const ISOHYBRID_SIGNATURE = [0xfb, 0xc0, 0x78, 0x70];

const unfit = (why: string): SpindleError => new SpindleError('boot-hybrid-unfit', why);

const checkLoaded = (loader: Loader, loaded: Bootable | undefined): void => {
  if (loader === 'none') return;
  if (!loaded) throw unfit('The boot code needs an x86 image without emulation, and there is none.');
  const signature = loaded.head.subarray(ISOHYBRID_OFFSET, ISOHYBRID_OFFSET + ISOHYBRID_SIGNATURE.length);
  if (loader === 'isolinux' && ISOHYBRID_SIGNATURE.some((byte, index) => signature[index] !== byte))
    throw unfit('The first x86 image is no isolinux.bin that can be started from a disk.');
};

const readBootCode = (
  { image, loader }: NonNullable<HybridRequest['bootCode']>,
  files: Files,
): NonNullable<PreparedHybrid['bootCode']> => {
  const { name, bytes, head } = files.readOnly(image, SECTOR);
  if (bytes === 0 || bytes > SECTOR)
    throw unfit(`${name} has ${bytes} bytes; boot code fills a sector of ${SECTOR} at most.`);
  return { bytes: head, loader };
};

const isPlain = ({ decided }: Bootable): boolean => decided.emulation === 'none';

/** Which tables the image gets, and what they point to. */
export const prepareHybrid = (
  { table, bootCode }: HybridRequest,
  images: readonly Bootable[],
  files: Files,
): PreparedHybrid => {
  const loaded = images.find((image) => image.request.platform === 'x86' && isPlain(image));
  if (bootCode) checkLoaded(bootCode.loader, loaded);
  const efi = images.filter((image) => image.request.platform === 'efi' && isPlain(image));
  return {
    table: table ?? (efi.length > 0 ? 'gpt' : 'mbr'),
    bootCode: bootCode && readBootCode(bootCode, files),
    loads: loaded?.entry,
    efi: [...new Set(efi.map(({ entry }) => entry))],
  };
};
