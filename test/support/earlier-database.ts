import type { Database } from 'better-sqlite3';

/** Makes it what a program of version 8 would have left, which knew unread media by the words of their remedy. */
export const makeEarlier = (db: Database): void => {
  db.exec(`
    alter table attempt drop column medium_unread;
    delete from migration where version > 8;
    pragma user_version = 8`);
};
