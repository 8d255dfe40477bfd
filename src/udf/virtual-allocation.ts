import { uint16le, uint32le } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { bytes } from '../binary/codec.js';
import { dstring } from './text.js';
import { udfIdentifier } from './entity-identifiers.js';

/** A table that none precedes. */
export const NO_PREVIOUS = 0xffff_ffff;

/** What no virtual block stands for. */
export const UNUSED_VIRTUAL = 0xffff_ffff;

/** OSTA UDF 2.00 2.2.10 (2.2.11 from 2.50 on), Virtual Allocation Table, up to its entries. */
const header = layout('Virtual Allocation Table', 152, {
  headerLength: fixed(rbp(0, 2, uint16le), 152),
  logicalVolumeIdentifier: rbp(4, 128, dstring(128)),
  previous: rbp(132, 4, uint32le),
  files: rbp(136, 4, uint32le),
  directories: rbp(140, 4, uint32le),
  minimumRead: rbp(144, 2, uint16le),
  minimumWrite: rbp(146, 2, uint16le),
  maximumWrite: rbp(148, 2, uint16le),
});

/** OSTA UDF 1.50 2.2.10: what follows the entries. */
const trailer = layout('Virtual Allocation Table', 36, {
  identifier: rbp(0, 32, bytes(32)),
  previous: rbp(32, 4, uint32le),
});

export interface VirtualAllocation {
  readonly logicalVolumeIdentifier: string;
  readonly files: number;
  readonly directories: number;
  readonly minimumRead: number;
  readonly minimumWrite: number;
  readonly maximumWrite: number;
  /** Block of the partition in which the entry of the table before stands. */
  readonly previous: number;
}

/** Bytes of a table with so many entries. */
export const virtualAllocationBytes = (entries: number, extended: boolean): number =>
  (extended ? header.size : trailer.size) + 4 * entries;

/** The table of a session: `blocks` are those of the physical partition, by their virtual numbers. */
export const encodeVirtualAllocation = (
  blocks: Uint32Array,
  of: VirtualAllocation,
  { extended, word }: { readonly extended: boolean; readonly word: number },
): Uint8Array => {
  const encoded = new Uint8Array(virtualAllocationBytes(blocks.length, extended));
  const first = extended ? header.size : 0;
  for (const [index, block] of blocks.entries()) uint32le.encodeInto(encoded, first + 4 * index, block);
  if (extended) header.encodeInto(encoded, 0, of);
  else
    trailer.encodeInto(encoded, 4 * blocks.length, {
      identifier: udfIdentifier('*UDF Virtual Alloc Tbl', word),
      previous: of.previous,
    });
  return encoded;
};

/** The physical blocks of virtual ones, from the contents of a table of others; undefined where they are none. */
export const decodeVirtualAllocation = (source: Uint8Array, extended: boolean): Uint32Array | undefined => {
  const first = extended ? uint16le.decode(source, 0) : 0;
  const end = extended ? source.length : source.length - trailer.size;
  if (end < first || source.length < 2) return undefined;
  return Uint32Array.from({ length: Math.floor((end - first) / 4) }, (_, index) =>
    uint32le.decode(source, first + 4 * index),
  );
};
