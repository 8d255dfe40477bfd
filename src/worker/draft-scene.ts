import { SpindleError } from '../errors.js';
import type { TreeEdit } from '../image/draft/draft-edit.js';
import { DraftTree } from '../image/draft/draft-tree.js';
import type { Volume } from '../image/bridge.js';
import { layOutTree, scanOptionsOf } from '../image/master.js';
import type { TreeRequest } from '../image/master-request.js';
import { nameChanges, recordedNamesOf, volumeNames } from '../image/name-changes.js';
import { openRoots, type OpenRoots } from '../image/roots.js';
import { entryAt } from '../image/tree-paths.js';
import { volumeImage } from '../image/volume-image.js';
import type { z } from 'zod';
import type { DraftAnswer, DraftQuestion, draftQuestion } from './draft-protocol.js';

type Asked<Op extends DraftQuestion['op']> = Extract<z.output<typeof draftQuestion>, { op: Op }>;

/** One draft: its tree as the edits have made it, and the edits, of which each layout is made anew. */
export class DraftScene {
  readonly #roots: OpenRoots;
  readonly #request: TreeRequest;
  readonly #onEntries: () => void;
  readonly #draft: DraftTree;
  readonly #edits: TreeEdit[] = [];
  /** Of the edits so far; sources may have changed since. */
  #volume: Volume | undefined;

  constructor({ request, roots }: Asked<'begin'>, onEntries: () => void) {
    this.#roots = openRoots(roots);
    this.#request = request;
    this.#onEntries = onEntries;
    this.#draft = new DraftTree(scanOptionsOf(request, this.#scanning()));
  }

  #scanning() {
    return { roots: this.#roots, onEntries: this.#onEntries };
  }

  apply({ edits, onlyNew }: Asked<'apply'>): null {
    const [first] = edits;
    if (onlyNew && first?.do === 'put' && this.#draft.has(first.at))
      throw new SpindleError('entry-exists', `There is something at ${first.at}.`);
    this.#volume = undefined;
    for (const edit of edits) {
      this.#draft.apply(edit);
      this.#edits.push(edit);
    }
    return null;
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

  names({ path }: Asked<'names'>): DraftAnswer<'names'> {
    this.#draft.entryAt(path);
    const volume = this.#volume ?? this.#layOut();
    return recordedNamesOf(volume, entryAt(volume.tree, path));
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
