// open-database.mjs PROGRAM DATABASE MIGRATIONS: opens a database as a daemon does, tells it something, and leaves it.
import process from 'node:process';
import { pino } from 'pino';

const [program, path, migrations] = process.argv.slice(2);
const { openStore } = await import(program);
const store = await openStore({ path, migrations, log: pino({ level: 'silent' }) });
await store.announce([{ topic: 'server', kind: 'server.changed', data: { draining: false } }]);
await store.close();
