import { sum16le, sum32le } from '../../binary/checksum.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import {
  BOOT_INFO_END,
  BOOT_INFO_OFFSET,
  BOOTABLE,
  bootEntry,
  bootInfoTable,
  CATALOG_ENTRY,
  EMULATION,
  FLOPPY_BYTES,
  foreignValidationEntry,
  LAST_SECTION,
  MORE_SECTIONS,
  NOT_BOOTABLE,
  PLATFORM,
  sectionHeaderEntry,
  SELECTION_EXTENSION,
  VALIDATION_KEY,
  VIRTUAL_SECTOR,
} from '../../iso9660/el-torito.js';
import { SYSTEM_AREA_BLOCKS } from '../../iso9660/volume-descriptors.js';
import type { BlockReader } from './block-reader.js';
import type { Finding } from './findings.js';
import type { IsoDescriptors } from './iso-descriptors.js';

/** Bytes of a catalog that are read: no firmware looks at a hundredth of it. */
const LONGEST_CATALOG = 64 * 1024;

/** Bytes that are summed up at once. */
const PIECE_BLOCKS = 32;

/** The longest boot image that knows its own checksum; loaders of isolinux and GRUB have less than a hundredth of it. */
const LONGEST_LOADER = 64 * 1024 * 1024;

type Entry = ReturnType<typeof bootEntry.decode>;

/** An image that the catalog names. */
interface BootImage {
  readonly platform: number;
  readonly entry: Entry;
}

interface Catalog {
  readonly images: readonly BootImage[];
  /** What keeps the rest from being read. */
  readonly problem?: string;
}

const validationProblem = (entry: Uint8Array): string | undefined => {
  const { header, key } = foreignValidationEntry.decode(entry);
  if (header !== 1 || key !== VALIDATION_KEY) return 'It does not begin with a validation entry.';
  if (sum16le(entry) !== 0) return 'The checksum of the validation entry is wrong.';
  return undefined;
};

const isEntry = ({ indicator }: Entry): boolean => indicator === BOOTABLE || indicator === NOT_BOOTABLE;

/** El Torito 1.0 §2: the validation entry, the default entry, then sections, each with a header and its entries. */
const readCatalog = (bytes: Uint8Array): Catalog => {
  const entryAt = (index: number): Uint8Array =>
    bytes.subarray(index * CATALOG_ENTRY, (index + 1) * CATALOG_ENTRY);
  const problem = validationProblem(entryAt(0));
  if (problem !== undefined) return { images: [], problem };
  const { platform } = foreignValidationEntry.decode(entryAt(0));
  const images: BootImage[] = [{ platform, entry: bootEntry.decode(entryAt(1)) }];
  const last = bytes.length / CATALOG_ENTRY;
  for (let at = 2; ;) {
    if (at >= last) return { images, problem: 'Its sections do not end.' };
    const header = sectionHeaderEntry.decode(entryAt(at++));
    if (header.indicator !== MORE_SECTIONS && header.indicator !== LAST_SECTION) return { images };
    for (let left = header.entries; left > 0; left--) {
      if (at >= last) return { images, problem: 'A section has more entries than there are.' };
      images.push({ platform: header.platform, entry: bootEntry.decode(entryAt(at++)) });
      while (at < last && entryAt(at)[0] === SELECTION_EXTENSION) at++;
    }
    if (header.indicator === LAST_SECTION) return { images };
  }
};

/** Bytes of the image that the firmware reads, as far as the entry tells. */
const bytesLoaded = ({ emulation, sectors }: Entry): number => {
  const floppy = Object.entries(FLOPPY_BYTES).find(
    ([name]) => EMULATION[name as keyof typeof FLOPPY_BYTES] === emulation,
  );
  return floppy?.[1] ?? sectors * VIRTUAL_SECTOR;
};

const entryProblem = (reader: BlockReader, entry: Entry): string | undefined => {
  if (!isEntry(entry)) return `An entry begins with ${entry.indicator}.`;
  if (entry.emulation > EMULATION['hard-disk']) return `An entry has emulation ${entry.emulation}.`;
  const end = entry.block + Math.max(1, blocksFor(bytesLoaded(entry)));
  return end > reader.blocks ? `A boot image takes blocks ${entry.block} to ${end - 1}.` : undefined;
};

/** Sum of the words of a boot image behind its table. */
const sumOf = async (reader: BlockReader, block: number, bytes: number): Promise<number> => {
  let sum = 0;
  for (let done = 0; done < bytes;) {
    const count = Math.min(PIECE_BLOCKS, blocksFor(bytes - done));
    const piece = (await reader.read(block + done / BLOCK, count)).subarray(0, bytes - done);
    sum = (sum + sum32le(piece.subarray(done === 0 ? BOOT_INFO_END : 0))) >>> 0;
    done += count * BLOCK;
  }
  return sum;
};

/**
 * A boot image that knows where it lies must be right about it. There is no mark that tells that an image does: one of which the checksum is right or
 * that names the primary descriptor and its own block has a table.
 */
const infoTableProblem = async (
  reader: BlockReader,
  { platform, entry }: BootImage,
  primary: number,
): Promise<string | undefined> => {
  if (platform !== PLATFORM.x86 || entry.emulation !== EMULATION.none) return undefined;
  const table = bootInfoTable.decode(await reader.read(entry.block, 1), BOOT_INFO_OFFSET);
  const fits =
    table.bytes > BOOT_INFO_END &&
    table.bytes <= LONGEST_LOADER &&
    entry.block + blocksFor(table.bytes) <= reader.blocks;
  const namesItself = table.primaryVolumeDescriptor === primary && table.block === entry.block;
  if (!fits) return namesItself ? `The image says that it has ${table.bytes} bytes.` : undefined;
  const isRight = (await sumOf(reader, entry.block, table.bytes)) === table.checksum;
  if (isRight && namesItself) return undefined;
  if (namesItself) return 'The checksum is not that of the image.';
  return isRight && table.checksum !== 0
    ? `It names block ${table.block} and a primary descriptor in block ${table.primaryVolumeDescriptor}.`
    : undefined;
};

const catalogBytes = async (reader: BlockReader, block: number): Promise<Uint8Array> =>
  reader.read(block, Math.min(LONGEST_CATALOG / BLOCK, reader.blocks - block));

/** What is wrong with how a session boots: its record, its catalog, and what boot images say of themselves. */
export async function* bootProblems(
  reader: BlockReader,
  { start, bootRecord = -1, bootCatalog: block, primary }: IsoDescriptors,
): AsyncGenerator<Finding> {
  if (block === undefined) return;
  if (bootRecord !== start + SYSTEM_AREA_BLOCKS + 1)
    yield { code: 'boot-record-misplaced', block: bootRecord, detail: 'It is not the second descriptor.' };
  if (block >= reader.blocks) {
    yield { code: 'boot-catalog-wrong', block: bootRecord, detail: `It lies in block ${block}, outside.` };
    return;
  }
  const { images, problem } = readCatalog(await catalogBytes(reader, block));
  if (problem !== undefined) yield { code: 'boot-catalog-wrong', block, detail: problem };
  for (const image of images) {
    const wrong = entryProblem(reader, image.entry);
    if (wrong !== undefined) yield { code: 'boot-catalog-wrong', block, detail: wrong };
    const told = wrong === undefined && (await infoTableProblem(reader, image, primary.block));
    if (told) yield { code: 'boot-info-table-wrong', block: image.entry.block, detail: told };
  }
}
