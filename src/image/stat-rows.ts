import { type FileKind, fileKind, FORMAT_OF_KIND, STAT, STAT_WORDS } from '../os/stat.js';

/** inode(7): the format of a file is in bits 12 to 15 of its mode. */
const FORMAT_SHIFT = 12;
const KINDS = Array.from({ length: 16 }, (_, format) => fileKind(format << FORMAT_SHIFT));
const DIRECTORY = FORMAT_OF_KIND.directory >> FORMAT_SHIFT;

/** Rows of `STAT`, one for each entry of a tree: what the kernel said about it. */
export class StatRows {
  #rows = new BigInt64Array(1024 * STAT_WORDS);
  /** The upper four bits of each mode, which are asked for more often than all else. */
  #formats = new Uint8Array(1024);

  #reach(entry: number): void {
    if (entry < this.#formats.length) return;
    const capacity = Math.max(entry + 1, this.#formats.length * 2);
    const rows = new BigInt64Array(capacity * STAT_WORDS);
    rows.set(this.#rows);
    this.#rows = rows;
    const formats = new Uint8Array(capacity);
    formats.set(this.#formats);
    this.#formats = formats;
  }

  #noteFormat(entry: number): void {
    this.#formats[entry] = Number(this.word(entry, STAT.mode)) >> FORMAT_SHIFT;
  }

  /** Takes row `index` of `rows` for the entry. */
  copy(entry: number, rows: BigInt64Array, index: number): void {
    this.#reach(entry);
    this.#rows.set(rows.subarray(index * STAT_WORDS, (index + 1) * STAT_WORDS), entry * STAT_WORDS);
    this.#noteFormat(entry);
  }

  set(entry: number, word: number, value: bigint): void {
    this.#reach(entry);
    this.#rows[entry * STAT_WORDS + word] = value;
    if (word === STAT.mode) this.#noteFormat(entry);
  }

  /** 0 where nobody has said it. */
  word(entry: number, word: number): bigint {
    return this.#rows[entry * STAT_WORDS + word] ?? 0n;
  }

  kind(entry: number): FileKind | undefined {
    return KINDS[this.#formats[entry] ?? 0];
  }

  isDirectory(entry: number): boolean {
    return this.#formats[entry] === DIRECTORY;
  }
}
