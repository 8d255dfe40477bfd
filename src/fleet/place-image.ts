import { burnOptions } from '../burn/options.js';
import { isAppending, type Placed, type Placement } from '../burn/placement.js';
import { placeOn } from '../burn/plan-burn.js';
import type { Refusal } from '../burn/refusal.js';
import type { DriveReport } from '../drive/drive.js';
import { SpindleError } from '../errors.js';
import type { MadeFor } from '../jobs/made-for.js';
import { type JobRequest, type RecordingRequest, isAppend } from '../jobs/request.js';

/** The place of an image that is to be made, and the medium if it is made for that one alone. */
export interface ImagePlace {
  readonly startBlock: number;
  readonly madeFor?: MadeFor;
}

type PlacementBase = NonNullable<Placement['base']>;

export type PlacedImage = { readonly place: ImagePlace } | { readonly refusal: Refusal };

/** A tree goes on with what is on the medium, which must be known for that. */
const readable = (placed: Placed, medium: DriveReport['medium'], base: Placement['base']): Placed =>
  medium?.recording === undefined && base
    ? refuse('medium-unreadable', 'What is on the medium, and is to be continued, cannot be read.')
    : placed;

/** That of a draft may be an image that makes the volume grow: the drive's worker looks at it. */
const mayGrow = (request: RecordingRequest): boolean =>
  request.type === 'image' && request.image !== undefined;

/** Overwritable media keep one volume: what is added without it would hide it, and only our own sessions make it grow. */
const masterable = (placed: Placed, { medium }: DriveReport, request: RecordingRequest): Placed => {
  if ('refusal' in placed || !isAppending(placed.placement)) return placed;
  if (request.type === 'data' && request.import !== false)
    return readable(placed, medium, placed.placement.base);
  return medium?.overwritable === true && !mayGrow(request)
    ? refuse(
        'medium-append-unsupported',
        `A ${medium.kind} medium holds one volume, which grows by what sources and it make together.`,
      )
    : placed;
};

const refuse = (code: Refusal['code'], detail: string): Placed => ({ refusal: { code, detail } });

/** A place on the medium that was seen in a drive, with all by which it is known again. */
const placeIn = (drive: string, { medium }: DriveReport, placement: Placement): ImagePlace => {
  if (!medium || !isAppending(placement)) return { startBlock: placement.start };
  const { recording, fingerprint } = medium;
  const madeFor = {
    drive,
    fingerprint,
    placement,
    ...(recording !== undefined && { recording }),
    ...(medium.overwritable && { grows: true as const }),
  };
  return { startBlock: placement.start, madeFor };
};

/** Where the image of a job that appends has to begin on the medium that was seen in a drive. */
export const placeImage = (drive: string, report: DriveReport, request: RecordingRequest): PlacedImage => {
  const placed = masterable(placeOn(report, request.burn), report, request);
  return 'refusal' in placed ? placed : { place: placeIn(drive, report, placed.placement) };
};

const APPEND = burnOptions.parse({ onNonBlank: 'append' });

/** The session that a draft would go on with on the medium that was seen in a drive; undefined where there is none. */
export const baseOn = (report: DriveReport): PlacementBase | undefined => {
  const placed = placeOn(report, APPEND);
  return 'refusal' in placed ? undefined : placed.placement.base;
};

/** Where a draft has to begin that continues the medium that was seen in a drive; refused where there is nothing to continue. */
export const placeImport = (
  drive: string,
  report: DriveReport,
): { readonly madeFor: MadeFor; readonly base: PlacementBase } => {
  const placed = placeOn(report, APPEND);
  if ('refusal' in placed) throw new SpindleError(placed.refusal.code, placed.refusal.detail);
  const { madeFor } = placeIn(drive, report, placed.placement);
  const { base } = placed.placement;
  if (madeFor && base) return { madeFor, base };
  throw new SpindleError(
    'medium-blank',
    'There is no session of data on the medium that a draft could begin with.',
  );
};

/** Whether an image that is made now would begin elsewhere than the one that the job has. */
export const isOutOfPlace = (
  report: DriveReport,
  { request, madeFor }: { readonly request: JobRequest; readonly madeFor?: MadeFor },
): boolean => {
  if (!isAppend(request)) return false;
  const placed = masterable(placeOn(report, request.burn), report, request);
  return 'placement' in placed && placed.placement.start !== (madeFor?.placement.start ?? 0);
};
