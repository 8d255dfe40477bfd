import type { AttemptRef } from '../burn/journal-entry.js';
import type { Progress } from '../burn/progress.js';
import type { Attempt } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import type { WorkerArgument } from '../worker/worker-argument.js';
import type { DriveState } from './fleet.js';

/** What the unit of a drive has from the fleet. */
export interface DriveUnitOptions {
  readonly argument: WorkerArgument;
  readonly generation: number;
  readonly store: Store;
  readonly log: Logger;
  /**
   * The drive is not there: no worker is started, and nothing is asked of one that lives, since the name of the device may be
   * another drive's by now. Its attempt is followed, then it is let go; where none lives, the journal says what became of it.
   */
  readonly absent?: boolean;
  /** What was accepted is sent again to a worker that never heard of it. */
  resend(attempt: Attempt): Promise<void>;
  onState(state: DriveState): void;
  onProgress(attempt: AttemptRef, progress: Progress): void;
}
