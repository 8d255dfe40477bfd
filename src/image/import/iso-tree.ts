import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { SELF } from '../../iso9660/directory-record.js';
import { directoryRecords, type FoundRecord } from '../../iso9660/directory-records.js';
import { readRockRidge, type RockRidge } from '../../iso9660/rock-ridge-entries.js';
import { pathText } from '../../os/path-bytes.js';
import type { BlockReader } from './block-reader.js';
import { EntryPaths } from './entry-paths.js';
import type { FindingCode, Report } from './findings.js';
import type { HierarchyDescriptor } from './iso-descriptors.js';
import { kindOf, unshown } from './iso-record.js';
import type { IsoEntry, IsoView, Run } from './iso-entry.js';
import {
  fileSections,
  highestFirst,
  isNamed,
  type RecordPlace,
  runOf,
  type Sections,
} from './iso-sections.js';
import { bytesSkipped, type SystemUseReader, systemUseReader } from './iso-system-use.js';
import { Relocations } from './relocations.js';
import { isUsableName } from './usable-name.js';
import { isOlderVersion, SHOWN, TEXT } from './view-names.js';

/** What a program of ours can take into a tree. */
const MOST_ENTRIES = 2_000_000;
const DEEPEST = 256;
/** Bytes of one directory; a hundred times what two million records of a volume share need. */
const LARGEST_DIRECTORY = 256 * 1024 * 1024;

const NS = 1_000_000_000n;
const NO_ROCK_RIDGE: RockRidge = {};

/** A directory that is still to be read. */
interface Pending {
  readonly id: number;
  readonly parent: number;
  readonly block: number;
  readonly bytes: number;
  readonly depth: number;
}

/** A directory as it was read, for whoever looks at more than its entries. */
export interface ReadDirectory {
  readonly id: number;
  readonly parent: number;
  readonly path: string;
  readonly block: number;
  readonly bytes: Uint8Array;
}

/** What is read, and who hears of it. */
export interface IsoReading {
  readonly descriptor: HierarchyDescriptor;
  readonly view: IsoView;
  readonly report: Report;
  /** Is called with every directory before its entries come. */
  readonly inspect?: (directory: ReadDirectory) => void;
}

/** A directory, or what has a name in it. */
interface Place {
  readonly id: number;
  readonly name?: string;
  readonly block?: number;
}

/** The tree of one hierarchy, read directory by directory, each once. */
class IsoWalk {
  readonly #reader: BlockReader;
  readonly #view: IsoView;
  readonly #report: Report;
  readonly #inspect: ((directory: ReadDirectory) => void) | undefined;
  readonly #paths = new EntryPaths();
  readonly #visited = new Set<number>();
  readonly #queue: Pending[] = [];
  readonly #relocations = new Relocations();
  #systemUse: SystemUseReader | undefined;
  #entries = 0;
  #directoryBlocks = 0;

  constructor(reader: BlockReader, { view, report, inspect }: IsoReading) {
    this.#reader = reader;
    this.#view = view;
    this.#report = report;
    this.#inspect = inspect;
  }

  async *walk({ block, values }: HierarchyDescriptor): AsyncGenerator<IsoEntry> {
    const [record] = directoryRecords(values.rootDirectoryRecord);
    if (record === undefined || 'reason' in record) {
      this.#report({
        code: 'directory-unreadable',
        block,
        path: '/',
        detail: 'The record of the root directory is malformed.',
      });
      return;
    }
    this.#entries = 1;
    const { block: root, bytes } = runOf(record);
    this.#queue.push({ id: 0, parent: 0, block: root, bytes, depth: 1 });
    yield await this.#rootEntry(record);
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift())
      yield* this.#directory(next);
    await this.#checkRelocations();
  }

  /** The root is described by its own first record, which also says whether there is Rock Ridge. */
  async #rootEntry(record: FoundRecord): Promise<IsoEntry> {
    const { block } = runOf(record);
    const own = block < this.#reader.blocks ? this.#first(await this.#reader.read(block, 1)) : undefined;
    const skip = own && this.#view === 'rock-ridge' ? bytesSkipped(own.systemUse) : undefined;
    if (skip !== undefined) this.#systemUse = systemUseReader(this.#reader, skip);
    const rockRidge = own ? await this.#rockRidge(own, 0, '') : NO_ROCK_RIDGE;
    if (own) this.#tellAttributes(own, rockRidge, { id: 0, block });
    const root = this.#entry({ first: record, runs: [] }, { id: 0, parent: 0, name: '', rockRidge });
    // What lies beneath it has been named, whatever its flags say.
    return { ...root, kind: 'directory', size: 0, target: undefined };
  }

  #first(directory: Uint8Array): FoundRecord | undefined {
    const [record] = directoryRecords(directory);
    return record === undefined || 'reason' in record ? undefined : record;
  }

  #tell(code: FindingCode, at: Place, detail: string): void {
    this.#report({
      code,
      detail,
      path: this.#paths.of(at.id, at.name),
      ...(at.block !== undefined && { block: at.block }),
    });
  }

  /** The bytes of a directory; undefined where it cannot be one, which is told. */
  async #read({ id, block, bytes, depth }: Pending): Promise<Uint8Array | undefined> {
    const blocks = blocksFor(bytes);
    const objection = ((): [FindingCode, string] | undefined => {
      if (this.#visited.has(block))
        return ['directory-loop', `Block ${block} was read as a directory before.`];
      if (block + blocks > this.#reader.blocks)
        return ['extent-outside', `Blocks ${block} to ${block + blocks - 1} are not all there.`];
      if (bytes === 0 || bytes % BLOCK !== 0 || bytes > LARGEST_DIRECTORY)
        return ['directory-unreadable', `A directory of ${bytes} bytes.`];
      if (depth > DEEPEST) return ['too-deep', `It is directory ${depth} of its path.`];
      if (this.#directoryBlocks + blocks > this.#reader.blocks)
        return ['directories-overlap', 'Directories have more blocks than there are.'];
      return undefined;
    })();
    if (objection !== undefined) {
      this.#tell(objection[0], { id, block }, objection[1]);
      return undefined;
    }
    this.#visited.add(block);
    this.#directoryBlocks += blocks;
    return this.#reader.read(block, blocks);
  }

  async *#directory(pending: Pending): AsyncGenerator<IsoEntry> {
    const bytes = await this.#read(pending);
    if (bytes === undefined) return;
    const { id, parent, block } = pending;
    this.#inspect?.({ id, parent, block, bytes, path: this.#paths.of(id) });
    const names = new Map<string, string>();
    const textOf = TEXT[this.#view];
    for (const sections of highestFirst([...this.#sections(pending, bytes)], textOf)) {
      const { first } = sections;
      const text = textOf(first.identifier);
      const rockRidge = await this.#rockRidge(first, pending.id, SHOWN[this.#view](text, false));
      const name = this.#nameOf(first, rockRidge);
      if (rockRidge.relocated === true) {
        this.#relocations.add({ directory: id, name, record: first, isInHome: false });
        continue;
      }
      const earlier = names.get(name);
      if (earlier !== undefined && isOlderVersion(text, earlier)) {
        this.#tell('version-hidden', { id, name, block }, `It is hidden by "${earlier}".`);
        continue;
      }
      if (this.#isTooLong(rockRidge, name, pending) || !this.#accepts(name, names, pending)) continue;
      names.set(name, text);
      this.#tellAttributes(first, rockRidge, { id, name, block });
      const entry = await this.#found(sections, { pending, name, rockRidge });
      if (entry === undefined) return;
      yield entry;
    }
  }

  #tellAttributes(record: FoundRecord, rockRidge: RockRidge, at: Place): void {
    for (const [code, detail] of unshown(record, rockRidge)) this.#tell(code, at, detail);
  }

  #sections({ id, block }: Pick<Pending, 'id' | 'block'>, bytes: Uint8Array): Generator<Sections> {
    return fileSections(bytes, (code, { offset, identifier }: RecordPlace, detail) => {
      const name = identifier && { name: SHOWN[this.#view](TEXT[this.#view](identifier), false) };
      this.#tell(code, { id, ...name, block: block + Math.floor(offset / BLOCK) }, detail);
    });
  }

  /** What is marked as moved is seen where it belongs, or, of a directory that holds nothing but such, nowhere. */
  async #checkRelocations(): Promise<void> {
    for (const { directory: id, name, record, isInHome } of this.#relocations.unclaimed()) {
      const { block, bytes: length } = runOf(record);
      if (isInHome || !record.header.directory) {
        this.#tell('relocation-unclaimed', { id, name, block }, 'No entry of another directory leads to it.');
        continue;
      }
      const bytes = await this.#read({ id, parent: id, block, bytes: length, depth: 1 });
      for (const { first } of bytes ? this.#sections({ id, block }, bytes) : [])
        await this.#checkInHome(first, { id, name, block });
    }
  }

  async #checkInHome(record: FoundRecord, home: { id: number; name: string; block: number }): Promise<void> {
    const { id, block } = home;
    const rockRidge = await this.#rockRidge(record, id, home.name);
    const name = `${home.name}/${this.#nameOf(record, rockRidge)}`;
    if (rockRidge.relocated === true) this.#relocations.add({ directory: id, name, record, isInHome: true });
    else this.#tell('relocation-unclaimed', { id, name, block }, 'Its directory is marked as moved.');
  }

  #isTooLong({ tooLong }: RockRidge, name: string, { id, block }: Pending): boolean {
    if (tooLong === 'name') this.#tell('name-illegal', { id, block }, `A name begins with "${name}".`);
    if (tooLong === 'target')
      this.#tell('target-illegal', { id, name, block }, 'It is longer than any path.');
    return tooLong !== undefined;
  }

  #accepts(name: string, names: ReadonlyMap<string, string>, { id, block }: Pending): boolean {
    if (!isUsableName(name)) {
      this.#tell('name-illegal', { id, block }, `"${name}" can be no name of a file; it is left out.`);
      return false;
    }
    if (names.has(name)) {
      this.#tell('name-repeated', { id, name, block }, 'The later entry is left out.');
      return false;
    }
    return true;
  }

  async #found(
    sections: Sections,
    { pending, name, rockRidge }: { pending: Pending; name: string; rockRidge: RockRidge },
  ): Promise<IsoEntry | undefined> {
    if (this.#entries >= MOST_ENTRIES) {
      this.#tell('too-many-entries', { id: pending.id }, `More than ${MOST_ENTRIES} entries.`);
      this.#queue.length = 0;
      return undefined;
    }
    const entry = this.#entry(sections, { id: this.#entries++, parent: pending.id, name, rockRidge });
    if (entry.kind === 'directory') await this.#enqueue(sections, entry, pending.depth);
    else this.#checkRuns(entry);
    return entry;
  }

  async #enqueue(
    { first }: Sections,
    { id, parent, name, rockRidge }: IsoEntry,
    depth: number,
  ): Promise<void> {
    this.#paths.add(id, parent, name);
    if (rockRidge.childBlock !== undefined) this.#relocations.claim(rockRidge.childBlock);
    const run =
      rockRidge.childBlock === undefined ? runOf(first) : await this.#relocated(rockRidge.childBlock);
    if (run === undefined) {
      this.#tell(
        'directory-unreadable',
        { id },
        `It was moved to block ${rockRidge.childBlock}, where none is.`,
      );
      return;
    }
    this.#queue.push({ id, parent, ...run, depth: depth + 1 });
  }

  /** How long a relocated directory is only its own first record tells. */
  async #relocated(block: number): Promise<Run | undefined> {
    if (block >= this.#reader.blocks) return undefined;
    const own = this.#first(await this.#reader.read(block, 1));
    return own && isNamed(own.identifier, SELF) ? { block, bytes: own.header.dataLength } : undefined;
  }

  #checkRuns({ parent, name, runs }: IsoEntry): void {
    for (const { block, bytes } of runs)
      if (bytes > 0 && block + blocksFor(bytes) > this.#reader.blocks)
        this.#tell(
          'extent-outside',
          { id: parent, name, block },
          `${bytes} bytes from block ${block} are not all there.`,
        );
  }

  async #rockRidge(record: FoundRecord, directory: number, name: string): Promise<RockRidge> {
    if (this.#systemUse === undefined) return NO_ROCK_RIDGE;
    const entries = await this.#systemUse.entriesOf(record.systemUse, (code, detail) => {
      this.#tell(code, { id: directory, name }, detail);
    });
    return readRockRidge(entries);
  }

  #nameOf({ identifier, header }: FoundRecord, { name }: RockRidge): string {
    return name === undefined
      ? SHOWN[this.#view](TEXT[this.#view](identifier), header.directory)
      : pathText(name);
  }

  #entry(
    { first, runs }: Sections,
    { id, parent, name, rockRidge }: Pick<IsoEntry, 'id' | 'parent' | 'name' | 'rockRidge'>,
  ): IsoEntry {
    const { header } = first;
    const kind = kindOf(header.directory, rockRidge);
    const file = kind === 'file';
    return {
      id,
      parent,
      name,
      kind,
      size: file ? runs.reduce((sum, { bytes }) => sum + bytes, 0) : 0,
      runs: file ? runs : [],
      hidden: header.hidden,
      recordedNs: header.recordedAt === null ? undefined : BigInt(header.recordedAt.seconds) * NS,
      rockRidge,
      target: rockRidge.target && pathText(rockRidge.target),
    };
  }
}

/** Whether the hierarchy has Rock Ridge: its root's first record begins with SP. */
export const hasRockRidge = async (
  reader: BlockReader,
  { values }: HierarchyDescriptor,
): Promise<boolean> => {
  const [record] = directoryRecords(values.rootDirectoryRecord);
  if (record === undefined || 'reason' in record || record.header.extent >= reader.blocks) return false;
  const [own] = directoryRecords(await reader.read(record.header.extent, 1));
  return own !== undefined && !('reason' in own) && bytesSkipped(own.systemUse) !== undefined;
};

/**
 * The entries of a hierarchy, a directory before what lies in it. Whatever is wrong is told and left out; what comes is a
 * tree without loops, of usable names, each once in its directory.
 */
export const isoEntries = (reader: BlockReader, reading: IsoReading): AsyncGenerator<IsoEntry> =>
  new IsoWalk(reader, reading).walk(reading.descriptor);
