import type { ZonedSeconds } from '../binary/calendar.js';
import { uint16both, uint32both, uint8 } from '../binary/codec.js';
import { bp, flag, layout } from '../binary/layout.js';
import { date7 } from './dates.js';

/**
 * ECMA-119 §9.1, Directory Record, up to the identifier. The identifier follows, then a byte 0 where its length is even, then the
 * system use area; the whole is of even length and lies within one block. File flags of §9.1.6 are bits of byte 25 (BP 26).
 */
export const directoryRecordHeader = layout('Directory Record', 33, {
  length: bp(1, 1, uint8),
  extendedAttributeRecordLength: bp(2, 2, uint8),
  extent: bp(3, 10, uint32both),
  dataLength: bp(11, 18, uint32both),
  recordedAt: bp(19, 25, date7),
  hidden: flag(25, 0),
  directory: flag(25, 1),
  associatedFile: flag(25, 2),
  record: flag(25, 3),
  protection: flag(25, 4),
  multiExtent: flag(25, 7),
  fileUnitSize: bp(27, 27, uint8),
  interleaveGapSize: bp(28, 28, uint8),
  volumeSequenceNumber: bp(29, 32, uint16both),
  identifierLength: bp(33, 33, uint8),
});

/** The longest record: its length is one byte and even. */
export const LONGEST_RECORD = 254;

/** Bytes of a record up to its system use area. */
export const recordBytes = (identifierBytes: number): number =>
  directoryRecordHeader.size + identifierBytes + (identifierBytes % 2 === 0 ? 1 : 0);

/** Where the identifier stands in a record. */
export const IDENTIFIER_OFFSET = directoryRecordHeader.size;

/** ECMA-119 §6.8.2.2: how the first two records of a directory are called; one byte each, in Joliet too. */
export const SELF = '\0';
export const PARENT = '\x01';

/** Length of the whole record. */
export const directoryRecordLength = (identifierBytes: number, systemUseBytes: number): number =>
  recordBytes(identifierBytes) + systemUseBytes + (systemUseBytes % 2);

export interface RecordFields {
  /** Of the whole record. */
  readonly length: number;
  readonly extent: number;
  readonly dataLength: number;
  readonly recordedAt: ZonedSeconds;
  readonly hidden: boolean;
  readonly directory: boolean;
  readonly multiExtent: boolean;
  readonly identifierLength: number;
}

/** Writes a record but its identifier and its system use area. */
export const encodeDirectoryRecord = (target: Uint8Array, offset: number, fields: RecordFields): void => {
  directoryRecordHeader.encodeInto(target, offset, {
    length: fields.length,
    extendedAttributeRecordLength: 0,
    extent: fields.extent,
    dataLength: fields.dataLength,
    recordedAt: fields.recordedAt,
    hidden: fields.hidden,
    directory: fields.directory,
    multiExtent: fields.multiExtent,
    fileUnitSize: 0,
    interleaveGapSize: 0,
    volumeSequenceNumber: 1,
    identifierLength: fields.identifierLength,
  });
};
