import type { FoundRecord } from '../../iso9660/directory-records.js';
import type { RockRidge } from '../../iso9660/rock-ridge-entries.js';
import { type FileKind, fileKind } from '../../os/stat.js';

/** A record of a relocated directory is that of a file; what it is its mode says. */
export const kindOf = (directory: boolean, { mode, childBlock, target }: RockRidge): FileKind => {
  if (directory || childBlock !== undefined) return 'directory';
  const kind = mode === undefined ? undefined : fileKind(mode);
  if (kind === undefined || kind === 'directory') return target === undefined ? 'file' : 'link';
  return kind;
};

/** What a record says of its file that a tree of ours has no place for. */
export const otherAttributes = ({ header }: FoundRecord, { others }: RockRidge): string[] => [
  ...(header.extendedAttributeRecordLength > 0
    ? ['They are in an extended attribute record (ECMA-119 9.5).']
    : []),
  ...(others ? [`They are in entries "${others.join('", "')}" of SUSP.`] : []),
];
