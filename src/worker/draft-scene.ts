import { SpindleError } from '../errors.js';
import { dirname, join } from 'node:path';
import { copySource } from '../image/draft/copied-source.js';
import { type EditOf, STAGED_ROOT, type TreeEdit } from '../image/draft/draft-edit.js';
import { leastBlocks } from '../image/draft/least-blocks.js';
import { DraftTree } from '../image/draft/draft-tree.js';
import { fileContents, streamContents, withoutContents } from '../image/draft/entry-contents.js';
import type { Volume } from '../image/bridge.js';
import { promisesIn } from '../os/promised-space.js';
import { refuseUdfGrowth } from '../image/grown-udf.js';
import { openKeptBlocks } from '../image/import/kept-blocks.js';
import { goOnWith, layOutTree, scanOptionsOf } from '../image/master.js';
import type { TreeRequest } from '../image/master-request.js';
import { nameChanges, recordedNamesOf, volumeNames } from '../image/name-changes.js';
import { openRoots, type OpenRoots } from '../image/roots.js';
import type { Tree } from '../image/tree.js';
import { entryAt } from '../image/tree-paths.js';
import { continuedUdf } from '../image/udf-continued.js';
import { udfOptions } from '../image/udf-options.js';
import { checkRevision } from '../image/volume-limits.js';
import { withVideo } from '../image/video.js';
import { volumeImage } from '../image/volume-image.js';
import type { z } from 'zod';
import { continuing } from './continuing.js';
import type { ContentsPlace, DraftAnswer, DraftQuestion, draftQuestion } from './draft-protocol.js';
import { type ImportedBase, readSession } from './read-session.js';

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
  /** What the edit that takes a session over has brought. */
  #taken: { readonly edit: EditOf<'take-session'>; readonly imported: ImportedBase } | undefined;
  /** Of the edits so far; sources may have changed since. */
  #volume: Volume | undefined;
  #bodies: readonly string[] | undefined;

  constructor({ request, roots }: Asked<'begin'>, onEntries: () => void) {
    this.#roots = openRoots(roots);
    this.#request = request;
    this.#onEntries = onEntries;
    this.#staging = roots.find(({ name }) => name === STAGED_ROOT)?.path ?? '';
    this.#draft = new DraftTree(scanOptionsOf(request, this.#scanning()), (tree, edit) => {
      this.#take(tree, edit);
    });
  }

  #scanning() {
    return { roots: this.#roots, onEntries: this.#onEntries, base: this.#taken?.imported.base };
  }

  /** What was read of the medium when its session was imported. */
  async #read({ session, body }: EditOf<'take-session'>): Promise<ImportedBase> {
    const reader = openKeptBlocks(join(this.#staging, body), session.end);
    const telling: typeof reader = {
      ...reader,
      read: (first, count) => {
        this.#onEntries();
        return reader.read(first, count);
      },
    };
    try {
      return await readSession(telling, session);
    } finally {
      reader.close();
    }
  }

  /** What would be refused of the image is refused of the draft, as far as the session decides it. */
  #take(tree: Tree, { onConflict, skipUnsupported }: EditOf<'take-session'>): void {
    if (!this.#taken) throw new Error('the session was not read');
    const { base, grow } = this.#taken.imported;
    const request = { ...withVideo(this.#request), onConflict, skipOfSession: skipUnsupported };
    if (grow) refuseUdfGrowth(base, request);
    goOnWith(tree, request, base);
    continuedUdf(udfOptions(request), base, tree.onMedium.firstBlock);
  }

  async apply({ edits, onlyNew }: Asked<'apply'>): Promise<null> {
    const [first] = edits;
    if (onlyNew && first?.do === 'put') this.#refusePresent(first);
    this.#volume = undefined;
    this.#bodies = undefined;
    for (const edit of edits) {
      if (edit.do === 'take-session') this.#taken = { edit, imported: await this.#read(edit) };
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

  #layOut() {
    const laidOut = layOutTree({ ...this.#request, edits: this.#edits }, this.#scanning());
    this.#volume = laidOut.volume;
    return laidOut;
  }

  /** Where a volume grows, blocks that are written over are not counted as those that the image has: they are no room that it takes. */
  async measure(): Promise<DraftAnswer<'measure'>> {
    const { volume, kept } = this.#layOut();
    // How a volume grows can be said once: the places that change are altered by it.
    const imported = this.#taken && (await this.#read(this.#taken.edit));
    const { summary } = continuing({ contents: volumeImage(volume, ''), kept }, imported);
    const { bytes, files, directories, parts } = summary;
    const blocks = parts[0]?.length ?? 0;
    return { bytes, blocks, files, directories, volumeNames: volumeNames(volume) };
  }

  check(): DraftAnswer<'check'> {
    checkRevision(this.#draft.tree, udfOptions(withVideo(this.#request)));
    return null;
  }

  weigh(): DraftAnswer<'weigh'> {
    const request = withVideo(this.#request);
    return { blocks: leastBlocks(this.#draft.tree, request, udfOptions(request)) };
  }

  names({ path }: Asked<'names'>): DraftAnswer<'names'> {
    this.#draft.entryAt(path);
    const volume = this.#volume ?? this.#layOut().volume;
    return recordedNamesOf(volume, entryAt(volume.tree, path));
  }

  /** A source has a tree of its own for as long as it is copied. What is attached to it is copied in any case: the volume may get a place for it later, when the source is gone. */
  copy({ edit, body }: Asked<'copy'>): DraftAnswer<'copy'> {
    const options = scanOptionsOf(this.#request, this.#scanning());
    const draft = new DraftTree({ ...options, attributes: true });
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

  #entryAt(path: string): number {
    const { boot, manifest } = this.#request;
    if (!this.#draft.has(path) && [boot?.catalog, manifest].includes(path))
      throw withoutContents(`${path} is made with the image: it is there when the draft is sealed.`);
    return this.#draft.entryAt(path);
  }

  /**
   * What JSON can carry of it. A frame always holds it: bytes in memory are at most what fits into a file entry of UDF, or an attribute of Linux,
   * 64 KiB; and as many runs as are followed take 260 kB. A source is not opened: one that does not answer must not hold up the draft.
   */
  contents({ path, stream }: Asked<'contents'>): ContentsPlace {
    const { tree } = this.#draft;
    const entry = this.#entryAt(path);
    const contents = stream === undefined ? fileContents(tree, entry) : streamContents(tree, entry, stream);
    if (contents.from === 'medium') return { from: 'medium', runs: [...contents.runs] };
    if (contents.from === 'memory')
      return { from: 'memory', bytes: Buffer.from(contents.bytes).toString('base64') };
    return contents;
  }

  bodies({ offset, limit }: Asked<'bodies'>): DraftAnswer<'bodies'> {
    const all = (this.#bodies ??= this.#draft.bodies());
    return { items: all.slice(offset, offset + limit), more: offset + limit < all.length };
  }

  changes({ offset, limit }: Asked<'changes'>): DraftAnswer<'changes'> {
    const items: DraftAnswer<'changes'>['items'] = [];
    let index = 0;
    for (const change of nameChanges(this.#volume ?? this.#layOut().volume)) {
      if (index >= offset + limit) return { items, more: true };
      if (index >= offset) items.push(change);
      index += 1;
    }
    return { items, more: false };
  }
}
