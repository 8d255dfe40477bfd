import type { Database } from 'better-sqlite3';
import type { Failure } from '../../../errors.js';
import type { MadeFor } from '../../made-for.js';
import type { Image, ImageView } from '../../records.js';
import type { ImageOrigin } from '../../image-request.js';
import { fromJson, present, toJson } from '../row.js';

interface ImageRow {
  readonly id: string;
  readonly state: ImageView['state'];
  readonly type: ImageOrigin['type'];
  readonly label: string | null;
  readonly principal: string;
  readonly requestDigest: string;
  readonly bytes: number;
  readonly summary: string | null;
  readonly problem: string | null;
  readonly madeFor: string | null;
  readonly createdAt: string;
  readonly readyAt: string | null;
  /** Of a draft, as the next two are. */
  readonly rev: number | null;
  readonly revision: number | null;
  readonly lockedIn: number | null;
}

type WholeImageRow = ImageRow & { readonly request: string; readonly warnings: string };

export interface NewImage {
  readonly id: string;
  readonly principal: string;
  readonly request: ImageOrigin;
  readonly requestDigest: string;
  /** Made for a plan alone. */
  readonly forPlan: boolean;
  readonly madeFor: MadeFor | undefined;
  readonly now: string;
}

const COLUMNS = `id, state, type, label, principal, request_digest as requestDigest, bytes, summary, problem,
  made_for as madeFor, created_at as createdAt, ready_at as readyAt, rev, revision, locked_in as lockedIn`;

const statements = (db: Database) => ({
  insert: db.prepare(
    `insert into image (id, state, type, label, principal, request, request_digest, for_plan, made_for, created_at,
       rev, revision, locked_in)
     values (:id, :state, :type, :label, :principal, :request, :requestDigest, :forPlan, :madeFor, :now,
       :rev, :revision, :lockedIn)`,
  ),
  get: db.prepare<[string], WholeImageRow>(`select ${COLUMNS}, request, warnings from image where id = ?`),
  list: db.prepare<[Record<string, unknown>], ImageRow>(
    `select ${COLUMNS} from image
     where (:cursor is null or id < :cursor) and (:state is null or state = :state)
     order by id desc limit :limit`,
  ),
  ready: db.prepare(
    `update image set state = 'ready', summary = :summary, warnings = :warnings, bytes = :bytes, ready_at = :now,
       rev = rev + 1
     where id = :id and state = 'mastering'`,
  ),
  fail: db.prepare(
    `update image set state = iif(rev is null, 'failed', 'building'), rev = rev + 1, problem = :problem
     where id = :id and state = 'mastering'`,
  ),
  change: db.prepare(
    `update image set state = :state, rev = rev + 1, revision = :revision, locked_in = :lockedIn, made_for = :madeFor,
       problem = null
     where id = :id and state = 'building'`,
  ),
  remove: db.prepare('delete from image where id = ?'),
  ofPlans: db.prepare<[], { id: string }>('select id from image where for_plan = 1'),
});

const view = ({ summary, problem, madeFor, rev, revision, lockedIn, ...row }: ImageRow): ImageView => ({
  ...present(row),
  ...(summary !== null && { summary: fromJson<NonNullable<ImageView['summary']>>(summary) }),
  ...(problem !== null && { problem: fromJson<Failure>(problem) }),
  ...(madeFor !== null && { madeFor: fromJson<MadeFor>(madeFor) }),
  ...(rev !== null && { draft: { rev, revision: revision ?? 0, lockedIn: lockedIn ?? 0 } }),
});

/** A draft begins empty; what else is made of a request is being made from the beginning. */
const beginningOf = ({ type }: ImageOrigin) =>
  type === 'draft'
    ? { state: 'building', rev: 1, revision: 0, lockedIn: 0 }
    : { state: 'mastering', rev: null, revision: null, lockedIn: null };

const wholeView = ({ request, warnings, ...row }: WholeImageRow): Image => ({
  ...view(row),
  request: fromJson(request),
  warnings: fromJson(warnings),
});

export const imageTable = (db: Database) => {
  const sql = statements(db);
  return {
    insert: ({ request, forPlan, madeFor, ...image }: NewImage): void =>
      void sql.insert.run({
        ...image,
        ...beginningOf(request),
        type: request.type,
        label: request.label ?? null,
        forPlan: forPlan ? 1 : 0,
        request: JSON.stringify(request),
        madeFor: toJson(madeFor),
      }),
    get: (id: string): Image | undefined => {
      const row = sql.get.get(id);
      return row && wholeView(row);
    },
    list: (filter: { cursor?: string; state?: string; limit: number }): ImageView[] =>
      sql.list.all({ cursor: null, state: null, ...filter }).map(view),
    /** False unless the image is being mastered. */
    ready: (
      id: string,
      result: { summary: unknown; warnings: unknown[]; bytes: number; now: string },
    ): boolean =>
      sql.ready.run({
        ...result,
        id,
        summary: JSON.stringify(result.summary),
        warnings: JSON.stringify(result.warnings),
      }).changes === 1,
    fail: (id: string, problem: Failure): boolean =>
      sql.fail.run({ id, problem: toJson(problem) }).changes === 1,
    /** False unless the image is a draft that is being built. */
    change: (
      id: string,
      {
        madeFor,
        ...to
      }: {
        state: 'building' | 'mastering';
        revision: number;
        lockedIn: number;
        madeFor: MadeFor | undefined;
      },
    ): boolean => sql.change.run({ ...to, id, madeFor: toJson(madeFor) }).changes === 1,
    remove: (id: string): void => void sql.remove.run(id),
    ofPlans: (): string[] => sql.ofPlans.all().map(({ id }) => id),
  };
};
