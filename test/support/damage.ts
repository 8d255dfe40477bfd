import fc from 'fast-check';

import { crcOf } from './udf-bytes.js';

/** Damage to images of file systems by chance, for whoever must survive it. */

const BLOCK = 2048;

/** The ways, each with two numbers that say where and how. */
const KINDS = ['flip', 'giant', 'small', 'copy', 'lead', 'sections'] as const;

export interface Change {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly value: number;
  /** Descriptors of UDF that were changed get their checksums anew, so that what is wrong in them is believed. */
  readonly sealed: boolean;
}

export const someChanges = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    at: fc.nat(),
    value: fc.nat(),
    sealed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Where an image says something, so that few changes are in vain. */
interface Places {
  /** Bytes that are not zero. */
  readonly bytes: readonly number[];
  /** Numbers that may be addresses: twice, in both orders of bytes, as ECMA-119 has them; or words, as ECMA-167 has them. */
  readonly both: readonly number[];
  readonly words: readonly number[];
}

const TAG_ENTRIES = new Set([4, 5, 6, 256, 257, 258, 261, 266]);

const placesIn = (image: Buffer): Places => {
  const blocks = image.length / BLOCK;
  const bytes: number[] = [];
  const both: number[] = [];
  const words: number[] = [];
  for (let at = 0; at < image.length; at++) {
    if (image[at] !== 0) bytes.push(at);
    if (at + 8 > image.length) continue;
    const number = image.readUInt32LE(at);
    if (number === 0 || number >= blocks) continue;
    if (number === image.readUInt32BE(at + 4)) both.push(at);
    const tag = image.readUInt16LE(at - (at % BLOCK));
    if (at % 4 === 0 && TAG_ENTRIES.has(tag)) words.push(at);
  }
  return { bytes, both, words };
};

const pick = (list: readonly number[], index: number): number => list[index % list.length] ?? 0;

/** Writes a number as whatever stands there has it. */
const write = (bytes: Buffer, at: number, number: number): void => {
  const isBoth = at + 8 <= bytes.length && bytes.readUInt32LE(at) === bytes.readUInt32BE(at + 4);
  if (isBoth) bytes.writeUInt32BE(number, at + 4);
  if (at + 4 <= bytes.length) bytes.writeUInt32LE(number, at);
};

const MORE_SECTIONS = 0x80;
/** From the extent of a directory record to its flags, ECMA-119 9.1. */
const FLAGS_BEHIND_EXTENT = 23;

type Act = (bytes: Buffer, places: Places, numbers: { at: number; value: number }) => number;

/** Each says which byte it changed. */
const ACTS: Readonly<Record<Change['kind'], Act>> = {
  flip: (bytes, places, { at, value }) => {
    const place = pick(places.bytes, at);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (value % 8));
    return place;
  },
  giant: (bytes, places, { at, value }) => {
    const place = pick(value % 2 === 0 ? [...places.both, ...places.words] : places.bytes, at);
    write(bytes, place, 0xffff_ffff - (value % 3000));
    return place;
  },
  small: (bytes, places, { at, value }) => {
    const place = pick(places.bytes, at);
    bytes[place] = value % 5;
    return place;
  },
  copy: (bytes, places, { at, value }) => {
    const [from, to] = [value, at].map((index) => Math.floor(pick(places.bytes, index) / BLOCK) * BLOCK);
    bytes.copy(bytes, to, from, (from ?? 0) + BLOCK);
    return to ?? 0;
  },
  // What led to one place leads to another: up, to itself, into the middle of something.
  lead: (bytes, places, { at, value }) => {
    const list = value % 2 === 0 && places.both.length > 0 ? places.both : places.words;
    const place = pick(list.length > 0 ? list : places.bytes, at);
    write(bytes, place, bytes.readUInt32LE(Math.min(pick(list, value >> 1), bytes.length - 4)));
    return place;
  },
  sections: (bytes, places, { at }) => {
    const place = Math.min(pick(places.both, at) + FLAGS_BEHIND_EXTENT, bytes.length - 1);
    bytes[place] = (bytes[place] ?? 0) ^ MORE_SECTIONS;
    return place;
  },
};

/** A tag of ECMA-167 (3/7.2) that says of what follows it that all is well. */
export const seal = (bytes: Buffer, at: number): void => {
  const length = Math.min(bytes.readUInt16LE(at + 10), BLOCK - 16, bytes.length - at - 16);
  bytes.writeUInt16LE(length, at + 10);
  bytes.writeUInt16LE(crcOf(bytes.subarray(at + 16, at + 16 + length)), at + 8);
  bytes[at + 4] = 0;
  bytes[at + 4] = bytes.subarray(at, at + 16).reduce((sum, byte) => sum + byte, 0) % 256;
};

const FILE_IDENTIFIER = 257;
const LONGEST_IDENTIFIER = 38 + 255 + 3;

/** Seals what a changed byte belongs to: a name in a directory, and the descriptor that its block begins with. */
const sealAround = (bytes: Buffer, place: number): void => {
  const block = place - (place % BLOCK);
  for (let at = place - (place % 4); at >= Math.max(block, place - LONGEST_IDENTIFIER); at -= 4)
    if (bytes.readUInt16LE(at) === FILE_IDENTIFIER && at + 16 <= bytes.length) {
      seal(bytes, at);
      break;
    }
  if (TAG_ENTRIES.has(bytes.readUInt16LE(block))) seal(bytes, block);
};

/** An image of which any number of damaged ones is made. */
export const damageable = (whole: Buffer): ((changes: readonly Change[], blocks?: number) => Buffer) => {
  const places = placesIn(whole);
  return (changes, blocks = whole.length / BLOCK) => {
    const bytes = Buffer.from(whole);
    for (const { kind, sealed, ...numbers } of changes) {
      const place = ACTS[kind](bytes, places, numbers);
      if (sealed) sealAround(bytes, place);
    }
    return bytes.subarray(0, blocks * BLOCK);
  };
};
