import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shippedPath } from '../../src/program.js';
import { compiledProgram, hasCompiler } from '../support/compiled.js';

/** So long a way to the program that there is time for a signal before it runs; the kernel takes 128 KiB at most. */
const LONG_WAY = `${'/x:'.repeat(40_000)}/usr/bin:/bin`;

const childOf = ({ pid = 0 }: ChildProcess): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);

/** Without a turn of the loop between looking and what follows. */
const firstChildOf = (init: ChildProcess): number => {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline;) {
    const child = childOf(init);
    if (child > 0) return child;
  }
  throw new Error('it started nobody');
};

describe.skipIf(!hasCompiler())('the first process of a container [gcc]', () => {
  const start = (env: NodeJS.ProcessEnv, ...words: string[]): ChildProcess => {
    const init = spawn(compiledProgram(shippedPath('container/init.c')), words, {
      env,
      stdio: 'ignore',
      detached: true,
    });
    onTestFinished(() => {
      if (init.exitCode === null && init.pid !== undefined) process.kill(-init.pid, 'SIGKILL');
    });
    return init;
  };

  it('ends, though it is told to while the daemon is just being started', async () => {
    const init = start({ PATH: LONG_WAY }, 'sleep', '600');
    const ended = once(init, 'exit');
    firstChildOf(init);
    init.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
