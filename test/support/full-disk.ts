import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

const limitFiles = (bytes: string): void => {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
};

/**
 * A disk that is full, as far as this process can tell: no file of it takes a byte behind the first ones, until the test ends or calls what
 * this returns.
 */
export const fillDisk = (bytes = 0): (() => void) => {
  const free = (): void => {
    limitFiles('unlimited');
  };
  limitFiles(String(bytes));
  onTestFinished(free);
  return free;
};
