import { uint16be, uint8 } from '../../binary/codec.js';
import { type ValuesOf, byte, decodeShort, flag, layout } from '../../binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../binary/list.js';

/** MMC-5 §6.23.3, also of SEND DISC STRUCTURE (§6.34.3). The length counts what follows it. */
const discStructureHeader = layout('Disc Structure Header', 4, { dataLength: byte(0, uint16be) });

/** A structure as it goes over the wire, in both directions. */
export const encodeDiscStructure = (payload: Uint8Array): Uint8Array =>
  concatenate(
    discStructureHeader.encode({ dataLength: discStructureHeader.size - 2 + payload.length }),
    payload,
  );

/** Bytes to ask for so that the whole reply fits, told by its first four. */
export const discStructureLength = (reply: Uint8Array): number =>
  2 + decodeShort(discStructureHeader, reply).dataLength;

/** The payload as far as it was announced and sent. */
export const discStructurePayload = (reply: Uint8Array): Uint8Array =>
  reply.subarray(discStructureHeader.size, discStructureLength(reply));

/** MMC-5 §6.23.3, format FFh: one structure that the drive can read or be sent; the length includes the header. */
export const structureListEntry = layout('Structure List Entry', 4, {
  formatCode: byte(0, uint8),
  sendable: flag(1, 7),
  readable: flag(1, 6),
  structureLength: byte(2, uint16be),
});

type StructureListEntry = ValuesOf<typeof structureListEntry>;

export const encodeStructureList = (entries: readonly StructureListEntry[]): Uint8Array =>
  encodeList(structureListEntry, entries);

export const decodeStructureList = (payload: Uint8Array): StructureListEntry[] =>
  decodeList(structureListEntry, payload);
