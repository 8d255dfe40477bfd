import { ulid } from 'ulid';
import { SpindleError } from '../errors.js';
import { limitOf } from '../jobs/master-request.js';
import type { Image } from '../jobs/records.js';
import type { EditOf } from '../image/draft/draft-edit.js';
import type { DraftEdit } from '../jobs/image-request.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import { allImages } from './all-images.js';
import { allEdits, editsAfter } from './draft-edits.js';
import { DraftImports, type ImportsOptions } from './draft-imports.js';
import type { DraftProcess } from './draft-process.js';
import { type Draft, DraftScenes } from './draft-scenes.js';
import type { DraftChange, Drafts, Mastering, WantedEdit } from './fleet.js';
import type { ImagesUnderway } from './images-underway.js';
import { openStaging, type SentBody, type StagedBody } from './staging.js';
import { createTurns } from './turns.js';

export interface DraftsOptions {
  readonly store: Store;
  readonly mastering: Mastering;
  readonly stateDirectory: string;
  readonly log: Logger;
  readonly underway: ImagesUnderway;
  /** Bytes of one file that is sent. */
  readonly uploadBytes: number;
  readonly readBlocks: ImportsOptions['readBlocks'];
  readonly reportOf: ImportsOptions['reportOf'];
}

/** How long nothing of a body may come. */
const UPLOAD_STALL_MS = 60_000;
/** Names of bodies in one answer of a process. */
const BODIES_AT_ONCE = 1000;
/** Bodies that may be coming at once, each of which holds a connection and a file. */
const MOST_UPLOADS = 64;

const bodiesOf = (edits: readonly DraftEdit[]): string[] =>
  edits.flatMap((edit) => ('body' in edit ? [edit.body] : []));

/** Those of sources and media, which belong to the request that wanted them. */
const copiesIn = (edits: readonly DraftEdit[]): string[] =>
  bodiesOf(edits.filter((edit) => edit.do !== 'put'));

/** Options of the volume decide how sources are looked at, and a session where the image begins: all is done again with them. */
const isAboutAll = ({ do: what }: DraftEdit): boolean =>
  what === 'volume' || what === 'limit' || what === 'import-session';

/** What only some revisions of UDF have a place for, or may have none any more. */
const isAboutRevision = (edit: DraftEdit): boolean =>
  edit.do === 'volume' ||
  (edit.do === 'set' && edit.realTime === true) ||
  (edit.do !== 'remove' && 'stream' in edit);

/** A draft may be over its limit by what its sources have become since: what makes it no larger is how it gets below. */
const addsNothing = ({ do: what }: DraftEdit): boolean => what === 'remove' || what === 'set';

const refuseSecondImport = (edits: readonly WantedEdit[]): void => {
  if (edits.filter(({ do: what }) => what === 'import' || what === 'import-session').length > 1)
    throw new SpindleError('draft-imported', 'The draft continues a session already.');
};

const tooLarge = (what: string, limit: number): SpindleError =>
  new SpindleError('size-limit-exceeded', `${what}; the draft may have ${limit}.`);

const isDraft = (image: Image): image is Draft => image.draft !== undefined;

/** Bodies that a draft names. */
const bodiesNamed = async (store: Store, id: string, after = 0): Promise<string[]> =>
  bodiesOf(await editsAfter(store, id, after));

/** Removes what a daemon that was killed has left of bodies that no revision names. */
export const createDrafts = async (options: DraftsOptions): Promise<Drafts> => {
  const { store, mastering, stateDirectory, log } = options;
  const limits = { most: options.uploadBytes, stallMs: UPLOAD_STALL_MS };
  const staging = openStaging(stateDirectory);
  const scenes = new DraftScenes(mastering.roots);
  const imports = new DraftImports({ ...options, staging, requireDraft: (id) => draftOf(id) });
  const turns = createTurns();

  const draftOf = async (id: string): Promise<Draft> => {
    const image = await store.getImage(id);
    if (!image) throw new SpindleError('image-unknown', `There is no image ${id}`);
    if (!isDraft(image)) throw new SpindleError('draft-sealed', `The image ${id} was not built as a draft`);
    return image;
  };

  /** What is done to a draft that was deleted meanwhile has nothing to be done to, whatever came of it. */
  const unlessGone = async <T>(id: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      await draftOf(id);
      throw error;
    }
  };

  const inTurn = <T>(id: string, act: () => Promise<T>): Promise<T> => turns(id, () => unlessGone(id, act));

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

  const tried = async (
    draft: Draft,
    edits: readonly DraftEdit[],
    onlyNew: boolean,
  ): Promise<DraftProcess> => {
    if (edits.some(isAboutAll)) return scenes.open(draft, [...(await allEdits(store, draft.id)), ...edits]);
    const process = await sceneOf(draft);
    await scenes.apply(process, edits, onlyNew);
    return process;
  };

  /** What all takes at least is known at once; what it takes is measured when the draft is sealed. */
  const tryEdits = async (draft: Draft, edits: readonly DraftEdit[], onlyNew: boolean): Promise<void> => {
    const process = await tried(draft, edits, onlyNew);
    try {
      if (edits.some(isAboutRevision)) await process.ask({ op: 'check' });
    } catch (error) {
      scenes.end(draft.id); // it has done what is no revision
      throw error;
    }
    const limit = scenes.limitOf(draft.id);
    if (limit === undefined || edits.every(addsNothing)) return;
    const { blocks } = await process.ask({ op: 'weigh' });
    if (blocks <= limit) return;
    scenes.end(draft.id); // it has done what is no revision
    throw tooLarge(`What is in it takes ${blocks} blocks at least`, limit);
  };

  const requireFit = async (draft: Draft): Promise<void> => {
    const limit = limitOf(draft.request, await allEdits(store, draft.id));
    if (limit === undefined) return;
    const process = await sceneOf(draft);
    const { blocks } = await process.ask({ op: 'measure' });
    if (blocks > limit) throw tooLarge(`The image would have ${blocks} blocks`, limit);
  };

  const removeLeft = async (id: string, bodies: readonly string[]): Promise<void> => {
    await staging.remove(bodies);
    if (!(await store.getImage(id))) await staging.removeAll(id);
  };

  /** Of what comes to nothing no body is left; nor any of a draft that was deleted meanwhile. */
  const orRemove = async <T>(id: string, bodies: () => string[], act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      // What is left all the same is removed when the next daemon starts; the client is told what went wrong first.
      await removeLeft(id, bodies()).catch((left: unknown) => {
        log.warn({ image: id, err: left }, 'bodies of a draft could not be removed');
      });
      throw error;
    }
  };

  /** Copies what is to be copied; the edit says then of what it is a copy. */
  const copied = async (draft: Draft, edit: EditOf<'add'>): Promise<DraftEdit> => {
    const { at, root, path, stream } = edit;
    const body = `${draft.id}/${ulid()}`;
    await staging.prepare(draft.id);
    return orRemove(
      draft.id,
      () => [body],
      async () => {
        const process = await sceneOf(draft);
        const size = await process.ask({ op: 'copy', edit, body });
        const of = { root, path };
        return { do: 'add-copy', at, of, body, ...size, ...(stream !== undefined && { stream }) };
      },
    );
  };

  const made = async (draft: Draft, edit: WantedEdit): Promise<DraftEdit> => {
    if (edit.do === 'import') return imports.import(draft.id, edit);
    return edit.do === 'add' && edit.copy === true ? copied(draft, edit) : edit;
  };

  const withBodies = async (draft: Draft, edits: readonly WantedEdit[]): Promise<DraftEdit[]> => {
    if (edits.some(({ do: what }) => what === 'import'))
      refuseSecondImport([...(await allEdits(store, draft.id)), ...edits]);
    const done: DraftEdit[] = [];
    return orRemove(
      draft.id,
      () => copiesIn(done),
      async () => {
        for (const one of edits) done.push(await made(draft, one));
        return done;
      },
    );
  };

  const keepEdits = async (
    draft: Draft,
    edits: readonly DraftEdit[],
    change: DraftChange,
  ): Promise<Image> => {
    const { rev, key, onlyNew = false } = change;
    await tryEdits(draft, edits, onlyNew);
    try {
      const image = await store.editDraft(draft.id, edits, { rev, key });
      scenes.keep(draft.id, image.draft?.rev ?? 0);
      return image;
    } catch (error) {
      scenes.end(draft.id); // it has done what is no revision
      throw error;
    }
  };

  const edit = (id: string, wanted: readonly WantedEdit[], change: DraftChange = {}): Promise<Image> =>
    inTurn(id, async () => {
      const draft = await building(id, change.rev);
      const edits = await withBodies(draft, wanted);
      return orRemove(
        id,
        () => copiesIn(edits),
        () => keepEdits(draft, edits, change),
      );
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
    const staged = await unlessGone(id, () => receive(body, sent));
    const named = { ...(stream !== undefined && { stream }), body, ...staged };
    return orRemove(
      id,
      () => [body],
      () => edit(id, [{ do: 'put', at, ...named }], change),
    );
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
      await requireFit(await building(id, rev));
      const image = await store.sealDraft(id, rev);
      scenes.end(id);
      mastering.begin(id);
      return image;
    });

  const asked = <T>(id: string, ask: (process: DraftProcess) => Promise<T>): Promise<T> =>
    inTurn(id, async () => ask(await sceneOf(await draftOf(id))));

  /** Bodies that the tree of a draft takes nothing from any more. */
  const superseded = async (draft: Draft): Promise<string[]> => {
    // What was read of a medium is read again whenever the tree is made.
    const edits = (await allEdits(store, draft.id)).filter(({ do: what }) => what !== 'import-session');
    const named = bodiesOf(edits);
    if (named.length === 0) return [];
    const process = await sceneOf(draft);
    const needed = new Set<string>();
    for (let more = true; more;) {
      const found = await process.ask({ op: 'bodies', offset: needed.size, limit: BODIES_AT_ONCE });
      for (const body of found.items) needed.add(body);
      more = found.more;
    }
    return named.filter((body) => !needed.has(body));
  };

  const named = new Map<string, ReadonlySet<string>>();
  for (const { id, draft } of await allImages(store))
    if (draft) named.set(id, new Set(await bodiesNamed(store, id)));
  await staging.clear(named);
  for (const { id, draft } of await allImages(store)) if (draft) await staging.free(id, draft.lockedIn);

  const forget = store.onEvents((events) => {
    for (const { kind, data } of events) {
      if (kind !== 'image.deleted') continue;
      scenes.end(data.id);
      imports.abandon(data.id);
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
        const draft = await building(id, rev);
        const bodies = await superseded(draft);
        const lockedIn = draft.draft.revision;
        // None, too: what an earlier locking-in intended that the database could not note must not be done by this one.
        await staging.intendToFree(id, { lockedIn, bodies });
        const image = await store.lockDraft(id, rev);
        scenes.keep(id, image.draft?.rev ?? 0);
        await staging.free(id, lockedIn);
        return image;
      }),
    look: (id, path, page) => asked(id, (process) => process.ask({ op: 'look', path, ...page })),
    contents: (id, place) =>
      inTurn(id, async () => {
        const draft = await draftOf(id);
        const process = await sceneOf(draft);
        const found = await process.ask({ op: 'contents', ...place });
        if (found.from !== 'medium') return found;
        const { drive = '', recording = '' } = draft.madeFor ?? {};
        return { ...found, disc: { drive, recording } };
      }),
    measure: (id) => asked(id, (process) => process.ask({ op: 'measure' })),
    names: (id, path) => asked(id, (process) => process.ask({ op: 'names', path })),
    changes: (id, page) => asked(id, (process) => process.ask({ op: 'changes', ...page })),
    stop: () => {
      forget();
      imports.stop();
      scenes.stop();
    },
  };
};
