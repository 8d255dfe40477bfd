import { STAT_WORDS } from '../os/stat.js';

/** No word of the kernel's: 1 where a file is one that is played as it is read, OSTA UDF 2.01. */
export const REAL_TIME = STAT_WORDS;

/**
 * What was said of entries in the place of their sources, e.g. their mode or one of their times: words of a row of `STAT`.
 * Of millions of entries few have any.
 */
export class SaidWords {
  readonly #words = new Map<number, Map<number, bigint>>();

  say(entry: number, word: number, value: bigint): void {
    const words = this.#words.get(entry) ?? new Map<number, bigint>();
    this.#words.delete(entry); // to the end: who is said something last comes last
    this.#words.set(entry, words.set(word, value));
  }

  of(entry: number, word: number): bigint | undefined {
    return this.#words.size > 0 ? this.#words.get(entry)?.get(word) : undefined;
  }

  has(entry: number, word: number): boolean {
    return this.of(entry, word) !== undefined;
  }

  delete(entry: number): void {
    this.#words.delete(entry);
  }

  /** In the order in which they were last said something. */
  entries(): readonly (readonly [entry: number, words: ReadonlyMap<number, bigint>])[] {
    return [...this.#words];
  }
}
