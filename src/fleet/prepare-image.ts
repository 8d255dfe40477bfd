import { createHash } from 'node:crypto';
import type { Job } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';
import { imageRequest, type ImageRequest, type NewImage } from '../jobs/image-request.js';
import { isAppend, type JobRequest } from '../jobs/request.js';
import type { Mastering } from './fleet.js';
import type { ImagePlace } from './place-image.js';

/** Unless it says otherwise, what is appended is shown together with what was there. */
const importing = (request: Extract<JobRequest, { type: 'data' }>): { readonly import?: object } =>
  isAppend(request) && request.import !== false ? { import: request.import ?? {} } : {};

/** What of a job decides its image; drives, copies and burn options do not. `undefined`: it names one, or needs none. */
export const imageRequestOf = (request: JobRequest): ImageRequest | undefined => {
  const { label } = request;
  const spool = 'spool' in request ? request.spool : 'never';
  const common = { ...(label !== undefined && { label }), spool };
  if (request.type === 'data') {
    const { sources, volume } = request;
    return imageRequest.parse({ type: 'data', sources, volume, ...importing(request), ...common });
  }
  if (request.type !== 'image' && request.type !== 'verify') return undefined;
  return request.source && imageRequest.parse({ type: 'image', source: request.source, ...common });
};

/** Names what is to be mastered: equal requests have equal digests. Hex. */
export const requestDigestOf = (request: NewImage): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

/** The request for an image at a place; block 0 is where images lie that nobody has placed. What begins a medium continues nothing. */
export const placedRequest = (request: ImageRequest, { startBlock, madeFor }: ImagePlace): ImageRequest => {
  const placed = startBlock === 0 ? request : { ...request, startBlock };
  if (placed.type !== 'data') return placed;
  const { import: wanted, ...alone } = placed;
  return wanted && madeFor?.placement.base ? { ...alone, import: wanted } : alone;
};

/** Gives a job that has no image yet one of its own, and has it mastered. */
export const prepareImage = async (
  { store, mastering }: { store: Store; mastering: Mastering },
  job: Pick<Job, 'id' | 'request' | 'principal'>,
  place: ImagePlace = { startBlock: 0 },
): Promise<void> => {
  const unplaced = imageRequestOf(job.request);
  if (!unplaced) return;
  const request = placedRequest(unplaced, place);
  const image = await store.prepareImage(job, request, requestDigestOf(request), place.madeFor);
  if (image) mastering.begin(image.id, 'copies' in job.request ? job.request.copies : 1);
};
