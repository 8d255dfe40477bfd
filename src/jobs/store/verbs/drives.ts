import { SpindleError } from '../../../errors.js';
import { matchDrives } from '../../match-drives.js';
import type { DriveRow, VirtualDriveRow } from '../../records.js';
import type { Ledger } from '../ledger.js';
import type { FoundDrive, Transactions } from '../store.js';
import type { Tables } from '../tables/tables.js';

type Verbs = Pick<
  Transactions,
  | 'seeDrives'
  | 'getDrive'
  | 'listDrives'
  | 'patchDrive'
  | 'createVirtualDrive'
  | 'getVirtualDrive'
  | 'listVirtualDrives'
  | 'patchVirtualDrive'
  | 'removeVirtualDrive'
>;

const isSame = (found: FoundDrive, known: DriveRow): boolean =>
  JSON.stringify([found.location.port, found.location.device, found.transport, factsOf(found)]) ===
  JSON.stringify([known.location.port, known.location.device, known.transport, factsOf(known)]);

const factsOf = ({ identity }: Pick<DriveRow, 'identity'>) => [
  identity.vendor,
  identity.product,
  identity.revision,
  identity.serial,
];

export const driveVerbs = (ledger: Ledger, tables: Tables): Verbs => {
  const { drives, virtualDrives, attempts, leases, idempotency } = tables;

  const theDrive = (id: string): DriveRow => {
    const drive = drives.get(id);
    if (!drive) throw new SpindleError('drive-unknown', `There is no drive ${id}.`);
    return drive;
  };

  const theVirtualDrive = (id: string): VirtualDriveRow => {
    const drive = virtualDrives.get(id);
    if (!drive) throw new SpindleError('drive-unknown', `There is no virtual drive ${id}.`);
    return drive;
  };

  const appear = ({ id = ledger.newId(), name, transport, location, identity }: FoundDrive): DriveRow => {
    const now = ledger.now();
    const drive: DriveRow = {
      id,
      rev: 1,
      name: name ?? (`${identity.vendor} ${identity.product}`.trim() || id),
      transport,
      location,
      identity,
      accepting: true,
      enabled: true,
      firstSeenAt: now,
      lastSeenAt: now,
    };
    drives.insert(drive);
    ledger.emit({ topic: `drives/${id}`, kind: 'drive.appeared', data: drive });
    return drive;
  };

  const seeAgain = (found: FoundDrive, previous: DriveRow): DriveRow => {
    const lastSeenAt = ledger.now();
    if (isSame(found, previous)) {
      drives.seen(previous.id, lastSeenAt);
      return { ...previous, lastSeenAt };
    }
    const { transport, location, identity } = found;
    const drive = { ...previous, rev: previous.rev + 1, transport, location, identity, lastSeenAt };
    drives.replace(drive);
    ledger.emit({ topic: `drives/${drive.id}`, kind: 'drive.matched', data: { drive, previous } });
    return drive;
  };

  const checkIdle = (id: string): void => {
    if (attempts.isDriveBusy(id)) throw new SpindleError('drive-busy', `Drive ${id} is at work.`);
    const lease = leases.ofDrive(id);
    if (lease)
      throw new SpindleError('drive-leased', `${lease.name} of ${lease.principal} holds drive ${id}.`);
  };

  const remove = (id: string): void => {
    drives.remove(id);
    ledger.emit({ topic: `drives/${id}`, kind: 'drive.removed', data: { id } });
  };

  const checkMedium = (id: string, medium: string | null | undefined): void => {
    const holder = typeof medium === 'string' ? virtualDrives.holderOf(medium) : undefined;
    if (holder === undefined || holder === id) return;
    throw new SpindleError('virtual-medium-in-use', `The medium ${String(medium)} lies in drive ${holder}.`);
  };

  const createVirtualDrive: Verbs['createVirtualDrive'] = (row, key) => {
    if (virtualDrives.get(row.id) ?? drives.get(row.id)) {
      throw new SpindleError('drive-exists', `There is a drive ${row.id} already.`);
    }
    checkMedium(row.id, row.medium);
    const drive = { ...row, createdAt: ledger.now() };
    virtualDrives.insert(drive);
    ledger.emit({ topic: `drives/${row.id}`, kind: 'virtual-drive.created', data: drive });
    idempotency.effect(key, { id: row.id });
    return drive;
  };

  const patchVirtualDrive: Verbs['patchVirtualDrive'] = (id, { settings, medium }) => {
    const { medium: present, ...rest } = theVirtualDrive(id);
    checkMedium(id, medium);
    const lying = medium === undefined ? present : (medium ?? undefined);
    const drive: VirtualDriveRow = {
      ...rest,
      ...(settings !== undefined && { settings: settings as VirtualDriveRow['settings'] }),
      ...(lying !== undefined && { medium: lying }),
    };
    virtualDrives.replace(drive);
    ledger.emit({ topic: `drives/${id}`, kind: 'virtual-drive.changed', data: drive });
    return drive;
  };

  const patchDrive: Verbs['patchDrive'] = (id, patch, rev) => {
    const drive = theDrive(id);
    if (rev !== undefined && rev !== drive.rev) {
      throw new SpindleError('precondition-failed', `Drive ${id} has revision ${drive.rev}, not ${rev}.`);
    }
    const changed = { ...drive, ...patch, rev: drive.rev + 1 };
    drives.replace(changed);
    ledger.emit({ topic: `drives/${id}`, kind: 'drive.configured', data: changed });
    return changed;
  };

  return {
    seeDrives: (found) =>
      matchDrives(found, drives.list()).map(({ found: drive, known }) =>
        known ? seeAgain(drive, known) : appear(drive),
      ),
    getDrive: drives.get,
    listDrives: drives.list,
    patchDrive,
    createVirtualDrive,
    getVirtualDrive: virtualDrives.get,
    listVirtualDrives: virtualDrives.list,
    patchVirtualDrive,
    removeVirtualDrive: (id) => {
      theVirtualDrive(id);
      checkIdle(id);
      virtualDrives.remove(id);
      if (drives.get(id)) remove(id);
    },
  };
};
