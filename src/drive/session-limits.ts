import { bdRPow } from '../scsi/features/bd-r-pow.js';
import type { KnownMedium } from './medium.js';
import type { MediumFacts } from './medium-facts.js';
import type { Basics } from './read-basics.js';

/** MMC-5 §5.3: Incremental Streaming Writable, Layer Jump Recording. */
const INCREMENTAL = 0x0021;
const LAYER_JUMP = 0x0033;

const DVD_R_DL_SEQUENTIAL = 0x0015;

/** A DVD-RW that was blanked minimally is recorded at once and then closed: no increments are current. */
const takesOneMore = (
  { kind, profile, overwritable }: MediumFacts,
  current: ReadonlySet<number>,
): boolean => {
  if (kind === 'dvd-rw' && !overwritable) return !current.has(INCREMENTAL);
  if (profile === DVD_R_DL_SEQUENTIAL) return !current.has(LAYER_JUMP);
  return kind === 'bd-r' && current.has(bdRPow.code);
};

/** What the features that are current with a medium say of its sessions. */
export const sessionLimits = (
  facts: MediumFacts,
  { configuration }: Basics,
): Pick<KnownMedium, 'singleSession' | 'pseudoOverwrite'> => {
  const current = new Set(
    configuration.features.filter((feature) => feature.current).map(({ featureCode }) => featureCode),
  );
  return {
    ...(takesOneMore(facts, current) && { singleSession: true }),
    ...(current.has(bdRPow.code) && { pseudoOverwrite: true }),
  };
};
