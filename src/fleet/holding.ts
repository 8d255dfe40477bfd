import type { AttemptRef } from '../burn/journal-entry.js';
import { SpindleError, isSpindleError } from '../errors.js';
import type { Observation } from '../worker/protocol.js';
import type { DriveStatus } from '../jobs/records.js';

/** What is known of who uses a drive. */
export interface HoldingFacts {
  readonly attempt: AttemptRef | undefined;
  /** Name of the client's lease. */
  readonly lease: string | undefined;
  /** An interrupted attempt left the medium in an unknown state that is being read, or a worker is being started. */
  readonly recovering: boolean;
  readonly presence: Observation['presence'] | undefined;
  readonly foreign: string | undefined;
}

interface Holding {
  readonly holding: DriveStatus['holding'];
  readonly holder: string | undefined;
}

/** The first rule that applies decides: our own use of a drive is more certain than what was last seen of it. */
const RULES: readonly ((facts: HoldingFacts) => Holding | undefined)[] = [
  ({ attempt }) => attempt && { holding: 'busy', holder: `job ${attempt.job}, copy ${attempt.copy}` },
  ({ presence }) => (presence === 'absent' ? { holding: 'absent', holder: undefined } : undefined),
  ({ recovering }) => (recovering ? { holding: 'recovering', holder: undefined } : undefined),
  ({ presence }) => (presence === 'faulted' ? { holding: 'faulted', holder: undefined } : undefined),
  ({ lease }) => (lease === undefined ? undefined : { holding: 'leased', holder: lease }),
  ({ presence, foreign }) =>
    presence === 'foreign-busy' ? { holding: 'foreign-busy', holder: foreign } : undefined,
];

/** Who holds the drive, and in words. A drive that no worker has seen yet is absent. */
export const holdingOf = (facts: HoldingFacts): Holding => {
  for (const rule of RULES) {
    const holding = rule(facts);
    if (holding) return holding;
  }
  return facts.presence === undefined
    ? { holding: 'absent', holder: undefined }
    : { holding: 'free', holder: undefined };
};

/** A worker knows leases by their ids only; whoever is refused is told who holds the drive. */
export const nameHolder = (error: unknown, holder = 'Another client'): unknown =>
  isSpindleError(error) && error.code === 'drive-leased'
    ? new SpindleError('drive-leased', `${holder} holds it: ${error.message}.`, { cause: error })
    : error;
