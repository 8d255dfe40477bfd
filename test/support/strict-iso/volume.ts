import { ClaimedImage } from './claims.js';
import { readDescriptors } from './descriptors.js';
import { checkOrder, checkPathTables } from './order.js';
import { type Directory, type DirectoryRecord, readDirectory, readRecord } from './records.js';
import { BLOCK, both32, given, need, type TreeName } from './rules.js';
import { type StrictEntry, viewOf } from './view.js';

/** A volume, of which nothing is read that breaks a rule. */
export class StrictIso {
  readonly descriptors: ReadonlyMap<TreeName, Buffer>;
  readonly volumeBlocks: number;
  readonly #image: ClaimedImage;
  #rockRidge = false;

  constructor(image: Buffer) {
    this.#image = new ClaimedImage(image);
    this.descriptors = readDescriptors(this.#image);
    const primary = given(this.descriptors.get('primary'), '6.7.1: there is a primary descriptor');
    this.volumeBlocks = both32(primary, 80, 'volume space size');
    need(this.volumeBlocks * BLOCK <= image.length, 'the volume lies within the image');
  }

  /** No two things that were read share a byte, but files that are the same. */
  checkOverlaps(): void {
    this.#image.checkOverlaps();
  }

  /** All entries of a tree but the root. */
  entries(name: TreeName, { exactOrder = true }: { readonly exactOrder?: boolean } = {}): StrictEntry[] {
    const descriptor = given(this.descriptors.get(name), `there is no ${name} tree`);
    const joliet = name === 'joliet';
    need(descriptor[156] === 34, '8.4.18: the record of the root has 34 bytes');
    const root = given(readRecord(this.#image, descriptor, 156, joliet), '8.4.18: there is a root');
    const directories = this.#directories(root, joliet);
    for (const { children } of directories.values()) checkOrder(children, name === 'primary' && exactOrder);
    const parents = new Map([...directories].map(([extent, { parent }]) => [extent, parent.extent]));
    checkPathTables(this.#image, descriptor, parents);
    return viewOf({ image: this.#image, name, directories }, root.extent);
  }

  /** All directories by their extents, from the root down. */
  #directories(root: DirectoryRecord, joliet: boolean): Map<number, Directory> {
    const found = new Map<number, Directory>();
    const gather = ({ extent, bytes }: DirectoryRecord, parent: number): void => {
      need(!found.has(extent), 'no directory is in two');
      const directory = readDirectory(this.#image, extent, bytes, joliet);
      need(directory.parent.extent === parent, '6.8.2.2: the second record is the parent');
      found.set(extent, directory);
      if (directory.self.posix?.announced) this.#rockRidge = true;
      for (const child of directory.children) if (child.directory) gather(child, extent);
    };
    gather(root, root.extent);
    return found;
  }

  /** Whether the root announces Rock Ridge; asked for after the primary tree was read. */
  get hasRockRidge(): boolean {
    return this.#rockRidge;
  }
}
