import { SpindleError } from '../errors.js';
import type { Base } from './import/base.js';

/** Only ISO 9660 grows in place. */
export const requireIsoAlone = ({ udf }: Base): void => {
  if (udf)
    throw new SpindleError('base-unsuitable', 'The volume has UDF, too, which does not grow in place.');
};
