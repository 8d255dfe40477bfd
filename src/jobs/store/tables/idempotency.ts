import type { Database } from 'better-sqlite3';
import { fromJson } from '../row.js';
import type { IdempotencyKey, StoredAnswer } from '../store.js';

interface KeyRow {
  readonly digest: string;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
}

const BATCH = 2_000;
const WHERE_KEY = 'where principal = :principal and route = :route and key = :key';

const statements = (db: Database) => ({
  get: db.prepare<[Record<string, string>], KeyRow>(
    `select digest, status, headers, body from idempotency ${WHERE_KEY}`,
  ),
  insert: db.prepare(
    `insert into idempotency (principal, route, key, digest, created_at)
     values (:principal, :route, :key, :digest, :now)`,
  ),
  finish: db.prepare(
    `update idempotency set status = :status, headers = :headers, body = :body ${WHERE_KEY}`,
  ),
  effect: db.prepare(`update idempotency set body = :body ${WHERE_KEY} and status is null`),
  answerEffects: db.prepare(
    `update idempotency set status = 201, headers = '{}' where status is null and body is not null`,
  ),
  remove: db.prepare(`delete from idempotency ${WHERE_KEY}`),
  removeUnanswered: db.prepare('delete from idempotency where status is null'),
  purge: db.prepare(
    `delete from idempotency where (principal, route, key) in (
       select principal, route, key from idempotency where created_at < ? limit ${BATCH}
     )`,
  ),
});

const nameOf = ({ principal, route, key }: IdempotencyKey) => ({ principal, route, key });

interface KnownKey {
  readonly digest: string;
  /** Absent while the first request is being answered. */
  readonly answer?: StoredAnswer;
}

export const idempotencyTable = (db: Database) => {
  const sql = statements(db);
  return {
    get: (key: IdempotencyKey): KnownKey | undefined => {
      const row = sql.get.get(nameOf(key));
      if (!row) return undefined;
      const { digest, status, headers, body } = row;
      if (status === null) return { digest };
      return {
        digest,
        answer: { status, headers: fromJson(headers ?? '{}'), body: fromJson(body ?? 'null') },
      };
    },
    insert: (key: IdempotencyKey, now: string): void =>
      void sql.insert.run({ ...nameOf(key), digest: key.digest, now }),
    finish: (key: IdempotencyKey, { status, headers, body }: StoredAnswer): void =>
      void sql.finish.run({
        ...nameOf(key),
        status,
        headers: JSON.stringify(headers),
        body: JSON.stringify(body ?? null),
      }),
    /** What the request made, in the transaction that made it; it is still being answered. */
    effect: (key: IdempotencyKey | undefined, made: unknown): void => {
      if (key) sql.effect.run({ ...nameOf(key), body: JSON.stringify(made) });
    },
    /** Of a daemon that was killed before it had answered: what was made is the answer. */
    answerEffects: (): void => void sql.answerEffects.run(),
    remove: (key: IdempotencyKey): void => void sql.remove.run(nameOf(key)),
    removeUnanswered: (): void => void sql.removeUnanswered.run(),
    purge: (before: string): number => sql.purge.run(before).changes,
  };
};
