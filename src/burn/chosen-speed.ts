import type { Medium, WriteSpeed } from '../drive/medium.js';
import { formatSpeed, kBpsOfFactor, kBpsOfSectors } from '../drive/speeds.js';
import type { Notice } from './notice.js';
import type { BurnOptions } from './options.js';
import type { Refusal } from './refusal.js';

/**
 * Drives round the nominal speeds up, down or to whole thousands: 4495 for 4495.5, 17980 for 17982, 1411 or 1416
 * for 8 x 176.4. Neighbouring speeds of a medium are never as close as this.
 */
const TOLERANCE = 0.03;

/** Whether both are the same speed, as rounded by two who tell it. */
export const isNear = (wanted: number, { kBps }: Pick<WriteSpeed, 'kBps'>): boolean =>
  Math.abs(kBps - wanted) <= wanted * TOLERANCE;

type Asked = Pick<BurnOptions, 'speed' | 'rotation' | 'adjustSpeed'>;

/** Undefined: as fast as can be. */
const wantedKBps = ({ kind }: Medium, { speed }: Asked): number | undefined => {
  if (speed === 'max' || speed === -1) return undefined;
  if (typeof speed === 'number') return speed;
  const value = Number.parseFloat(speed);
  return speed.endsWith('x') ? kBpsOfFactor(kind, value) : kBpsOfSectors(kind, value);
};

export interface ChosenSpeed {
  /** Undefined leaves it to a drive that lists none and was not asked for a certain one. */
  readonly kBps: number | undefined;
  /** Undefined leaves it to the drive. */
  readonly rotation: WriteSpeed['rotation'] | undefined;
  readonly warnings: readonly Notice[];
}

const describeAsked = ({ speed, rotation }: Asked): string => {
  const fast = speed === 'max' || speed === -1 ? '' : typeof speed === 'number' ? `${speed} kB/s` : speed;
  const turning = rotation === 'auto' ? '' : `by ${rotation.toUpperCase()}`;
  return [fast && `at ${fast}`, turning].filter((word) => word !== '').join(' ');
};

const describeListed = ({ kind, writeSpeeds }: Medium, { rotation }: Asked): string =>
  writeSpeeds
    .map((listed) => {
      const speed = formatSpeed(kind, listed);
      return rotation === 'auto' ? speed : `${speed} by ${listed.rotation.toUpperCase()}`;
    })
    .join(', ');

/** What the drive offers for it, the best first: the speed counts more than the rotation. */
const nextBest = ({ writeSpeeds }: Medium, wanted: number, asked: Asked): WriteSpeed | undefined => {
  const below = writeSpeeds.filter((listed) => listed.kBps <= wanted || isNear(wanted, listed));
  const { kBps } = below[0] ?? writeSpeeds.at(-1) ?? { kBps: 0 };
  const there = writeSpeeds.filter((listed) => isNear(kBps, listed));
  return there.find(({ rotation }) => rotation === asked.rotation) ?? there[0];
};

const adjustments = (medium: Medium, asked: Asked, wanted: number, taken: WriteSpeed): Notice[] => [
  ...(isNear(wanted, taken)
    ? []
    : [
        {
          code: 'speed-adjusted',
          detail: `The drive does not record this medium ${describeAsked({ ...asked, rotation: 'auto' })}: it will do so at ${formatSpeed(medium.kind, taken)}.`,
        },
      ]),
  ...(asked.rotation === 'auto' || asked.rotation === taken.rotation
    ? []
    : [
        {
          code: 'rotation-adjusted',
          detail: `The drive does not record this medium by ${asked.rotation.toUpperCase()} at ${formatSpeed(medium.kind, taken)}: it will do so by ${taken.rotation.toUpperCase()}.`,
        },
      ]),
];

const unsupported = (medium: Medium, asked: Asked): { readonly refusal: Refusal } => ({
  refusal: {
    code: 'speed-unsupported',
    detail:
      medium.writeSpeeds.length === 0
        ? `The drive lists no speeds, so that nobody knows whether it records this medium ${describeAsked(asked)}.`
        : `The drive records this medium at ${describeListed(medium, asked)}, not ${describeAsked(asked)}.`,
  },
});

/** Where a drive lists nothing it can be asked for any speed, but not for a rotation that it may not have. */
const withoutList = (medium: Medium, asked: Asked): ChosenSpeed | { readonly refusal: Refusal } => {
  const kBps = wantedKBps(medium, asked);
  if (asked.rotation === 'auto') return { kBps, rotation: undefined, warnings: [] };
  if (!asked.adjustSpeed) return unsupported(medium, asked);
  const detail = `The drive lists no speeds, so that it chooses how it turns this medium: maybe not by ${asked.rotation.toUpperCase()}.`;
  return { kBps, rotation: undefined, warnings: [{ code: 'rotation-adjusted', detail }] };
};

/** The speed to set in kB/s and the rotation to ask for. */
export const chooseSpeed = (medium: Medium, asked: Asked): ChosenSpeed | { readonly refusal: Refusal } => {
  const { writeSpeeds } = medium;
  const [fastest] = writeSpeeds;
  if (fastest === undefined) return withoutList(medium, asked);
  const turning = asked.rotation === 'auto' ? undefined : asked.rotation;
  const fitting = writeSpeeds.filter(({ rotation }) => turning === undefined || rotation === turning);
  const wanted = wantedKBps(medium, asked);
  const found = wanted === undefined ? fitting[0] : fitting.find((listed) => isNear(wanted, listed));
  if (found) return { kBps: found.kBps, rotation: turning, warnings: [] };
  if (!asked.adjustSpeed) return unsupported(medium, asked);
  const taken = nextBest(medium, wanted ?? fastest.kBps, asked) ?? fastest;
  return {
    kBps: taken.kBps,
    rotation: turning && taken.rotation,
    warnings: adjustments(medium, asked, wanted ?? taken.kBps, taken),
  };
};
