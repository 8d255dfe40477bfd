import type { Database } from 'better-sqlite3';
import type { DraftEdit } from '../../image-request.js';
import type { DraftRevision } from '../../records.js';
import { fromJson } from '../row.js';

type RevisionRow = Omit<DraftRevision, 'edits'> & { readonly edits: string };

const statements = (db: Database) => ({
  insert: db.prepare(
    'insert into draft_revision (image, number, at, edits) values (:image, :number, :at, :edits)',
  ),
  list: db.prepare<[Record<string, unknown>], RevisionRow>(
    `select number, at, edits from draft_revision where image = :image and number > :after
     order by number limit :limit`,
  ),
  // Of the edits of one revision; a draft has one such edit at most.
  imported: db.prepare<[string], { edits: string }>(
    `select edits from draft_revision
     where image = ? and exists (select 1 from json_each(edits) where json_extract(value, '$.do') = 'import-session')`,
  ),
  removeAfter: db.prepare('delete from draft_revision where image = ? and number > ?'),
});

export const draftTable = (db: Database) => {
  const sql = statements(db);
  return {
    insert: (image: string, { edits, ...revision }: DraftRevision): void =>
      void sql.insert.run({ image, ...revision, edits: JSON.stringify(edits) }),
    list: (image: string, page: { after: number; limit: number }): DraftRevision[] =>
      sql.list.all({ image, ...page }).map(({ edits, ...row }) => ({ ...row, edits: fromJson(edits) })),
    /** Those among which is the one that has imported a session; none where the draft has imported nothing. */
    editsThatImported: (image: string): DraftEdit[] => {
      const found = sql.imported.get(image);
      return found ? fromJson(found.edits) : [];
    },
    removeAfter: (image: string, number: number): void => void sql.removeAfter.run(image, number),
  };
};
