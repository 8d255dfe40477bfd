import path from 'node:path';
// The library only, in the version that this Node can run.
import { Sqlite } from '../../dist/jobs/store/sqlite.js';

/** What SQLite itself finds wrong with the database of a daemon that has ended. @param {string} state */
export const databaseFault = (state) => {
  const database = new Sqlite(path.join(state, 'spindle.db'), { readonly: true });
  try {
    const checked = database.pragma('integrity_check', { simple: true });
    const foreign = database.pragma('foreign_key_check');
    if (checked !== 'ok') return String(checked);
    return foreign.length === 0 ? undefined : JSON.stringify(foreign.slice(0, 5));
  } finally {
    database.close();
  }
};
