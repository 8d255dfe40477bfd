import type { Medium, WriteSpeed } from '../drive/medium.js';
import { formatSpeed, kBpsOfFactor } from '../drive/speeds.js';
import type { BurnOptions } from './options.js';
import type { Refusal } from './refusal.js';

/**
 * Drives round the nominal speeds up, down or to whole thousands: 4495 for 4495.5, 17980 for 17982, 1411 or 1416
 * for 8 x 176.4. Neighbouring speeds of a medium are never as close as this.
 */
const TOLERANCE = 0.03;

const wantedKBps = (medium: Medium, speed: Exclude<BurnOptions['speed'], 'max'>): number =>
  typeof speed === 'number' ? speed : kBpsOfFactor(medium.kind, Number.parseFloat(speed));

/** Whether both are the same speed, as rounded by two who tell it. */
export const isNear = (wanted: number, { kBps }: Pick<WriteSpeed, 'kBps'>): boolean =>
  Math.abs(kBps - wanted) <= wanted * TOLERANCE;

/** The speed to set in kB/s; undefined leaves it to a drive that lists none and was not asked for a certain one. */
export const chooseSpeed = (
  medium: Medium,
  speed: BurnOptions['speed'],
): { readonly kBps: number | undefined } | { readonly refusal: Refusal } => {
  const [fastest] = medium.writeSpeeds;
  if (speed === 'max') return { kBps: fastest?.kBps };
  const wanted = wantedKBps(medium, speed);
  if (fastest === undefined) return { kBps: wanted };
  const found = medium.writeSpeeds.find((listed) => isNear(wanted, listed));
  if (found) return { kBps: found.kBps };
  const list = medium.writeSpeeds.map((listed) => formatSpeed(medium.kind, listed)).join(', ');
  return {
    refusal: {
      code: 'speed-unsupported',
      detail: `The drive records this medium at ${list}, not at ${typeof speed === 'number' ? `${speed} kB/s` : speed}.`,
    },
  };
};
