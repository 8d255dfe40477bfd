import { dstring, identifier, implementationUse, modeOf, must, SECTOR, text, time } from './udf-bytes.js';
import { Sectors } from './udf-sectors.js';
import type { UdfFile, UdfVolume } from './udf-model.js';
import { checkLinks } from './udf-links.js';
import { MetadataSpace, readFree, readIntegrity } from './udf-space.js';
import { checkTold, spared, type Told, toldOfVolume, virtual } from './udf-maps.js';

/**
 * A reader of UDF volumes for tests, written from ECMA-167 and OSTA UDF and sharing nothing with src/: where no other program looks at a
 * structure (named streams, real-time files, creation times), it is the second opinion. It is strict:
 * what is wrong anywhere throws.
 */
class UdfReader {
  readonly #image: Buffer;
  readonly #disc: Sectors;
  readonly #mirror: boolean;
  readonly #directoryLinks = new Map<number, number>();
  #start = 0;
  /** Partition maps say so: the medium is written once. */
  #once = false;
  #blocks = 0;
  /** Counts that a virtual table says beside itself. */
  #told: Told | undefined;
  readonly #space = new MetadataSpace();

  readonly #session: number;

  /** `mirror`: metadata is read from its mirror; `session`: where that begins which is looked at. */
  constructor(image: Buffer, { mirror = false, session = 0 } = {}) {
    this.#session = session;
    this.#image = image;
    this.#disc = new Sectors(image);
    this.#disc.resolve = (_partition, block) => block + this.#start;
    this.#mirror = mirror;
  }

  #recognize(): void {
    const found: string[] = [];
    for (let sector = this.#session + 16; ; sector++) {
      const id = this.#disc.sector(sector).toString('latin1', 1, 6);
      if (id === '\0\0\0\0\0') break;
      found.push(id);
      if (id === 'TEA01') break;
    }
    const at = found.indexOf('BEA01');
    must(at >= 0 && found[at + 2] === 'TEA01', `recognition sequence ${found.join()}`);
    this.#disc.tagVersion = found[at + 1] === 'NSR03' ? 3 : 2;
  }

  #anchors(): number[] {
    const last = this.#image.length / SECTOR - 1;
    return [this.#session + 256, last - 256, last].filter((sector) => {
      const bytes = this.#disc.sector(sector);
      if (bytes.readUInt16LE(0) !== 2 || bytes.readUInt32LE(12) !== sector) return false;
      this.#disc.check(bytes, [2], sector);
      return true;
    });
  }

  #sequence(first: number): Map<number, Buffer> {
    const descriptors = new Map<number, Buffer>();
    for (let sector = first; sector < first + 16; sector++) {
      const kind = this.#disc.check(this.#disc.sector(sector), [1, 4, 5, 6, 7, 8], sector);
      if (kind === 8) return descriptors;
      descriptors.set(kind, this.#disc.sector(sector));
    }
    throw new Error('UDF: a volume descriptor sequence without end');
  }

  /** `stands`: where an entry of a special file lies that no name leads to, in the physical partition. */
  #entry(partition: number, block: number, about: { path: string; nameId: number }): UdfFile {
    const bytes = this.#disc.sector(this.#disc.resolve(partition, block));
    const extended = this.#disc.check(bytes, [261, 266], block) === 266;
    const [attributesAt, fixed] = extended ? [208, 216] : [168, 176];
    const attributes = bytes.readUInt32LE(attributesAt);
    const allocation = bytes.subarray(
      fixed + attributes,
      fixed + attributes + bytes.readUInt32LE(attributesAt + 4),
    );
    must(bytes.readUInt16LE(20) === 4 && bytes.readUInt16LE(24) === 1, 'strategy');
    const flags = bytes.readUInt16LE(34);
    const permissions = bytes.readUInt32LE(44);
    const size = Number(bytes.readBigUInt64LE(56));
    const at = (plain: number, other: number): number => (extended ? other : plain);
    const extents = (flags & 7) === 3 ? [] : this.#disc.extents(allocation, flags & 7, partition);
    const blocksRecorded = Number(bytes.readBigUInt64LE(at(64, 72)));
    const needed = extents.reduce(
      (blocks, { length, type }) => blocks + (type === 0 ? Math.ceil(length / SECTOR) : 0),
      0,
    );
    must(blocksRecorded === needed, `${blocksRecorded} blocks recorded instead of ${needed}`);
    const mode = modeOf(flags, permissions);
    const streamDirectory = extended ? bytes.subarray(152, 168) : Buffer.alloc(16);
    const file = {
      ...about,
      type: bytes[27] ?? 0,
      mode,
      uid: bytes.readUInt32LE(36),
      gid: bytes.readUInt32LE(40),
      links: bytes.readUInt16LE(48),
      size,
      blocksRecorded,
      uniqueId: Number(bytes.readBigUInt64LE(at(160, 200))),
      block,
      accessed: time(bytes.subarray(at(72, 80))),
      modified: time(bytes.subarray(at(84, 92))),
      changed: time(bytes.subarray(at(96, 116))),
      created: extended
        ? time(bytes.subarray(104))
        : this.#createdIn(bytes.subarray(176, 176 + attributes), block),
      embedded: (flags & 7) === 3,
      isStream: (flags & 0x2000) !== 0,
      extents: extents.length,
      content: (flags & 7) === 3 ? allocation : this.#disc.contents(extents, size),
    };
    must(file.content.length === size, 'information length');
    const streams = this.#streamsOf(streamDirectory, file);
    if (extended) {
      const whole = streams.reduce((total, stream) => total + stream.size, size);
      must(Number(bytes.readBigUInt64LE(64)) === whole, 'object size');
    }
    return { ...file, streams };
  }

  #createdIn(attributes: Buffer, block: number): bigint | undefined {
    if (attributes.length === 0) return undefined;
    this.#disc.check(attributes, [262], block);
    if (attributes.readUInt32LE(24) === 2048) return undefined;
    for (const at of [16, 20]) must(attributes.readUInt32LE(at) === attributes.length, 'no other attributes');
    must(attributes.readUInt32LE(24) === 5 && attributes.readUInt32LE(32) === 32, 'file times');
    must(attributes.readUInt32LE(36) === 12 && attributes.readUInt32LE(40) === 1, 'one time: creation');
    return time(attributes.subarray(44));
  }

  #streamsOf(long: Buffer, file: { path: string; uniqueId: number; block: number }): UdfFile[] {
    if (long.readUInt32LE(0) === 0) return [];
    const directory = this.#entry(long.readUInt16LE(8), long.readUInt32LE(4), {
      path: `${file.path}:`,
      nameId: 0,
    });
    must(directory.type === 13 && directory.links === 0, 'a stream directory');
    must(directory.uniqueId === file.uniqueId, 'the unique id of a stream directory');
    return this.#names(directory, long.readUInt16LE(8), file.block).map(
      ({ name, icb, nameId, isDirectory }) => {
        const stream = this.#entry(icb.partition, icb.block, { path: `${file.path}:${name}`, nameId });
        must(stream.isStream && !isDirectory && stream.links === 1, 'a named stream');
        must(stream.uniqueId === file.uniqueId, 'the unique id of a stream');
        return stream;
      },
    );
  }

  #names(directory: UdfFile, partition: number, parentBlock: number) {
    const { content } = directory;
    const names: {
      name: string;
      icb: { block: number; partition: number };
      nameId: number;
      isDirectory: boolean;
    }[] = [];
    const blockOf = (at: number): number =>
      directory.embedded ? directory.block : this.#dataBlock(directory, partition) + Math.floor(at / SECTOR);
    for (let at = 0; at < content.length;) {
      const length = (38 + content.readUInt16LE(at + 36) + (content[at + 19] ?? 0) + 3) & ~3;
      const bytes = content.subarray(at, at + length);
      this.#disc.check(bytes, [257], blockOf(at));
      must(bytes.readUInt16LE(10) === length - 16, 'CRC over the whole of a file identifier');
      const use = implementationUse(bytes, this.#once && this.#disc.tagVersion === 3 ? at : 0);
      const flags = bytes[18] ?? 0;
      const icb = { block: bytes.readUInt32LE(24), partition: bytes.readUInt16LE(28) };
      const nameId = bytes.readUInt32LE(32);
      if (at === 0) must((flags & 0x0a) === 0x0a && icb.block === parentBlock, 'the parent comes first');
      else
        names.push({
          name: text(bytes.subarray(38 + use, 38 + use + (bytes[19] ?? 0))),
          icb,
          nameId,
          isDirectory: (flags & 2) !== 0,
        });
      at += length;
    }
    must(
      new Set(names.map(({ name }) => name)).size === names.length,
      `two equal names in ${directory.path}`,
    );
    return names;
  }

  #dataBlock(directory: UdfFile, partition: number): number {
    const bytes = this.#disc.sector(this.#disc.resolve(partition, directory.block));
    const extended = bytes.readUInt16LE(0) === 266;
    const start = (extended ? 216 : 176) + bytes.readUInt32LE(extended ? 208 : 168);
    return bytes.readUInt32LE(start + 4);
  }

  #walk(partition: number, directory: UdfFile, parentBlock: number, seen: Map<number, number>): UdfFile[] {
    const found: UdfFile[] = [directory];
    let subdirectories = 0;
    for (const { name, icb, nameId, isDirectory } of this.#names(directory, partition, parentBlock)) {
      const path = `${directory.path}/${name}`;
      const file = this.#entry(icb.partition, icb.block, { path, nameId });
      must(isDirectory === (file.type === 4), `${path} is a directory or not`);
      if (isDirectory) {
        subdirectories++;
        found.push(...this.#walk(icb.partition, file, directory.block, seen));
      } else {
        found.push(file);
        seen.set(icb.block, (seen.get(icb.block) ?? 0) + 1);
      }
    }
    this.#directoryLinks.set(directory.block, 1 + subdirectories + (directory.streams.length > 0 ? 1 : 0));
    return found;
  }

  /** The partition maps: how each partition reference leads to a sector. */
  #follow(maps: Buffer, count: number): string[] {
    const names: string[] = [];
    const resolvers: ((block: number) => number)[] = [];
    let at = 0;
    for (let index = 0; index < count; index++) {
      const map = maps.subarray(at, at + (maps[at + 1] ?? 0));
      at += map.length;
      if (map[0] === 1) {
        names.push('physical');
        resolvers.push((block) => block + this.#start);
      } else {
        const name = identifier(map.subarray(4, 36));
        names.push(name);
        if (name === '*UDF Metadata Partition') resolvers.push(this.#metadata(map));
        else if (name === '*UDF Sparable Partition')
          resolvers.push(spared(map, this.#disc, { start: this.#start, length: this.#blocks }));
        else resolvers.push(this.#virtual());
      }
      this.#disc.resolve = (partition, block) => {
        const resolver = resolvers[partition];
        if (!resolver) throw new Error(`UDF: no partition ${partition}`);
        return resolver(block);
      };
    }
    must(at === maps.length, 'the length of the partition maps');
    return names;
  }

  #metadata(map: Buffer): (block: number) => number {
    const units = [map.readUInt32LE(52), map.readUInt16LE(56)];
    must(units.join() === '32,32' && [0, 1].includes(map[58] ?? 2), 'metadata partition map');
    const file = (offset: number) =>
      this.#entry(0, map.readUInt32LE(offset), { path: '(metadata)', nameId: 0 });
    const [main, mirror] = [file(40), file(44)];
    must(main.type === 250 && mirror.type === 251 && main.links === 0, 'types of metadata files');
    must(main.content.equals(mirror.content), 'metadata and mirror are equal');
    const isTwice = this.#dataBlock(main, 0) !== this.#dataBlock(mirror, 0);
    must(isTwice === (map[58] === 1), 'a mirror with blocks of its own, or those of the metadata');
    must(main.size % (32 * SECTOR) === 0, 'metadata in whole units');
    const used = this.#mirror ? mirror : main;
    const first = this.#dataBlock(used, 0);
    must(first % 32 === 0 && this.#start % 32 === 0, 'metadata begins with a unit');
    const bitmap = map.readUInt32LE(48) === 0xffff_ffff ? undefined : file(48);
    if (bitmap) this.#space.readBitmap(this.#disc, { bitmap, at: this.#dataBlock(bitmap, 0), main });
    return (block) => this.#space.leadTo(block) + first + this.#start;
  }

  #virtual(): (block: number) => number {
    this.#once = true;
    const block = this.#image.length / SECTOR - 1 - this.#start;
    const table = this.#entry(0, block, { path: '(VAT)', nameId: 0 });
    this.#told = toldOfVolume(this.#disc.sector(this.#start + block), table);
    return virtual(table, this.#start);
  }

  read(): UdfVolume {
    this.#recognize();
    const anchors = this.#anchors();
    const anchor = this.#disc.sector(this.#session + 256);
    const main = this.#sequence(anchor.readUInt32LE(20));
    const reserve = this.#sequence(anchor.readUInt32LE(28));
    for (const [kind, bytes] of main)
      must(
        bytes.subarray(16).equals(reserve.get(kind)?.subarray(16) ?? Buffer.alloc(0)),
        `reserve descriptor ${kind}`,
      );
    const [primary, partition, logical] = [1, 5, 6].map((kind) => main.get(kind) ?? Buffer.alloc(SECTOR));
    if (!primary || !partition || !logical) throw new Error('UDF: descriptors');
    this.#start = partition.readUInt32LE(188);
    this.#blocks = partition.readUInt32LE(192);
    const free = readFree(this.#disc, partition);
    const maps = this.#follow(
      logical.subarray(440, 440 + logical.readUInt32LE(264)),
      logical.readUInt32LE(268),
    );
    const fileSetBlock = logical.readUInt32LE(252);
    const fileSet = this.#disc.sector(this.#disc.resolve(logical.readUInt16LE(256), fileSetBlock));
    this.#disc.check(fileSet, [256], fileSetBlock);
    const end = this.#disc.sector(this.#disc.resolve(logical.readUInt16LE(256), fileSetBlock + 1));
    this.#disc.check(end, [8], fileSetBlock + 1);
    const [rootBlock, rootPartition] = [fileSet.readUInt32LE(404), fileSet.readUInt16LE(408)];
    const root = this.#entry(rootPartition, rootBlock, { path: '', nameId: 0 });
    const seen = new Map<number, number>();
    const files = this.#walk(rootPartition, root, rootBlock, seen);
    checkLinks(files, ({ type, block }) => (type === 4 ? this.#directoryLinks : seen).get(block));
    this.#space.check();
    checkTold(this.#told, files);
    return {
      revision: logical.readUInt16LE(240),
      anchors,
      volumeIdentifier: dstring(primary.subarray(24, 56)),
      volumeSetIdentifier: dstring(primary.subarray(72, 200)),
      logicalVolumeIdentifier: dstring(logical.subarray(84, 212)),
      accessType: partition.readUInt32LE(184),
      partition: { start: this.#start, length: partition.readUInt32LE(192) },
      maps,
      integrity: readIntegrity(this.#disc, logical.readUInt32LE(436)),
      free,
      files,
    };
  }
}

/** Everything of a volume, or why it is none. */
export const readUdf = (image: Buffer, options?: { mirror?: boolean; session?: number }): UdfVolume =>
  new UdfReader(image, options).read();
