import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { shippedPath } from '../../../src/program.js';

const SOURCE = join(import.meta.dirname, 'sgshim.c');

/** Without a compiler the tests that need the shim are skipped. */
export const hasCompiler = (): boolean => spawnSync('gcc', ['--version']).status === 0;

/** Compiles the shim unless this very source was compiled before; returns the path of the library. */
const buildShim = (): string => {
  const digest = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 12);
  const folder = shippedPath('dist/shim');
  const library = join(folder, `sgshim-${digest}.so`);
  if (existsSync(library)) return library;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${library}.${process.pid}`;
  // The headers promise that nobody passes a null path; the programs under test do.
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror', '-fno-delete-null-pointer-checks'];
  execFileSync('gcc', [...flags, '-Wno-nonnull-compare', '-o', unfinished, SOURCE, '-ldl'], {
    stdio: 'pipe',
  });
  renameSync(unfinished, library);
  return library;
};

/** What burn programs accept as the name of a drive, and no machine has. */
export const SHIM_DEVICE = '/dev/sr31';

/** The environment in which a program finds the drive that is served on `socket` as SHIM_DEVICE. */
export const shimEnvironment = (socket: string): NodeJS.ProcessEnv => ({
  ...process.env,
  LD_PRELOAD: buildShim(),
  SGSHIM_SOCK: socket,
  SGSHIM_DEV: SHIM_DEVICE,
});
