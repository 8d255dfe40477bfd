import { SpindleError } from '../../../errors.js';
import type { MadeFor } from '../../made-for.js';
import { importIn } from '../../master-request.js';
import type { Image } from '../../records.js';
import type { Ledger } from '../ledger.js';
import type { Transactions } from '../store.js';
import { viewOfImage } from '../../image-view.js';
import type { Tables } from '../tables/tables.js';

type Verbs = Pick<Transactions, 'editDraft' | 'undoDraft' | 'lockDraft' | 'sealDraft' | 'draftRevisions'>;

/** So many files can be sent one by one; a draft of more would take its time to be repeated. */
const MOST_REVISIONS = 100_000;

type Building = Image & { readonly draft: NonNullable<Image['draft']> };

export const draftVerbs = (ledger: Ledger, { images, drafts, idempotency }: Tables): Verbs => {
  const theImage = (id: string): Image => {
    const image = images.get(id);
    if (!image) throw new SpindleError('image-unknown', `There is no image ${id}.`);
    return image;
  };

  const theDraft = (id: string, rev: number | undefined): Building => {
    const image = theImage(id);
    const { draft } = image;
    if (image.state !== 'building' || !draft)
      throw new SpindleError('draft-sealed', `The image ${id} is ${image.state} and cannot be changed.`);
    if (rev !== undefined && rev !== draft.rev)
      throw new SpindleError('precondition-failed', `The draft ${id} has revision ${draft.rev} now.`);
    return { ...image, draft };
  };

  const change = (
    { id, draft, madeFor }: Building,
    to: { state?: 'mastering'; revision?: number; lockedIn?: number; madeFor?: MadeFor | undefined },
  ): Image => {
    images.change(id, { state: 'building', ...draft, madeFor, ...to });
    const image = theImage(id);
    const kind = to.state === undefined ? 'image.changed' : 'image.advanced';
    ledger.emit({ topic: `images/${id}`, kind, data: viewOfImage(image) });
    return image;
  };

  return {
    editDraft: (id, edits, { rev, key } = {}) => {
      const draft = theDraft(id, rev);
      const number = draft.draft.revision + 1;
      if (number > MOST_REVISIONS)
        throw new SpindleError('draft-too-long', `The draft ${id} has ${MOST_REVISIONS} revisions.`);
      drafts.insert(id, { number, at: ledger.now(), edits: [...edits] });
      const imported = importIn(edits);
      const image = change(draft, { revision: number, ...(imported && { madeFor: imported.madeFor }) });
      idempotency.effect(key, image);
      return image;
    },
    undoDraft: (id, revision, rev) => {
      const draft = theDraft(id, rev);
      const { revision: last, lockedIn } = draft.draft;
      if (revision > last)
        throw new SpindleError('revision-unknown', `The last revision of the draft ${id} is ${last}.`);
      if (revision < lockedIn)
        throw new SpindleError('revision-locked', `The draft ${id} is locked in at revision ${lockedIn}.`);
      drafts.removeAfter(id, revision);
      return change(draft, { revision, madeFor: importIn(drafts.editsThatImported(id))?.madeFor });
    },
    lockDraft: (id, rev) => {
      const draft = theDraft(id, rev);
      return change(draft, { lockedIn: draft.draft.revision });
    },
    sealDraft: (id, rev) => change(theDraft(id, rev), { state: 'mastering' }),
    draftRevisions: (id, page) => drafts.list(id, page),
  };
};
