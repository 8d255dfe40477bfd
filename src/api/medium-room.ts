import { z } from 'zod';
import { isBlank, type Medium } from '../drive/medium.js';
import { SpindleError } from '../errors.js';
import { driveId } from '../jobs/identifier.js';
import { BLANK_NAMES, blockBytesOf, type BlankName, MEDIA } from '../virtual/media.js';
import type { MadeFor } from '../jobs/made-for.js';
import { isMadeFor } from '../jobs/wrong-medium.js';
import type { ApiService } from './service.js';

/** Which medium something is asked about: what lies in a drive, or a blank as shops sell it. */
export const mediumQuestion = z.strictObject({
  drive: driveId.optional().meta({ description: 'About the medium in this drive' }),
  medium: z.enum(BLANK_NAMES).optional().meta({ description: 'About a blank of this kind' }),
});

/** A medium as far as an image has to know it. */
export interface Room {
  /** Of the medium: `cd-r`, `dvd+rw`, … */
  readonly kind: string;
  /** Blocks of 2,048 bytes that an image may have. */
  readonly blocks: number;
}

const BLOCK = 2048;

/** What a job may record: what can be overwritten or erased is taken for blank. */
const roomOfMedium = (medium: Medium): Room => ({
  kind: medium.kind,
  blocks: isBlank(medium) || medium.overwritable || medium.erasable ? medium.capacity : medium.free,
});

const roomOfBlank = (name: BlankName): Room => {
  const { kind, capacity } = MEDIA[name];
  return { kind, blocks: Math.floor((capacity * blockBytesOf(name)) / BLOCK) };
};

/** @throws SpindleError `drive-unknown`, `medium-not-present` */
export const mediumIn = ({ fleet }: Pick<ApiService, 'fleet'>, drive: string): Medium => {
  const found = fleet.state(drive).report?.medium;
  if (!found) throw new SpindleError('medium-not-present', `No medium is known to lie in the drive ${drive}`);
  return found;
};

/** @throws SpindleError `drive-unknown`, `medium-not-present`; undefined where no medium is asked about. */
export const roomOf = (
  service: ApiService,
  { drive, medium }: z.infer<typeof mediumQuestion>,
): Room | undefined => {
  if (drive !== undefined && medium !== undefined)
    throw new SpindleError('invalid-request', 'Name a drive or a medium, not both');
  if (medium !== undefined) return roomOfBlank(medium);
  return drive === undefined ? undefined : roomOfMedium(mediumIn(service, drive));
};

/**
 * The same for an image that goes on with a medium, behind what is on it.
 * @throws SpindleError `medium-changed` where another one lies in the drive
 */
export const roomLeft = (
  service: ApiService,
  madeFor: MadeFor,
  { drive, medium }: z.infer<typeof mediumQuestion>,
): Room | undefined => {
  if (medium !== undefined)
    throw new SpindleError(
      'invalid-request',
      'The draft goes on with a medium: name the drive where that lies',
    );
  if (drive === undefined) return undefined;
  const found = mediumIn(service, drive);
  if (!isMadeFor(found, madeFor))
    throw new SpindleError(
      'medium-changed',
      'The draft goes on with another medium, or something was recorded since',
    );
  return { kind: found.kind, blocks: madeFor.placement.room };
};
