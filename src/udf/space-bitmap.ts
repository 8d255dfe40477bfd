import { BitSet, type Stretch } from '../binary/bit-set.js';
import { uint32le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { reseal, seal, TAG } from './tag.js';

/** ECMA-167 4/14.12, Space Bitmap Descriptor, up to the bitmap. */
const header = layout('Space Bitmap Descriptor', 24, {
  bitCount: rbp(16, 4, uint32le),
  byteCount: rbp(20, 4, uint32le),
});

/** Bytes of a whole descriptor for so many blocks. */
export const spaceBitmapBytes = (blocks: number): number => header.size + Math.ceil(blocks / 8);

/** A bit for a free block is one, the least significant first (ECMA-167 4/14.12.4). */
export const encodeSpaceBitmap = (
  { blocks, free }: { readonly blocks: number; readonly free: readonly Stretch[] },
  tag: { readonly version: 2 | 3; readonly location: number },
): Uint8Array => {
  const encoded = new Uint8Array(spaceBitmapBytes(blocks));
  header.encodeInto(encoded, 0, { bitCount: blocks, byteCount: Math.ceil(blocks / 8) });
  const bits = new BitSet(blocks, encoded.subarray(header.size));
  for (const stretch of free) bits.add(stretch);
  // OSTA UDF 2.3.8.1: the CRC may cover the head alone; a bitmap can be longer than its length can say.
  const sealed = new Uint8Array(encoded.subarray(0, header.size));
  seal(sealed, { ...tag, identifier: TAG.spaceBitmap });
  encoded.set(sealed);
  return encoded;
};

/** Alters a bitmap that somebody has written, of which a bit is one where its block is free; how many are, then. */
export const alterSpaceBitmap = (
  descriptor: Uint8Array,
  alter: (free: BitSet) => void,
): { readonly free: number } => {
  const { bitCount, byteCount } = header.decode(descriptor);
  const bits = new BitSet(bitCount, descriptor.subarray(header.size, header.size + byteCount));
  alter(bits);
  reseal(descriptor);
  return { free: bits.count };
};
