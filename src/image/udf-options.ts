import { REVISION_RULES, type RevisionRules } from '../udf/revisions.js';
import { SpindleError } from '../errors.js';
import type { TreeRequest } from './master-request.js';
import type { UdfRequest } from './udf-request.js';

/** How a partition is seen besides as it is: through a metadata file, or through a virtual allocation table. */
export type PartitionView = 'plain' | 'metadata' | 'virtual';

/** What is asked of UDF, with nothing left open. */
export interface UdfOptions extends Omit<UdfRequest, 'embedFiles' | 'symbolicLinks'> {
  readonly rules: RevisionRules;
  readonly embedFiles: boolean;
  readonly symbolicLinks: boolean;
  readonly view: PartitionView;
}

/** OSTA UDF 2.50 2.2.10: a metadata partition for these, and for no others. */
const WITH_METADATA = ['read-only', 'overwritable', 'pseudo-overwrite'];

const viewOf = ({ metadataPartition }: RevisionRules, access: UdfRequest['access']): PartitionView => {
  if (access === 'write-once') return 'virtual';
  return metadataPartition && WITH_METADATA.includes(access) ? 'metadata' : 'plain';
};

const refusals = (
  { revision, access, freeBlocks, extendedAttributes, streams, realTimeFiles }: UdfRequest,
  rules: RevisionRules,
): [refused: boolean, why: string][] => [
  [access === 'write-once' && revision === '1.02', 'a virtual allocation table needs UDF 1.50 or later'],
  [access === 'pseudo-overwrite' && revision !== '2.60', 'pseudo-overwrite needs UDF 2.60'],
  [
    freeBlocks > 0 && access !== 'rewritable' && access !== 'overwritable',
    'free blocks need a partition that is rewritable or overwritable',
  ],
  [(extendedAttributes || streams.length > 0) && !rules.extended, 'named streams need UDF 2.00 or later'],
  [realTimeFiles.length > 0 && !rules.realTime, 'real-time files need UDF 2.01 or later'],
];

/** Fills in what depends on the rest of the request, and refuses what the revision has not. Undefined where no UDF is wanted. */
export const udfOptions = ({
  udf,
  iso9660,
  manifest,
}: Pick<TreeRequest, 'udf' | 'iso9660' | 'manifest'>): UdfOptions | undefined => {
  if (udf === false) return undefined;
  const rules = REVISION_RULES[udf.revision];
  const refused = refusals(udf, rules).find(([applies]) => applies);
  if (refused) throw new SpindleError('invalid-request', `UDF ${udf.revision}: ${refused[1]}.`);
  // What stands in an entry cannot be read back as a file of the manifest.
  if (manifest !== undefined && udf.embedFiles === true)
    throw new SpindleError('invalid-request', 'Files that are embedded in UDF cannot be in a manifest.');
  return {
    ...udf,
    rules,
    embedFiles: udf.embedFiles ?? (!iso9660 && manifest === undefined),
    symbolicLinks: udf.symbolicLinks ?? !iso9660,
    view: viewOf(rules, udf.access),
  };
};
