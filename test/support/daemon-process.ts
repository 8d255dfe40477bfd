import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { programPath } from '../../src/program.js';

export interface DaemonPlace {
  /** State and runtime directories lie in it. */
  readonly folder: string;
  readonly roots: Readonly<Record<string, string>>;
  /** Of the TCP listener; 0 takes a free one. */
  readonly port: number;
}

export interface RunningDaemon {
  readonly url: string;
  readonly port: number;
  /** Asks over the Unix socket, as somebody who may do everything. @throws when it is refused. */
  ask<T>(method: string, address: string, body?: object): Promise<T>;
  /** SIGTERM: workers go on. Resolves when the process is gone. */
  stop(): Promise<void>;
}

const askOver =
  (socketPath: string): RunningDaemon['ask'] =>
  <T>(method: string, address: string, body?: object) =>
    new Promise<T>((resolve, reject) => {
      const headers = { host: 'localhost', ...(body && { 'content-type': 'application/json' }) };
      const sent = request({ socketPath, path: address, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text) as T);
          else reject(new Error(`${method} ${address}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });

const urlOf = async (daemon: ChildProcess): Promise<string> => {
  for await (const line of createInterface(daemon.stdout!)) {
    const url = /dashboard\s+(http:\S+?)\/$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the daemon ended before it served');
};

/** The compiled daemon as a process of its own, serving. */
export const startDaemonProcess = async ({ folder, roots, port }: DaemonPlace): Promise<RunningDaemon> => {
  const runtime = path.join(folder, 'run');
  const daemon = spawn(
    process.execPath,
    [
      programPath('main'),
      ...['--state', path.join(folder, 'state')],
      ...['--runtime', runtime],
      ...['--tcp', `127.0.0.1:${port}`],
      ...['--log-level', 'error'],
      ...Object.entries(roots).flatMap(([name, root]) => ['--root', `${name}=${root}`]),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await urlOf(daemon);
  return {
    url,
    port: Number(new URL(url).port),
    ask: askOver(path.join(runtime, 'api.sock')),
    stop: async () => {
      if (daemon.exitCode !== null || daemon.signalCode !== null) return;
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
    },
  };
};
