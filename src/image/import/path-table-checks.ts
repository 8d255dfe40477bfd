import { BLOCK, blocksFor } from '../../iso9660/block.js';
import {
  PATH_IDENTIFIER_OFFSET,
  pathTableRecordL,
  pathTableRecordLength,
  pathTableRecordM,
} from '../../iso9660/path-table.js';
import type { BlockReader } from './block-reader.js';
import type { Finding } from './findings.js';
import type { HierarchyDescriptor } from './iso-descriptors.js';

interface Row {
  readonly extent: number;
  readonly parent: number;
}

const rowsOf = (table: Uint8Array, record: typeof pathTableRecordL): Row[] | undefined => {
  const rows: Row[] = [];
  for (let at = 0; at < table.length;) {
    if (at + PATH_IDENTIFIER_OFFSET > table.length) return undefined;
    const { identifierLength, extent, parent, extendedAttributeRecordLength } = record.decode(table, at);
    if (identifierLength === 0) return undefined;
    rows.push({ extent: extent + extendedAttributeRecordLength, parent });
    at += pathTableRecordLength(identifierLength);
    if (at > table.length) return undefined;
  }
  return rows;
};

type Answer = Omit<Finding, 'code' | 'path'> | undefined;

/** ECMA-119 §6.9.1: the numbers of parents do not fall, and each is smaller than that of the row itself, but for the root. */
const orderOf = (rows: readonly Row[]): string | undefined => {
  const wrong = rows.findIndex(
    ({ parent }, at) => parent < 1 || (at > 0 && (parent > at || parent < (rows[at - 1]?.parent ?? 0))),
  );
  return wrong === -1 ? undefined : `Row ${wrong + 1} names row ${rows[wrong]?.parent} as its parent.`;
};

const compare = (rows: readonly Row[], directories: ReadonlyMap<number, number>): string | undefined => {
  if (rows.length !== directories.size)
    return `It has ${rows.length} rows; there are ${directories.size} directories.`;
  const wrong = rows.find(({ extent, parent }) => directories.get(extent) !== rows[parent - 1]?.extent);
  return wrong && `It has a directory in block ${wrong.extent} that is none there, or of another parent.`;
};

interface Table {
  readonly block: number;
  readonly bytes: number;
  readonly record: typeof pathTableRecordL;
  /** Blocks of directories, each with that of its parent. */
  readonly directories: ReadonlyMap<number, number>;
}

const checkTable = async (
  reader: BlockReader,
  { block, bytes, record, directories }: Table,
): Promise<Answer> => {
  const blocks = blocksFor(bytes);
  if (bytes === 0 || block + blocks > reader.blocks)
    return { block, detail: `A table of ${bytes} bytes at block ${block} is not there.` };
  const table = (await reader.read(block, blocks)).subarray(0, Math.min(bytes, blocks * BLOCK));
  const rows = rowsOf(table, record);
  const detail =
    rows === undefined
      ? 'Its last row does not end where it ends.'
      : (orderOf(rows) ?? compare(rows, directories));
  return detail === undefined ? undefined : { block, detail };
};

/** ECMA-119 §6.9: both path tables must list the directories that there are. */
export const checkPathTables = async (
  reader: BlockReader,
  { values }: HierarchyDescriptor,
  directories: ReadonlyMap<number, number>,
): Promise<Finding[]> => {
  const tables = [
    { name: 'Type L', block: values.typeLPathTable, record: pathTableRecordL },
    { name: 'Type M', block: values.typeMPathTable, record: pathTableRecordM },
  ];
  const findings: Finding[] = [];
  for (const { name, block, record } of tables) {
    const answer = await checkTable(reader, { block, bytes: values.pathTableSize, record, directories });
    if (answer) findings.push({ code: 'path-table-wrong', ...answer, detail: `${name}: ${answer.detail}` });
  }
  return findings;
};
