import { uint16le, uint8 } from '../binary/codec.js';
import { fixed, flag, layout, rbp } from '../binary/layout.js';
import { longAllocation, type LongAllocation } from './extents.js';
import { seal, TAG } from './tag.js';
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
  implementationUseLength: fixed(rbp(36, 2, uint16le), 0),
});

/** Bytes of a whole descriptor: ECMA-167 4/14.4.9 pads it to a multiple of four. */
export const fileIdentifierBytes = (name: string): number =>
  Math.ceil((fileIdentifierHeader.size + textBytes(name)) / 4) * 4;

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
  { name, icb, ...characteristics }: FileIdentifier,
  tag: { readonly version: 2 | 3; readonly location: number },
): number => {
  const end = offset + fileIdentifierBytes(name);
  fileIdentifierHeader.encodeInto(target, offset, { ...characteristics, nameLength: textBytes(name), icb });
  writeText(target, offset + fileIdentifierHeader.size, name);
  seal(target.subarray(offset, end), { ...tag, identifier: TAG.fileIdentifier });
  return end;
};
