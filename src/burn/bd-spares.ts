import type { Medium } from '../drive/medium.js';
import { BD_FORMATS } from './recipes/bd-formats.js';

const WITHOUT_SPARES = BD_FORMATS['bd-re'].filter(({ spareArea }) => spareArea === 'none');

/**
 * Whether no cluster of a BD is set aside for one that goes bad. A BD-RE has as many blocks then as a format without spares leaves; a
 * BD-R, which needs none for that, more than any of its formats. Where a drive does not list that of a BD-RE nobody knows, and it is
 * taken for one with spares.
 */
export const hasNoSpares = ({ kind, formats, capacity }: Medium): boolean =>
  kind === 'bd-r'
    ? formats.every(({ blocks }) => blocks < capacity)
    : formats.some(
        ({ type, blocks }) => blocks === capacity && WITHOUT_SPARES.some((row) => row.type === type),
      );
