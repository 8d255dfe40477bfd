import type { Database } from 'better-sqlite3';
import type { DriveRow, VirtualDriveRow } from '../../records.js';
import { fromJson, present } from '../row.js';

interface FlatDrive {
  readonly id: string;
  readonly rev: number;
  readonly name: string;
  readonly transport: DriveRow['transport'];
  readonly port: string;
  readonly device: string | null;
  readonly vendor: string;
  readonly product: string;
  readonly revision: string;
  readonly serial: string | null;
  readonly accepting: 0 | 1;
  readonly enabled: 0 | 1;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

interface FlatVirtualDrive {
  readonly id: string;
  readonly home: VirtualDriveRow['home'];
  readonly settings: string;
  readonly medium: string | null;
  readonly createdAt: string;
}

const COLUMNS = `id, rev, name, transport, port, device, vendor, product, revision, serial, accepting, enabled,
  first_seen_at as firstSeenAt, last_seen_at as lastSeenAt`;

const view = (row: FlatDrive): DriveRow => {
  const { port, device, vendor, product, revision, serial, accepting, enabled, ...rest } = row;
  return {
    ...rest,
    location: present({ port, device }),
    identity: present({ vendor, product, revision, serial }),
    accepting: accepting === 1,
    enabled: enabled === 1,
  };
};

const flat = ({ location, identity, accepting, enabled, ...rest }: DriveRow): FlatDrive => ({
  ...rest,
  port: location.port,
  device: location.device ?? null,
  vendor: identity.vendor,
  product: identity.product,
  revision: identity.revision,
  serial: identity.serial ?? null,
  accepting: accepting ? 1 : 0,
  enabled: enabled ? 1 : 0,
});

const statements = (db: Database) => ({
  insert: db.prepare(
    `insert into drive (id, rev, name, transport, port, device, vendor, product, revision, serial, accepting, enabled,
       first_seen_at, last_seen_at)
     values (:id, :rev, :name, :transport, :port, :device, :vendor, :product, :revision, :serial, :accepting,
       :enabled, :firstSeenAt, :lastSeenAt)`,
  ),
  get: db.prepare<[string], FlatDrive>(`select ${COLUMNS} from drive where id = ?`),
  list: db.prepare<[], FlatDrive>(`select ${COLUMNS} from drive order by first_seen_at, id`),
  seen: db.prepare('update drive set last_seen_at = ? where id = ?'),
  replace: db.prepare(
    `update drive set rev = :rev, name = :name, transport = :transport, port = :port, device = :device,
       vendor = :vendor, product = :product, revision = :revision, serial = :serial, accepting = :accepting,
       enabled = :enabled, last_seen_at = :lastSeenAt
     where id = :id`,
  ),
  remove: db.prepare('delete from drive where id = ?'),
});

export const driveTable = (db: Database) => {
  const sql = statements(db);
  return {
    insert: (drive: DriveRow): void => void sql.insert.run(flat(drive)),
    get: (id: string): DriveRow | undefined => {
      const row = sql.get.get(id);
      return row && view(row);
    },
    list: (): DriveRow[] => sql.list.all().map(view),
    seen: (id: string, now: string): void => void sql.seen.run(now, id),
    replace: (drive: DriveRow): void => void sql.replace.run(flat(drive)),
    remove: (id: string): void => void sql.remove.run(id),
  };
};

const VIRTUAL_COLUMNS = 'id, home, settings, medium, created_at as createdAt';

const virtualView = ({ settings, ...row }: FlatVirtualDrive): VirtualDriveRow => ({
  ...present(row),
  settings: fromJson(settings),
});

const virtualFlat = ({ settings, medium, ...row }: VirtualDriveRow): FlatVirtualDrive => ({
  ...row,
  settings: JSON.stringify(settings),
  medium: medium ?? null,
});

const virtualStatements = (db: Database) => ({
  insert: db.prepare(
    `insert into virtual_drive (id, home, settings, medium, created_at)
     values (:id, :home, :settings, :medium, :createdAt)`,
  ),
  get: db.prepare<[string], FlatVirtualDrive>(`select ${VIRTUAL_COLUMNS} from virtual_drive where id = ?`),
  list: db.prepare<[], FlatVirtualDrive>(
    `select ${VIRTUAL_COLUMNS} from virtual_drive order by created_at, id`,
  ),
  holderOf: db.prepare<[string], { id: string }>('select id from virtual_drive where medium = ?'),
  replace: db.prepare('update virtual_drive set settings = :settings, medium = :medium where id = :id'),
  remove: db.prepare('delete from virtual_drive where id = ?'),
});

export const virtualDriveTable = (db: Database) => {
  const sql = virtualStatements(db);
  return {
    insert: (drive: VirtualDriveRow): void => void sql.insert.run(virtualFlat(drive)),
    get: (id: string): VirtualDriveRow | undefined => {
      const row = sql.get.get(id);
      return row && virtualView(row);
    },
    list: (): VirtualDriveRow[] => sql.list.all().map(virtualView),
    /** The drive that a kept medium lies in. */
    holderOf: (medium: string): string | undefined => sql.holderOf.get(medium)?.id,
    replace: (drive: VirtualDriveRow): void => {
      const { id, settings, medium } = virtualFlat(drive);
      sql.replace.run({ id, settings, medium });
    },
    remove: (id: string): void => void sql.remove.run(id),
  };
};
