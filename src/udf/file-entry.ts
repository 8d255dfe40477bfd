import { bytes, uint16le, uint32le, uint64le, uint8 } from '../binary/codec.js';
import { bits, fixed, flag, layout, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { DEVELOPER } from './entity-identifiers.js';
import { longAllocation, type LongAllocation, NOWHERE } from './extents.js';
import type { RevisionRules } from './revisions.js';
import { seal, TAG } from './tag.js';
import { timestamp } from './timestamp.js';

/** ECMA-167 4/14.6.6 and OSTA UDF: what an ICB describes. */
export const FILE_TYPE = {
  unspecified: 0,
  directory: 4,
  file: 5,
  symbolicLink: 12,
  streamDirectory: 13,
  virtualAllocationTable: 248,
  realTime: 249,
  metadata: 250,
  metadataMirror: 251,
  metadataBitmap: 252,
} as const;

/** ECMA-167 4/14.6, ICB Tag, of strategy 4: one entry, no other after it. */
const icbTag = layout('ICB Tag', 20, {
  strategyType: fixed(rbp(4, 2, uint16le), 4),
  maximumEntries: fixed(rbp(8, 2, uint16le), 1),
  fileType: rbp(11, 1, uint8),
  allocation: bits(18, 2, 0),
  setUserId: flag(18, 6),
  setGroupId: flag(18, 7),
  sticky: flag(19, 0),
  stream: flag(19, 5),
});

/** Fields that stand at the same place in both kinds of entry. */
const common = {
  icbTag: rbp(16, 20, icbTag),
  uid: rbp(36, 4, uint32le),
  gid: rbp(40, 4, uint32le),
  permissions: rbp(44, 4, uint32le),
  links: rbp(48, 2, uint16le),
  informationLength: rbp(56, 8, uint64le),
};

/** ECMA-167 4/14.9, File Entry, up to its extended attributes. */
const fileEntry = layout('File Entry', 176, {
  ...common,
  blocksRecorded: rbp(64, 8, uint64le),
  accessedAt: rbp(72, 12, timestamp),
  modifiedAt: rbp(84, 12, timestamp),
  attributesChangedAt: rbp(96, 12, timestamp),
  checkpoint: fixed(rbp(108, 4, uint32le), 1),
  implementationIdentifier: rbp(128, 32, bytes(32)),
  uniqueId: rbp(160, 8, uint64le),
  extendedAttributeLength: rbp(168, 4, uint32le),
  allocationLength: rbp(172, 4, uint32le),
});

/** ECMA-167 3rd edition 4/14.17, Extended File Entry, up to its extended attributes. */
const extendedFileEntry = layout('Extended File Entry', 216, {
  ...common,
  objectSize: rbp(64, 8, uint64le),
  blocksRecorded: rbp(72, 8, uint64le),
  accessedAt: rbp(80, 12, timestamp),
  modifiedAt: rbp(92, 12, timestamp),
  createdAt: rbp(104, 12, timestamp),
  attributesChangedAt: rbp(116, 12, timestamp),
  checkpoint: fixed(rbp(128, 4, uint32le), 1),
  streamDirectory: rbp(152, 16, longAllocation),
  implementationIdentifier: rbp(168, 32, bytes(32)),
  uniqueId: rbp(200, 8, uint64le),
  extendedAttributeLength: rbp(208, 4, uint32le),
  allocationLength: rbp(212, 4, uint32le),
});

/** What a file and its streams have in common. */
export interface EntryAttributes {
  readonly uid: number;
  readonly gid: number;
  readonly permissions: number;
  readonly modifiedAt: bigint;
  readonly createdAt: bigint;
  readonly attributesChangedAt: bigint;
}

/** What is said about a file, whatever it is. */
export interface EntryValues {
  readonly attributes: EntryAttributes;
  readonly icbTag: Parameters<typeof icbTag.encode>[0];
  readonly links: number;
  readonly informationLength: number;
  /** With all its streams. */
  readonly objectSize?: number;
  readonly blocksRecorded: number;
  readonly uniqueId: number;
  readonly streamDirectory?: LongAllocation;
  readonly extendedAttributes: Uint8Array;
  /** Allocation descriptors, or the contents themselves. */
  readonly allocation: Uint8Array;
}

/** Bytes of an entry that has no extended attributes and no allocation descriptors. */
const entryBytes = ({ extended }: RevisionRules): number =>
  extended ? extendedFileEntry.size : fileEntry.size;

/** Room for allocation descriptors or contents in an entry, which is a block at most (OSTA UDF 2.3.6). */
export const entryRoom = (rules: RevisionRules, extendedAttributeBytes: number): number =>
  BLOCK - entryBytes(rules) - extendedAttributeBytes;

/** Writes an entry into a block of zeros. `location` is the number of that block. */
export const encodeEntry = (
  target: Uint8Array,
  rules: RevisionRules,
  of: EntryValues,
  location: number,
): void => {
  const size = entryBytes(rules);
  const { attributes } = of;
  // Written out: spreading objects costs more than encoding, for each of a hundred thousand files.
  const values = {
    icbTag: of.icbTag,
    uid: attributes.uid,
    gid: attributes.gid,
    permissions: attributes.permissions,
    links: of.links,
    informationLength: BigInt(of.informationLength),
    objectSize: BigInt(of.objectSize ?? of.informationLength),
    blocksRecorded: BigInt(of.blocksRecorded),
    accessedAt: attributes.modifiedAt,
    modifiedAt: attributes.modifiedAt,
    createdAt: attributes.createdAt,
    attributesChangedAt: attributes.attributesChangedAt,
    streamDirectory: of.streamDirectory ?? NOWHERE,
    implementationIdentifier: DEVELOPER,
    uniqueId: BigInt(of.uniqueId),
    extendedAttributeLength: of.extendedAttributes.length,
    allocationLength: of.allocation.length,
  };
  (rules.extended ? extendedFileEntry : fileEntry).encodeInto(target, 0, values);
  target.set(of.extendedAttributes, size);
  target.set(of.allocation, size + of.extendedAttributes.length);
  const end = size + of.extendedAttributes.length + of.allocation.length;
  const identifier = rules.extended ? TAG.extendedFileEntry : TAG.fileEntry;
  seal(target.subarray(0, end), { identifier, version: rules.tagVersion, location });
};
