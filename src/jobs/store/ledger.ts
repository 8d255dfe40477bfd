import type { Database } from 'better-sqlite3';
import type { NewEvent, StoreEvent } from '../events.js';

/** What the groups of verbs share: the database, the clock, new ids and the event log of the open transaction. */
export interface Ledger {
  readonly db: Database;
  /** RFC 3339; the same throughout a transaction. */
  readonly now: () => string;
  /** Milliseconds of a clock that nobody sets: what lasts so long is measured by it. */
  readonly elapsed: () => number;
  readonly newId: () => string;
  /** Appends to the event log; the event is told to listeners once the transaction is committed. */
  readonly emit: (event: NewEvent) => void;
}

interface OpenLedger extends Ledger {
  /** Runs one transaction and gives back, with its answer, the events that it committed. */
  readonly transact: <T>(act: () => T) => { answer: T; events: StoreEvent[] };
}

export interface Sources {
  readonly clock: () => number;
  readonly elapsed: () => number;
  readonly newId: () => string;
}

export const openLedger = (db: Database, { clock, elapsed, newId }: Sources): OpenLedger => {
  const append = db.prepare<[string, string, string, string]>(
    'insert into event (at, topic, kind, data) values (?, ?, ?, ?)',
  );
  let moment = '';
  let events: StoreEvent[] = [];
  const run = db.transaction((act: () => unknown) => act());

  return {
    db,
    newId,
    elapsed,
    now: () => moment,
    emit: (event) => {
      const { lastInsertRowid } = append.run(moment, event.topic, event.kind, JSON.stringify(event.data));
      events.push({ seq: Number(lastInsertRowid), at: moment, ...event });
    },
    transact: <T>(act: () => T) => {
      moment = new Date(clock()).toISOString();
      events = [];
      return { answer: run.immediate(act) as T, events };
    },
  };
};
