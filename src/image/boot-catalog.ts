import { fromHexDigits } from '../binary/hex.js';
import { concatenate } from '../binary/list.js';
import { blocksFor, BLOCK } from '../iso9660/block.js';
import {
  bootEntry,
  BOOTABLE,
  CATALOG_ENTRY,
  EMULATION,
  encodeValidationEntry,
  LAST_SECTION,
  MORE_SECTIONS,
  NOT_BOOTABLE,
  PLATFORM,
  sectionHeaderEntry,
} from '../iso9660/el-torito.js';
import type { DecidedBootEntry } from './boot-entry.js';
import type { BootEntryRequest } from './boot-request.js';

/** One image of the catalog. */
export interface CatalogImage {
  readonly request: BootEntryRequest;
  readonly decided: DecidedBootEntry;
}

/** Entries of one platform and one maker that follow each other. */
type Section = CatalogImage[];

const sections = (images: readonly CatalogImage[]): Section[] => {
  const found: Section[] = [];
  for (const image of images) {
    const last = found.at(-1);
    const same = last?.[0]?.request;
    const { platform, manufacturer } = image.request;
    if (same?.platform === platform && same.manufacturer === manufacturer) last?.push(image);
    else found.push([image]);
  }
  return found;
};

/** Blocks of the catalog: 32 images that have a section each fill one. */
export const catalogBlocks = ([, ...others]: readonly CatalogImage[]): number =>
  blocksFor(CATALOG_ENTRY * (2 + sections(others).length + others.length));

const encodeCriteria = ({ criteria }: BootEntryRequest): Uint8Array => {
  const encoded = new Uint8Array(19);
  encoded.set(fromHexDigits(criteria?.data ?? ''));
  return encoded;
};

/**
 * The boot catalog, whole blocks: the first image is the default entry, and each run of others of one platform and one maker a section.
 * `blockOf` says where an image lies.
 */
export const encodeBootCatalog = <I extends CatalogImage>(
  images: readonly I[],
  blockOf: (image: I) => number,
): Uint8Array => {
  const blocks = new Map<CatalogImage, number>(images.map((image) => [image, blockOf(image)]));
  const encodeEntry = (image: CatalogImage): Uint8Array => {
    const { request, decided } = image;
    return bootEntry.encode({
      indicator: request.bootable ? BOOTABLE : NOT_BOOTABLE,
      emulation: EMULATION[decided.emulation],
      loadSegment: request.loadSegment,
      systemType: decided.systemType,
      sectors: decided.loadSectors,
      block: blocks.get(image) ?? 0,
      criteriaType: request.criteria?.type ?? 0,
      criteria: encodeCriteria(request),
    });
  };
  const encodeSection = (section: Section, index: number, { length }: readonly Section[]): Uint8Array[] => [
    sectionHeaderEntry.encode({
      indicator: index < length - 1 ? MORE_SECTIONS : LAST_SECTION,
      platform: PLATFORM[section[0]?.request.platform ?? 'x86'],
      entries: section.length,
      manufacturer: section[0]?.request.manufacturer ?? '',
    }),
    ...section.map(encodeEntry),
  ];
  const [first, ...others] = images;
  const catalog = new Uint8Array(catalogBlocks(images) * BLOCK);
  if (first)
    catalog.set(
      concatenate(
        encodeValidationEntry(PLATFORM[first.request.platform], first.request.manufacturer),
        encodeEntry(first),
        ...sections(others).flatMap(encodeSection),
      ),
    );
  return catalog;
};
