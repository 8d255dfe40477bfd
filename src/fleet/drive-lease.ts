import { SpindleError } from '../errors.js';
import type { Store } from '../jobs/store/store.js';
import type { Logger } from '../log.js';
import type { WorkerStatus } from '../worker/protocol.js';
import type { SeenDrive } from './seen-drive.js';
import type { WorkerLink } from './worker-link.js';

interface DriveLeaseOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly seen: SeenDrive;
  /** The worker that is attached. */
  link(): WorkerLink | undefined;
}

/** A client's lease of one drive: the store decides who has it, the worker holds the drive for it. */
export class DriveLease {
  readonly #options: DriveLeaseOptions;

  constructor(options: DriveLeaseOptions) {
    this.#options = options;
  }

  /** Takes over who has leased the drive. */
  async follow(): Promise<void> {
    const { store, seen } = this.#options;
    seen.leased((await store.leaseOf(seen.id))?.name);
  }

  /**
   * Hands a lease to the worker, or takes it back. An outdated one keeps what it has and gets no other, for which it would stay.
   * @throws SpindleError `worker-lost`, or the worker's refusal.
   */
  async hand(lease: NonNullable<WorkerStatus['lease']> | null): Promise<void> {
    const { seen } = this.#options;
    const link = this.#options.link();
    if (!link)
      throw new SpindleError('worker-lost', `The worker of drive ${seen.id} is not attached at present.`);
    if (lease && seen.worker === 'outdated' && link.status.lease?.id !== lease.id)
      throw new SpindleError('worker-lost', `The worker of drive ${seen.id} is about to be replaced.`);
    await link.request({ do: 'lease', lease });
  }

  /** The worker has given the drive back by its own deadline, unless its clock was set back since it was told of the lease. */
  async expired(): Promise<void> {
    this.#options.seen.leased(undefined);
    if (this.#options.link()) await this.settle({ isHeld: true }).catch(this.#notHeld);
  }

  /** A lease outlives the worker that held the drive for it, and may have ended while nobody told the worker. */
  async settle({ isHeld }: { readonly isHeld: boolean }): Promise<void> {
    const { store, seen } = this.#options;
    const row = await store.leaseOf(seen.id);
    const lease = row ? { id: row.id, expiresAt: row.expiresAt } : null;
    if (lease || isHeld) await this.hand(lease).catch(this.#notHeld);
    await this.follow();
  }

  /** An attempt has the drive, or the drive is gone: the row keeps others away all the same. */
  readonly #notHeld = (error: unknown): void => {
    const { log, seen } = this.#options;
    log.warn({ drive: seen.id, err: error }, 'the worker does not hold a leased drive');
  };
}
