import { uint16le, uint8 } from '../binary/codec.js';
import { fixed, flag, layout, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { DEVELOPER } from './entity-identifiers.js';
import { longAllocation, type LongAllocation } from './extents.js';
import { descriptorTag, seal, TAG } from './tag.js';
import { textBytes, writeText } from './text.js';

/** ECMA-167 4/14.4, File Identifier Descriptor, up to its implementation use. */
const fileIdentifierHeader = layout('File Identifier Descriptor', 38, {
  fileVersion: fixed(rbp(16, 2, uint16le), 1),
  hidden: flag(18, 0),
  directory: flag(18, 1),
  deleted: flag(18, 2),
  parent: flag(18, 3),
  /** OSTA UDF 2.00 2.3.4.2: a stream of the file system's own. */
  metadata: flag(18, 4),
  nameLength: rbp(19, 1, uint8),
  icb: rbp(20, 16, longAllocation),
  implementationUseLength: rbp(36, 2, uint16le),
});

/** Bytes of a whole descriptor: ECMA-167 4/14.4.9 pads it to a multiple of four. */
const bytesOf = (name: string): number => Math.ceil((fileIdentifierHeader.size + textBytes(name)) / 4) * 4;

/** OSTA UDF 2.3.4.5: implementation use begins with who wrote it, and needs no more. */
const IMPLEMENTATION_USE = DEVELOPER;

/**
 * OSTA UDF 2.00 2.3.4.4: on media that are written once no tag crosses the end of a block. A descriptor that ends less than a tag before it
 * is made longer by implementation use.
 */
const splitsNextTag = (end: number): boolean => end % BLOCK > BLOCK - descriptorTag.size;

/** Where the descriptor of a name ends that begins at `offset` of its directory; `wholeTags`: no tag crosses the end of a block. */
export const fileIdentifierEnd = (offset: number, name: string, wholeTags: boolean): number => {
  const end = offset + bytesOf(name);
  return wholeTags && splitsNextTag(end) ? end + IMPLEMENTATION_USE.length : end;
};

export interface FileIdentifier {
  /** Empty for the parent. */
  readonly name: string;
  readonly directory: boolean;
  readonly hidden: boolean;
  readonly parent: boolean;
  readonly icb: LongAllocation;
}

/** Writes a descriptor at `offset` of what is zero, and returns its end. `location` is the block in which it begins. */
export const encodeFileIdentifier = (
  target: Uint8Array,
  offset: number,
  of: FileIdentifier,
  {
    version,
    location,
    wholeTags,
  }: { readonly version: 2 | 3; readonly location: number; readonly wholeTags: boolean },
): number => {
  const { name, directory, hidden, parent, icb } = of;
  const end = fileIdentifierEnd(offset, name, wholeTags);
  const implementationUseLength = end - offset - bytesOf(name);
  const nameLength = textBytes(name);
  fileIdentifierHeader.encodeInto(target, offset, {
    directory,
    hidden,
    parent,
    nameLength,
    icb,
    implementationUseLength,
  });
  const useAt = offset + fileIdentifierHeader.size;
  if (implementationUseLength > 0) target.set(IMPLEMENTATION_USE.subarray(0, implementationUseLength), useAt);
  writeText(target, useAt + implementationUseLength, name);
  seal(target.subarray(offset, end), { identifier: TAG.fileIdentifier, version, location });
  return end;
};
