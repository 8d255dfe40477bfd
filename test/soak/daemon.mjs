import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kill, MARK, processesOf } from './processes.mjs';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const STARTING_LIMIT_MS = 180_000;

/** The daemon of a run, with its folder, that ends and begins again. @param {string} folder */
export const createDaemon = (folder) => {
  const places = {
    folder,
    state: path.join(folder, 'state'),
    runtime: path.join(folder, 'run'),
    source: path.join(folder, 'source'),
    socket: path.join(folder, 'run', 'api.sock'),
    log: path.join(folder, 'daemon.log'),
  };
  mkdirSync(places.source, { recursive: true });
  const config = path.join(folder, 'config.json');
  const content = {
    stateDirectory: places.state,
    runtimeDirectory: places.runtime,
    roots: { source: places.source },
    // Drives are looked at often and sources given up soon, so that a minute holds more of everything.
    workers: { lookIntervalMs: 500, idleExitMs: 15_000, sourceStallMs: 10_000, hangMarginMs: 10_000 },
  };
  writeFileSync(config, JSON.stringify(content));
  let child;
  let startedAt = 0;

  /** Resolves when the daemon serves. */
  const start = async () => {
    const log = openSync(places.log, 'a');
    const env = { ...process.env, [MARK]: folder };
    child = spawn(process.execPath, [PROGRAM, '--config', config], { stdio: ['ignore', 'pipe', log], env });
    closeSync(log);
    const { pid } = child;
    const limit = setTimeout(() => void kill(pid), STARTING_LIMIT_MS);
    for await (const line of createInterface(child.stdout)) {
      if (!line.includes('Unix socket')) continue;
      clearTimeout(limit);
      child.stdout.resume();
      startedAt = Date.now();
      return;
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    throw new Error(
      `the daemon ended with ${child.signalCode ?? child.exitCode} before it served; see ${places.log}`,
    );
  };

  /** Its exit code, null where a signal ended it. */
  const end = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    return child.exitCode;
  };

  const processes = () => processesOf(folder);

  return {
    places,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    processes,
    pid: () => child.pid,
    alive: () => child.exitCode === null && child.signalCode === null,
    startedAt: () => startedAt,
    logLines: () => readFileSync(places.log, 'utf8').split('\n'),
    /** Ends everything of this run, whatever it does. */
    destroy: async () => {
      for (let left = processes(); left.length > 0; left = processes())
        await Promise.all(left.map(({ pid }) => kill(pid)));
    },
  };
};
/** @typedef {ReturnType<typeof createDaemon>} Daemon */
