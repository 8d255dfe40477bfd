/** Why a medium whose blocks can be overwritten has no format by which they could be. */
import type { Medium } from '../../drive/medium.js';

type Formatted = Pick<Medium, 'formatted' | 'lastSession'>;

/** Neither formatted nor damaged: the drive says that nothing was ever recorded. */
export const isUnused = ({ formatted, lastSession }: Formatted): boolean =>
  !formatted && lastSession !== 'damaged';

/** Its format was cut short: nothing can be written, and of what it has not come to the drive says nothing. */
export const isHalfFormatted = ({ formatted, lastSession }: Formatted): boolean =>
  !formatted && lastSession === 'damaged';
