import type { ContentRun } from './file-extents.js';

/** Contents of entries that no source has: they lie on the medium that the volume continues. */
export class MediumContents {
  readonly #recorded = new Map<number, readonly ContentRun[]>();
  readonly #held = new Map<number, Uint8Array>();

  /** Says that the content of a file is on the medium already: the volume goes on with what was recorded there. */
  record(entry: number, runs: readonly ContentRun[]): void {
    this.#recorded.set(entry, runs);
  }

  /** Where the content is recorded already; undefined where it comes from elsewhere. */
  runs(entry: number): readonly ContentRun[] | undefined {
    return this.#recorded.get(entry);
  }

  /** Everything that is recorded already, in no order. */
  *recorded(): Generator<ContentRun> {
    for (const runs of this.#recorded.values())
      for (const run of runs) if (run.bytes > 0 && run.hole !== true) yield run;
  }

  /** The lowest block in which content is recorded already; undefined where none is. */
  get firstBlock(): number | undefined {
    let first: number | undefined;
    for (const { block } of this.recorded()) if (first === undefined || block < first) first = block;
    return first;
  }

  /** Says what a file contains that no source has: the medium has it where no other file system can point to. */
  hold(entry: number, bytes: Uint8Array): void {
    this.#held.set(entry, bytes);
  }

  held(entry: number): Uint8Array | undefined {
    return this.#held.get(entry);
  }

  /** Files whose content is held. */
  heldEntries(): Iterable<number> {
    return this.#held.keys();
  }

  has(entry: number): boolean {
    return this.#recorded.has(entry) || this.#held.has(entry);
  }

  /** Nothing shows it any more. */
  delete(entry: number): void {
    this.#recorded.delete(entry);
    this.#held.delete(entry);
  }
}
