import type { FurtherTimes } from '../iso9660/rrip.js';
import type { UdfFlags } from '../udf/entry-fields.js';

/** Device of what an earlier session holds: none of this machine. Such entries are told apart by what the session says of them. */
export const ON_MEDIUM = -1n;

/** What an earlier session says of a file, and no source. */
export interface KeptAttributes {
  readonly times?: FurtherTimes;
  readonly udfFlags?: UdfFlags;
}
