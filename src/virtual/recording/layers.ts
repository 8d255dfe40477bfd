/** Media of two layers. Pure: tables in, tables out. */
import type { MediumTables } from '../medium/medium-tables.js';
import { INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { kindOf } from './sequential.js';

const defaultBlocks = (tables: MediumTables): number => {
  const { eccBlocks } = kindOf(tables);
  return Math.ceil(tables.capacity / 2 / eccBlocks) * eccBlocks;
};

/** Blocks of layer 0; that of layer 1 is as long. */
export const layer0BlocksOf = (tables: MediumTables): number => tables.layer0Blocks ?? defaultBlocks(tables);

/** Once anything is recorded the layers are what they are. */
export const isLayerBreakFixed = (tables: MediumTables): boolean =>
  tables.layer0Blocks !== null || tables.tracks.length > 0;

/**
 * SEND DISC STRUCTURE format 20h: layer 0 ends earlier, in whole ECC blocks, and layer 1 with it. Only once, and before
 * anything is recorded.
 */
export const withLayerBreak = (tables: MediumTables, blocks: number): MediumTables => {
  if (isLayerBreakFixed(tables)) throw refusal('5/2C/00');
  const fits = blocks > 0 && blocks % kindOf(tables).eccBlocks === 0 && blocks <= layer0BlocksOf(tables);
  if (!fits) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  return { ...tables, layer0Blocks: blocks, capacity: 2 * blocks };
};

/** Areas between 24 and 30 mm, and between 24 and 58 mm: blocks lie equally dense (unverified). */
const COMPATIBLE_SHARE = (30 ** 2 - 24 ** 2) / (58 ** 2 - 24 ** 2);

/** The block at a radius of 30 mm: finalizing at the minimal radius fills the disc up to there. */
export const blocksWithin30mm = (tables: MediumTables): number => {
  const { eccBlocks, layers = 1 } = kindOf(tables);
  return Math.floor((tables.capacity / layers / eccBlocks) * COMPATIBLE_SHARE) * eccBlocks;
};
