import { SpindleError } from '../errors.js';
import { REVISION_RULES } from '../udf/revisions.js';
import type { Base } from './import/base.js';
import type { UdfWithin } from './import/udf-within.js';
import type { TreeRequest } from './master-request.js';

/** What goes into a volume of UDF is of UDF alone, and of no later revision. */
const refuseWithin = (
  { revision }: UdfWithin,
  { udf, iso9660 }: Pick<TreeRequest, 'udf' | 'iso9660'>,
): void => {
  if (iso9660)
    throw new SpindleError(
      'base-unsuitable',
      'The volume is one of UDF alone that claims all of the medium, so that ISO 9660 has no place on it: ask for UDF alone.',
    );
  if (udf !== false && REVISION_RULES[udf.revision].word > revision)
    throw new SpindleError(
      'base-unsuitable',
      `The volume is of an earlier revision of UDF than ${udf.revision}, of which nothing can be put into it.`,
    );
};

/**
 * Refuses UDF that cannot take the place of what a medium has that is written over: readers begin with the anchor in block 256, which only
 * UDF keeps free, and with a recognition sequence that names one edition of ECMA-167.
 */
export const refuseUdfGrowth = ({ udf }: Base, request: Pick<TreeRequest, 'udf' | 'iso9660'>): void => {
  if (udf?.within) refuseWithin(udf.within, request);
  if (request.udf === false) return;
  if (!udf)
    throw new SpindleError(
      'base-unsuitable',
      'The volume has no UDF, and files may lie in block 256, where its anchor would have to stand.',
    );
  if (udf.table)
    throw new SpindleError(
      'base-unsuitable',
      'The UDF of the volume is seen through a virtual allocation table, which ends a medium that is written once.',
    );
  const { standard } = REVISION_RULES[request.udf.revision];
  if (standard !== udf.standard)
    throw new SpindleError(
      'base-unsuitable',
      `The volume is recognized by ${udf.standard}; UDF ${request.udf.revision} would be by ${standard}.`,
    );
};
