import { uint16be, uint16le, uint32be, uint32le, uint8 } from '../binary/codec.js';
import { bp, layout } from '../binary/layout.js';

/** ECMA-119 §9.4, Path Table Record, up to the identifier, in a Type L path table. */
export const pathTableRecordL = layout('Path Table Record (Type L)', 8, {
  identifierLength: bp(1, 1, uint8),
  extendedAttributeRecordLength: bp(2, 2, uint8),
  extent: bp(3, 6, uint32le),
  parent: bp(7, 8, uint16le),
});

/** The same in a Type M path table. */
export const pathTableRecordM = layout('Path Table Record (Type M)', 8, {
  identifierLength: bp(1, 1, uint8),
  extendedAttributeRecordLength: bp(2, 2, uint8),
  extent: bp(3, 6, uint32be),
  parent: bp(7, 8, uint16be),
});

/** One directory of a path table. */
export interface PathTableEntry {
  readonly identifierLength: number;
  readonly extent: number;
  /** Number of the parent's record, counted from 1; the root is its own parent. */
  readonly parent: number;
}

/** Parents are named by 16 bits, ECMA-119 §9.4.4. */
export const MOST_DIRECTORIES = 65_535;

export const pathTableRecordLength = (identifierBytes: number): number =>
  pathTableRecordL.size + identifierBytes + (identifierBytes % 2);

/** Where the identifier stands in a record. */
export const PATH_IDENTIFIER_OFFSET = pathTableRecordL.size;

/** Writes one record but its identifier. */
export const encodePathTableRecord = (
  target: Uint8Array,
  offset: number,
  { identifierLength, extent, parent }: PathTableEntry,
  type: 'L' | 'M',
): void => {
  const record = type === 'L' ? pathTableRecordL : pathTableRecordM;
  record.encodeInto(target, offset, { identifierLength, extendedAttributeRecordLength: 0, extent, parent });
};
