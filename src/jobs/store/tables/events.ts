import type { Database } from 'better-sqlite3';
import type { EventKind, StoreEvent } from '../../events.js';
import { fromJson } from '../row.js';

interface EventRow {
  readonly seq: number;
  readonly at: string;
  readonly topic: string;
  readonly kind: EventKind;
  readonly data: string;
}

/** Rows that one purge takes at most; the next write waits no longer than that. */
const BATCH = 2_000;

const statements = (db: Database) => ({
  since: db.prepare<[Record<string, unknown>], EventRow>(
    `select seq, at, topic, kind, data from event
     where seq > :seq
       and (:topics is null or exists (select 1 from json_each(:topics) where event.topic glob value))
       and (:kinds is null or kind in (select value from json_each(:kinds)))
     order by seq limit :limit`,
  ),
  oldest: db.prepare<[], { seq: number | null }>('select min(seq) as seq from event'),
  head: db.prepare<[], { seq: number }>(`select seq from sqlite_sequence where name = 'event'`),
  purge: db.prepare(
    `delete from event where seq in (
       select seq from event where at < :before or seq <= :last order by seq limit ${BATCH}
     )`,
  ),
});

export const eventTable = (db: Database) => {
  const sql = statements(db);
  const head = (): number => sql.head.get()?.seq ?? 0;
  return {
    since: (
      seq: number,
      options: { limit: number; topics?: string[]; kinds?: EventKind[] },
    ): StoreEvent[] => {
      const { limit, topics, kinds } = options;
      const rows = sql.since.all({
        seq,
        limit,
        topics: topics ? JSON.stringify(topics) : null,
        kinds: kinds ? JSON.stringify(kinds) : null,
      });
      return rows.map(({ data, ...row }) => ({ ...row, data: fromJson(data) }) as StoreEvent);
    },
    /** Number of the last event, purged or not; 0 before the first. */
    head,
    /** One more than head when there is none. */
    oldest: (): number => sql.oldest.get()?.seq ?? head() + 1,
    purge: ({ before, keep }: { before: string; keep: number }): number =>
      sql.purge.run({ before, last: head() - keep }).changes,
  };
};
