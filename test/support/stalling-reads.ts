import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The environment of a program whose reads of `file` never come back once the file `when` exists, and its syncs while it does. Needs gcc. */
export const stallingReads = (folder: string, file: string, when: string): NodeJS.ProcessEnv => {
  const library = join(folder, 'stalling-reads.so');
  const source = join(import.meta.dirname, 'stalling-reads.c');
  execFileSync('gcc', [
    '-shared',
    '-fPIC',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    library,
    source,
    '-ldl',
  ]);
  return { LD_PRELOAD: library, SPINDLE_STALL_FILE: file, SPINDLE_STALL_WHEN: when };
};
