import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { SpindleError } from '../errors.js';
import { programPath } from '../program.js';

export interface DemoDaemon {
  readonly socket: string;
  readonly url: string;
  readonly log: string;
  stop(): Promise<void>;
}

/** Starts a daemon on private directories, as a person would by hand, and waits for what it prints. */
export const startDemoDaemon = async (
  directory: string,
  roots: Readonly<Record<string, string>>,
  virtualDrives: number,
): Promise<DemoDaemon> => {
  const runtime = path.join(directory, 'run');
  const log = path.join(directory, 'daemon.log');
  const logFile = openSync(log, 'a');
  const child = spawn(
    process.execPath,
    [
      programPath('main'),
      ...['--state', path.join(directory, 'state')],
      ...['--runtime', runtime],
      ...['--tcp', '127.0.0.1:0'],
      ...['--virtual-drives', String(virtualDrives)],
      ...Object.entries(roots).flatMap(([name, root]) => ['--root', `${name}=${root}`]),
    ],
    { stdio: ['ignore', 'pipe', logFile] },
  );
  closeSync(logFile);
  // However this process ends, the daemon does not outlive it.
  process.once('exit', () => child.kill('SIGTERM'));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const { stdout } = child;
  for await (const line of stdout ? createInterface(stdout) : []) {
    const url = /dashboard\s+(http:\S+?)\/$/.exec(line)?.[1];
    if (url !== undefined) return { socket: path.join(runtime, 'api.sock'), url, log, stop };
  }
  throw new SpindleError('daemon-unreachable', `The daemon ended before it served; see ${log}.`);
};
