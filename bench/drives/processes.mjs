import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const END_LIMIT_MS = 10_000;

/** Which program of ours a process runs, by its command line. */
const PROGRAMS = /** @type {const} */ ({
  daemon: '/dist/main.js',
  worker: '/dist/worker/main.js',
  home: '/dist/worker/virtual-home.js',
  mastering: '/dist/worker/mastering.js',
});
/** @typedef {keyof typeof PROGRAMS} ProcessClass */
/**
 * CPU time in seconds: its own, and that of children that have ended.
 * @typedef {{ pid: number, parent: number, class: ProcessClass, seconds: number, reaped: number }} Process
 */

/**
 * proc(5), `/proc/<pid>/stat`: field 4 is the parent, fields 14 to 17 are user and system time.
 * @param {number} pid
 */
const statOf = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text
    .slice(text.lastIndexOf(')') + 4)
    .split(' ')
    .map(Number);
  const [parent = 0] = fields;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(10, 14);
  const seconds = (user + system) / TICKS_PER_SECOND;
  return { parent, seconds, reaped: (childUser + childSystem) / TICKS_PER_SECOND };
};

/**
 * @param {number} pid
 * @returns {Process | undefined}
 */
const describe = (pid) => {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const found = Object.entries(PROGRAMS).find(([, program]) =>
      command.some((part) => part.endsWith(program)),
    );
    return found && { pid, class: /** @type {ProcessClass} */ (found[0]), ...statOf(pid) };
  } catch {
    return undefined; // It ended meanwhile.
  }
};

/** The daemon that this process has started, and what the daemon has started, with the CPU time used so far. */
export const ourProcesses = () => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => describe(Number(name)))
    .filter((found) => found !== undefined);
  const daemon = all.find(({ parent }) => parent === process.pid);
  return daemon ? [daemon, ...all.filter(({ parent }) => parent === daemon.pid)] : [];
};

/**
 * CPU seconds between two calls of `ourProcesses`, by class. Mastering has ended by then: what it used is told apart.
 * @param {readonly Process[]} before
 * @param {readonly Process[]} after
 */
export const cpuBetween = (before, after) => {
  const used = { daemon: 0, worker: 0, home: 0, mastering: 0 };
  for (const { pid, class: of, seconds } of after)
    used[of] += seconds - (before.find((earlier) => earlier.pid === pid)?.seconds ?? 0);
  return used;
};

/** @param {number} pid */
const lives = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/**
 * Ends what outlives a daemon on purpose: workers and homes.
 * @param {readonly Process[]} processes
 */
export const endProcesses = async (processes) => {
  /** @param {NodeJS.Signals} signal */
  const signalAll = (signal) => {
    for (const { pid } of processes) if (lives(pid)) process.kill(pid, signal);
  };
  signalAll('SIGTERM');
  const deadline = Date.now() + END_LIMIT_MS;
  while (processes.some(({ pid }) => lives(pid)) && Date.now() < deadline) await sleep(50);
  signalAll('SIGKILL');
};
