import { type SpawnOptions, type SpawnSyncReturns, spawnSync } from 'node:child_process';

/** nobody: owns nothing and is in no group. */
const UNPRIVILEGED = 65534;

/** Spawn options that make a child somebody without rights: root opens everything, so root proves nothing. */
export const asUnprivileged = (): Pick<SpawnOptions, 'uid' | 'gid'> =>
  process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

/** Runs a program of Node's as somebody without rights and waits for its end. */
export const runUnprivileged = (script: string, ...args: readonly string[]): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', script, '--', ...args], {
    ...asUnprivileged(),
    cwd: '/',
    encoding: 'utf8',
  });
