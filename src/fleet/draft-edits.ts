import type { DraftRevision } from '../jobs/records.js';
import type { DraftEdit } from '../jobs/image-request.js';
import type { Store } from '../jobs/store/store.js';

const AT_ONCE = 200;

/** The revisions of a draft after one of them, in order. */
async function* revisionsAfter(store: Store, id: string, number: number): AsyncGenerator<DraftRevision> {
  for (let after = number; ;) {
    const page = await store.draftRevisions(id, { after, limit: AT_ONCE });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < AT_ONCE) return;
    after = last.number;
  }
}

/** What was done to a draft after one of its revisions, in order. */
export const editsAfter = async (store: Store, id: string, number: number): Promise<DraftEdit[]> => {
  const edits: DraftEdit[] = [];
  for await (const revision of revisionsAfter(store, id, number)) edits.push(...revision.edits);
  return edits;
};

/** All that was done to a draft, in order. */
export const allEdits = (store: Store, id: string): Promise<DraftEdit[]> => editsAfter(store, id, 0);
