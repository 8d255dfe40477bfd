import type { KnownMedium } from './medium.js';
import { isPlusRw } from './medium-kind.js';

/**
 * An overwritable medium whose blocks have to say whether it is in use: it has a format, or nothing but a descriptor that drives get wrong
 * says that it has none. Of a DVD+RW another word of the drive does; some drives stall when one without a format is looked at.
 */
export const holdsBlocks = ({
  kind,
  formatted,
  readableUnknown,
}: Pick<KnownMedium, 'kind' | 'formatted' | 'readableUnknown'>): boolean =>
  formatted || (readableUnknown === true && !isPlusRw(kind));
