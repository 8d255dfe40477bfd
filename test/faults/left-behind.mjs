import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PREFIX = 'faults-';
const LIMIT_MS = 30_000;

const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended while we looked, or is not ours
  }
};

/** When a process began, in ticks since the machine did: proc(5), field 22. Empty: there is none. */
const beganAt = (pid) =>
  read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')[19] ?? '';

/** The folder of a run, beneath which all of it lies; it is named by the process, so that others see whether that lives. */
export const folderOfRun = (pid = process.pid) => join(tmpdir(), `${PREFIX}${pid}-${beganAt(pid)}`);

/** All that descends from a run has its folder for temporary files. */
const processesOf = (folder) =>
  readdirSync('/proc').filter(
    (entry) => /^\d+$/.test(entry) && read(`/proc/${entry}/environ`).split('\0').includes(`TMPDIR=${folder}`),
  );

/** Ends them, and what they start meanwhile. */
const endAll = async (folder) => {
  for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline;) {
    const left = processesOf(folder);
    if (left.length === 0) return;
    for (const pid of left)
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // it has just ended by itself
      }
    await sleep(50);
  }
};

const mountsBeneath = (folder) =>
  read('/proc/self/mounts')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((place) => place.startsWith(`${folder}/`));

/** Processes, mounts and files of a run. */
export const clear = async (folder) => {
  await endAll(folder);
  for (const place of mountsBeneath(folder).reverse()) execFileSync('umount', ['--lazy', place]);
  rmSync(folder, { recursive: true, force: true });
};

/** The same of runs that were killed before they could do it. */
export const clearLeft = async () => {
  for (const name of readdirSync(tmpdir())) {
    const [, pid, began] = /^faults-(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && beganAt(pid) !== began) await clear(join(tmpdir(), name));
  }
};
