import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { programPath } from '../../src/program.js';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** `spindle` as a person starts it; nothing of the tester's environment tells it where a daemon is. */
export const startCli = (args: readonly string[], options: SpawnOptions = {}): ChildProcess =>
  spawn(process.execPath, [programPath('cli/main'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    ...options,
  });

export const cliResult = async (child: ChildProcess): Promise<CliResult> => {
  const exit = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([buffer(child.stdout!), buffer(child.stderr!)]);
  const [code] = (await exit) as [number | null];
  return { code, stdout, stderr: stderr.toString() };
};

export const runCli = (args: readonly string[], options: SpawnOptions = {}): Promise<CliResult> =>
  cliResult(startCli(args, options));
