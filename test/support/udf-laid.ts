import { identifier, SECTOR, text } from './udf-bytes.js';
import { INTEGRITY_USE, MAP_FIELDS, RECOGNITION, TABLE_FIELDS } from './udf-fields.js';
import { Said } from './udf-said.js';

const TAG = 16;
const TERMINATING = 8;
const EXTENDED = 266;
const ENTRIES = [261, EXTENDED];

const NAMES: Readonly<Record<number, string>> = {
  1: 'primary volume descriptor',
  4: 'implementation use volume descriptor',
  5: 'partition descriptor',
  6: 'logical volume descriptor',
  7: 'unallocated space descriptor',
  [TERMINATING]: 'terminating descriptor',
};

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

const bitAt = (map: Buffer, bit: number): boolean => (((map[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;

/** Every structure of a volume of UDF that begins with block 0, whoever wrote it, field by field. It shares nothing with src/. */
class LaidOut {
  readonly #image: Buffer;
  readonly #said = new Said();
  /** Blocks of the partition that something leads to. */
  readonly #used = new Set<number>();
  #start = 0;
  #table: { readonly entries: Buffer; readonly block: number } | undefined;

  constructor(image: Buffer) {
    this.#image = image;
  }

  read(): Said {
    this.#recognition();
    const anchor = this.#anchors();
    const main = this.#sequence('main sequence', anchor.subarray(16));
    const reserve = this.#sequence('reserve sequence', anchor.subarray(24));
    const isAlike = [...main].every(([kind, bytes]) =>
      reserve.get(kind)?.subarray(TAG).equals(bytes.subarray(TAG)),
    );
    this.#said.say('reserve sequence', 'what it says is that of the main one', isAlike);
    const [partition, logical] = [5, 6].map((kind) => main.get(kind) ?? Buffer.alloc(SECTOR)) as [
      Buffer,
      Buffer,
    ];
    this.#start = partition.readUInt32LE(188);
    this.#maps(logical);
    this.#fileSets(logical.subarray(248));
    this.#integrity(logical.readUInt32LE(436), partition, this.#space(partition));
    this.#said.tags();
    return this.#said;
  }

  #sector(number: number): Buffer {
    return this.#image.subarray(number * SECTOR, (number + 1) * SECTOR);
  }

  /** ECMA-167 2/8.3: a descriptor each 2,048 bytes from byte 32,768 on; those of ISO 9660 stand before. */
  #recognition(): void {
    let block = 16;
    while (this.#sector(block).toString('latin1', 1, 6) === 'CD001') block++;
    for (const which of ['beginning', 'standard', 'end'])
      this.#said.all(`recognition sequence, its ${which}`, this.#sector(block++), RECOGNITION);
    this.#said.say('recognition sequence', 'what follows is empty', isZero(this.#sector(block)));
  }

  /** OSTA UDF 2.2.3: where they may be, N being the last block. */
  #anchors(): Buffer {
    const last = this.#image.length / SECTOR - 1;
    const isAnchor = (block: number): boolean => this.#sector(block).readUInt16LE(0) === 2;
    const first = this.#sector(256);
    this.#said.descriptor('anchor', first, { location: 256 });
    this.#said.say('anchors', 'one lies at N - 256', last > 512 && isAnchor(last - 256));
    this.#said.say('anchors', 'one lies at N', isAnchor(last));
    const others = Array.from({ length: last + 1 }, (_, block) => block).filter(isAnchor);
    const isAlike = others.every((block) => this.#sector(block).subarray(TAG).equals(first.subarray(TAG)));
    this.#said.say('anchors', 'all say the same', isAlike);
    return first;
  }

  /** By the kind of their tags, up to the terminating one. */
  #sequence(name: string, extent: Buffer): Map<number, Buffer> {
    const [length, first] = [extent.readUInt32LE(0) / SECTOR, extent.readUInt32LE(4)];
    const found = new Map<number, Buffer>();
    for (let block = first; block < first + length && !found.has(TERMINATING); block++) {
      const bytes = this.#sector(block);
      const kind = bytes.readUInt16LE(0);
      found.set(kind, bytes);
      const partial = kind === 6 ? 440 : SECTOR;
      this.#said.descriptor(`${NAMES[kind] ?? String(kind)} of the ${name}`, bytes, {
        location: block,
        fixed: partial,
      });
    }
    this.#said.say(name, 'order', [...found.keys()].join());
    return found;
  }

  #maps(logical: Buffer): void {
    let at = 440;
    for (let index = 0; index < logical.readUInt32LE(268); index++) {
      const map = logical.subarray(at, at + (logical[at + 1] ?? 0));
      const special = /Virtual|Sparable/.exec(identifier(map.subarray(4, 36)))?.[0].toLowerCase();
      const kind = map[0] === 1 ? 'physical' : (special ?? 'unknown');
      this.#said.all(`${kind} map`, map, MAP_FIELDS[kind] ?? {});
      if (kind === 'virtual') this.#virtualTable();
      if (kind === 'sparable') this.#sparingTables(map);
      at += map.length;
    }
    this.#said.say('maps', 'nothing follows them', isZero(logical.subarray(at)));
  }

  #sparingTables(map: Buffer): void {
    const places = Array.from({ length: map[42] ?? 0 }, (_, index) => map.readUInt32LE(48 + 4 * index));
    const [first = Buffer.alloc(56), ...others] = places.map((place) =>
      this.#image.subarray(place * SECTOR, place * SECTOR + map.readUInt32LE(44)),
    );
    this.#said.descriptor('sparing table', first, { location: places[0] ?? 0, fixed: 56 });
    const count = first.readUInt16LE(48);
    const words = Array.from({ length: 2 * count }, (_, index) => first.readUInt32LE(56 + 4 * index));
    this.#said.say('sparing table', 'bytes behind its entries', first.length - 56 - 8 * count);
    const originals = words.filter((_, index) => index % 2 === 0);
    this.#said.say(
      'sparing table',
      'no spare packet is used',
      originals.every((word) => word === 0xffff_ffff),
    );
    const packets = words.filter((_, index) => index % 2 === 1);
    const length = map.readUInt16LE(40);
    const isRow = packets.every((packet, index) => packet === (packets[0] ?? 0) + length * index);
    this.#said.say('sparing table', 'packets lie in a row', isRow);
    const isAlike = others.every((table) => table.subarray(TAG).equals(first.subarray(TAG)));
    this.#said.say('sparing table', 'the other copy says the same', isAlike);
  }

  /** OSTA UDF 1.50 2.2.10: its entry is the last block that is recorded. */
  #virtualTable(): void {
    let block = this.#image.length / SECTOR - 1;
    while (block > 0 && !ENTRIES.includes(this.#sector(block).readUInt16LE(0))) block--;
    const icb = this.#sector(block);
    const { content } = this.#entry('entry of the virtual table', icb, block - this.#start);
    const isNew = icb[27] === 248;
    const header = isNew ? content.readUInt16LE(0) : 0;
    const entries = isNew ? content.subarray(header) : content.subarray(0, -36);
    const about = isNew ? content.subarray(0, header) : content.subarray(-36);
    this.#said.all('virtual table', about, TABLE_FIELDS[isNew ? 'header' : 'trailer'] ?? {});
    this.#said.say('virtual table', 'number of entries', entries.length / 4);
    this.#table = { entries, block: block - this.#start };
  }

  /** A block of a partition as that of the physical one; where there is a virtual one, it is the second. */
  #physical(block: number, partition: number): number {
    return partition > 0 && this.#table ? this.#table.entries.readUInt32LE(4 * block) : block;
  }

  /** The sector of a block that is used from now on. */
  #use(block: number, partition: number): Buffer {
    const physical = this.#physical(block, partition);
    this.#used.add(physical);
    return this.#sector(this.#start + physical);
  }

  /** An entry of either kind, the contents that it leads to, and the block in which they begin. */
  #entry(name: string, bytes: Buffer, location: number): { content: Buffer; first: number } {
    const fixed = bytes.readUInt16LE(0) === EXTENDED ? 216 : 176;
    const attributes = bytes.readUInt32LE(fixed - 8);
    this.#said.descriptor(name, bytes, { location, fixed });
    this.#said.say(name, 'attributes', bytes.toString('hex', fixed, fixed + attributes));
    const allocation = bytes.subarray(fixed + attributes);
    const size = Number(bytes.readBigUInt64LE(56));
    const form = bytes.readUInt16LE(34) & 7;
    if (form === 3) return { content: allocation.subarray(0, size), first: location };
    const partition = form === 1 ? allocation.readUInt16LE(8) : 0;
    const first = allocation.length > 4 && size > 0 ? allocation.readUInt32LE(4) : 0;
    const blocks = Array.from({ length: Math.ceil(size / SECTOR) }, (_, index) =>
      this.#use(first + index, partition),
    );
    return { content: Buffer.concat(blocks).subarray(0, size), first };
  }

  #fileSets(extent: Buffer): void {
    const [block, partition] = [extent.readUInt32LE(4), extent.readUInt16LE(8)];
    const bytes = this.#use(block, partition);
    this.#said.descriptor('file set descriptor', bytes, { location: block });
    const next = this.#sector(this.#start + this.#physical(block, partition) + 1);
    const isEnd = next.readUInt16LE(0) === TERMINATING;
    if (isEnd) this.#said.descriptor('end of the file sets', next, { location: block + 1 });
    if (isEnd || extent.readUInt32LE(0) > SECTOR) this.#use(block + 1, partition);
    this.#tree('/', bytes.subarray(400));
    if (bytes.readUInt32LE(464) > 0) this.#tree('system streams', bytes.subarray(464));
  }

  /** What an ICB leads to. */
  #tree(path: string, icb: Buffer): void {
    const [block, partition] = [icb.readUInt32LE(4), icb.readUInt16LE(8)];
    const bytes = this.#use(block, partition);
    const { content, first } = this.#entry(`entry of ${path}`, bytes, block);
    if (bytes[27] !== 4 && bytes[27] !== 13) return;
    for (let at = 0; at < content.length;)
      at += this.#name(path, content.subarray(at), first + Math.floor(at / SECTOR));
  }

  /** A name, in the block `location`, and all that it leads to. Returns its bytes. */
  #name(path: string, content: Buffer, location: number): number {
    const end = 38 + content.readUInt16LE(36) + (content[19] ?? 0);
    const bytes = content.subarray(0, Math.ceil(end / 4) * 4);
    const shown = text(bytes.subarray(end - (content[19] ?? 0), end));
    const name = shown === '' ? `parent in ${path}` : `name of ${path}${shown}`;
    this.#said.descriptor(name, bytes, { location, fixed: 38 });
    this.#said.say(name, 'name', bytes.toString('hex', 38));
    const isDirectory = ((bytes[18] ?? 0) & 2) > 0;
    if (shown !== '') this.#tree(`${path}${shown}${isDirectory ? '/' : ''}`, bytes.subarray(20));
    return bytes.length;
  }

  /** Blocks that the space bitmap says are free; undefined where there is none. */
  #space(partition: Buffer): number | undefined {
    const at = [64, 88].find((place) => partition.readUInt32LE(place) > 0);
    if (at === undefined) return undefined;
    const [length, block] = [partition.readUInt32LE(at), partition.readUInt32LE(at + 4)];
    const blocks = partition.readUInt32LE(192);
    const from = (this.#start + block) * SECTOR;
    for (let index = 0; index < length / SECTOR; index++) this.#use(block + index, 0);
    const bytes = this.#image.subarray(from, from + length);
    const [name, map] = ['space bitmap', bytes.subarray(24)];
    this.#said.descriptor(name, bytes, { location: block, fixed: TAG });
    this.#said.say(name, 'has a bit for each block', bytes.readUInt32LE(16) === blocks);
    const told = bytes.readUInt32LE(20);
    this.#said.say(name, 'has a byte for eight of them', told === Math.ceil(blocks / 8));
    this.#said.say(name, 'bytes behind them are in its extent', length > 24 + told);
    const all = Array.from({ length: blocks }, (_, bit) => bit);
    const wrong = all.filter((bit) => bitAt(map, bit) === this.#used.has(bit));
    this.#said.say(name, 'blocks that are wrongly free or taken', wrong.join());
    const behind = Array.from({ length: 8 * told - blocks }, (_, index) => bitAt(map, blocks + index));
    this.#said.say(name, 'bits behind the last block are zero', !behind.includes(true));
    return all.filter((bit) => bitAt(map, bit)).length;
  }

  /** What an integrity descriptor says is free, in words. */
  #freeAs(told: number, blocks: number, counted: number | undefined): string {
    if (counted !== undefined && told === counted) return 'as in the bitmap';
    if (this.#table && told === blocks - this.#table.block - 1) return 'all behind the virtual table';
    if (told === 0xffff_ffff) return 'unknown';
    return told === 0 ? 'none' : 'another number';
  }

  #integrity(location: number, partition: Buffer, counted: number | undefined): void {
    const [name, bytes] = ['integrity descriptor', this.#sector(location)];
    const blocks = partition.readUInt32LE(192);
    this.#said.descriptor(name, bytes, { location, fixed: 80 });
    const count = bytes.readUInt32LE(72);
    for (let map = 0; map < count; map++) {
      const [told, size] = [80 + 4 * map, 80 + 4 * (count + map)].map((at) => bytes.readUInt32LE(at));
      this.#said.say(name, `free blocks of partition ${map}`, this.#freeAs(told ?? 0, blocks, counted));
      const isWhole = size === blocks;
      this.#said.say(name, `size of partition ${map}`, isWhole ? 'as in its descriptor' : (size ?? 0));
    }
    const end = 80 + 8 * count;
    const use = bytes.subarray(end, end + bytes.readUInt32LE(76));
    this.#said.all(`implementation use of the ${name}`, use, INTEGRITY_USE);
    this.#said.say(name, 'nothing follows it', isZero(bytes.subarray(end + use.length)));
    const next = this.#sector(location + 1).readUInt16LE(0);
    this.#said.say(name, 'a terminating descriptor follows', next === TERMINATING);
  }
}

/** What a volume of UDF says in each of its structures. */
export const laidOut = (image: Buffer): Said => new LaidOut(image).read();
