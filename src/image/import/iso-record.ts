import type { FoundRecord } from '../../iso9660/directory-records.js';
import type { RockRidge } from '../../iso9660/rock-ridge-entries.js';
import { type FileKind, fileKind } from '../../os/stat.js';
import type { FindingCode } from './findings.js';

/** A record of a relocated directory is that of a file; what it is its mode says. */
export const kindOf = (directory: boolean, { mode, childBlock, target }: RockRidge): FileKind => {
  if (directory || childBlock !== undefined) return 'directory';
  const kind = mode === undefined ? undefined : fileKind(mode);
  if (kind === undefined || kind === 'directory') return target === undefined ? 'file' : 'link';
  return kind;
};

/** What a record says of its file that a tree of ours has no place for, and most readers do not show. */
export function* unshown(
  { header }: FoundRecord,
  { others, sparse }: RockRidge,
): Generator<[code: FindingCode, detail: string]> {
  if (header.extendedAttributeRecordLength > 0)
    yield ['attributes-foreign', 'They are in an extended attribute record (ECMA-119 9.5).'];
  if (others) yield ['attributes-foreign', `They are in entries "${others.join('", "')}" of SUSP.`];
  if (sparse) yield ['file-sparse', 'It has an entry SF (RRIP 1.12 4.1.7).'];
}
