/**
 * What BD adds to sequential and overwritable media: formats of BD-R, spare clusters, and pseudo overwrite, by which the
 * content of a recorded cluster moves to a spare one. Pure: tables in, tables out.
 *
 *   user blocks ──────────────── format.blocks ── spare clusters ── capacity
 *        └─ cluster overwritten ──────────────────────┘
 */
import { CLUSTER_BLOCKS } from '../media/bd.js';
import type { FormatSpec } from '../media/specification.js';
import type { MediumFormat, MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { kindOf } from './sequential.js';

/** FORMAT UNIT: sub-type of types 00h and 32h of BD-R. */
const RECORDING_MODES = ['srm+pow', 'srm'] as const;
/** Behind all tracks that a medium can have. */
const SPARE_TRACK = 999;

export const isBdR = (tables: MediumTables): boolean => {
  const { family, recording } = kindOf(tables);
  return family === 'bd' && recording === 'sequential';
};

/** Undefined for sub-type 2, recording in any order, which no known drive records. */
export const recordingModeOf = (formatSubType: number): MediumFormat['recordingMode'] =>
  RECORDING_MODES[formatSubType];

export const formattedBdR = (
  tables: MediumTables,
  { type, blocks, typeDependent }: FormatSpec,
  recordingMode: NonNullable<MediumFormat['recordingMode']>,
): MediumTables => ({
  ...tables,
  underway: null,
  format: { type, blocks, typeDependent, background: 'none', reached: blocks, recordingMode },
});

/** What the first WRITE makes of a BD-R that nobody formatted: no spares, no pseudo overwrite. */
export const formattedByFirstWrite = (tables: MediumTables): MediumTables =>
  isBdR(tables) && tables.format === null
    ? formattedBdR(tables, { type: 0x00, blocks: tables.capacity, typeDependent: 0 }, 'srm')
    : tables;

export const hasPseudoOverwrite = ({ format }: MediumTables): boolean => format?.recordingMode === 'srm+pow';

/** Clusters behind the user blocks; none before a format. */
export const spareClusters = ({ format, capacity }: MediumTables): number =>
  format === null ? 0 : Math.floor((capacity - format.blocks) / CLUSTER_BLOCKS);

const usedSpares = ({ format }: MediumTables): number =>
  (format?.overwritten?.length ?? 0) + (format?.stale ?? 0) + (format?.defects?.length ?? 0);

export const freeSpareClusters = (tables: MediumTables): number => spareClusters(tables) - usedSpares(tables);

/** The spare clusters as a track, so that what is recorded there is kept as everything else. */
export const spareTrack = ({ format, capacity }: MediumTables): MediumTrack => ({
  number: SPARE_TRACK,
  session: 1,
  firstUnit: format?.blocks ?? capacity,
  start: format?.blocks ?? capacity,
  end: capacity,
  nextWritable: capacity,
  unit: { mainBytes: 2048, subchannelBytes: 0 },
  control: 4,
  state: 'closed',
  damaged: false,
  reserved: true,
});

const changed = (tables: MediumTables, change: Partial<MediumFormat>): MediumTables =>
  tables.format === null ? tables : { ...tables, format: { ...tables.format, ...change } };

/** The first blocks of the clusters that these blocks lie in. */
export const clustersOf = (first: number, count: number): number[] => {
  const from = Math.floor(first / CLUSTER_BLOCKS) * CLUSTER_BLOCKS;
  return Array.from(
    { length: Math.ceil((first + count - from) / CLUSTER_BLOCKS) },
    (_, at) => from + at * CLUSTER_BLOCKS,
  );
};

/** A free spare cluster takes the content of this one from now on; undefined where none is left. */
export const withOverwritten = (
  tables: MediumTables,
  cluster: number,
): { readonly tables: MediumTables; readonly spare: number } | undefined => {
  const { format } = tables;
  if (format === null || freeSpareClusters(tables) <= 0) return undefined;
  const others = (format.overwritten ?? []).filter(([from]) => from !== cluster);
  const again = others.length < (format.overwritten?.length ?? 0);
  const spare = format.blocks + usedSpares(tables) * CLUSTER_BLOCKS;
  return {
    tables: changed(tables, {
      overwritten: [...others, [cluster, spare]],
      ...(again && { stale: (format.stale ?? 0) + 1 }),
    }),
    spare,
  };
};

const withDefect = (tables: MediumTables, cluster: number): MediumTables | undefined => {
  const known = tables.format?.defects ?? [];
  if (known.includes(cluster)) return tables;
  return freeSpareClusters(tables) <= 0 ? undefined : changed(tables, { defects: [...known, cluster] });
};

/** The defective clusters that these blocks lie in are replaced by spare ones; undefined where there are too few. */
export const withDefects = (
  tables: MediumTables,
  { first, count }: { readonly first: number; readonly count: number },
): MediumTables | undefined =>
  clustersOf(first, count).reduce<MediumTables | undefined>(
    (so, cluster) => so && withDefect(so, cluster),
    tables,
  );

/** Puts what lies in spare clusters over what was read from where they belong. */
export const laidOver = (
  tables: MediumTables,
  { first, bytes }: { readonly first: number; readonly bytes: Uint8Array },
  readSpare: (index: number, count: number) => Uint8Array,
): void => {
  const { format } = tables;
  const end = first + bytes.length / 2048;
  for (const [cluster, spare] of format?.overwritten ?? []) {
    const from = Math.max(first, cluster);
    const count = Math.min(end, cluster + CLUSTER_BLOCKS) - from;
    if (count > 0)
      bytes.set(readSpare(spare + from - cluster - (format?.blocks ?? 0), count), (from - first) * 2048);
  }
};
