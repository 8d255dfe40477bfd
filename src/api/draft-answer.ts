import type { FastifyReply } from 'fastify';
import { type Image, imageView } from '../jobs/records.js';
import { viewOfImage } from '../jobs/image-view.js';
import { etagOf, requiredRevision } from './conditional.js';
import { json } from './responses.js';

/** What a change of a draft is answered with. */
export const draftResponse = json('The draft as it is now', imageView);

/** Sets the ETag of the draft. */
export const answerDraft = (reply: FastifyReply, image: Image) => {
  if (image.draft) reply.header('etag', etagOf(image.draft.rev));
  return viewOfImage(image);
};

/** A change that does not depend on others need not name what it was decided on; where it does, it must be that. */
export const optionalRevision = (ifMatch: string | undefined): number | undefined =>
  ifMatch === undefined ? undefined : requiredRevision(ifMatch);
