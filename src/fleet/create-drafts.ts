import { ulid } from 'ulid';
import { SpindleError } from '../errors.js';
import { treeEditsOf } from '../jobs/master-request.js';
import type { Image } from '../jobs/records.js';
import type { DraftEdit } from '../jobs/image-request.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { allImages } from './all-images.js';
import { allEdits, revisionsAfter } from './draft-edits.js';
import type { DraftProcess } from './draft-process.js';
import { type Draft, DraftScenes } from './draft-scenes.js';
import type { DraftChange, Drafts, Mastering } from './fleet.js';
import { openStaging, type SentBody, type StagedBody } from './staging.js';
import { createTurns } from './turns.js';

export interface DraftsOptions {
  readonly store: Store;
  readonly mastering: Mastering;
  readonly stateDirectory: string;
  readonly log: Logger;
  /** Bytes of one file that is sent. */
  readonly uploadBytes: number;
}

/** How long nothing of a body may come. */
const UPLOAD_STALL_MS = 60_000;
/** Bodies that may be coming at once, each of which holds a connection and a file. */
const MOST_UPLOADS = 64;

const bodiesOf = (edits: readonly DraftEdit[]): string[] =>
  edits.flatMap((edit) => (edit.do === 'put' ? [edit.body] : []));

const isDraft = (image: Image): image is Draft => image.draft !== undefined;

/** Bodies that a draft names. */
const bodiesNamed = async (store: Store, id: string, after = 0): Promise<string[]> => {
  const bodies: string[] = [];
  for await (const { edits } of revisionsAfter(store, id, after)) bodies.push(...bodiesOf(edits));
  return bodies;
};

/** Removes what a daemon that was killed has left of bodies that no revision names. */
export const createDrafts = async (options: DraftsOptions): Promise<Drafts> => {
  const { store, mastering, stateDirectory, log } = options;
  const limits = { most: options.uploadBytes, stallMs: UPLOAD_STALL_MS };
  const staging = openStaging(stateDirectory);
  const scenes = new DraftScenes(mastering.roots);
  const inTurn = createTurns();

  const draftOf = async (id: string): Promise<Draft> => {
    const image = await store.getImage(id);
    if (!image) throw new SpindleError('image-unknown', `There is no image ${id}`);
    if (!isDraft(image)) throw new SpindleError('draft-sealed', `The image ${id} was not built as a draft`);
    return image;
  };

  /** The store has the last word; what would be refused for certain is not tried. */
  const building = async (id: string, rev?: number): Promise<Draft> => {
    const draft = await draftOf(id);
    if (draft.state !== 'building')
      throw new SpindleError('draft-sealed', `The image ${id} is ${draft.state} and cannot be changed`);
    if (rev !== undefined && rev !== draft.draft.rev)
      throw new SpindleError('precondition-failed', `The draft ${id} has revision ${draft.draft.rev} now`);
    return draft;
  };

  const sceneOf = async (draft: Draft): Promise<DraftProcess> =>
    scenes.find(draft) ?? (await scenes.open(draft, await allEdits(store, draft.id)));

  /** Options of the volume decide how sources are looked at: all is done again with them. */
  const tryEdits = async (draft: Draft, edits: readonly DraftEdit[], onlyNew: boolean): Promise<void> => {
    if (edits.some((edit) => edit.do === 'volume')) {
      await scenes.open(draft, [...(await allEdits(store, draft.id)), ...edits]);
      return;
    }
    const process = await sceneOf(draft);
    await process.ask({ op: 'apply', edits: treeEditsOf(edits), onlyNew });
  };

  const edit = (id: string, edits: readonly DraftEdit[], change: DraftChange = {}): Promise<Image> =>
    inTurn(id, async () => {
      const { rev, key, onlyNew = false } = change;
      const draft = await building(id, rev);
      await tryEdits(draft, edits, onlyNew);
      try {
        const image = await store.editDraft(id, edits, { rev, key });
        scenes.keep(id, image.draft?.rev ?? 0);
        return image;
      } catch (error) {
        scenes.end(id); // it has done what is no revision
        throw error;
      }
    });

  let uploads = 0;
  const receive = async (body: string, sent: SentBody): Promise<StagedBody> => {
    if (uploads >= MOST_UPLOADS)
      throw new SpindleError('rate-limited', `${MOST_UPLOADS} files are being sent already`);
    uploads += 1;
    try {
      return await staging.receive(body, sent, limits);
    } finally {
      uploads -= 1;
    }
  };

  const put: Drafts['put'] = async (id, { at, stream }, sent, change) => {
    await building(id, change.rev);
    const body = `${id}/${ulid()}`;
    const staged = await receive(body, sent);
    try {
      const named = { ...(stream !== undefined && { stream }), body, ...staged };
      return await edit(id, [{ do: 'put', at, ...named }], change);
    } catch (error) {
      await staging.remove([body]);
      if (!(await store.getImage(id))) await staging.removeAll(id);
      throw error;
    }
  };

  const undo: Drafts['undo'] = (id, revision, rev) =>
    inTurn(id, async () => {
      await building(id, rev);
      const forgotten = await bodiesNamed(store, id, revision);
      const image = await store.undoDraft(id, revision, rev);
      scenes.end(id);
      await staging.remove(forgotten);
      return image;
    });

  const seal: Drafts['seal'] = (id, rev) =>
    inTurn(id, async () => {
      const image = await store.sealDraft(id, rev);
      scenes.end(id);
      mastering.begin(id);
      return image;
    });

  /** A process that ends under its question may do so because the draft was deleted. */
  const asked = <T>(id: string, ask: (process: DraftProcess) => Promise<T>): Promise<T> =>
    inTurn(id, async () => {
      const draft = await draftOf(id);
      try {
        return await ask(await sceneOf(draft));
      } catch (error) {
        await draftOf(id);
        throw error;
      }
    });

  const named = new Map<string, ReadonlySet<string>>();
  for (const { id, draft } of await allImages(store))
    if (draft) named.set(id, new Set(await bodiesNamed(store, id)));
  await staging.clear(named);

  const forget = store.onEvents((events) => {
    for (const { kind, data } of events) {
      if (kind !== 'image.deleted') continue;
      scenes.end(data.id);
      staging.removeAll(data.id).catch((error: unknown) => {
        log.warn({ image: data.id, err: error }, 'bodies of a draft could not be removed');
      });
    }
  });

  return {
    edit,
    put,
    undo,
    seal,
    lockIn: (id, rev) =>
      inTurn(id, async () => {
        const image = await store.lockDraft(id, rev);
        scenes.keep(id, image.draft?.rev ?? 0);
        return image;
      }),
    look: (id, path, page) => asked(id, (process) => process.ask({ op: 'look', path, ...page })),
    measure: (id) => asked(id, (process) => process.ask({ op: 'measure' })),
    names: (id, path) => asked(id, (process) => process.ask({ op: 'names', path })),
    changes: (id, page) => asked(id, (process) => process.ask({ op: 'changes', ...page })),
    stop: () => {
      forget();
      scenes.stop();
    },
  };
};
