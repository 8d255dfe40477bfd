import type { MediumAfter } from '../burn/medium-after.js';
import type { Attempt } from '../jobs/records.js';
import type { Store } from '../jobs/store/store.js';
import type { Observation } from '../worker/protocol.js';
import { refOf } from './attempt-ref.js';
import { leftOnMedium } from './left-on-medium.js';

/**
 * What an interrupted attempt has left in a drive, until its medium was read or was seen to go. Some drives take an hour to be ready
 * again: what is seen of them then tells as well as what was asked for at once.
 */
export class UnreadMedium {
  readonly #store: Pick<Store, 'noteMedium'>;
  #attempt: Attempt | undefined;
  /** What it turned out to be, until the database has it. */
  #left: MediumAfter | undefined;

  constructor(store: Pick<Store, 'noteMedium'>) {
    this.#store = store;
  }

  /** Nobody has read the medium of this attempt. */
  begin(attempt: Attempt): void {
    this.#attempt = attempt;
    this.#left = undefined;
  }

  /** The drive is another attempt's by now. */
  forget(): void {
    this.#attempt = undefined;
  }

  /** Notes what is left where what was seen tells of it. */
  async observe(observation: Observation): Promise<void> {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.#left ??= leftOnMedium(attempt, observation);
    if (!this.#left) return;
    await this.#store.noteMedium(refOf(attempt), this.#left);
    if (this.#attempt === attempt) this.#attempt = undefined;
  }
}
