import { z } from 'zod';
import { type Medium, type SpeedZone, type WriteSpeed, rotation, speedZone } from '../drive/medium.js';
import { userBytesPerSecond } from '../drive/speeds.js';
import { isNear } from './chosen-speed.js';

/** How fast the drive will record the blocks of a plan, as far as it tells before the speed is set. */
export const plannedPace = z
  .strictObject({
    rotation,
    zones: z.array(speedZone).meta({
      description:
        'Of the blocks that will be recorded, padding included, in the order of recording. Empty where the drive does not tell them, or is set to another speed now; `clv` then stands for whatever is not pure CAV',
    }),
  })
  .meta({ id: 'PlannedPace' });
export type PlannedPace = z.infer<typeof plannedPace>;

interface Span {
  readonly start: number;
  readonly blocks: number;
}

interface Paced {
  readonly medium: Medium;
  /** Undefined: the drive chooses. */
  readonly speedKBps: number | undefined;
  /** That the drive is asked for; undefined: it chooses. */
  readonly rotation: WriteSpeed['rotation'] | undefined;
  /** Parts in the order of recording; so many blocks of zeros follow the last one. */
  readonly placement: { readonly parts: readonly Span[]; readonly padding: number };
}

/** What is recorded, padding included. */
export const recordedSpans = ({ parts, padding }: Paced['placement']): Span[] =>
  parts.map(({ start, blocks }, at) => ({
    start,
    blocks: blocks + (at === parts.length - 1 ? padding : 0),
  }));

const speedAt = ({ start, end, startKBps, endKBps }: SpeedZone, block: number): number =>
  end === start
    ? startKBps
    : Math.round(startKBps + ((block - start) / (end - start)) * (endKBps - startKBps));

/** What of a zone lies in a span; the last zone goes on behind its end, where only overburning reaches. */
const within = (zone: SpeedZone, isLast: boolean, span: Span): SpeedZone[] => {
  const start = Math.max(zone.start, span.start);
  const end = Math.min(isLast ? Infinity : zone.end, span.start + span.blocks - 1);
  if (end < start) return [];
  const startKBps = speedAt(zone, Math.min(start, zone.end));
  return [{ start, end, startKBps, endKBps: speedAt(zone, Math.min(end, zone.end)) }];
};

/** Whether a drive that turns a medium so does what it was asked for. */
export const turnsAs = (
  wanted: WriteSpeed['rotation'] | undefined,
  { rotation: found }: Pick<PlannedPace, 'rotation'>,
): boolean => wanted === undefined || (wanted === 'cav') === (found === 'cav');

/** Absent where the drive tells neither zones nor speeds. */
export const paceOf = ({ medium, speedKBps, rotation: asked, placement }: Paced): PlannedPace | undefined => {
  const { writePace, writeSpeeds } = medium;
  const standsAtIt = writePace && isNear(speedKBps ?? writePace.kBps, writePace) && turnsAs(asked, writePace);
  if (standsAtIt && writePace.zones.length > 0) {
    const { zones } = writePace;
    const told = recordedSpans(placement).flatMap((span) =>
      zones.flatMap((zone, at) => within(zone, at === zones.length - 1, span)),
    );
    return { rotation: writePace.rotation, zones: told };
  }
  const listed = writeSpeeds.find((row) => row.kBps === speedKBps && turnsAs(asked, row));
  return listed && { rotation: listed.rotation, zones: [] };
};

/** Mean of a speed that changes evenly over the blocks, by the time that it takes. */
const meanKBps = ({ startKBps, endKBps }: SpeedZone): number =>
  startKBps === endKBps ? startKBps : (endKBps - startKBps) / Math.log(endKBps / startKBps);

const BLOCK_BYTES = 2048;

/** Time for the blocks of the zones in ms, at the speed of the drive. */
export const msOfZones = ({ kind }: Pick<Medium, 'kind'>, zones: readonly SpeedZone[]): number =>
  zones.reduce((ms, zone) => {
    const bytes = (zone.end - zone.start + 1) * BLOCK_BYTES;
    return ms + (bytes * 1000) / userBytesPerSecond(kind, meanKBps(zone));
  }, 0);
