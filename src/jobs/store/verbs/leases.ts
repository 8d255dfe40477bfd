import { SpindleError } from '../../../errors.js';
import type { EventKind } from '../../events.js';
import type { LeaseRow } from '../../records.js';
import type { Ledger } from '../ledger.js';
import type { LeaseRequest, Transactions } from '../store.js';
import type { Tables } from '../tables/tables.js';

type Verbs = Pick<
  Transactions,
  'takeLease' | 'renewLease' | 'releaseLease' | 'breakLease' | 'leaseOf' | 'listLeases' | 'expireLeases'
>;

/** No client can ask for more. */
const LONGEST_MS = 3_600_000;

type LeaseEvent = Extract<EventKind, `lease.${string}`>;

interface LeaseVerbs extends Verbs {
  /** What is bound to a WebSocket does not survive the daemon that served it. */
  readonly releaseBound: () => void;
}

export const leaseVerbs = (ledger: Ledger, { leases, drives, attempts, idempotency }: Tables): LeaseVerbs => {
  const tell = (lease: LeaseRow, kind: LeaseEvent): LeaseRow => {
    ledger.emit({ topic: `drives/${lease.drive}`, kind, data: lease });
    return lease;
  };

  /** When each ends by the clock that nobody sets; its row says when that is for people, and for the next daemon. */
  const deadlines = new Map<string, number>();

  const end = (lease: LeaseRow, kind: LeaseEvent): LeaseRow => {
    leases.remove(lease.id);
    deadlines.delete(lease.id);
    return tell(lease, kind);
  };

  const after = (ttlMs: number): string => new Date(Date.parse(ledger.now()) + ttlMs).toISOString();

  const startDeadline = (id: string, leftMs: number): number => {
    const deadline = ledger.elapsed() + leftMs;
    deadlines.set(id, deadline);
    return deadline;
  };

  /** Of one that an earlier daemon granted its row tells, however the clock has been set since. */
  const deadlineOf = ({ id, expiresAt }: LeaseRow): number =>
    deadlines.get(id) ??
    startDeadline(id, Math.min(Date.parse(expiresAt) - Date.parse(ledger.now()), LONGEST_MS));

  const expire = (): LeaseRow[] =>
    leases
      .list()
      .filter((lease) => deadlineOf(lease) <= ledger.elapsed())
      .map((lease) => end(lease, 'lease.expired'));

  /** The holder's lease; whoever else asks is not told more than that it is not theirs. */
  const own = (id: string, principal: string): LeaseRow => {
    expire();
    const lease = leases.get(id);
    if (lease?.principal !== principal) throw new SpindleError('lease-unknown', `You hold no lease ${id}.`);
    return lease;
  };

  const change = (lease: LeaseRow, kind: LeaseEvent): LeaseRow => {
    leases.update(lease);
    return tell(lease, kind);
  };

  const prolong = (lease: LeaseRow, ttlMs: number, kind: LeaseEvent): LeaseRow => {
    startDeadline(lease.id, ttlMs);
    return change({ ...lease, expiresAt: after(ttlMs) }, kind);
  };

  const grant = ({ ttlMs, ...request }: LeaseRequest): LeaseRow => {
    if (attempts.isDriveBusy(request.drive)) {
      throw new SpindleError('drive-busy', `Drive ${request.drive} is at work.`);
    }
    const lease: LeaseRow = { ...request, id: ledger.newId(), count: 1, expiresAt: after(ttlMs) };
    leases.insert(lease);
    startDeadline(lease.id, ttlMs);
    return tell(lease, 'lease.taken');
  };

  const take = (request: LeaseRequest): LeaseRow => {
    const { drive, principal, name, ttlMs } = request;
    if (!drives.get(drive)) throw new SpindleError('drive-unknown', `There is no drive ${drive}.`);
    expire();
    const held = leases.ofDrive(drive);
    if (!held) return grant(request);
    if (held.principal !== principal || held.name !== name) {
      throw new SpindleError(
        'drive-leased',
        `${held.name} of ${held.principal} holds it until ${held.expiresAt}.`,
      );
    }
    return prolong({ ...held, count: held.count + 1 }, ttlMs, 'lease.taken');
  };

  const release: Verbs['releaseLease'] = (id, principal) => {
    const lease = own(id, principal);
    if (lease.count > 1) return change({ ...lease, count: lease.count - 1 }, 'lease.released');
    end(lease, 'lease.released');
    return undefined;
  };

  return {
    takeLease: (request, key) => {
      const lease = take(request);
      idempotency.effect(key, lease);
      return lease;
    },
    renewLease: (id, principal, ttlMs) => prolong(own(id, principal), ttlMs, 'lease.renewed'),
    releaseLease: release,
    breakLease: (drive) => {
      const lease = leases.ofDrive(drive);
      return lease && end(lease, 'lease.broken');
    },
    leaseOf: leases.ofDrive,
    listLeases: leases.list,
    expireLeases: expire,
    releaseBound: () => {
      for (const lease of leases.bound()) end(lease, 'lease.released');
    },
  };
};
