import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** All processes that descend from the soak's daemons carry the folder of the run in their environment. */
export const MARK = 'SPINDLE_SOAK_FOLDER';

/** Which program of ours a process runs, by its command line. */
const PROGRAMS = {
  daemon: 'dist/main.js',
  worker: 'dist/worker/main.js',
  home: 'dist/worker/virtual-home.js',
  mastering: 'dist/worker/mastering.js',
};

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
};

export const isAlive = (pid) => /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`));

/** Living processes of a run: what they are and, for drives' processes, of which drive. @param {string} folder */
export const processesOf = (folder) =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${folder}`))
    .map((pid) => ({ pid: Number(pid), argv: read(`/proc/${pid}/cmdline`).split('\0') }))
    .filter(({ pid }) => isAlive(pid))
    .map(({ pid, argv }) => ({
      pid,
      argv,
      program: Object.keys(PROGRAMS).find((name) => argv.some((word) => word.endsWith(PROGRAMS[name]))),
    }));

/** What one process holds: memory, descriptors, threads. */
export const burdenOf = (pid) => {
  const status = read(`/proc/${pid}/status`);
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? NaN);
  let descriptors = NaN;
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    // it ended
  }
  return { rssKiB: field('VmRSS'), threads: field('Threads'), descriptors };
};

/** What its descriptors are, for a report of a leak. */
export const descriptorsOf = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
};

/** kill -9; resolves when the process is gone. Whoever is gone already is none the worse. */
export const kill = async (pid, signal = 'SIGKILL') => {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
  while (isAlive(pid)) await sleep(10);
};
