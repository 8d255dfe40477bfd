import { SpindleError } from '../errors.js';
import type { TreeEdit } from '../image/draft/draft-edit.js';
import type { Root } from '../image/image.js';
import { draftRequestOf, limitOf, treeEditsOf } from '../jobs/master-request.js';
import type { Image } from '../jobs/records.js';
import type { DraftEdit, DraftImage } from '../jobs/image-request.js';
import { DraftProcess } from './draft-process.js';

/** Drafts that can be worked at at once; each process may take a gigabyte. */
const MOST_PROCESSES = 4;
/** What nobody asks for so long ends. */
const IDLE_MS = 60_000;
/** Edits told in one message. */
const EDITS_AT_ONCE = 500;
/** Characters of edits told in one message, unless one edit has more. */
const TOLD_AT_ONCE = 1 << 20;

/** An image that a client has built, or is building. */
export type Draft = Image & {
  readonly draft: NonNullable<Image['draft']>;
  readonly request: DraftImage;
};

interface Scene {
  readonly process: DraftProcess;
  /** Blocks that the image may have. */
  readonly limit: number | undefined;
  /** Of the draft, as the process has it. */
  rev: number;
  used: number;
}

/** Edits in pieces that a message can carry. */
function* piecesOf(edits: readonly TreeEdit[]): Generator<TreeEdit[]> {
  let piece: TreeEdit[] = [];
  let characters = 0;
  for (const edit of edits) {
    const length = JSON.stringify(edit).length;
    if (piece.length > 0 && (piece.length === EDITS_AT_ONCE || characters + length > TOLD_AT_ONCE)) {
      yield piece;
      piece = [];
      characters = 0;
    }
    piece.push(edit);
    characters += length;
  }
  if (piece.length > 0) yield piece;
}

/** The trees of drafts that somebody works at, each in a process that is kept while it is asked. */
export class DraftScenes {
  readonly #roots: readonly Root[];
  readonly #scenes = new Map<string, Scene>();
  readonly #timer: NodeJS.Timeout;

  constructor(roots: readonly Root[]) {
    this.#roots = roots;
    this.#timer = setInterval(() => {
      for (const [id, { process, used }] of this.#scenes)
        if (!process.isBusy && performance.now() - used > IDLE_MS) this.end(id);
    }, IDLE_MS / 4).unref();
  }

  #makeRoom(): void {
    const live = [...this.#scenes].filter(([, { process }]) => !process.isOver);
    if (live.length < MOST_PROCESSES) return;
    const [oldest] = live
      .filter(([, { process }]) => !process.isBusy)
      .sort(([, a], [, b]) => a.used - b.used);
    if (!oldest)
      throw new SpindleError('rate-limited', `${MOST_PROCESSES} drafts are being worked at already.`);
    this.end(oldest[0]);
  }

  /** A process that has done all these edits. */
  async open({ id, request, createdAt, draft }: Draft, edits: readonly DraftEdit[]): Promise<DraftProcess> {
    this.end(id);
    this.#makeRoom();
    const process = new DraftProcess();
    const limit = limitOf(request, edits);
    this.#scenes.set(id, { process, limit, rev: draft.rev, used: performance.now() });
    const master = draftRequestOf(request, edits, createdAt);
    try {
      await process.ask({
        op: 'begin',
        request: { ...master, createdAtNs: String(master.createdAtNs) },
        roots: [...this.#roots],
      });
      await this.apply(process, edits);
      return process;
    } catch (error) {
      process.end();
      throw error;
    }
  }

  /** What is refused after a part of them was done leaves a process that is of no use any more. */
  async apply(process: DraftProcess, edits: readonly DraftEdit[], onlyNew = false): Promise<void> {
    let done = 0;
    try {
      for (const piece of piecesOf(treeEditsOf(edits))) {
        await process.ask({ op: 'apply', edits: piece, onlyNew });
        done += piece.length;
      }
    } catch (error) {
      if (done > 0) process.end();
      throw error;
    }
  }

  /** Blocks that the image of a draft may have for which there is a process; undefined where there is no limit. */
  limitOf(id: string): number | undefined {
    return this.#scenes.get(id)?.limit;
  }

  /** The process that has the draft as it is; undefined where there is none. */
  find({ id, draft }: Draft): DraftProcess | undefined {
    const scene = this.#scenes.get(id);
    if (!scene || scene.process.isOver || scene.rev !== draft.rev) return undefined;
    scene.used = performance.now();
    return scene.process;
  }

  /** What the process has done is in the database, too. */
  keep(id: string, rev: number): void {
    const scene = this.#scenes.get(id);
    if (scene) scene.rev = rev;
  }

  end(id: string): void {
    this.#scenes.get(id)?.process.end();
    this.#scenes.delete(id);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const id of [...this.#scenes.keys()]) this.end(id);
  }
}
