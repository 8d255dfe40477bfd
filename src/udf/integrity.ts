import type { Moment } from '../binary/calendar.js';
import { bytes, uint16le, uint32le, uint64le } from '../binary/codec.js';
import { fixed, layout, rbp } from '../binary/layout.js';
import { timestamp } from './timestamp.js';

/** ECMA-167 3/10.10, Logical Volume Integrity Descriptor, up to its tables; OSTA UDF 2.2.6. */
const head = layout('Logical Volume Integrity Descriptor', 80, {
  recordedAt: rbp(16, 12, timestamp),
  /** 0 open, 1 close. */
  type: rbp(28, 4, uint32le),
  /** ECMA-167 4/14.15, Logical Volume Header Descriptor. */
  nextUniqueId: rbp(40, 8, uint64le),
  partitionCount: rbp(72, 4, uint32le),
  implementationUseLength: fixed(rbp(76, 4, uint32le), 46),
});

/** OSTA UDF 2.2.6.4. */
const implementationUse = layout('Implementation Use of an Integrity Descriptor', 46, {
  implementationIdentifier: rbp(0, 32, bytes(32)),
  files: rbp(32, 4, uint32le),
  directories: rbp(36, 4, uint32le),
  minimumRead: rbp(40, 2, uint16le),
  minimumWrite: rbp(42, 2, uint16le),
  maximumWrite: rbp(44, 2, uint16le),
});

/** ECMA-167 3/10.10.4, .6: no number is known for this partition. */
export const UNKNOWN_SPACE = 0xffff_ffff;

export interface Integrity {
  readonly recordedAt: Moment;
  readonly closed: boolean;
  readonly nextUniqueId: number;
  /** Blocks of each partition, by its map. */
  readonly spaces: readonly { readonly free: number; readonly size: number }[];
  readonly files: number;
  readonly directories: number;
  readonly minimumRead: number;
  readonly minimumWrite: number;
  readonly maximumWrite: number;
  readonly implementationIdentifier: Uint8Array;
}

/** The whole descriptor without its tag: head, free space and size of each partition, implementation use. */
export const encodeIntegrity = (of: Integrity): Uint8Array => {
  const { spaces } = of;
  const encoded = new Uint8Array(head.size + 8 * spaces.length + implementationUse.size);
  head.encodeInto(encoded, 0, {
    recordedAt: of.recordedAt,
    type: of.closed ? 1 : 0,
    nextUniqueId: BigInt(of.nextUniqueId),
    partitionCount: spaces.length,
  });
  for (const [index, { free, size }] of spaces.entries()) {
    uint32le.encodeInto(encoded, head.size + 4 * index, free);
    uint32le.encodeInto(encoded, head.size + 4 * (spaces.length + index), size);
  }
  implementationUse.encodeInto(encoded, head.size + 8 * spaces.length, of);
  return encoded;
};
