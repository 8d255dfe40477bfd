import { BLOCK } from '../../iso9660/block.js';
import {
  foreignContinuation,
  foreignSharing,
  SHARING_CHECK,
  type SystemUseEntry,
  systemUseEntries,
} from '../../iso9660/system-use.js';
import type { BlockReader } from './block-reader.js';
import type { FindingCode } from './findings.js';

/** Areas of one record that follow each other; a volume that has more is a trap. */
const MOST_AREAS = 200;

/**
 * Areas that all records of a volume may have together: so many for each record that was read, and some more. The longest name, the longest
 * link target and all attributes of one file fit in three.
 */
const AREAS_PER_RECORD = 4;
const SPARE_AREAS = 1000;

/** A CD-ROM XA record stands before the entries of SUSP. */
const XA_BYTES = 14;

export interface SystemUseReader {
  /** All entries of a record's area, those of its continuation areas included. */
  entriesOf(
    area: Uint8Array,
    problem: (code: FindingCode, detail: string) => void,
  ): Promise<SystemUseEntry[]>;
}

/** The bytes that every system use area begins with before its entries, as the root's first record says; undefined without SUSP. */
export const bytesSkipped = (rootArea: Uint8Array): number | undefined => {
  for (const at of [0, XA_BYTES]) {
    const [first] = systemUseEntries(rootArea.subarray(at)).entries;
    if (first?.signature !== 'SP' || first.bytes.length < foreignSharing.size) continue;
    const sharing = foreignSharing.decode(first.bytes);
    if (sharing.check === SHARING_CHECK) return Math.max(at, sharing.bytesSkipped);
  }
  return undefined;
};

type Problem = (code: FindingCode, detail: string) => void;

const continuationOf = (entries: readonly SystemUseEntry[]): Uint8Array | undefined =>
  entries.findLast(({ signature, bytes }) => signature === 'CE' && bytes.length >= foreignContinuation.size)
    ?.bytes;

/** What following areas may cost: each is a block somewhere else, which a drive has to go to. */
class AreaBudget {
  #left = SPARE_AREAS;
  #told = false;

  addRecord(): void {
    this.#left += AREAS_PER_RECORD;
  }

  /** False where so much is not left, which is told once. */
  spend(problem: Problem): boolean {
    this.#left--;
    if (this.#left < 0 && !this.#told) {
      this.#told = true;
      problem('continuations-too-many', 'From here on no continuation area is read.');
    }
    return this.#left >= 0;
  }
}

/** Reads the areas of all records of one hierarchy. */
export const systemUseReader = (reader: BlockReader, skip: number): SystemUseReader => {
  const budget = new AreaBudget();
  const nextArea = async (entry: Uint8Array, problem: Problem): Promise<Uint8Array | undefined> => {
    const { block, offset, areaLength } = foreignContinuation.decode(entry);
    if (block >= reader.blocks) {
      problem('extent-outside', `Its continuation area lies in block ${block}.`);
      return undefined;
    }
    if (offset + areaLength > BLOCK) {
      problem('system-use-malformed', `Its continuation area crosses the end of block ${block}.`);
      return undefined;
    }
    return (await reader.read(block, 1)).subarray(offset, offset + areaLength);
  };
  return {
    entriesOf: async (area, problem) => {
      budget.addRecord();
      const all: SystemUseEntry[] = [];
      let next: Uint8Array | undefined = area.subarray(skip);
      for (let areas = 0; next !== undefined; areas++) {
        if (areas === MOST_AREAS) {
          problem('continuation-loop', `More than ${MOST_AREAS} areas follow each other.`);
          break;
        }
        const { entries, whole } = systemUseEntries(next);
        if (!whole) problem('system-use-malformed', 'An entry does not fit in its area.');
        all.push(...entries.filter(({ signature }) => signature !== 'CE'));
        const continuation = continuationOf(entries);
        next = continuation && budget.spend(problem) ? await nextArea(continuation, problem) : undefined;
      }
      return all;
    },
  };
};
