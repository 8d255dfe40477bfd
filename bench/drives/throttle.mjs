import { execFileSync } from 'node:child_process';
import path from 'node:path';

/**
 * Lets `work` start processes for which the files beneath `slow` are as slow as a slow disk. Needs a C compiler.
 * @template T
 * @param {{ directory: string, slow: string, bytesPerSecond: number }} disk `directory` takes the compiled library
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withSlowDisk = async ({ directory, slow, bytesPerSecond }, work) => {
  const library = path.join(directory, 'throttled-reads.so');
  const source = path.join(import.meta.dirname, 'throttled-reads.c');
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror', '-pthread'];
  execFileSync(process.env.CC ?? 'cc', [...flags, '-o', library, source, '-ldl'], { stdio: 'inherit' });
  const environment = {
    LD_PRELOAD: library,
    BENCH_SLOW_DIRECTORY: slow,
    BENCH_SLOW_BYTES_PER_SECOND: String(bytesPerSecond),
  };
  Object.assign(process.env, environment);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
};
