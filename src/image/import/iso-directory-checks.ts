import { fieldsNotCanonical } from '../../binary/canonical.js';
import { BLOCK } from '../../iso9660/block.js';
import { directoryRecordHeader, PARENT, SELF } from '../../iso9660/directory-record.js';
import { directoryRecords, type FoundRecord } from '../../iso9660/directory-records.js';
import { compareBytes, compareIso } from '../../iso9660/identifier-order.js';
import { LONGEST_PATH } from '../../iso9660/longest-path.js';
import { pathBytes } from '../../os/path-bytes.js';
import type { Finding } from './findings.js';
import type { IsoView } from './iso-entry.js';
import { isNamed } from './iso-sections.js';
import type { ReadDirectory } from './iso-tree.js';

interface Question {
  readonly directory: ReadDirectory;
  readonly records: readonly FoundRecord[];
  readonly view: IsoView;
  /** Block of the directory that this one lies in; undefined where another file system says so. */
  readonly parentBlock: number | undefined;
}

type Check = (question: Question) => Iterable<Omit<Finding, 'path'>>;

const blockOf = ({ directory }: Question, offset: number): number =>
  directory.block + Math.floor(offset / BLOCK);

function* numbersAgree(question: Question): Generator<Omit<Finding, 'path'>> {
  for (const { offset } of question.records) {
    const fields = fieldsNotCanonical(directoryRecordHeader, question.directory.bytes, offset);
    if (fields.length > 0)
      yield {
        code: 'field-not-canonical',
        block: blockOf(question, offset),
        detail: `The record at byte ${offset}: ${fields.join(', ')}.`,
      };
  }
}

/** ECMA-119 §6.8.2.2: the first record is the directory itself, the second its parent. */
function* beginsRight({ directory, records, parentBlock }: Question): Generator<Omit<Finding, 'path'>> {
  const [self, parent] = records;
  const { block, bytes } = directory;
  if (
    self === undefined ||
    !isNamed(self.identifier, SELF) ||
    self.header.extent !== block ||
    self.header.dataLength !== bytes.length
  )
    yield { code: 'self-record-wrong', block, detail: 'It does not name its own block and length.' };
  if (parent === undefined || !isNamed(parent.identifier, PARENT))
    yield { code: 'parent-record-wrong', block, detail: 'There is no record of the parent.' };
  else if (parentBlock !== undefined && parent.header.extent !== parentBlock)
    yield {
      code: 'parent-record-wrong',
      block,
      detail: `It names block ${parent.header.extent}; the parent lies in block ${parentBlock}.`,
    };
}

const COMPARE: Readonly<Record<IsoView, typeof compareIso>> = {
  iso9660: compareIso,
  'rock-ridge': compareIso,
  joliet: compareBytes,
  enhanced: compareBytes,
};

function* inOrder(question: Question): Generator<Omit<Finding, 'path'>> {
  const compare = COMPARE[question.view];
  const rest = question.records.slice(2);
  const wrong = rest.find((record, at) => {
    const before = rest[at - 1];
    return before !== undefined && compare(before.identifier, record.identifier) > 0;
  });
  if (wrong)
    yield {
      code: 'record-order',
      block: blockOf(question, wrong.offset),
      detail: `The record at byte ${wrong.offset} belongs before the one that it follows.`,
    };
}

function* pathsFit({ directory, records, view }: Question): Generator<Omit<Finding, 'path'>> {
  if (view !== 'iso9660') return;
  const before = directory.path === '/' ? 0 : pathBytes(directory.path).length;
  const long = records.find(
    ({ header, identifier }) => !header.directory && before + identifier.length > LONGEST_PATH,
  );
  if (long)
    yield {
      code: 'path-too-long',
      block: directory.block,
      detail: `That of a file in it has ${before + long.identifier.length} bytes.`,
    };
}

const CHECKS: readonly Check[] = [numbersAgree, beginsRight, inOrder, pathsFit];

/** What is wrong with the records of one directory beside what reading its entries already tells. */
export const checkIsoDirectory = (
  directory: ReadDirectory,
  { view, parentBlock }: Pick<Question, 'view' | 'parentBlock'>,
): Finding[] => {
  const records = [...directoryRecords(directory.bytes)].filter(
    (record): record is FoundRecord => !('reason' in record),
  );
  const question = { directory, records, view, parentBlock };
  return CHECKS.flatMap((check) => [...check(question)]).map((finding) => ({
    ...finding,
    path: directory.path,
  }));
};
