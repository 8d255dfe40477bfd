import { blocksFor } from '../../iso9660/block.js';
import type { Finding } from './findings.js';

/** Blocks that something takes; `shared` may lie exactly where another shared one does: hard links, and one content in two file systems. */
export interface Occupant {
  readonly block: number;
  readonly bytes: number;
  readonly what: string;
  readonly shared: boolean;
}

const endOf = ({ block, bytes }: Occupant): number => block + blocksFor(bytes);

const isSame = (one: Occupant, other: Occupant): boolean =>
  one.shared && other.shared && one.block === other.block && endOf(one) === endOf(other);

/** Pairs that lie on one another without being one and the same content. */
export function* overlaps(occupants: readonly Occupant[]): Generator<Finding> {
  const sorted = occupants
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => a.block - b.block || endOf(a) - endOf(b));
  let last: Occupant | undefined;
  for (const occupant of sorted) {
    if (last && occupant.block < endOf(last) && !isSame(last, occupant))
      yield {
        code: 'contents-overlap',
        block: occupant.block,
        path: occupant.what,
        detail: `${occupant.what} lies on ${last.what}, which takes blocks ${last.block} to ${endOf(last) - 1}.`,
      };
    if (!last || endOf(occupant) > endOf(last)) last = occupant;
  }
}

/** One of those that have a block. */
export const occupantAt = (occupants: readonly Occupant[], block: number): Occupant | undefined =>
  occupants.find((occupant) => occupant.block <= block && block < endOf(occupant));
