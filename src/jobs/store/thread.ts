/** The store thread: the one user of SQLite, so that an fsync never stops the daemon's event loop. */
import type { Database } from 'better-sqlite3';
import { decodeTime, monotonicFactory } from 'ulid';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { isSpindleError, toFailure } from '../../errors.js';
import { isWatched, pass } from '../../named-point.js';
import { asFailure, openDatabase } from './database.js';
import { openLedger } from './ledger.js';
import type { StoreReply, StoreRequest, ThreadData } from './messages.js';
import { readMigrations } from './migrate.js';
import { openTransactions } from './transactions.js';

const describe = (thrown: unknown) => {
  const error = asFailure(thrown);
  const bug = isSpindleError(error) ? undefined : error instanceof Error ? error.stack : String(error);
  return { failure: toFailure(error), ...(bug !== undefined && { bug }) };
};

const nextId = monotonicFactory();
/** Ids sort by the order in which they were given, also where the clock was set back while no daemon was there. */
let earliest = 0;
const newId = (): string => nextId(Math.max(Date.now(), earliest));

/** After the newest of what is listed and taken in its order. */
const followIds = (db: Database): void => {
  const newest = db
    .prepare<[], string | null>(
      'select max(id) from (select max(id) as id from job union all select max(id) from image)',
    )
    .pluck()
    .get();
  if (newest != null) earliest = decodeTime(newest) + 1;
};

const open = ({ path, migrations }: ThreadData): Database =>
  openDatabase({
    path,
    migrations: readMigrations(migrations),
    now: () => new Date().toISOString(),
    newId,
  });

const serve = (db: Database, port: MessagePort): void => {
  const tell = (reply: StoreReply): void => {
    port.postMessage(reply);
  };
  followIds(db);
  const ledger = openLedger(db, { clock: Date.now, elapsed: () => performance.now(), newId });
  const transactions = openTransactions(ledger);

  const totalChanges = db.prepare('select total_changes()').pluck();
  const countChanges = (): unknown => (isWatched() ? totalChanges.get() : 0);

  const run = ({ verb, args }: Exclude<StoreRequest, 'close'>) => {
    const act = transactions[verb] as (...values: readonly unknown[]) => unknown;
    const point = { at: 'transaction', verb, args } as const;
    const before = countChanges();
    const done = ledger.transact(() => {
      const answer = act(...args);
      if (countChanges() !== before) pass('before', point);
      return answer;
    });
    if (countChanges() !== before) pass('after', point);
    return done;
  };

  const answer = (request: Exclude<StoreRequest, 'close'>): void => {
    const { id } = request;
    try {
      tell({ op: 'answer', id, ...run(request) });
    } catch (error) {
      tell({ op: 'failed', id, ...describe(error) });
    }
  };

  port.on('message', (request: StoreRequest) => {
    if (request !== 'close') {
      answer(request);
      return;
    }
    db.close();
    port.close();
  });
  tell({ op: 'ready' });
};

if (parentPort) {
  try {
    serve(open(workerData as ThreadData), parentPort);
  } catch (error) {
    parentPort.postMessage({ op: 'refused', ...describe(error) } satisfies StoreReply);
  }
}
