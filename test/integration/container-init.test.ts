import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shippedPath } from '../../src/program.js';
import { compiledProgram, hasCompiler } from '../support/compiled.js';
import { hasTool } from '../support/has-tool.js';
import { until } from '../support/processes.js';
import { asUnprivileged } from '../support/unprivileged.js';

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

/** How many processes a user may have; root may always have more. */
const NONE = '--nproc=0:';
const SOME = '--nproc=1000:';

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

  describe.skipIf(!hasTool('prlimit'))('without room for another process [prlimit]', () => {
    const starve = (...words: string[]): { init: ChildProcess; told: () => string } => {
      const program = compiledProgram(shippedPath('container/init.c'));
      const init = spawn('prlimit', [NONE, '--', program, ...words], {
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
        ...asUnprivileged(),
      });
      let text = '';
      init.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
      onTestFinished(() => {
        if (init.exitCode === null && init.pid !== undefined) process.kill(-init.pid, 'SIGKILL');
      });
      return { init, told: () => text };
    };

    it('says so, and starts the daemon once there is some', async () => {
      const { init, told } = starve('sleep', '600');
      await until('it has tried twice', () => told().split('fork: ').length > 2);
      execFileSync('prlimit', [SOME, '--pid', String(init.pid)], asUnprivileged());
      await until('it has started the daemon', () => childOf(init) > 0);
    });

    it('ends when it is told to', async () => {
      const { init, told } = starve('sleep', '600');
      const ended = once(init, 'exit');
      await until('it has tried', () => told().includes('fork: '));
      init.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    });
  });

  it('ends, though it is told to while the daemon is just being started', async () => {
    const init = start({ PATH: LONG_WAY }, 'sleep', '600');
    const ended = once(init, 'exit');
    firstChildOf(init);
    init.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
