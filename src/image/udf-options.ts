import { REVISION_RULES, type RevisionRules } from '../udf/revisions.js';
import { SpindleError } from '../errors.js';
import type { TreeRequest } from './master-request.js';
import type { UdfRequest } from './udf-request.js';

/** How a partition is seen besides as it is: through a metadata file, or through a virtual allocation table. */
export type PartitionView = 'plain' | 'metadata' | 'virtual';

/** What a volume follows from that of an earlier session. */
export interface UdfContinued {
  /** Block of the medium from which on earlier content is addressed. */
  readonly partitionStart: number;
  /** Block of the partition in which the entry of the virtual allocation table before stands; undefined where there was none. */
  readonly previousTable: number | undefined;
  /** Where the tree goes into the free blocks of that volume: the first unique id that nothing has. */
  readonly within?: { readonly firstUniqueId: number };
}

/** What is asked of UDF, with nothing left open. */
export interface UdfOptions extends Omit<UdfRequest, 'embedFiles' | 'symbolicLinks' | 'freeBlocks'> {
  readonly rules: RevisionRules;
  readonly embedFiles: boolean;
  readonly symbolicLinks: boolean;
  readonly freeBlocks: number;
  /** Blocks of the medium up to which a partition that is written once goes on, whatever is recorded by now. */
  readonly openEnd: number;
  readonly view: PartitionView;
  /** Whether no tag of a name crosses the end of a block: OSTA UDF 2.00 2.3.4.4, of media that are written once. */
  readonly wholeTags: boolean;
  /** Undefined where nothing of an earlier session is shown. */
  readonly continues: UdfContinued | undefined;
}

/** OSTA UDF 2.50 2.2.10: a metadata partition for these, and for no others. */
const WITH_METADATA = ['read-only', 'overwritable', 'pseudo-overwrite'];

const viewOf = ({ metadataPartition }: RevisionRules, access: UdfRequest['access']): PartitionView => {
  if (access === 'write-once') return 'virtual';
  return metadataPartition && WITH_METADATA.includes(access) ? 'metadata' : 'plain';
};

const WRITTEN_ONCE = ['write-once', 'pseudo-overwrite'];

const IN_PLACE = ['rewritable', 'overwritable'];
const HAS_FREE_BLOCKS = [...IN_PLACE, 'write-once'];

/** Blocks of a BD-R of four layers; no medium that is written once has more. Later sessions lie in the partition that the first one describes. */
const LARGEST_WRITE_ONCE = 62_500_864;

const lacksMirror = ({ metadataMirror, access }: UdfRequest, rules: RevisionRules): boolean =>
  !metadataMirror && viewOf(rules, access) !== 'metadata';

const refusals = (request: UdfRequest, rules: RevisionRules): [refused: boolean, why: string][] => {
  const { revision, access, freeBlocks, sparing, extendedAttributes, streams, realTimeFiles } = request;
  return [
    [access === 'write-once' && revision === '1.02', 'a virtual allocation table needs UDF 1.50 or later'],
    [access === 'pseudo-overwrite' && revision !== '2.60', 'pseudo-overwrite needs UDF 2.60'],
    [
      freeBlocks !== undefined && freeBlocks > 0 && !HAS_FREE_BLOCKS.includes(access),
      'free blocks need a partition that is rewritable, overwritable or write-once',
    ],
    [sparing === true && revision === '1.02', 'a sparable partition needs UDF 1.50 or later'],
    [
      sparing === true && !IN_PLACE.includes(access),
      'a sparable partition is one that is written in place: rewritable or overwritable',
    ],
    [(extendedAttributes || streams.length > 0) && !rules.extended, 'named streams need UDF 2.00 or later'],
    [realTimeFiles.length > 0 && !rules.realTime, 'real-time files need UDF 2.01 or later'],
    [
      lacksMirror(request, rules),
      'only a metadata partition has a mirror: UDF 2.50 or later, neither write-once nor rewritable',
    ],
  ];
};

const roomBehind = ({ access, freeBlocks }: UdfRequest): Pick<UdfOptions, 'freeBlocks' | 'openEnd'> => ({
  freeBlocks: freeBlocks ?? 0,
  openEnd: access === 'write-once' && freeBlocks === undefined ? LARGEST_WRITE_ONCE : 0,
});

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
    wholeTags: rules.wholeTags && WRITTEN_ONCE.includes(udf.access),
    ...roomBehind(udf),
    continues: undefined,
  };
};
