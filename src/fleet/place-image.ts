import type { BurnOptions } from '../burn/options.js';
import { isAppending, type Placed } from '../burn/placement.js';
import { placeOn } from '../burn/plan-burn.js';
import type { Refusal } from '../burn/refusal.js';
import type { DriveReport } from '../drive/drive.js';
import type { MadeFor } from '../jobs/records.js';
import { type JobRequest, isAppend } from '../jobs/request.js';

/** The place of an image that is to be made, and the medium if it is made for that one alone. */
export interface ImagePlace {
  readonly startBlock: number;
  readonly madeFor?: MadeFor;
}

export type PlacedImage = { readonly place: ImagePlace } | { readonly refusal: Refusal };

/** What is mastered is a whole volume: on overwritable media it could not go on with another one. */
const masterable = (placed: Placed, { medium }: DriveReport): Placed =>
  'placement' in placed && isAppending(placed.placement) && medium?.overwritable === true
    ? {
        refusal: {
          code: 'medium-append-unsupported',
          detail: `Volumes on ${medium.kind} media cannot be made to grow yet.`,
        },
      }
    : placed;

/** Where the image of a job that appends has to begin on the medium that was seen in a drive. */
export const placeImage = (drive: string, report: DriveReport, burn: BurnOptions): PlacedImage => {
  const placed = masterable(placeOn(report, burn), report);
  if ('refusal' in placed) return placed;
  const { placement } = placed;
  const { medium } = report;
  if (!medium || !isAppending(placement)) return { place: { startBlock: placement.start } };
  const { recording, fingerprint } = medium;
  const madeFor = { drive, fingerprint, placement, ...(recording !== undefined && { recording }) };
  return { place: { startBlock: placement.start, madeFor } };
};

/** Whether an image that is made now would begin elsewhere than the one that the job has. */
export const isOutOfPlace = (
  report: DriveReport,
  { request, madeFor }: { readonly request: JobRequest; readonly madeFor?: MadeFor },
): boolean => {
  if (!isAppend(request)) return false;
  const placed = masterable(placeOn(report, request.burn), report);
  return 'placement' in placed && placed.placement.start !== (madeFor?.placement.start ?? 0);
};
