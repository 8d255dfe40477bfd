/** Media that are recorded anywhere once formatted: DVD+RW, DVD-RAM, BD-RE and disks. Pure: tables in, tables out. */
import { blockBytesOf } from '../media.js';
import type { FormatSpec } from '../media/specification.js';
import type { MediumFormat, MediumTables, MediumTrack } from '../medium/medium-tables.js';

/** FORMAT UNIT type of DVD+RW: basic, formats the rest in the background. */
export const DVD_PLUS_RW_FORMAT = 0x26;

const overwritableTrack = (blocks: number, mainBytes: number): MediumTrack => ({
  number: 1,
  session: 1,
  firstUnit: 0,
  start: 0,
  end: blocks,
  nextWritable: 0,
  unit: { mainBytes, subchannelBytes: 0 },
  control: 4,
  state: 'open',
  damaged: false,
  reserved: false,
});

/** A fresh format. That of DVD+RW answers at once and goes on in the background. */
export const formatted = (tables: MediumTables, spec: FormatSpec): MediumTables => ({
  ...tables,
  underway: null,
  sessions: [{ number: 1, leadOut: null }],
  tracks: [overwritableTrack(spec.blocks, blockBytesOf(tables.blank))],
  format: {
    type: spec.type,
    blocks: spec.blocks,
    typeDependent: spec.typeDependent,
    background: spec.type === DVD_PLUS_RW_FORMAT ? 'running' : 'none',
    reached: spec.type === DVD_PLUS_RW_FORMAT ? 0 : spec.blocks,
  },
});

const withFormat = (tables: MediumTables, change: Partial<MediumFormat>): MediumTables =>
  tables.format === null ? tables : { ...tables, format: { ...tables.format, ...change } };

/** The background format, if one runs, is stopped: by the host, by an eject or by a loss of power. */
export const backgroundStopped = (tables: MediumTables): MediumTables => {
  if (tables.format?.background !== 'running') return tables;
  return tables.format.reached >= tables.format.blocks
    ? withFormat(tables, { background: 'complete' })
    : withFormat(tables, { background: 'stopped' });
};

/** How many blocks the lead-out of a format that is not complete finds unformatted before the last recorded one. */
export const blocksToFill = ({ format }: MediumTables, recordedEnd: number): number =>
  format === null ? 0 : Math.max(0, Math.min(recordedEnd, format.blocks) - format.reached);

/**
 * A lead-out lies behind the last recorded block, and nothing before it is left out: what the format had not come to is filled
 * first (unverified how long real drives take for it).
 */
export const leadOutWritten = (tables: MediumTables, recordedEnd: number): MediumTables => {
  if (tables.format === null || tables.format.background === 'none') return tables;
  const reached = tables.format.reached + blocksToFill(tables, recordedEnd);
  return withFormat(tables, {
    reached,
    background: reached === tables.format.blocks ? 'complete' : 'stopped',
  });
};

export const backgroundRestarted = (tables: MediumTables): MediumTables =>
  withFormat(tables, { background: 'running' });

/**
 * Blocks were recorded. The format comes no farther by those that lie ahead of it. Behind where a stopped format ended a recording
 * sets it going again: growisofs appends without restarting it, so drives must let it.
 */
export const backgroundReached = (tables: MediumTables, first: number, end: number): MediumTables => {
  const { format } = tables;
  if (format === null || end <= format.reached) return tables;
  const reached = first > format.reached ? format.reached : Math.min(end, format.blocks);
  if (format.background === 'none') return withFormat(tables, { reached });
  return withFormat(tables, { reached, background: reached === format.blocks ? 'complete' : 'running' });
};
