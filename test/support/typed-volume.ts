import { crcOf } from './udf-bytes.js';

/**
 * Words for typing volumes of UDF by hand. Nothing of it is shared with src/: a number is written here as ECMA-167 1/7.1 has it, a text as
 * OSTA UDF 2.1.3 has it, and a descriptor is sealed by ECMA-167 3/7.2.
 */

const SECTOR = 2048;

export const zeros = (count: number): Buffer => Buffer.alloc(count);
export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
export const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);

const number = (size: number) => (value: number) => {
  const encoded = Buffer.alloc(size);
  encoded.writeUIntLE(value, 0, Math.min(size, 6));
  return encoded;
};
export const u16 = number(2);
export const u32 = number(4);
export const u64 = number(8);

const filled = (of: Buffer, size: number): Buffer => Buffer.concat([of, zeros(size - of.length)]);

/** OSTA UDF 2.1.3: compression id 8, a byte per character; the last byte is the length. */
export const dstring = (text: string, size: number): Buffer =>
  Buffer.concat([filled(Buffer.concat([bytes(8), ascii(text)]), size - 1), bytes(text.length + 1)]);

/** ECMA-167 1/7.2.1 with OSTA UDF 2.1.2. */
export const charspec = (): Buffer => filled(Buffer.concat([bytes(0), ascii('OSTA Compressed Unicode')]), 64);

/** ECMA-167 1/7.4: flags, identifier, suffix. */
export const regid = (identifier: string, ...suffix: readonly number[]): Buffer =>
  Buffer.concat([bytes(0), filled(ascii(identifier), 23), filled(bytes(...suffix), 8)]);

/** ECMA-167 1/7.3, in UTC. */
export const timestamp = (ns: bigint): Buffer => {
  const at = new Date(Number(ns / 1_000_000n));
  const us = Number((ns / 1000n) % 1_000_000n);
  return Buffer.concat([
    u16(0x1000),
    u16(at.getUTCFullYear()),
    bytes(at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()),
    bytes(Math.floor(us / 10_000), Math.floor(us / 100) % 100, us % 100),
  ]);
};

/** ECMA-167 4/14.14.2, with the unique id of OSTA UDF 2.3.4.3 in its last four bytes. */
export const longAd = (length: number, block: number, partition: number, uniqueId = 0): Buffer =>
  Buffer.concat([u32(length), u32(block), u16(partition), u16(0), u32(uniqueId)]);

export const shortAd = (length: number, block: number): Buffer => Buffer.concat([u32(length), u32(block)]);

/** A descriptor: its tag (ECMA-167 3/7.2, edition 3), then what is typed. */
export const descriptor = (identifier: number, location: number, ...fields: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(fields);
  const tag = Buffer.concat([
    u16(identifier),
    u16(3),
    zeros(4),
    u16(crcOf(body)),
    u16(body.length),
    u32(location),
  ]);
  tag[4] = tag.reduce((sum, byte) => sum + byte, 0) % 256;
  return Buffer.concat([tag, body]);
};

/** ECMA-167 4/14.4: version, characteristics, length of the name, entry, no implementation use, name, filled up to four bytes. */
export const fileIdentifier = (
  location: number,
  characteristics: number,
  icb: Buffer,
  name: string,
): Buffer => {
  const text = name === '' ? zeros(0) : Buffer.concat([bytes(8), ascii(name)]);
  const length = 38 + text.length;
  return descriptor(
    257,
    location,
    u16(1),
    bytes(characteristics, text.length),
    icb,
    u16(0),
    text,
    zeros((4 - (length % 4)) % 4),
  );
};

/** Sectors by their numbers; what is not typed is zero. */
export const volume = (sectors: number, typed: ReadonlyMap<number, Buffer>): Buffer => {
  const image = zeros(sectors * SECTOR);
  for (const [at, content] of typed) content.copy(image, at * SECTOR);
  return image;
};
