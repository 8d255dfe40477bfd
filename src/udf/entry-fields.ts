import { uint16le, uint32le, uint64le, uint8 } from '../binary/codec.js';
import { bits, flag, rbp } from '../binary/layout.js';
import { longAllocation } from './extents.js';
import { timestamp } from './timestamp.js';

/*
 * Where the fields of file entries stand, for what is written and for what was written by anybody: an entry of ours
 * fixes more of them.
 */

/** ECMA-167 4/14.6, ICB Tag. */
export const icbFields = {
  fileType: rbp(11, 1, uint8),
  allocation: bits(18, 2, 0),
  nonRelocatable: flag(18, 4),
  archive: flag(18, 5),
  setUserId: flag(18, 6),
  setGroupId: flag(18, 7),
  sticky: flag(19, 0),
  system: flag(19, 2),
};

/** ECMA-167 4/14.6.8: flags of a file for which POSIX has no place. */
export type UdfFlags = Readonly<Partial<Record<'nonRelocatable' | 'archive' | 'system', true>>>;

/** Fields that stand at the same place in both kinds of entry. */
const common = {
  uid: rbp(36, 4, uint32le),
  gid: rbp(40, 4, uint32le),
  permissions: rbp(44, 4, uint32le),
  links: rbp(48, 2, uint16le),
  informationLength: rbp(56, 8, uint64le),
};

/** ECMA-167 4/14.9, File Entry. */
export const fileEntryFields = {
  ...common,
  blocksRecorded: rbp(64, 8, uint64le),
  accessedAt: rbp(72, 12, timestamp),
  modifiedAt: rbp(84, 12, timestamp),
  attributesChangedAt: rbp(96, 12, timestamp),
  uniqueId: rbp(160, 8, uint64le),
  extendedAttributeLength: rbp(168, 4, uint32le),
  allocationLength: rbp(172, 4, uint32le),
};

/** ECMA-167 3rd edition 4/14.17, Extended File Entry. */
export const extendedFileEntryFields = {
  ...common,
  blocksRecorded: rbp(72, 8, uint64le),
  accessedAt: rbp(80, 12, timestamp),
  modifiedAt: rbp(92, 12, timestamp),
  createdAt: rbp(104, 12, timestamp),
  attributesChangedAt: rbp(116, 12, timestamp),
  streamDirectory: rbp(152, 16, longAllocation),
  uniqueId: rbp(200, 8, uint64le),
  extendedAttributeLength: rbp(208, 4, uint32le),
  allocationLength: rbp(212, 4, uint32le),
};
