import { SpindleError } from '../errors.js';
import { dirname, join } from 'node:path';
import { copySource } from '../image/draft/copied-source.js';
import { type EditOf, STAGED_ROOT, type TreeEdit } from '../image/draft/draft-edit.js';
import { DraftTree } from '../image/draft/draft-tree.js';
import type { Volume } from '../image/bridge.js';
import { promisesIn } from '../os/promised-space.js';
import { layOutTree, scanOptionsOf } from '../image/master.js';
import type { TreeRequest } from '../image/master-request.js';
import { nameChanges, recordedNamesOf, volumeNames } from '../image/name-changes.js';
import { openRoots, type OpenRoots } from '../image/roots.js';
import { entryAt } from '../image/tree-paths.js';
import { volumeImage } from '../image/volume-image.js';
import type { z } from 'zod';
import type { DraftAnswer, DraftQuestion, draftQuestion } from './draft-protocol.js';

/** Where a source that is copied lies in a tree of its own. */
const COPIED = '/copy';

type Asked<Op extends DraftQuestion['op']> = Extract<z.output<typeof draftQuestion>, { op: Op }>;

/** One draft: its tree as the edits have made it, and the edits, of which each layout is made anew. */
export class DraftScene {
  readonly #roots: OpenRoots;
  readonly #request: TreeRequest;
  readonly #onEntries: () => void;
  readonly #staging: string;
  readonly #draft: DraftTree;
  readonly #edits: TreeEdit[] = [];
  /** Of the edits so far; sources may have changed since. */
  #volume: Volume | undefined;
  #bodies: readonly string[] | undefined;

  constructor({ request, roots }: Asked<'begin'>, onEntries: () => void) {
    this.#roots = openRoots(roots);
    this.#request = request;
    this.#onEntries = onEntries;
    this.#staging = roots.find(({ name }) => name === STAGED_ROOT)?.path ?? '';
    this.#draft = new DraftTree(scanOptionsOf(request, this.#scanning()));
  }

  #scanning() {
    return { roots: this.#roots, onEntries: this.#onEntries };
  }

  apply({ edits, onlyNew }: Asked<'apply'>): null {
    const [first] = edits;
    if (onlyNew && first?.do === 'put') this.#refusePresent(first);
    this.#volume = undefined;
    this.#bodies = undefined;
    for (const edit of edits) {
      this.#draft.apply(edit);
      this.#edits.push(edit);
    }
    this.#draft.sayOfAllNames();
    return null;
  }

  #refusePresent({ at, stream }: EditOf<'put'>): void {
    if (stream === undefined ? this.#draft.has(at) : this.#draft.hasStream(at, stream))
      throw new SpindleError(
        'entry-exists',
        stream === undefined ? `There is something at ${at}.` : `${at} has a stream ${stream}.`,
      );
  }

  look({ path, offset, limit }: Asked<'look'>): DraftAnswer<'look'> {
    const entry = this.#draft.entryAt(path);
    const children = this.#draft.tree.childrenOf(entry);
    const items = children.slice(offset, offset + limit).map((child) => this.#draft.describe(child));
    return { entry: this.#draft.describe(entry), items, more: offset + limit < children.length };
  }

  #layOut(): Volume {
    const { volume } = layOutTree({ ...this.#request, edits: this.#edits }, this.#scanning());
    this.#volume = volume;
    return volume;
  }

  measure(): DraftAnswer<'measure'> {
    const volume = this.#layOut();
    const { summary } = volumeImage(volume, '');
    const { bytes, files, directories } = summary;
    return { bytes, blocks: volume.reach.blocks, files, directories, volumeNames: volumeNames(volume) };
  }

  weigh(): DraftAnswer<'weigh'> {
    return { blocks: this.#draft.contentBlocks() };
  }

  names({ path }: Asked<'names'>): DraftAnswer<'names'> {
    this.#draft.entryAt(path);
    const volume = this.#volume ?? this.#layOut();
    return recordedNamesOf(volume, entryAt(volume.tree, path));
  }

  /** A source has a tree of its own for as long as it is copied. */
  copy({ edit, body }: Asked<'copy'>): DraftAnswer<'copy'> {
    const draft = new DraftTree(scanOptionsOf(this.#request, this.#scanning()));
    const { root, path, include, exclude } = edit;
    draft.apply({ do: 'add', at: COPIED, root, path, include, exclude });
    const { tree } = draft;
    const target = join(this.#staging, body);
    return copySource({
      tree,
      top: draft.entryAt(COPIED),
      roots: this.#roots,
      target,
      promises: promisesIn(dirname(this.#staging)),
      onSome: this.#onEntries,
    });
  }

  bodies({ offset, limit }: Asked<'bodies'>): DraftAnswer<'bodies'> {
    const all = (this.#bodies ??= this.#draft.bodies());
    return { items: all.slice(offset, offset + limit), more: offset + limit < all.length };
  }

  changes({ offset, limit }: Asked<'changes'>): DraftAnswer<'changes'> {
    const items: DraftAnswer<'changes'>['items'] = [];
    let index = 0;
    for (const change of nameChanges(this.#volume ?? this.#layOut())) {
      if (index >= offset + limit) return { items, more: true };
      if (index >= offset) items.push(change);
      index += 1;
    }
    return { items, more: false };
  }
}
