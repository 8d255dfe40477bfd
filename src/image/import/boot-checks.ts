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
  readonly problem: string | undefined;
}

const validationProblem = (entry: Uint8Array): string | undefined => {
  const { header, key } = foreignValidationEntry.decode(entry);
  if (header !== 1 || key !== VALIDATION_KEY) return 'It does not begin with a validation entry.';
  if (sum16le(entry) !== 0) return 'The checksum of the validation entry is wrong.';
  return undefined;
};

const isEntry = ({ indicator }: Entry): boolean => indicator === BOOTABLE || indicator === NOT_BOOTABLE;

/** Entries of a catalog, one after the other; undefined behind its end. */
class CatalogReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next one, without taking it. */
  get next(): Uint8Array | undefined {
    const entry = this.#bytes.subarray(this.#at, this.#at + CATALOG_ENTRY);
    return entry.length === CATALOG_ENTRY ? entry : undefined;
  }

  take(): Uint8Array | undefined {
    const entry = this.next;
    this.#at += CATALOG_ENTRY;
    return entry;
  }

  /** Selection criteria that go on behind an entry. */
  skipExtensions(): void {
    while (this.next?.[0] === SELECTION_EXTENSION) this.take();
  }
}

/** The images of a section; false where it has fewer entries than it says. */
const takeSection = (
  reader: CatalogReader,
  { platform, entries }: { readonly platform: number; readonly entries: number },
  images: BootImage[],
): boolean => {
  for (let left = entries; left > 0; left--) {
    const entry = reader.take();
    if (!entry) return false;
    images.push({ platform, entry: bootEntry.decode(entry) });
    reader.skipExtensions();
  }
  return true;
};

/** El Torito 1.0 §2.3: sections, each with a header and its entries. Answers what keeps the rest from being read. */
const takeSections = (reader: CatalogReader, images: BootImage[]): string | undefined => {
  for (;;) {
    const entry = reader.take();
    if (!entry) return 'Its sections do not end.';
    const header = sectionHeaderEntry.decode(entry);
    const isLast = header.indicator === LAST_SECTION;
    if (!isLast && header.indicator !== MORE_SECTIONS) return undefined;
    if (!takeSection(reader, header, images)) return 'A section has more entries than there are.';
    if (isLast) return undefined;
  }
};

/** El Torito 1.0 §2: the validation entry, the default entry, sections. */
const readCatalog = (bytes: Uint8Array): Catalog => {
  const reader = new CatalogReader(bytes);
  const [validation, initial] = [reader.take(), reader.take()];
  const wrong = validation ? validationProblem(validation) : 'It is empty.';
  if (wrong !== undefined || !validation || !initial) return { images: [], problem: wrong };
  const { platform } = foreignValidationEntry.decode(validation);
  const images: BootImage[] = [{ platform, entry: bootEntry.decode(initial) }];
  return { images, problem: takeSections(reader, images) };
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

type InfoTable = ReturnType<typeof bootInfoTable.decode>;

/** A table that names the primary descriptor and its own block is certain to be one. */
const namesItself = (
  { primaryVolumeDescriptor, block }: InfoTable,
  { entry }: BootImage,
  primary: number,
): boolean => primaryVolumeDescriptor === primary && block === entry.block;

/** What an earlier session booted is booted by a later one, too. */
const isOfEarlier = (
  { primaryVolumeDescriptor, block }: InfoTable,
  { entry }: BootImage,
  primary: number,
): boolean => block === entry.block && primaryVolumeDescriptor < primary;

const canBeSummed = ({ blocks }: BlockReader, { bytes }: InfoTable, { entry }: BootImage): boolean =>
  bytes > BOOT_INFO_END && bytes <= LONGEST_LOADER && entry.block + blocksFor(bytes) <= blocks;

/**
 * A boot image that knows where it lies must be right about it. There is no mark that tells that an image does: one of which the checksum is right, or
 * that names the primary descriptor and its own block, has a table.
 */
const infoTableProblem = async (
  reader: BlockReader,
  image: BootImage,
  primary: number,
): Promise<string | undefined> => {
  const { platform, entry } = image;
  if (platform !== PLATFORM.x86 || entry.emulation !== EMULATION.none) return undefined;
  const table = bootInfoTable.decode(await reader.read(entry.block, 1), BOOT_INFO_OFFSET);
  const isOwn = namesItself(table, image, primary);
  if (!canBeSummed(reader, table, image))
    return isOwn ? `The image says that it has ${table.bytes} bytes.` : undefined;
  const isRight = (await sumOf(reader, entry.block, table.bytes)) === table.checksum;
  if (isOwn) return isRight ? undefined : 'The checksum is not that of the image.';
  return isRight && table.checksum !== 0 && !isOfEarlier(table, image, primary)
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
