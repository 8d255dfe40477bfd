import { closeSync } from 'node:fs';

import { SpindleError } from '../errors.js';
import { BLOCK } from '../iso9660/block.js';
import { VIRTUAL_SECTOR } from '../iso9660/el-torito.js';
import { openBeneath } from '../os/openat2.js';
import { fileKind, fstatInto, STAT, statRow } from '../os/stat.js';
import { decideBootEntry, type MeasuredBootImage } from './boot-entry.js';
import { catalogBlocks, type CatalogImage } from './boot-catalog.js';
import type { BootInfo } from './boot-info.js';
import type { BootFile, BootRequest } from './boot-request.js';
import { prepareHybrid, type PreparedHybrid } from './hybrid-request.js';
import { addMadeFile } from './made-file.js';
import type { OpenRoots } from './roots.js';
import { SourceReader } from './source-reader.js';
import { ROOT, type Tree } from './tree.js';
import { findEntry } from './tree-paths.js';
import type { UdfOptions } from './udf-options.js';

/** El Torito knows no limit; IMAPI's is this, and it fills one block. */
const MOST_ENTRIES = 32;

/** Images that are told of themselves are boot loaders; larger ones are a mistake. They are kept in memory. */
const MOST_TOLD = 16 * 1024 * 1024;

/** An image of the catalog, and which entry of the tree it is. */
export interface BootImage extends CatalogImage {
  readonly entry: number;
  /** Its first sector. */
  readonly head: Uint8Array;
}

/** An image that is recorded with what it is told of itself. */
export interface ToldImage {
  readonly bytes: Uint8Array;
  readonly info: BootInfo;
}

/** What boots a volume, read and checked; nothing of it has an address yet. */
export interface PreparedBoot {
  readonly images: readonly BootImage[];
  /** By entry. */
  readonly told: ReadonlyMap<number, ToldImage>;
  /** Entries that no directory shows. */
  readonly hidden: readonly number[];
  /** The entry that shows the catalog, if one does. */
  readonly catalog: number | undefined;
  readonly hybrid: PreparedHybrid | undefined;
}

const nameOf = (file: BootFile): string => ('at' in file ? file.at : `${file.root}:${file.path}`);

const entryAt = (tree: Tree, path: string): number => {
  const entry = findEntry(tree, path);
  if (entry === undefined)
    throw new SpindleError('source-missing', `There is no ${path} on the disc to boot from.`);
  if (tree.kind(entry) !== 'file' || !tree.isDescribed(entry))
    throw new SpindleError(
      'boot-image-unusable',
      tree.kind(entry) === 'file'
        ? `${path} is no source, but made with the disc.`
        : `${path} is a ${tree.kind(entry) ?? 'file of unknown kind'}.`,
    );
  return entry;
};

/** A file beneath a root becomes an entry that no directory adopts. */
const hiddenEntry = (
  tree: Tree,
  { root, path }: { root: string; path: string },
  roots: OpenRoots,
): number => {
  const fd = openBeneath(roots.descriptor(root), path);
  try {
    const rows = statRow();
    fstatInto(fd, rows);
    if (fileKind(rows[STAT.mode] ?? 0n) !== 'file')
      throw new SpindleError('boot-image-unusable', `${root}:${path} is no regular file.`);
    const mapping = tree.addMapping(root, path, tree.size);
    return tree.add(ROOT, path.split('/').at(-1) ?? path, { mapping, rows, index: 0 });
  } finally {
    closeSync(fd);
  }
};

/** Finds the files of a request in the tree, and adds those that are not there; each once. */
class BootFiles {
  readonly hidden: number[] = [];
  readonly #tree: Tree;
  readonly #roots: OpenRoots;
  readonly #reader: SourceReader;
  readonly #found = new Map<string, number>();

  constructor(tree: Tree, roots: OpenRoots) {
    this.#tree = tree;
    this.#roots = roots;
    this.#reader = new SourceReader(roots);
  }

  entry(file: BootFile): number {
    if ('at' in file) return entryAt(this.#tree, file.at);
    const name = nameOf(file);
    const found = this.#found.get(name) ?? hiddenEntry(this.#tree, file, this.#roots);
    if (!this.#found.has(name)) this.hidden.push(found);
    this.#found.set(name, found);
    return found;
  }

  /** A file of which only the bytes are wanted. */
  readOnly(file: BootFile, most: number): MeasuredBootImage {
    const entry = 'at' in file ? this.entry(file) : hiddenEntry(this.#tree, file, this.#roots);
    return { name: nameOf(file), bytes: this.#tree.contentBytes(entry), head: this.read(entry, most) };
  }

  /** The first bytes of a file, compared with what was measured before and after. */
  read(entry: number, most: number): Uint8Array {
    const source = this.#tree.source(entry);
    const bytes = new Uint8Array(Math.min(most, source.size));
    try {
      this.#reader.open(source);
      this.#reader.read(bytes, 0);
      this.#reader.finish();
    } finally {
      this.#reader.close();
    }
    return bytes;
  }
}

const prepareImages = (
  tree: Tree,
  { entries }: BootRequest,
  files: BootFiles,
): Pick<PreparedBoot, 'images' | 'told'> => {
  const told = new Map<number, ToldImage>();
  const images = entries.map((request): BootImage => {
    const { bootInfoTable, grub2BootInfo } = request;
    const entry = files.entry(request.image);
    const image = {
      name: nameOf(request.image),
      bytes: tree.contentBytes(entry),
      head: files.read(entry, VIRTUAL_SECTOR),
    };
    const decided = decideBootEntry(request, image);
    if (!bootInfoTable && !grub2BootInfo) return { entry, request, decided, head: image.head };
    if (image.bytes > MOST_TOLD)
      throw new SpindleError(
        'boot-image-unusable',
        `${image.name} is larger than any boot loader: ${image.bytes} bytes.`,
      );
    const before = told.get(entry);
    told.set(entry, {
      bytes: before?.bytes ?? files.read(entry, MOST_TOLD),
      info: {
        bootInfoTable: bootInfoTable || before?.info.bootInfoTable === true,
        grub2BootInfo: grub2BootInfo || before?.info.grub2BootInfo === true,
      },
    });
    return { entry, request, decided, head: image.head };
  });
  return { images, told };
};

/** What else the volume has. */
interface BootSurroundings {
  readonly roots: OpenRoots;
  readonly iso9660: boolean;
  readonly udf: UdfOptions | undefined;
  readonly startBlock: number;
}

/**
 * Reads and checks what a volume is to boot. It alone reads sources before they are recorded: what is told of itself is recorded as
 * it was then.
 */
export const prepareBoot = (
  tree: Tree,
  request: BootRequest,
  { roots, iso9660, udf, startBlock }: BootSurroundings,
): PreparedBoot => {
  if (startBlock > 0)
    throw new SpindleError(
      'boot-later-session',
      `The session begins at block ${startBlock}; firmware looks for a catalog in the first one.`,
    );
  if (!iso9660)
    throw new SpindleError(
      'invalid-request',
      'The catalog of what boots is a part of ISO 9660, which is not wanted.',
    );
  if (udf?.view === 'virtual' && request.hybrid)
    throw new SpindleError(
      'boot-hybrid-unfit',
      'The virtual allocation table of UDF that is write-once must be the last block, where the image of a hybrid is filled up and has the second copy of a GPT.',
    );
  if (request.entries.length > MOST_ENTRIES)
    throw new SpindleError(
      'boot-entries-too-many',
      `${request.entries.length} boot images are asked for; there may be ${MOST_ENTRIES}.`,
    );
  const files = new BootFiles(tree, roots);
  const { images, told } = prepareImages(tree, request, files);
  const shown = images.length > 0 ? request.catalog : undefined;
  return {
    images,
    told,
    hidden: files.hidden,
    catalog:
      shown === undefined
        ? undefined
        : addMadeFile(tree, shown, { bytes: catalogBlocks(images) * BLOCK, what: 'the boot catalog' }),
    hybrid: request.hybrid && prepareHybrid(request.hybrid, images, files),
  };
};
