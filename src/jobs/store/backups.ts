import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A copy of a database as it was before a newer program changed it. */
interface Backup {
  readonly path: string;
  /** RFC 3339 */
  readonly madeAt: string;
}

/** Where a database of this version is kept before it is brought to the next one. */
export const backupPath = (database: string, version: number): string => `${database}.version-${version}`;

/** The one of the highest version; undefined where there is none. */
export const latestBackup = (database: string): Backup | undefined => {
  const folder = dirname(database);
  const start = backupPath(basename(database), 0).slice(0, -1);
  const versions = readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .map((name) => Number(name.slice(start.length)))
    .filter(Number.isInteger);
  if (versions.length === 0) return undefined;
  const path = join(folder, basename(backupPath(database, Math.max(...versions))));
  return { path, madeAt: statSync(path).mtime.toISOString() };
};
