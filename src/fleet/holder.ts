import { type AttemptRef } from '../burn/journal-entry.js';
import { type Observation } from '../worker/protocol.js';
import { type DriveHolder } from './fleet.js';

/** What is known of who uses a drive. */
export interface HolderFacts {
  readonly attempt: AttemptRef | undefined;
  /** Name of the client's lease. */
  readonly lease: string | undefined;
  /** An interrupted attempt left the medium in an unknown state that is being read. */
  readonly recovering: boolean;
  readonly presence: Observation['presence'] | undefined;
  readonly foreign: string | undefined;
}

interface Holding {
  readonly holder: DriveHolder;
  readonly heldBy: string | undefined;
}

/** The first rule that applies decides: our own use of a drive is more certain than what was last seen of it. */
const RULES: readonly ((facts: HolderFacts) => Holding | undefined)[] = [
  ({ attempt }) => attempt && { holder: 'busy', heldBy: `job ${attempt.job}, copy ${attempt.copy}` },
  ({ presence }) => (presence === 'absent' ? { holder: 'absent', heldBy: undefined } : undefined),
  ({ recovering }) => (recovering ? { holder: 'recovering', heldBy: undefined } : undefined),
  ({ presence }) => (presence === 'faulted' ? { holder: 'faulted', heldBy: undefined } : undefined),
  ({ lease }) => (lease === undefined ? undefined : { holder: 'leased', heldBy: lease }),
  ({ presence, foreign }) =>
    presence === 'foreign-busy' ? { holder: 'foreign-busy', heldBy: foreign } : undefined,
];

/** Who holds the drive, and in words. A drive that no worker has seen yet is absent. */
export const holderOf = (facts: HolderFacts): Holding => {
  for (const rule of RULES) {
    const holding = rule(facts);
    if (holding) return holding;
  }
  return facts.presence === undefined
    ? { holder: 'absent', heldBy: undefined }
    : { holder: 'free', heldBy: undefined };
};
