import type { FoundRecord } from '../../iso9660/directory-records.js';
import { runOf } from './iso-sections.js';

/** A record that Rock Ridge marks by RE: what it leads to is to be seen somewhere else, by an entry with CL. */
interface Moved {
  /** Number of the directory that has the record. */
  readonly directory: number;
  readonly name: string;
  readonly record: FoundRecord;
  /** It lies in a directory that is there for nothing else, so that it is no such directory itself. */
  readonly isInHome: boolean;
}

/** What is marked as moved, and which of it an entry leads to. */
export class Relocations {
  readonly #moved: Moved[] = [];
  readonly #claimed = new Set<number>();

  add(moved: Moved): void {
    this.#moved.push(moved);
  }

  /** An entry leads to the directory in this block. */
  claim(block: number): void {
    this.#claimed.add(block);
  }

  /** Those that no entry leads to; what is added meanwhile comes, too. */
  *unclaimed(): Generator<Moved> {
    for (const moved of this.#moved) if (!this.#claimed.has(runOf(moved.record).block)) yield moved;
  }
}
