import { int32be, uint16be, uint8 } from '../../binary/codec.js';
import { type ValuesOf, bits, byte, decodeShort, layout } from '../../binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../binary/list.js';

/** MMC-5 §6.26.3: the header of all formats. `first` and `last` are tracks or sessions, by format. */
const tocHeader = layout('TOC Header', 4, {
  dataLength: byte(0, uint16be),
  first: byte(2, uint8),
  last: byte(3, uint8),
});

/**
 * MMC-5 §6.26.3, format 0 (tracks and, as AAh, the lead-out) and format 1 (the first track of the
 * last complete session). The address is a block, or 0, M, S, F in four bytes where MSF was asked for.
 */
export const tocTrackDescriptor = layout('TOC Track Descriptor', 8, {
  adr: bits(1, 7, 4),
  control: bits(1, 3, 0),
  trackNumber: byte(2, uint8),
  trackStartAddress: byte(4, int32be),
});

/** MMC-5 §6.26.3, formats 2 (full TOC) and 3 (PMA): what subchannel Q of the lead-in, or the PMA, holds. */
export const rawTocDescriptor = layout('Raw TOC Descriptor', 11, {
  sessionNumber: byte(0, uint8),
  adr: bits(1, 7, 4),
  control: bits(1, 3, 0),
  tno: byte(2, uint8),
  point: byte(3, uint8),
  min: byte(4, uint8),
  sec: byte(5, uint8),
  frame: byte(6, uint8),
  zero: byte(7, uint8),
  pMin: byte(8, uint8),
  pSec: byte(9, uint8),
  pFrame: byte(10, uint8),
});

interface TocOf<E> {
  readonly first: number;
  readonly last: number;
  readonly entries: readonly E[];
}

export type Toc = TocOf<ValuesOf<typeof tocTrackDescriptor>>;
export type RawToc = TocOf<ValuesOf<typeof rawTocDescriptor>>;

const header = (first: number, last: number, bytesAfter: number): Uint8Array =>
  tocHeader.encode({ dataLength: tocHeader.size - 2 + bytesAfter, first, last });

const announced = (reply: Uint8Array, dataLength: number): Uint8Array =>
  reply.subarray(tocHeader.size, 2 + dataLength);

export const encodeToc = ({ first, last, entries }: Toc): Uint8Array => {
  const list = encodeList(tocTrackDescriptor, entries);
  return concatenate(header(first, last, list.length), list);
};

export const decodeToc = (reply: Uint8Array): Toc => {
  const { dataLength, first, last } = decodeShort(tocHeader, reply);
  return { first, last, entries: decodeList(tocTrackDescriptor, announced(reply, dataLength)) };
};

export const encodeRawToc = ({ first, last, entries }: RawToc): Uint8Array => {
  const list = encodeList(rawTocDescriptor, entries);
  return concatenate(header(first, last, list.length), list);
};

export const decodeRawToc = (reply: Uint8Array): RawToc => {
  const { dataLength, first, last } = decodeShort(tocHeader, reply);
  return { first, last, entries: decodeList(rawTocDescriptor, announced(reply, dataLength)) };
};
