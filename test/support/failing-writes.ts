import { join } from 'node:path';
import { compiledLibrary } from './compiled.js';

/** The environment of a program whose writes to this byte of `file` fail. Needs gcc. */
export const failingWrites = (file: string, at: number): NodeJS.ProcessEnv => ({
  LD_PRELOAD: compiledLibrary(join(import.meta.dirname, 'failing-writes.c')),
  SPINDLE_FAIL_FILE: file,
  SPINDLE_FAIL_AT: String(at),
});
