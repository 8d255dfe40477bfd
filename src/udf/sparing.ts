import { bytes, uint16le, uint32le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { udfIdentifier } from './entity-identifiers.js';
import { seal, TAG } from './tag.js';

/** Blocks of a packet, OSTA UDF 1.50 2.2.9: of CD, and two ECC blocks of DVD. */
export const PACKET_BLOCKS = 32;

/** Packets that can take the place of others. mkudffs has as many; a table of them fits the block that Linux reads of it. */
export const SPARE_PACKETS = 32;

/** OSTA UDF 1.50 2.2.11, Sparing Table, up to its entries. */
const header = layout('Sparing Table', 56, {
  identifier: rbp(16, 32, bytes(32)),
  entries: rbp(48, 2, uint16le),
  sequenceNumber: rbp(52, 4, uint32le),
});

/** Which packet of the partition is kept where on the medium. */
const entry = layout('Sparing Table entry', 8, {
  original: rbp(0, 4, uint32le),
  mapped: rbp(4, 4, uint32le),
});

/** A spare packet that nothing is kept in. */
const UNUSED = 0xffff_ffff;

/** Bytes of a table. */
export const SPARING_TABLE_BYTES = header.size + SPARE_PACKETS * entry.size;

/** A table of spare packets that follow each other from sector `first` on, none of which is used. */
export const encodeSparingTable = (
  first: number,
  { word, ...tag }: { readonly word: number; readonly version: 2 | 3; readonly location: number },
): Uint8Array => {
  const table = new Uint8Array(SPARING_TABLE_BYTES);
  const identifier = udfIdentifier('*UDF Sparing Table', word);
  header.encodeInto(table, 0, { identifier, entries: SPARE_PACKETS, sequenceNumber: 0 });
  for (let packet = 0; packet < SPARE_PACKETS; packet++)
    entry.encodeInto(table, header.size + packet * entry.size, {
      original: UNUSED,
      mapped: first + packet * PACKET_BLOCKS,
    });
  seal(table, { ...tag, identifier: TAG.sparingTable });
  return table;
};
