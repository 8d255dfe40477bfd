import { bytes, uint16le, uint32le, uint64le } from '../binary/codec.js';
import { fixed, flag, layout, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { DEVELOPER } from './entity-identifiers.js';
import { extendedFileEntryFields, fileEntryFields, icbFields } from './entry-fields.js';
import { type LongAllocation, NOWHERE } from './extents.js';
import type { RevisionRules } from './revisions.js';
import { seal, TAG } from './tag.js';

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
  ...icbFields,
  strategyType: fixed(rbp(4, 2, uint16le), 4),
  maximumEntries: fixed(rbp(8, 2, uint16le), 1),
  stream: flag(19, 5),
});

/** ECMA-167 4/14.9, File Entry, up to its extended attributes. */
const fileEntry = layout('File Entry', 176, {
  ...fileEntryFields,
  icbTag: rbp(16, 20, icbTag),
  checkpoint: fixed(rbp(108, 4, uint32le), 1),
  implementationIdentifier: rbp(128, 32, bytes(32)),
});

/** ECMA-167 3rd edition 4/14.17, Extended File Entry, up to its extended attributes. */
const extendedFileEntry = layout('Extended File Entry', 216, {
  ...extendedFileEntryFields,
  icbTag: rbp(16, 20, icbTag),
  objectSize: rbp(64, 8, uint64le),
  checkpoint: fixed(rbp(128, 4, uint32le), 1),
  implementationIdentifier: rbp(168, 32, bytes(32)),
});

/** What a file and its streams have in common. */
export interface EntryAttributes {
  readonly uid: number;
  readonly gid: number;
  readonly permissions: number;
  /** In which its times are written, in minutes east of Greenwich; these are nanoseconds since 1970. */
  readonly zoneMinutes: number;
  readonly accessedAt: bigint;
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
  const { zoneMinutes } = attributes;
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
    accessedAt: { ns: attributes.accessedAt, zoneMinutes },
    modifiedAt: { ns: attributes.modifiedAt, zoneMinutes },
    createdAt: { ns: attributes.createdAt, zoneMinutes },
    attributesChangedAt: { ns: attributes.attributesChangedAt, zoneMinutes },
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
