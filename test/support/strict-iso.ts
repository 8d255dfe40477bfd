import { createHash } from 'node:crypto';

/**
 * A reader of ISO 9660, Joliet, ISO 9660:1999 and Rock Ridge that shares nothing with src/ and forgives nothing: whatever breaks a rule of
 * ECMA-119, SUSP or RRIP throws. It was written from the clauses that its messages name.
 */

const BLOCK = 2048;

const need = (holds: boolean, rule: string): void => {
  if (!holds) throw new Error(rule);
};

const zero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);

const both32 = (bytes: Buffer, at: number, what: string): number => {
  const value = bytes.readUInt32LE(at);
  need(value === bytes.readUInt32BE(at + 4), `7.3.3: both halves of ${what}`);
  return value;
};

const both16 = (bytes: Buffer, at: number, what: string): number => {
  const value = bytes.readUInt16LE(at);
  need(value === bytes.readUInt16BE(at + 2), `7.2.3: both halves of ${what}`);
  return value;
};

/** What SUSP and RRIP say of a record. */
interface Posix {
  name: string;
  mode: number;
  uid: number;
  gid: number;
  links: number;
  target: string | undefined;
  device: [number, number] | undefined;
  child: number | undefined;
  parent: number | undefined;
  moved: boolean;
  /** Bits of TF, and how many stamps there were. */
  times: number;
}

interface Record {
  /** A character per byte. */
  id: string;
  flags: number;
  extent: number;
  bytes: number;
  seconds: number;
  posix: Posix | undefined;
}

export interface StrictEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'special';
  readonly hidden: boolean;
  readonly mtime: number;
  /** SHA-256 of a file, target of a link. */
  readonly content: string;
  readonly posix: Posix | undefined;
}

type TreeName = 'primary' | 'joliet' | 'enhanced';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** 9.3: names, then extensions, padded with spaces, then versions. */
const keyOf = (id: string): string => {
  const bare = id.replace(/;\d+$/, '');
  const dot = bare.lastIndexOf('.');
  const [name, extension] = dot === -1 ? [bare, ''] : [bare.slice(0, dot), bare.slice(dot + 1)];
  return name.padEnd(250) + extension.padEnd(250);
};

export class StrictIso {
  readonly descriptors = new Map<TreeName, Buffer>();
  readonly volumeBlocks: number;
  /** Byte ranges and who has them. */
  readonly #ranges: { from: number; to: number; owner: string }[] = [];
  readonly #image: Buffer;
  /** Bytes that SUSP skips in each area. */
  #rockRidge = false;

  constructor(image: Buffer) {
    this.#image = image;
    let last = 16;
    for (; image[last * BLOCK] !== 255; last++) this.#descriptor(last);
    need(zero(image.subarray(last * BLOCK + 7, (last + 1) * BLOCK)), '8.3: nothing follows in a terminator');
    this.#claim(16 * BLOCK, (last + 1) * BLOCK, 'descriptors');
    const primary = this.descriptors.get('primary');
    need(primary !== undefined, '6.7.1: there is a primary descriptor');
    this.volumeBlocks = both32(primary ?? image, 80, 'volume space size');
    need(this.volumeBlocks * BLOCK <= image.length, 'the volume lies within the image');
  }

  #descriptor(block: number): void {
    const bytes = this.#image.subarray(block * BLOCK, (block + 1) * BLOCK);
    need(bytes.toString('latin1', 1, 6) === 'CD001', `8.1: block ${block} has a standard identifier`);
    const [type, version] = [bytes[0], bytes[6]];
    if (type === 0) {
      need(block === 17, 'El Torito: the boot record is in block 17');
      return;
    }
    need((type === 1) === (block === 16), '6.7.1: the primary descriptor is the first');
    const name: TreeName = type === 1 ? 'primary' : version === 2 ? 'enhanced' : 'joliet';
    need(zero(bytes.subarray(72, 80)) && zero(bytes.subarray(1395)), '8.4: what is reserved is zero');
    need(bytes[881] === (name === 'enhanced' ? 2 : 1), '8.4.31: file structure version');
    if (name === 'joliet') need(bytes.toString('latin1', 88, 91) === '%/E', 'Joliet: level 3');
    else need(zero(bytes.subarray(88, 120)), 'no escape sequences');
    need(both16(bytes, 128, 'block size') === BLOCK, '8.4.12: block size');
    for (const at of [120, 124]) both16(bytes, at, 'volume set');
    this.descriptors.set(name, bytes);
  }

  #claim(from: number, to: number, owner: string): void {
    need(to <= this.#image.length, `${owner} lies within the image`);
    this.#ranges.push({ from, to, owner });
  }

  /** No two things share a byte, but files that are the same. */
  checkOverlaps(): void {
    const ranges = [...this.#ranges].sort((a, b) => a.from - b.from || b.to - a.to);
    let before = { from: 0, to: 0, owner: '' };
    for (const range of ranges) {
      const same = range.from === before.from && range.to === before.to && range.owner === before.owner;
      need(
        same || range.from >= before.to,
        `${range.owner} and ${before.owner} share bytes at ${range.from}`,
      );
      before = range;
    }
  }

  /** 9.1: one record; `undefined` where the rest of a block is unused. */
  #record(bytes: Buffer, at: number, joliet: boolean): Record | undefined {
    const length = bytes[at] ?? 0;
    if (length === 0) return undefined;
    need(length >= 34 && length % 2 === 0, '9.1: records have an even length');
    need((at % BLOCK) + length <= BLOCK, '6.8.1.1: records end in their block');
    const record = bytes.subarray(at, at + length);
    const idLength = record[32] ?? 0;
    const id = record.toString('latin1', 33, 33 + idLength);
    const area = 33 + idLength + (idLength % 2 === 0 ? 1 : 0);
    if (idLength % 2 === 0) need(record[33 + idLength] === 0, '9.1.12: the padding is zero');
    need(
      record[1] === 0 && record[26] === 0 && record[27] === 0,
      '9.1: no extended attributes, not interleaved',
    );
    need(both16(record, 28, 'volume sequence number') === 1, '9.1.9: the volume is the first');
    need(((record[25] ?? 0) & 0x60) === 0, '9.1.6: reserved flags are zero');
    if (joliet && idLength > 1) need(idLength % 2 === 0, 'Joliet: whole characters');
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = record.subarray(18, 24);
    need(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60, '9.1.5: a date');
    const zone = record.readInt8(24) * 15;
    return {
      id,
      flags: record[25] ?? 0,
      extent: both32(record, 2, 'extent'),
      bytes: both32(record, 10, 'length'),
      seconds: Date.UTC(1900 + year, month - 1, day, hour, minute, second) / 1000 - zone * 60,
      posix: this.#systemUse(record.subarray(area), id),
    };
  }

  /** SUSP 5: entries one after the other, and where they are continued. */
  #entries(area: Buffer): Buffer[] {
    const entries: Buffer[] = [];
    let next: Buffer | undefined = area;
    for (let hops = 0; next; hops++) {
      need(hops < 50, 'SUSP 5.1: areas end');
      const here: Buffer = next;
      next = undefined;
      let at = 0;
      while (here.length - at >= 4) {
        const length = here[at + 2] ?? 0;
        need(length >= 4 && at + length <= here.length, 'SUSP 4: entries lie within their area');
        const entry = here.subarray(at, at + length);
        need(entry[3] === 1, 'SUSP 4: version 1');
        at += length;
        if (entry.toString('latin1', 0, 2) !== 'CE') entries.push(entry);
        else {
          need(next === undefined, 'SUSP 5.1: one CE in an area');
          const [block, offset, bytes] = [4, 12, 20].map((field) => both32(entry, field, 'CE'));
          need((offset ?? 0) + (bytes ?? 0) <= BLOCK, 'isofs: a continuation lies in one block');
          const from = (block ?? 0) * BLOCK + (offset ?? 0);
          next = this.#image.subarray(from, from + (bytes ?? 0));
          this.#claim(from, from + (bytes ?? 0), `continuation at ${from}`);
        }
      }
      need(zero(here.subarray(at)), 'SUSP 4: what is left of an area is zero');
    }
    return entries;
  }

  #systemUse(area: Buffer, id: string): Posix | undefined {
    if (area.length === 0 || (area.length === 1 && area[0] === 0)) return undefined;
    const entries = this.#entries(area);
    const named = (signature: string) =>
      entries.filter((entry) => entry.toString('latin1', 0, 2) === signature);
    const only = (signature: string): Buffer | undefined => {
      need(named(signature).length <= 1, `RRIP: one ${signature}`);
      return named(signature)[0];
    };
    const px = only('PX');
    if (!px) throw new Error('RRIP 4.1.1: every record has PX');
    need(px.length === 44, 'RRIP 1.12: PX has 44 bytes');
    const [mode = 0, links = 0, uid = 0, gid = 0] = [4, 12, 20, 28].map((at) => both32(px, at, 'PX'));
    const names = named('NM');
    names.forEach((entry, index) => {
      need(entry[4] === (index < names.length - 1 ? 1 : 0), 'RRIP 4.1.4: NM is continued to the last');
    });
    const tf = only('TF');
    if (!tf) throw new Error('every record has TF');
    const stamps = [1, 2, 4, 8].filter((bit) => ((tf[4] ?? 0) & bit) !== 0).length;
    need(tf.length === 5 + 7 * stamps, 'RRIP 4.1.6: TF has a stamp for each bit');
    const [cl, pl, pn] = [only('CL'), only('PL'), only('PN')];
    if (id === '\0' && only('SP')) this.#rockRidge = true;
    return {
      name: Buffer.concat(names.map((entry) => entry.subarray(5))).toString('latin1'),
      mode,
      links,
      uid,
      gid,
      target: named('SL').length > 0 ? this.#target(named('SL')) : undefined,
      device: pn && [both32(pn, 4, 'PN'), both32(pn, 12, 'PN')],
      child: cl && both32(cl, 4, 'CL'),
      parent: pl && both32(pl, 4, 'PL'),
      moved: only('RE') !== undefined,
      times: tf[4] ?? 0,
    };
  }

  /** RRIP 4.1.3. */
  #target(entries: readonly Buffer[]): string {
    const names: string[] = [];
    let open = false;
    entries.forEach((entry, index) => {
      need(
        ((entry[4] ?? 0) & 1) === (index < entries.length - 1 ? 1 : 0),
        'RRIP 4.1.3: SL is continued to the last',
      );
      for (let at = 5; at < entry.length;) {
        const [flags = 0, length = 0] = entry.subarray(at, at + 2);
        const text = entry.toString('latin1', at + 2, at + 2 + length);
        const part = flags & 8 ? '' : flags & 4 ? '..' : flags & 2 ? '.' : text;
        if (open) names.push((names.pop() ?? '') + part);
        else names.push(part);
        open = (flags & 1) !== 0;
        at += 2 + length;
      }
    });
    return names.length === 1 && names[0] === '' ? '/' : names.join('/');
  }

  #directory(extent: number, bytes: number, joliet: boolean): Record[] {
    need(bytes > 0 && bytes % BLOCK === 0, '6.8.1: directories are whole blocks');
    const content = this.#image.subarray(extent * BLOCK, extent * BLOCK + bytes);
    this.#claim(extent * BLOCK, extent * BLOCK + bytes, `directory at ${extent}`);
    const records: Record[] = [];
    for (let at = 0; at < bytes;) {
      const record = this.#record(content, at, joliet);
      if (record) records.push(record);
      const end = (Math.floor(at / BLOCK) + 1) * BLOCK;
      if (!record) need(zero(content.subarray(at, end)), '6.8.1.1: the rest of a block is zero');
      at = record ? at + (content[at] ?? 0) : end;
    }
    const [self, parent] = records;
    need(self?.id === '\0' && parent?.id === '\x01', '6.8.2.2: itself, then its parent');
    need(self?.extent === extent && self.bytes === bytes, '6.8.2.2: the first record is itself');
    return records;
  }

  #checkOrder(records: readonly Record[], joliet: boolean, exact: boolean): void {
    const ids = records.slice(2).map(({ id }) => id);
    const keys = exact ? ids.map(keyOf) : ids;
    for (let at = 1; at < ids.length; at++) {
      const continues = ((records[at + 1]?.flags ?? 0) & 0x80) !== 0;
      if (continues) need(ids[at] === ids[at - 1], '9.1.6: sections of a file follow each other');
      else
        need(
          compare(keys[at - 1] ?? '', keys[at] ?? '') < 0,
          `9.3: ${ids[at - 1]} before ${ids[at]}, ${joliet}`,
        );
    }
  }

  #digest(sections: readonly Record[]): string {
    const hash = createHash('sha256');
    for (const [index, { extent, bytes }] of sections.entries()) {
      if (index < sections.length - 1)
        need(bytes % BLOCK === 0, '6.5.1: all sections but the last are whole blocks');
      if (bytes > 0) this.#claim(extent * BLOCK, extent * BLOCK + bytes, `file at ${extent}`);
      hash.update(this.#image.subarray(extent * BLOCK, extent * BLOCK + bytes));
    }
    return hash.digest('hex');
  }

  /** 6.9.1 and 9.4: both path tables, and what they say of the directories. */
  #pathTable(descriptor: Buffer, directories: ReadonlyMap<number, number>, joliet: boolean): void {
    const size = both32(descriptor, 132, 'path table size');
    const [l, m] = [descriptor.readUInt32LE(140), descriptor.readUInt32BE(148)];
    for (const block of [l, m])
      this.#claim(block * BLOCK, (block + Math.ceil(size / BLOCK)) * BLOCK, `path table at ${block}`);
    const extents: number[] = [];
    let before = { parent: 1, id: '' };
    for (let at = 0; at < size;) {
      const [little, big] = [this.#image.subarray(l * BLOCK + at), this.#image.subarray(m * BLOCK + at)];
      const length = little[0] ?? 0;
      const [extent, parent] = [little.readUInt32LE(2), little.readUInt16LE(6)];
      need(
        extent === big.readUInt32BE(2) && parent === big.readUInt16BE(6),
        '6.9.2: both tables are the same',
      );
      need(little.subarray(8, 8 + length).equals(big.subarray(8, 8 + length)), '6.9.2: with the same names');
      const id = little.toString('latin1', 8, 8 + length);
      const number = extents.push(extent);
      need(number === 1 ? parent === 1 : parent < number, '6.9.1: parents come first');
      const later = parent > before.parent || (parent === before.parent && compare(before.id, id) < 0);
      need(number <= 2 || later, `6.9.1: the order of the path table, ${joliet}`);
      need(
        number === 1 || directories.get(extent) === extents[parent - 1],
        '9.4.4: the parent of a directory',
      );
      before = { parent, id };
      at += 8 + length + (length % 2);
    }
    need(extents.length === directories.size, '6.9: all directories are in the path table');
  }

  /** All entries of a tree but the root, as a reader sees them who knows Rock Ridge where there is any. */
  entries(tree: TreeName, { exactOrder = true }: { readonly exactOrder?: boolean } = {}): StrictEntry[] {
    const descriptor = this.descriptors.get(tree);
    if (!descriptor) throw new Error(`there is no ${tree} tree`);
    const joliet = tree === 'joliet';
    const root = this.#record(descriptor, 156, joliet);
    need(root !== undefined && descriptor[156] === 34, '8.4.18: the record of the root has 34 bytes');
    const records = new Map<number, Record[]>();
    const parents = new Map<number, number>();
    const gather = (extent: number, bytes: number, parent: number): void => {
      need(!parents.has(extent), 'no directory is in two');
      parents.set(extent, parent);
      const found = this.#directory(extent, bytes, joliet);
      need(found[1]?.extent === parent, '6.8.2.2: the second record is the parent');
      this.#checkOrder(found, joliet, tree === 'primary' && exactOrder);
      records.set(extent, found);
      for (const record of found.slice(2)) if (record.flags & 2) gather(record.extent, record.bytes, extent);
    };
    gather(root?.extent ?? 0, root?.bytes ?? 0, root?.extent ?? 0);
    this.#pathTable(descriptor, parents, joliet);
    return this.#view(root?.extent ?? 0, records, tree);
  }

  #view(root: number, records: ReadonlyMap<number, Record[]>, tree: TreeName): StrictEntry[] {
    const entries: StrictEntry[] = [];
    const nameOf = ({ id, posix }: Record): string => {
      if (posix && posix.name !== '') return posix.name;
      if (tree === 'joliet') return Buffer.from(id, 'latin1').swap16().toString('utf16le');
      return tree === 'enhanced' ? Buffer.from(id, 'latin1').toString() : id;
    };
    const visit = (extent: number, path: string): void => {
      const children = (records.get(extent) ?? []).slice(2);
      for (let at = 0; at < children.length; at++) {
        const record = children[at];
        if (!record || record.posix?.moved) continue;
        const sections = [record];
        while (((children[at]?.flags ?? 0) & 0x80) !== 0) sections.push(children[++at] ?? record);
        const here = path + nameOf(record);
        entries.push(this.#entry(record, sections, here));
        const directory = record.posix?.child ?? ((record.flags & 2) !== 0 ? record.extent : undefined);
        if (record.posix?.child !== undefined)
          need(
            records.get(record.posix.child)?.[1]?.posix?.parent === extent,
            'RRIP 4.1.5.2: PL is the parent',
          );
        if (directory !== undefined) visit(directory, `${here}/`);
      }
    };
    visit(root, '');
    return entries;
  }

  #entry(record: Record, sections: readonly Record[], path: string): StrictEntry {
    const { posix } = record;
    const directory = (record.flags & 2) !== 0 || posix?.child !== undefined;
    const type = posix ? posix.mode & 0o170000 : directory ? 0o040000 : 0o100000;
    need((type === 0o040000) === directory, `RRIP 4.1.1: the mode of ${path} agrees with its flags`);
    const kinds = { [0o040000]: 'directory', [0o100000]: 'file', [0o120000]: 'link' } as const;
    const kind = kinds[type as keyof typeof kinds] ?? 'special';
    const content = kind === 'file' ? this.#digest(sections) : (posix?.target ?? '');
    return { path, kind, hidden: (record.flags & 1) !== 0, mtime: record.seconds, content, posix };
  }

  /** Whether the root announces Rock Ridge; asked for after the primary tree was read. */
  get hasRockRidge(): boolean {
    return this.#rockRidge;
  }
}
