import type { DriveCapabilities } from '../drive/drive.js';
import type { MediumKind } from '../drive/medium.js';
import { kBpsOfFactor, userBytesPerSecond } from '../drive/speeds.js';
import type { Burn } from './recipes/recipe.js';

/**
 * The fastest that drives for such media were ever sold with, as multiples of the single speed (unverified); what a drive lists may be
 * more. Kinds that are not there have no speeds that anybody knows.
 */
const FASTEST: Readonly<Partial<Record<MediumKind, number>>> = {
  'cd-r': 56,
  'cd-rw': 32,
  'dvd-r': 24,
  'dvd-r-dl': 16,
  'dvd-rw': 8,
  'dvd-ram': 16,
  'dvd+r': 24,
  'dvd+r-dl': 16,
  'dvd+rw': 8,
  'dvd+rw-dl': 8,
  'bd-r': 16,
  'bd-re': 4,
};

/** Of what a drive says of its speeds, which rounds them. */
const ROUNDING = 1.05;

/**
 * In so many milliseconds no drive records the blocks of a burn; absent where that cannot be known: kinds without speeds, test writes,
 * and virtual drives that keep no time.
 */
export const leastWriteMs = (burn: Burn, { keepsNoTime }: DriveCapabilities): number | undefined => {
  const { medium, placement, options } = burn;
  const factor = FASTEST[medium.kind];
  if (keepsNoTime || factor === undefined || options.simulate) return undefined;
  const listed = Math.max(0, ...medium.writeSpeeds.map(({ kBps }) => kBps));
  const fastest = Math.max(listed, kBpsOfFactor(medium.kind, factor)) * ROUNDING;
  const blocks = placement.parts.reduce((sum, part) => sum + part.blocks, placement.padding);
  return Math.floor((blocks * 2048 * 1000) / userBytesPerSecond(medium.kind, fastest));
};
