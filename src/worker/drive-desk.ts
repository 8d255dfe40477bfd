import { openDrive, type DriveSession } from '../drive/drive-session.js';
import { Habits } from '../drive/habits.js';
import { restoreErrorRecovery } from '../drive/restore-error-recovery.js';
import type { Timing } from '../drive/timing.js';
import { SpindleError, isSpindleError } from '../errors.js';
import type { Transport } from '../transport/transport.js';
import { turns } from '../transport/turns.js';
import { before, withDeadline } from './command-deadline.js';
import type { DriveAccess } from './drive-access.js';
import type { HeldDrive } from './held-drive.js';
import type { WorkerStatus } from './protocol.js';

export type Lease = NonNullable<WorkerStatus['lease']>;

/**
 * Who has the drive: an attempt, a lease or, for a moment, one command. One at a time; everybody else is refused at
 * once, but momentary uses wait for each other.
 */
export interface DriveDesk {
  /** Keeps the drive for an attempt from this moment on. Fails with `drive-busy` or `drive-leased`. */
  claim(): void;
  /** Opens the claimed drive; ends the claim when it is released or cannot be opened. */
  openClaimed(wrap: (transport: Transport) => Transport): Promise<HeldDrive>;
  /** Ends a claim whose drive was never opened. */
  readonly unclaim: () => void;
  /** Fails with `drive-busy` or `drive-leased` where somebody else has the drive. `lease` is that of who asks. */
  admit(lease: string | undefined): void;
  /** One client's command. `lease` names the lease of who asks. */
  command<T>(lease: string | undefined, work: (session: DriveSession) => Promise<T>): Promise<T>;
  /**
   * What whoever holds this lease has done. Fails with `lease-unknown` where nobody does any more when its turn comes, and with
   * `command-queue-full`.
   */
  order<T>(lease: string, work: (held: HeldDrive) => Promise<T>): Promise<T>;
  /** Questions of one client, which keep nobody from the drive. `lease` names the lease of who asks. */
  ask<T>(lease: string | undefined, work: (session: DriveSession) => Promise<T>): Promise<T>;
  /** A look that disturbs nobody; undefined while an attempt has the drive. */
  look<T>(work: (session: DriveSession) => Promise<T>): Promise<T | undefined>;
  /** Keeps the drive open until the deadline; again for the same id: with a new deadline, at once. */
  grant(lease: Lease): Promise<void>;
  /** Ends the lease at once; resolves when its descriptor is closed, which waits for the command at hand. */
  endLease(): Promise<void>;
  lease(): Lease | undefined;
  /** An attempt or a lease has it, or had it and is not done with it. */
  taken(): boolean;
}

/** The kernel asks a drive this and that before it is open; an empty one may spin up for it. */
const OPEN_LIMIT_MS = 60_000;

/** Each of them may take minutes, and whoever sends more waits for none. */
const MOST_ORDERS = 32;

/** setTimeout counts in 31 bits; a longer lease is looked at again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface DriveDeskOptions {
  readonly access: DriveAccess;
  readonly timing: Timing;
  /** A drive that has not answered so long after a command's timeout never will. */
  readonly hangMarginMs: number;
  /** No command has a longer timeout. */
  readonly commandLimitMs: number;
  /** A lease began or ended. */
  readonly onChange: () => void;
  /** The drive hangs: a thread is stuck in it. */
  readonly onHung: () => void;
}

interface Leased {
  lease: Lease;
  /** Absent from the moment that the drive is lost until it is there again: its old descriptor never comes to life. */
  held: HeldDrive | undefined;
  /** Its holder has had orders carried out, of whatever kind. */
  ordered: boolean;
  timer: NodeJS.Timeout;
}

/** What its holder has set for errors would concern whoever reads next. */
const leave = async ({ held, ordered }: Leased): Promise<void> => {
  try {
    if (ordered && held) await restoreErrorRecovery(held.session);
  } catch {
    // the drive is gone, or hangs: nothing of it is left that could be set
  } finally {
    await held?.release();
  }
};

export const createDriveDesk = (options: DriveDeskOptions): DriveDesk => {
  const { access, timing, hangMarginMs, commandLimitMs, onChange, onHung } = options;
  const inTurn = turns();
  const habits = new Habits();
  let claimed = false;
  let leased: Leased | undefined;
  /** Leases that are over, whose descriptors are still open. */
  let closing = 0;
  /** Under way or waiting. */
  let orders = 0;

  /** Opening may hang as a command may. */
  const inTime = async (opening: Promise<Transport>): Promise<Transport> => {
    try {
      return await before(OPEN_LIMIT_MS + hangMarginMs, 'open', opening);
    } catch (error) {
      if (isSpindleError(error) && error.code === 'drive-timeout') onHung();
      throw error;
    }
  };

  const refuseClaimed = (): void => {
    if (claimed) throw new SpindleError('drive-busy', 'An attempt has the drive');
  };
  const refuseLeased = (id: string | undefined): void => {
    if (leased && leased.lease.id !== id) {
      throw new SpindleError('drive-leased', `Lease ${leased.lease.id} until ${leased.lease.expiresAt}`);
    }
  };

  const admit = (lease: string | undefined): void => {
    refuseClaimed();
    refuseLeased(lease);
  };

  const hold = (opened: Transport): HeldDrive => {
    const transport = withDeadline(opened, { marginMs: hangMarginMs, limitMs: commandLimitMs }, onHung);
    let released: Promise<void> | undefined;
    return {
      transport,
      session: openDrive({ transport, timing, habits }),
      release: () => (released ??= transport.close()),
    };
  };

  const openAlone = async (): Promise<HeldDrive> => hold(await inTime(access.open()));

  /** A lease outlives the loss of its drive, whose name is free for the kernel to give again. */
  const useLeased = async <T>(of: Leased, work: (held: HeldDrive) => Promise<T>): Promise<T> => {
    of.held ??= await openAlone();
    const { held } = of;
    try {
      return await work(held);
    } catch (error) {
      if (isSpindleError(error) && error.code === 'drive-lost') {
        of.held = undefined;
        await held.release();
      }
      throw error;
    }
  };

  const use = async <T>(
    open: () => Promise<Transport>,
    work: (session: DriveSession) => Promise<T>,
  ): Promise<T> => {
    if (leased) return useLeased(leased, ({ session }) => work(session));
    const held = hold(await inTime(open()));
    try {
      return await work(held.session);
    } finally {
      await held.release();
    }
  };

  const leasedAs = (lease: string): Leased => {
    if (leased?.lease.id === lease) return leased;
    throw new SpindleError('lease-unknown', `The drive is not leased as ${lease} any more`);
  };

  /** Nobody has the drive by it from here on, whatever waits; its descriptor is closed when the command at hand has ended. */
  const end = async (of: Leased): Promise<void> => {
    clearTimeout(of.timer);
    leased = undefined;
    closing += 1;
    const closed = inTurn(() => leave(of));
    onChange();
    try {
      await closed;
    } finally {
      closing -= 1;
      onChange();
    }
  };

  const endLease = async (): Promise<void> => {
    // One that is just being granted is waited for.
    const of = leased ?? (await inTurn(() => Promise.resolve(leased)));
    if (of && of === leased) await end(of);
  };

  const deadline = (lease: Lease): NodeJS.Timeout => {
    const left = Date.parse(lease.expiresAt) - Date.now();
    return setTimeout(
      () => {
        if (leased?.lease !== lease) return;
        if (left > LONGEST_TIMER_MS) leased.timer = deadline(lease);
        else void end(leased);
      },
      Math.min(Math.max(left, 0), LONGEST_TIMER_MS),
    );
  };

  const renew = (of: Leased, lease: Lease): void => {
    clearTimeout(of.timer);
    of.lease = lease;
    of.timer = deadline(lease);
    onChange();
  };

  const begin = async (lease: Lease): Promise<void> => {
    admit(lease.id);
    if (leased) {
      renew(leased, lease);
      return;
    }
    const held = await openAlone();
    leased = { lease, held, ordered: false, timer: deadline(lease) };
    onChange();
  };

  /** A command may take longer than what is left of its lease: a renewal does not wait for it. */
  const grant = async (lease: Lease): Promise<void> => {
    admit(lease.id);
    if (leased) renew(leased, lease);
    else await inTurn(() => begin(lease));
  };

  const order = async <T>(lease: string, work: (held: HeldDrive) => Promise<T>): Promise<T> => {
    if (orders >= MOST_ORDERS)
      throw new SpindleError('command-queue-full', `${orders} commands wait for the drive`);
    orders += 1;
    try {
      return await inTurn(() => {
        const of = leasedAs(lease);
        refuseClaimed();
        return useLeased(of, (held) => {
          leasedAs(lease); // opening the drive once more may have taken a while
          of.ordered = true;
          return work(held);
        });
      });
    } finally {
      orders -= 1;
    }
  };

  return {
    claim: () => {
      admit(undefined);
      claimed = true;
    },
    unclaim: () => {
      claimed = false;
    },
    openClaimed: async (wrap) => {
      try {
        const held = hold(wrap(await inTurn(() => inTime(access.open()))));
        return { ...held, release: () => held.release().finally(() => (claimed = false)) };
      } catch (error) {
        claimed = false;
        throw error;
      }
    },
    admit,
    command: (lease, work) =>
      inTurn(() => {
        admit(lease);
        return use(() => access.open(), work);
      }),
    order,
    ask: (lease, work) =>
      inTurn(() => {
        admit(lease);
        return use(() => access.openToAsk(), work);
      }),
    look: (work) =>
      inTurn(() => (claimed ? Promise.resolve(undefined) : use(() => access.openToLook(), work))),
    grant,
    endLease,
    lease: () => leased?.lease,
    taken: () => claimed || leased !== undefined || closing > 0,
  };
};
