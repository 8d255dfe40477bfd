import { sameBytes } from '../../binary/same-bytes.js';
import { PARENT, SELF } from '../../iso9660/directory-record.js';
import { directoryRecords, type FoundRecord } from '../../iso9660/directory-records.js';
import { versionOf, withoutVersion } from '../../iso9660/shown-names.js';
import type { FindingCode } from './findings.js';
import type { Run } from './iso-entry.js';

/** What stands in a directory under one name: its records, as they follow each other. */
export interface Sections {
  readonly first: FoundRecord;
  readonly runs: readonly Run[];
}

export const isNamed = (identifier: Uint8Array, name: string): boolean =>
  identifier.length === 1 && identifier[0] === name.charCodeAt(0);

export const runOf = ({ header }: FoundRecord): Run => ({
  block: header.extent + header.extendedAttributeRecordLength,
  bytes: header.dataLength,
});

/** Where in a directory something is wrong: the byte, and the record's identifier where it has one. */
export type RecordPlace = Pick<FoundRecord, 'offset'> & Partial<Pick<FoundRecord, 'identifier'>>;

type Problem = (code: FindingCode, place: RecordPlace, detail: string) => void;

/** The records of files and directories: without those of the directory itself and its parent, and without associated files. */
function* contentRecords(directory: Uint8Array, problem: Problem): Generator<FoundRecord> {
  for (const record of directoryRecords(directory)) {
    if ('reason' in record)
      problem('record-malformed', record, `The record at byte ${record.offset}: ${record.reason}.`);
    else if (isNamed(record.identifier, SELF) || isNamed(record.identifier, PARENT)) continue;
    else if (record.header.associatedFile)
      problem('associated-file', record, `${record.header.dataLength} bytes of it are left out.`);
    else yield record;
  }
}

/** Twice as many as the largest volume has room for, of the longest kind; the kernel follows a hundred. */
const MOST_SECTIONS = 4096;

/** Sections that are still to be followed by others. */
interface OpenSections extends Sections {
  readonly runs: Run[];
  hasTooMany: boolean;
}

const extend = (open: OpenSections, record: FoundRecord, problem: Problem): void => {
  const { fileUnitSize, interleaveGapSize } = record.header;
  if (fileUnitSize > 0 || interleaveGapSize > 0)
    problem(
      'file-interleaved',
      record,
      `Units of ${fileUnitSize} blocks, with ${interleaveGapSize} between them.`,
    );
  if (open.runs.length < MOST_SECTIONS) open.runs.push(runOf(record));
  else if (!open.hasTooMany) {
    open.hasTooMany = true;
    problem('file-sections-wrong', record, `A file has more than ${MOST_SECTIONS} sections.`);
  }
};

const goesOn = ({ first }: Sections, { identifier }: FoundRecord): boolean =>
  sameBytes(first.identifier, identifier);

/**
 * The files of a directory in their order, but of the versions of one the highest first: it is the one that readers show (ECMA-119 §7.5.1).
 * `textOf` reads an identifier, with its version.
 */
export const highestFirst = (
  files: readonly Sections[],
  textOf: (identifier: Uint8Array) => string,
): readonly Sections[] => {
  const versioned = files.map((sections) => ({ sections, text: textOf(sections.first.identifier) }));
  if (versioned.every(({ text }) => versionOf(text) === 1)) return files;
  const groups = new Map<string, typeof versioned>();
  for (const one of versioned) {
    const bare = withoutVersion(one.text);
    const group = groups.get(bare);
    if (group) group.push(one);
    else groups.set(bare, [one]);
  }
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => versionOf(b.text) - versionOf(a.text)).map(({ sections }) => sections),
  );
};

/** ECMA-119 §6.5.1: records of one file that follow each other, as one; all but its last are marked. */
export function* fileSections(directory: Uint8Array, problem: Problem): Generator<Sections> {
  let open: OpenSections | undefined;
  for (const record of contentRecords(directory, problem)) {
    if (open && !goesOn(open, record)) {
      problem('file-sections-wrong', record, 'A file goes on in a section that does not follow.');
      yield open;
      open = undefined;
    }
    open ??= { first: record, runs: [], hasTooMany: false };
    extend(open, record, problem);
    if (record.header.multiExtent) continue;
    yield open;
    open = undefined;
  }
  if (open) yield open;
}
