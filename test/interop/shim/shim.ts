import { join } from 'node:path';
import { compiledLibrary } from '../../support/compiled.js';

const SOURCE = join(import.meta.dirname, 'sgshim.c');

/** The headers promise that nobody passes a null path; the programs under test do. */
const FLAGS = ['-fno-delete-null-pointer-checks', '-Wno-nonnull-compare'];

/** What burn programs accept as the name of a drive, and no machine has. */
export const SHIM_DEVICE = '/dev/sr31';

/** The environment in which a program finds the drive that is served on `socket` as SHIM_DEVICE. */
export const shimEnvironment = (socket: string): NodeJS.ProcessEnv => ({
  ...process.env,
  LD_PRELOAD: compiledLibrary(SOURCE, FLAGS),
  SGSHIM_SOCK: socket,
  SGSHIM_DEV: SHIM_DEVICE,
});
