import { isAppending, type Placed } from '../burn/placement.js';
import { placeOn } from '../burn/plan-burn.js';
import type { Refusal } from '../burn/refusal.js';
import type { DriveReport } from '../drive/drive.js';
import type { MadeFor } from '../jobs/records.js';
import { type JobRequest, type RecordingRequest, isAppend } from '../jobs/request.js';

/** The place of an image that is to be made, and the medium if it is made for that one alone. */
export interface ImagePlace {
  readonly startBlock: number;
  readonly madeFor?: MadeFor;
}

export type PlacedImage = { readonly place: ImagePlace } | { readonly refusal: Refusal };

/** Overwritable media keep one volume: what is added without it would hide it, and only our own sessions make it grow. */
const masterable = (placed: Placed, { medium }: DriveReport, request: RecordingRequest): Placed => {
  if ('refusal' in placed || !isAppending(placed.placement)) return placed;
  if (request.type === 'data' && request.import !== false)
    return medium?.recording === undefined && placed.placement.base
      ? refuse('medium-unreadable', 'What is on the medium, and is to be continued, cannot be read.')
      : placed;
  return medium?.overwritable === true
    ? refuse(
        'medium-append-unsupported',
        `A ${medium.kind} medium holds one volume, which grows by what sources and it make together.`,
      )
    : placed;
};

const refuse = (code: Refusal['code'], detail: string): Placed => ({ refusal: { code, detail } });

/** Where the image of a job that appends has to begin on the medium that was seen in a drive. */
export const placeImage = (drive: string, report: DriveReport, request: RecordingRequest): PlacedImage => {
  const placed = masterable(placeOn(report, request.burn), report, request);
  if ('refusal' in placed) return placed;
  const { placement } = placed;
  const { medium } = report;
  if (!medium || !isAppending(placement)) return { place: { startBlock: placement.start } };
  const { recording, fingerprint } = medium;
  const madeFor = {
    drive,
    fingerprint,
    placement,
    ...(recording !== undefined && { recording }),
    ...(medium.overwritable && { grows: true as const }),
  };
  return { place: { startBlock: placement.start, madeFor } };
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
