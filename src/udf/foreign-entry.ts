import { uint16le, uint32le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { extendedFileEntryFields, fileEntryFields, icbFields, type UdfFlags } from './entry-fields.js';
import { FILE_TYPE } from './file-entry.js';
import { foreignAttributes } from './foreign-attributes.js';
import { bytesOfExtent, longAllocation, type LongAllocation, shortAllocation } from './extents.js';
import { readTag } from './foreign-tag.js';
import { TAG } from './tag.js';

/** ECMA-167 4/14.6, ICB Tag, of any strategy. */
const icbTag = layout('ICB Tag', 20, { ...icbFields, strategy: rbp(4, 2, uint16le) });

/** Up to their extended attributes. */
const fileEntry = layout('File Entry', 176, {
  ...fileEntryFields,
  icbTag: rbp(16, 20, icbTag),
  attributeIcb: rbp(112, 16, longAllocation),
});
const extendedFileEntry = layout('Extended File Entry', 216, {
  ...extendedFileEntryFields,
  icbTag: rbp(16, 20, icbTag),
  attributeIcb: rbp(136, 16, longAllocation),
});

/** What an ICB says of a file, whoever wrote it. Times are nanoseconds since 1970. */
export interface ForeignEntry {
  readonly strategy: number;
  readonly fileType: number;
  /** ECMA-167 4/14.6.8: 0 short, 1 long, 2 extended descriptors, 3 the contents themselves. */
  readonly allocation: number;
  /** As POSIX has them, with those of the ICB's flags. */
  readonly mode: number;
  /** Those that are set; absent where none is. */
  readonly flags: UdfFlags | undefined;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly informationLength: bigint;
  readonly blocksRecorded: bigint;
  readonly accessedAt: bigint;
  readonly modifiedAt: bigint;
  readonly createdAt: bigint | undefined;
  readonly attributesChangedAt: bigint;
  readonly device: { readonly major: number; readonly minor: number } | undefined;
  /** Extended attributes that say none of this, in words. */
  readonly otherAttributes: readonly string[];
  readonly uniqueId: bigint;
  /** Where the directory of its streams lies. */
  readonly streams: LongAllocation | undefined;
  /** Where a file of further extended attributes has its entry. */
  readonly attributeIcb: LongAllocation | undefined;
  /** Bytes of the block before the allocation descriptors, or before the contents. */
  readonly allocationAt: number;
  readonly allocationBytes: number;
}

/** ECMA-167 4/14.9.5: of each class the lower three bits are those of POSIX. */
const modeOf = (
  permissions: number,
  {
    setUserId,
    setGroupId,
    sticky,
  }: Pick<ReturnType<typeof icbTag.decode>, 'setUserId' | 'setGroupId' | 'sticky'>,
): number => {
  const ofClass = (shift: number): number => Math.floor(permissions / 2 ** shift) % 8;
  const special = (setUserId ? 4 : 0) + (setGroupId ? 2 : 0) + (sticky ? 1 : 0);
  return special * 512 + ofClass(10) * 64 + ofClass(5) * 8 + ofClass(0);
};

const flagsOf = ({
  nonRelocatable,
  archive,
  system,
}: ReturnType<typeof icbTag.decode>): UdfFlags | undefined =>
  nonRelocatable || archive || system
    ? {
        ...(nonRelocatable && { nonRelocatable }),
        ...(archive && { archive }),
        ...(system && { system }),
      }
    : undefined;

const unlessEmpty = (extent: LongAllocation): LongAllocation | undefined =>
  extent.length > 0 ? extent : undefined;

/** The entry in a block whose tag is right; undefined where the tag is that of something else. */
export const readEntry = (block: Uint8Array, identifier: number): ForeignEntry | undefined => {
  if (identifier !== TAG.fileEntry && identifier !== TAG.extendedFileEntry) return undefined;
  const extended = identifier === TAG.extendedFileEntry ? extendedFileEntry.decode(block) : undefined;
  const values = extended ?? fileEntry.decode(block);
  const { size } = extended ? extendedFileEntry : fileEntry;
  const { icbTag: tag, permissions, extendedAttributeLength, allocationLength, ...fields } = values;
  const attributes = foreignAttributes(block.subarray(size, size + extendedAttributeLength));
  return {
    ...fields,
    strategy: tag.strategy,
    fileType: tag.fileType,
    allocation: tag.allocation,
    mode: modeOf(permissions, tag),
    flags: flagsOf(tag),
    accessedAt: values.accessedAt.ns,
    modifiedAt: values.modifiedAt.ns,
    createdAt: extended?.createdAt.ns ?? attributes.createdAt,
    attributesChangedAt: values.attributesChangedAt.ns,
    device: attributes.device,
    otherAttributes: attributes.others ?? [],
    streams: extended && unlessEmpty(extended.streamDirectory),
    attributeIcb: unlessEmpty(values.attributeIcb),
    allocationAt: size + extendedAttributeLength,
    allocationBytes: allocationLength,
  };
};

/** ECMA-167 4/14.7, Indirect Entry: where the next ICB of a hierarchy lies. */
export const indirectEntry = layout('Indirect Entry', 52, { icb: rbp(36, 16, longAllocation) });

const TABLE_TYPES: readonly number[] = [FILE_TYPE.virtualAllocationTable, FILE_TYPE.unspecified];

/** Whether a block is the entry of a virtual allocation table: by OSTA UDF 1.50 2.2.10 its file has no type, later one of its own. */
export const isTableEntry = (block: Uint8Array): boolean => {
  const { identifier, problem } = readTag(block, 0, undefined);
  if (problem !== undefined) return false;
  const entry = readEntry(block, identifier);
  return entry !== undefined && TABLE_TYPES.includes(entry.fileType);
};

/** ECMA-167 4/14.14.1.1: what the upper two bits of an extent's length say of it. */
export type ExtentKind = 'recorded' | 'allocated' | 'hole' | 'continuation';
const KINDS: readonly ExtentKind[] = ['recorded', 'allocated', 'hole', 'continuation'];

export interface ForeignExtent {
  readonly kind: ExtentKind;
  readonly bytes: number;
  readonly block: number;
  readonly partition: number;
}

/** The allocation descriptors in some bytes, short or long, up to one of no length. */
export function* foreignExtents(
  source: Uint8Array,
  { long, partition }: { readonly long: boolean; readonly partition: number },
): Generator<ForeignExtent> {
  const { size } = long ? longAllocation : shortAllocation;
  for (let at = 0; at + size <= source.length; at += size) {
    const read = long
      ? longAllocation.decode(source, at)
      : { ...shortAllocation.decode(source, at), partition };
    const bytes = bytesOfExtent(read);
    if (bytes === 0) return;
    const kind = KINDS[Math.floor(read.length / 2 ** 30)] ?? 'hole';
    yield { kind, bytes, block: read.block, partition: read.partition };
  }
}

/** ECMA-167 4/14.5, Allocation Extent Descriptor: what follows its head are further descriptors. */
export const allocationExtentHead = layout('Allocation Extent Descriptor', 24, {
  allocationBytes: rbp(20, 4, uint32le),
});
