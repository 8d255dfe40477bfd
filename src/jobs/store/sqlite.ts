import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';

/** What better-sqlite3 13 asks of a Node: 22.14 has it, no Node 20 does, and there the addon ends the process without a word. */
const NODE_API_OF_13 = 10;

const require = createRequire(import.meta.url);

/**
 * The better-sqlite3 that this Node can run. Neither runs everywhere: 13 needs Node-API 10, and 12 is built on a class of
 * Node's (ObjectWrap) that from 24.19 on ends the process when a statement is collected as garbage.
 */
export const Sqlite = (
  Number(process.versions['napi']) >= NODE_API_OF_13
    ? require('better-sqlite3')
    : require('better-sqlite3-12')
) as typeof BetterSqlite3;
