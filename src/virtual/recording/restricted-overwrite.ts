/**
 * DVD-RW in restricted overwrite: formatted, it is one border whose blocks can be overwritten. While the border is open
 * (the intermediate state, after a quick format or a quick grow) it also grows: by what is written behind its end.
 * Pure: tables in, tables out.
 */
import type { FormatSpec } from '../media/specification.js';
import type { MediumTables } from '../medium/medium-tables.js';
import { refusal } from '../refusal.js';
import { kindNameOf } from './kind-name.js';
import { backgroundReached, formatted } from './overwritable.js';

/** Format types (MMC-5 table "Format Types"). */
export const RESTRICTED_FORMAT = {
  full: 0x00,
  fullOfPackets: 0x10,
  grow: 0x11,
  quickGrow: 0x13,
  quick: 0x15,
} as const;

const ECC_BLOCKS = 16;
const BLOCK_LENGTH = 2048;

export const isRestricted = (tables: MediumTables): boolean => kindNameOf(tables) === 'dvd-rw-overwrite';

/** The border is open: it grows, and readers that need a lead-out do not take it. */
export const isIntermediate = (tables: MediumTables): boolean =>
  isRestricted(tables) && tables.sessions.at(-1)?.leadOut === null;

/** Blocks that can still be added to the border. */
const growth = ({ capacity, format }: MediumTables): number =>
  Math.floor((capacity - (format?.blocks ?? 0)) / ECC_BLOCKS) * ECC_BLOCKS;

const row = (type: number, blocks: number): FormatSpec => ({
  type,
  blocks,
  typeDependent: type === RESTRICTED_FORMAT.full ? BLOCK_LENGTH : ECC_BLOCKS,
});

/**
 * What READ FORMAT CAPACITIES lists: formats of the whole disc always (a list read from a DVD-RW in a drive of LG has
 * 00h, 10h and 15h), the two that grow while a border is closed and there is room behind it.
 */
export const restrictedFormats = (tables: MediumTables): FormatSpec[] => {
  const { full, fullOfPackets, grow, quickGrow, quick } = RESTRICTED_FORMAT;
  const whole = [full, fullOfPackets, quick].map((type) => row(type, tables.capacity));
  const room = growth(tables);
  if (!isRestricted(tables) || isIntermediate(tables) || room === 0) return whole;
  return [...whole, ...[grow, quickGrow].map((type) => row(type, room))].toSorted((a, b) => a.type - b.type);
};

const bordered = (tables: MediumTables, blocks: number, open: boolean): MediumTables => ({
  ...tables,
  sessions: [{ number: 1, leadOut: open ? null : blocks }],
  tracks: tables.tracks.map((track) => ({ ...track, end: open ? tables.capacity : blocks })),
  format: tables.format && { ...tables.format, blocks, reached: blocks },
});

/** A full format writes all blocks and closes the border; a quick one writes nothing and leaves it open. */
const anew = (tables: MediumTables, type: number, blocks: number): MediumTables => {
  const fresh = formatted({ ...tables, atOnceOnly: false, finalized: false }, row(type, blocks));
  return type === RESTRICTED_FORMAT.quick ? bordered(fresh, 0, true) : bordered(fresh, blocks, false);
};

/** A format of the whole disc, of no more than it holds. */
const wholeFormat = (tables: MediumTables, type: number, asked: number): MediumTables => {
  if (asked > tables.capacity || asked % ECC_BLOCKS !== 0) throw refusal('5/26/00');
  if (asked === 0 && type !== RESTRICTED_FORMAT.quick) throw refusal('5/26/00');
  return anew(tables, type, asked);
};

/** What a format that grows makes of the border: at once larger, or open. */
const grown = (tables: MediumTables, type: number, asked: number): MediumTables => {
  const room = isIntermediate(tables) ? 0 : growth(tables);
  if (!isRestricted(tables) || room === 0 || asked > room || asked % ECC_BLOCKS !== 0)
    throw refusal('5/26/00');
  const blocks = tables.format?.blocks ?? 0;
  if (type === RESTRICTED_FORMAT.quickGrow) return bordered(tables, blocks, true);
  if (asked === 0) throw refusal('5/26/00');
  return bordered(tables, blocks + asked, false);
};

/** Types that keep what is on the medium. */
export const GROWING_TYPES: readonly number[] = [RESTRICTED_FORMAT.grow, RESTRICTED_FORMAT.quickGrow];
const WHOLE_TYPES: readonly number[] = [
  RESTRICTED_FORMAT.full,
  RESTRICTED_FORMAT.fullOfPackets,
  RESTRICTED_FORMAT.quick,
];

/** The medium after FORMAT UNIT; refuses with 5/26/00 what the medium does not offer. */
export const restrictedFormatted = (tables: MediumTables, type: number, asked: number): MediumTables => {
  if (GROWING_TYPES.includes(type)) return grown(tables, type, asked);
  if (!WHOLE_TYPES.includes(type)) throw refusal('5/26/00');
  return wholeFormat(tables, type, asked);
};

/** CLOSE TRACK/SESSION, function 2: border-out behind the last block. A closed border stays as it is. */
export const borderClosed = (tables: MediumTables): MediumTables =>
  isIntermediate(tables) ? bordered(tables, tables.format?.blocks ?? 0, false) : tables;

/** Whole ECC blocks, within the border or right behind it: the drive reads, changes and writes nothing by itself. */
export const requireRestrictedPlace = (tables: MediumTables, first: number, count: number): void => {
  if (first % ECC_BLOCKS !== 0 || count % ECC_BLOCKS !== 0) throw refusal('5/21/02', first);
  if (isIntermediate(tables) && first > (tables.format?.blocks ?? 0)) throw refusal('5/21/02', first);
};

/** An open border ends with what was recorded last. */
export const borderReached = (tables: MediumTables, end: number): MediumTables => {
  if (!isIntermediate(tables) || end <= (tables.format?.blocks ?? 0)) return tables;
  return tables.format === null
    ? tables
    : { ...tables, format: { ...tables.format, blocks: end, reached: end } };
};

/** Blocks from `first` to before `end` were recorded, on whatever is overwritten in place. */
export const overwrittenTo = (tables: MediumTables, first: number, end: number): MediumTables =>
  isRestricted(tables) ? borderReached(tables, end) : backgroundReached(tables, first, end);
