import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The environment of a program whose writes to this byte of `file` fail. Needs gcc. */
export const failingWrites = (folder: string, file: string, at: number): NodeJS.ProcessEnv => {
  const library = join(folder, 'failing-writes.so');
  const source = join(import.meta.dirname, 'failing-writes.c');
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror'];
  execFileSync('gcc', [...flags, '-o', library, source, '-ldl']);
  return { LD_PRELOAD: library, SPINDLE_FAIL_FILE: file, SPINDLE_FAIL_AT: String(at) };
};
