import { SpindleError } from '../../../errors.js';
import { isOfTheDrive } from '../../after-import.js';
import type { Image } from '../../records.js';
import type { Ledger } from '../ledger.js';
import type { Transactions } from '../store.js';
import type { NewImage } from '../tables/images.js';
import { viewOfImage } from '../../image-view.js';
import type { Tables } from '../tables/tables.js';
import { pageOf } from './jobs.js';
import type { Moves } from './moves.js';

type Verbs = Pick<
  Transactions,
  | 'createImage'
  | 'planImage'
  | 'getImage'
  | 'listImages'
  | 'imageReady'
  | 'imageFailed'
  | 'deleteImage'
  | 'copiesOfImage'
  | 'hasNoUseForSpool'
>;

interface ImageVerbs extends Verbs {
  /** What was made for plans goes with the daemon that answered them. */
  readonly dropPlanImages: () => void;
}

export interface ImageMoves extends Moves {
  /** A job whose image was made for a place goes on without it. */
  readonly dropImage: (job: string) => unknown;
}

export const imageVerbs = (
  ledger: Ledger,
  { images, jobs, idempotency }: Tables,
  moves: ImageMoves,
): ImageVerbs => {
  const theImage = (id: string): Image => {
    const image = images.get(id);
    if (!image) throw new SpindleError('image-unknown', `There is no image ${id}.`);
    return image;
  };

  const tell = (id: string, kind: 'image.created' | 'image.advanced'): Image => {
    const image = theImage(id);
    ledger.emit({ topic: `images/${id}`, kind, data: viewOfImage(image) });
    return image;
  };

  /** Without its image a job can record nothing: what is pending of it is skipped. */
  const create = (image: Omit<NewImage, 'id' | 'forPlan' | 'now'>, forPlan: boolean): Image => {
    const id = ledger.newId();
    images.insert({ ...image, id, forPlan, now: ledger.now() });
    return tell(id, 'image.created');
  };

  const remove = (id: string): void => {
    images.remove(id);
    ledger.emit({ topic: `images/${id}`, kind: 'image.deleted', data: { id } });
  };

  return {
    createImage: (request, principal, requestDigest, { key, madeFor } = {}) => {
      const image = create({ request, principal, requestDigest, madeFor }, false);
      idempotency.effect(key, image);
      return image;
    },
    planImage: (request, principal, requestDigest, madeFor) =>
      create({ request, principal, requestDigest, madeFor }, true),
    dropPlanImages: () => {
      for (const id of images.ofPlans()) if (jobs.openWithImage(id).length === 0) remove(id);
    },
    getImage: images.get,
    listImages: (filter) => pageOf(images.list({ ...filter, limit: filter.limit + 1 }), filter.limit),
    imageReady: (id, result) => {
      if (!images.ready(id, { ...result, now: ledger.now() })) return undefined;
      const image = tell(id, 'image.advanced');
      jobs.openWithImage(id).forEach(moves.followCopies);
      return image;
    },
    imageFailed: (id, problem) => {
      if (!images.fail(id, problem)) return undefined;
      const image = tell(id, 'image.advanced');
      const isToBeMadeAnew = image.madeFor !== undefined && image.type !== 'draft' && isOfTheDrive(problem);
      for (const job of jobs.openWithImage(id))
        if (isToBeMadeAnew) moves.dropImage(job);
        else moves.skipPending(job, problem);
      return image;
    },
    copiesOfImage: jobs.copiesOfImage,
    // What was read from a disc lies in its spool alone: it stays as long as the image does.
    hasNoUseForSpool: (id) =>
      images.get(id)?.request.type !== 'read' &&
      jobs.wasMadeForJob(id) &&
      jobs.openWithImage(id).length === 0,
    deleteImage: (id) => {
      theImage(id);
      const [user] = jobs.openWithImage(id);
      if (user !== undefined) throw new SpindleError('image-in-use', `Job ${user} records image ${id}.`);
      remove(id);
    },
  };
};
