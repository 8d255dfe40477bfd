import { SpindleError } from '../errors.js';
import { ECC_BLOCKS } from '../udf/block.js';
import type { Base } from './import/base.js';
import type { BaseUdf } from './import/udf-base.js';
import type { UdfWithin } from './import/udf-within.js';
import type { UdfContinued, UdfOptions } from './udf-options.js';

const TABLES = { extended: 'UDF 2.00 or later', first: 'UDF 1.50' } as const;

const refuse = (detail: string): never => {
  throw new SpindleError('base-unsuitable', detail);
};

/**
 * OSTA UDF 1.50 2.2.8: readers that know of no sessions begin with the first volume descriptors and end with the last table, so that both
 * must agree about the partition, the form of tables and the virtual block of the file set.
 */
const nextTable = (
  { rules }: UdfOptions,
  { partitionStart }: BaseUdf,
  table: NonNullable<BaseUdf['table']>,
  lowest: number | undefined,
): UdfContinued => {
  const { extended, fileSet, block } = table;
  if (rules.extended !== extended || rules.word < 0x0150)
    refuse(
      `The session ends with a virtual allocation table, and goes on with one of ${TABLES[extended ? 'extended' : 'first']}.`,
    );
  if (fileSet !== 0)
    refuse(`The file set of the session is virtual block ${fileSet}; only from block 0 can it be followed.`);
  if (lowest !== undefined && lowest < partitionStart)
    refuse(`Block ${lowest} holds a file and lies before the partition, which begins at ${partitionStart}.`);
  return { partitionStart, previousTable: block - partitionStart };
};

/** Blocks of a medium have fewer numbers; whoever has given away more begins anew, since all entries are new. */
const MOST_UNIQUE_IDS = 2 ** 31;
const FIRST_UNIQUE_ID = 16;

/** A tree in the only partition of a volume, which stays what it is. */
const treeWithin = (options: UdfOptions, { partitionStart, nextUniqueId }: UdfWithin): UdfOptions => {
  const isUsual = nextUniqueId >= FIRST_UNIQUE_ID && nextUniqueId < MOST_UNIQUE_IDS;
  const firstUniqueId = isUsual ? Number(nextUniqueId) : FIRST_UNIQUE_ID;
  return {
    ...options,
    access: 'overwritable',
    view: 'plain',
    sparing: false,
    wholeTags: false,
    freeBlocks: 0,
    openEnd: 0,
    continues: { partitionStart, previousTable: undefined, within: { firstUniqueId } },
  };
};

/**
 * How the UDF of a session follows that of the one before: where that ended with a virtual allocation table, by the next one; else as a volume of
 * its own whose partition begins early enough to reach what is recorded already. What goes into a volume is a tree of it.
 */
export const continuedUdf = (
  options: UdfOptions | undefined,
  base: Base,
  lowest: number | undefined,
): UdfOptions | undefined => {
  const { udf } = base;
  if (!options) {
    if (udf)
      throw new SpindleError(
        'base-udf-missing',
        'The session holds UDF, too, whose readers would not see what is added.',
      );
    return undefined;
  }
  if (udf?.within) return treeWithin(options, udf.within);
  if (udf?.table)
    return {
      ...options,
      access: 'write-once',
      view: 'virtual',
      openEnd: Math.max(options.openEnd, udf.end),
      continues: nextTable(options, udf, udf.table, lowest),
    };
  if (lowest === undefined) return options;
  const partitionStart = Math.floor(lowest / ECC_BLOCKS) * ECC_BLOCKS;
  return { ...options, continues: { partitionStart, previousTable: undefined } };
};
