import { BD_BLOCKS } from '../drive/bd-blocks.js';
import type { Medium } from '../drive/medium.js';
import { BD_FORMATS } from './recipes/bd-formats.js';

const WITHOUT_SPARES = BD_FORMATS['bd-re'].filter(({ spareArea }) => spareArea === 'none');

const WHOLE: ReadonlySet<number> = new Set(BD_BLOCKS);

/** What was formatted once may have no formats left to list. Then only its size can tell. */
const isWholeBdR = ({ formats, capacity }: Pick<Medium, 'formats' | 'capacity'>): boolean =>
  formats.length === 0 ? WHOLE.has(capacity) : formats.every(({ blocks }) => blocks < capacity);

/**
 * Whether no cluster of a BD is set aside for one that goes bad. A BD-RE has as many blocks then as a format without spares leaves; a
 * BD-R, which needs none for that, more than any of its formats. Where neither list nor size tells it nobody knows, and the medium is
 * taken for one with spares.
 */
export const hasNoSpares = ({ kind, formats, capacity }: Medium): boolean =>
  kind === 'bd-r'
    ? isWholeBdR({ formats, capacity })
    : formats.some(
        ({ type, blocks }) => blocks === capacity && WITHOUT_SPARES.some((row) => row.type === type),
      );
