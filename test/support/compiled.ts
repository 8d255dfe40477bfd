import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shippedPath } from '../../src/program.js';

const FLAGS = ['-O2', '-Wall', '-Wextra', '-Werror'];

/** Without a compiler the tests that need such programs are skipped. */
export const hasCompiler = (): boolean => spawnSync('gcc', ['--version']).status === 0;

/** What gcc makes of a file in C, unless it has made it of this very file before; processes may want it at once. */
const compile = (source: string, flags: readonly string[], suffix: string): string => {
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12);
  const folder = shippedPath('dist/compiled');
  const made = join(folder, `${basename(source, '.c')}-${digest}${suffix}`);
  if (existsSync(made)) return made;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${made}.${process.pid}`;
  execFileSync('gcc', [...FLAGS, '-o', unfinished, source, ...flags], { stdio: 'pipe' });
  renameSync(unfinished, made);
  return made;
};

/** Path of a program. */
export const compiledProgram = (source: string): string => compile(source, [], '');

/** Path of a library to preload. */
export const compiledLibrary = (source: string, flags: readonly string[] = []): string =>
  compile(source, ['-shared', '-fPIC', ...flags, '-ldl'], '.so');

/** Path of a program around a library; undefined where there is no such library. */
export const compiledAround = (source: string, library: string): string | undefined => {
  try {
    return compile(source, [`-l${library}`], '');
  } catch {
    return undefined;
  }
};
