import { join } from 'node:path';
import { compiledLibrary } from './compiled.js';

/** The environment of a program whose reads of `file` never come back once the file `when` exists, and its syncs while it does. Needs gcc. */
export const stallingReads = (file: string, when: string): NodeJS.ProcessEnv => ({
  LD_PRELOAD: compiledLibrary(join(import.meta.dirname, 'stalling-reads.c')),
  SPINDLE_STALL_FILE: file,
  SPINDLE_STALL_WHEN: when,
});

/** The environment of a program whose reads of `file` take so long once the file `when` exists. Needs gcc. */
export const slowReads = (file: string, when: string, ms: number): NodeJS.ProcessEnv => ({
  ...stallingReads(file, when),
  SPINDLE_STALL_MS: String(ms),
});
