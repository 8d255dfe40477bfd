import { crcOf, must, SECTOR } from './udf-bytes.js';

export interface Extent {
  readonly type: number;
  readonly length: number;
  readonly block: number;
  readonly partition: number;
}

type Resolve = (partition: number, block: number) => number;

/** The sectors of an image, and the two structures that lead from one to others: descriptor tags and allocation descriptors. */
export class Sectors {
  readonly image: Buffer;
  tagVersion = 0;
  resolve: Resolve = (_partition, block) => block;

  constructor(image: Buffer) {
    this.image = image;
  }

  /** A sector as a descriptor of this kind: tag, checksum, CRC and location are right. */
  check(bytes: Buffer, kinds: readonly number[], location: number): number {
    const kind = bytes.readUInt16LE(0);
    must(kinds.includes(kind), `tag ${kind} instead of ${kinds.join()} at ${location}`);
    const sum = bytes.subarray(0, 16).reduce((total, byte, at) => total + (at === 4 ? 0 : byte), 0);
    must(bytes[4] === sum % 256, `checksum of tag ${kind} at ${location}`);
    const length = bytes.readUInt16LE(10);
    must(bytes.readUInt16LE(8) === crcOf(bytes.subarray(16, 16 + length)), `CRC of ${kind} at ${location}`);
    must(length >= 8, `tag ${kind} without CRC`);
    must(bytes.readUInt32LE(12) === location, `tag ${kind} says ${bytes.readUInt32LE(12)}, not ${location}`);
    must(bytes.readUInt16LE(2) === this.tagVersion, `tag version ${bytes.readUInt16LE(2)}`);
    return kind;
  }

  sector(number: number): Buffer {
    return this.image.subarray(number * SECTOR, (number + 1) * SECTOR);
  }

  extents(bytes: Buffer, kind: number, partition: number): Extent[] {
    const size = kind === 0 ? 8 : 16;
    const extents: Extent[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const word = bytes.readUInt32LE(at);
      const extent = {
        type: word >>> 30,
        length: word & 0x3fff_ffff,
        block: bytes.readUInt32LE(at + 4),
        partition: size === 16 ? bytes.readUInt16LE(at + 8) : partition,
      };
      if (extent.type !== 3) extents.push(extent);
      else {
        must(at + size === bytes.length, 'descriptors after the one that leads on');
        const next = this.sector(this.resolve(extent.partition, extent.block));
        this.check(next, [258], extent.block);
        extents.push(...this.extents(next.subarray(24, 24 + next.readUInt32LE(20)), kind, partition));
      }
    }
    return extents;
  }

  contents(extents: readonly Extent[], size: number): Buffer {
    const pieces: Buffer[] = [];
    for (const [index, { type, length, block, partition }] of extents.entries()) {
      must(type === 0 || type === 2, `extent of type ${type}`);
      must(
        index === extents.length - 1 || length % SECTOR === 0,
        'an extent in the middle that is no whole blocks',
      );
      if (type === 2) pieces.push(Buffer.alloc(length));
      for (let at = 0; at < length && type === 0; at += SECTOR)
        pieces.push(
          this.sector(this.resolve(partition, block + at / SECTOR)).subarray(
            0,
            Math.min(SECTOR, length - at),
          ),
        );
    }
    const content = Buffer.concat(pieces);
    must(content.length === size, `${content.length} bytes instead of ${size}`);
    return content;
  }
}
