import { BLOCK } from '../../iso9660/block.js';
import { FILE_TYPE } from '../../udf/file-entry.js';
import { type ForeignMap, sparedPackets } from '../../udf/foreign-volume.js';
import { decodeVirtualAllocation } from '../../udf/virtual-allocation.js';
import { type BlockReader, unlessUnreadable } from './block-reader.js';
import type { Report } from './findings.js';
import type { UdfBudget } from './udf-budget.js';
import { contentsOfIcb, type Problem, readContents, readIcb, type UdfSpace } from './udf-icb.js';
import {
  metadataPartition,
  type Partition,
  sparablePartition,
  virtualPartition,
  type VirtualTable,
} from './udf-partitions.js';

/** Blocks from the end on in which the entry of a virtual allocation table is looked for: what was written behind it is padding. */
const VAT_REACH = 64;

/** What a map needs of the volume around it. */
export interface MapContext {
  readonly reader: BlockReader;
  readonly report: Report;
  /** Of the whole volume. */
  readonly budget: UdfBudget;
  /** The physical partition with its first block. */
  readonly physical: Partition;
  readonly start: number;
}

/** A problem is only told where no other way is left. */
const silent: Problem = () => undefined;

const spaceOf = ({ reader, physical, budget }: MapContext): UdfSpace => ({
  reader,
  partitions: [physical],
  budget,
});

interface FoundTable extends VirtualTable {
  readonly blocks: Uint32Array;
}

const tableAt = async (space: UdfSpace, block: number): Promise<FoundTable | undefined> => {
  // The last blocks of a CD's track are run-out, which many drives do not read.
  const icb = await readIcb(space, { block, partition: 0 }, silent).catch(unlessUnreadable);
  const extended = icb?.entry.fileType === FILE_TYPE.virtualAllocationTable;
  if (!icb || (!extended && icb.entry.fileType !== FILE_TYPE.unspecified)) return undefined;
  const bytes = await readContents(space, await contentsOfIcb(space, icb, silent), silent);
  const blocks = bytes && decodeVirtualAllocation(bytes, extended);
  return blocks && { blocks, block: icb.at, extended };
};

/** OSTA UDF 1.50 2.2.10: the entry of the table is the last block that was recorded. */
const virtual = async (context: MapContext): Promise<Partition | undefined> => {
  const space = spaceOf(context);
  const last = context.reader.blocks - 1 - context.start;
  for (let block = last; block >= Math.max(0, last - VAT_REACH); block--) {
    const table = await tableAt(space, block);
    if (table) return virtualPartition(table.blocks, table, context.physical);
  }
  context.report({
    code: 'table-damaged',
    block: context.reader.blocks - 1,
    detail: 'No virtual allocation table ends the volume.',
  });
  return undefined;
};

const sparable = async (
  { reader, report, physical }: MapContext,
  { tables, tableBytes, packetLength }: Extract<ForeignMap, { kind: 'sparable' }>,
): Promise<Partition | undefined> => {
  const blocks = Math.min(64, Math.max(1, Math.ceil(tableBytes / BLOCK)));
  for (const table of tables) {
    if (table + blocks > reader.blocks || packetLength === 0) continue;
    const spared = sparedPackets(await reader.read(table, blocks));
    if (spared) return sparablePartition(spared, packetLength, physical);
  }
  report({ code: 'table-damaged', detail: 'No sparing table can be read.' });
  return undefined;
};

const metadataFile = async (context: MapContext, block: number): Promise<Partition | undefined> => {
  const space = spaceOf(context);
  let failed = false;
  const problem: Problem = () => void (failed = true);
  const icb = await readIcb(space, { block, partition: 0 }, problem);
  const contents = icb && (await contentsOfIcb(space, icb, problem));
  failed ||= contents?.runs.some(({ hole }) => hole) === true;
  return contents && !failed ? metadataPartition(contents.runs) : undefined;
};

/** The file, or where it cannot be read its mirror. */
const metadata = async (
  context: MapContext,
  { file, mirror }: Extract<ForeignMap, { kind: 'metadata' }>,
): Promise<Partition | undefined> => {
  const { report, start } = context;
  const [main, second] = [await metadataFile(context, file), await metadataFile(context, mirror)];
  if (!main && second)
    report({ code: 'metadata-file-damaged', block: start + file, detail: 'Its mirror is read instead.' });
  if (main && !second)
    report({ code: 'metadata-file-damaged', block: start + mirror, detail: 'The mirror cannot be read.' });
  if (!main && !second)
    report({
      code: 'table-damaged',
      block: start + file,
      detail: 'Neither the metadata file nor its mirror can be read.',
    });
  return main ?? second;
};

type KnownMap = Exclude<ForeignMap, { kind: 'unknown' }>;

/** What a map makes of its partition; undefined, and told, where that cannot be read. */
export const mapped = async (context: MapContext, map: KnownMap): Promise<Partition | undefined> => {
  switch (map.kind) {
    case 'physical':
      return context.physical;
    case 'virtual':
      return virtual(context);
    case 'sparable':
      return sparable(context, map);
    case 'metadata':
      return metadata(context, map);
  }
};
