import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import { programPath, shippedPath } from '../../src/program.js';
import { hasTool } from '../support/has-tool.js';
import { randomOf } from '../support/power-loss.js';
import { type Loss, RecordedWrites, ReplayedDisk } from '../support/recorded-writes.js';
import { SEED } from '../support/sample.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SHIPPED = readdirSync(shippedPath('migrations')).length;
const OPEN = join(import.meta.dirname, '../support/open-database.mjs');
const LOSSES: readonly Loss[] = ['strict', 'ordered', 'torn'];

const versionIn = (path: string): number | undefined => {
  if (!existsSync(path)) return undefined;
  const db = new Sqlite(path);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return version;
};

it.skipIf(!hasTool('gcc')).each(LOSSES)(
  'a database that the power left brought up to date has its backup beside it (%s) [gcc]',
  { timeout: 120_000 },
  (loss) => {
    const folder = temporaryFolder();
    const state = join(folder, 'state');
    const later = join(folder, 'migrations');
    mkdirSync(state);
    cpSync(shippedPath('migrations'), later, { recursive: true });
    const next = `${String(SHIPPED + 1).padStart(4, '0')}-notes.sql`;
    writeFileSync(join(later, next), 'alter table job add column note text;');
    const writes = new RecordedWrites(folder, state);
    const path = join(state, 'spindle.db');
    const open = (migrations: string): void => {
      const args = [OPEN, programPath('jobs/store/open-store'), path, migrations];
      const env = { ...process.env, ...writes.environment };
      const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    };
    open(shippedPath('migrations'));
    const before = writes.now();
    open(later);

    const operations = writes.operations();
    const disk = new ReplayedDisk(state);
    const found = new Set<string>();
    for (const [index, operation] of operations.entries()) {
      disk.apply(operation);
      if (operation.at <= before) continue;
      rmSync(state, { recursive: true, force: true });
      disk.build(loss, join(state, 'none'), randomOf(SEED + index));
      const backup = versionIn(`${path}.version-${SHIPPED}`);
      const version = versionIn(path);
      found.add(`${version} beside ${backup}`);
    }
    expect(found).toEqual(
      new Set([
        `${SHIPPED} beside undefined`,
        `${SHIPPED} beside ${SHIPPED}`,
        `${SHIPPED + 1} beside ${SHIPPED}`,
      ]),
    );
  },
);
