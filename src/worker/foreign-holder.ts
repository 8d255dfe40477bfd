import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Octal escapes of /proc/self/mounts for blank, tab, newline and backslash, proc(5). */
const unescapeMount = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Where a device is mounted, by the text of /proc/self/mounts. */
export const findMount = (mounts: string, device: string): string | undefined => {
  for (const line of mounts.split('\n')) {
    const [source = '', directory = ''] = line.split(' ');
    if (unescapeMount(source) === device) return unescapeMount(directory);
  }
  return undefined;
};

const orNothing = async <T>(work: Promise<T>, nothing: T): Promise<T> => {
  try {
    return await work;
  } catch {
    return nothing; // the process is gone, or somebody else's
  }
};

const hasOpen = async (directory: string, device: string): Promise<boolean> => {
  const names = await orNothing(readdir(join(directory, 'fd')), []);
  const targets = await Promise.all(
    names.map((name) => orNothing(readlink(join(directory, 'fd', name)), '')),
  );
  return targets.includes(device);
};

/** The first process but ourselves that has the device open, as far as we may look. */
const findProcess = async (device: string, proc: string): Promise<string | undefined> => {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  for (const pid of pids) {
    if (!(await hasOpen(join(proc, pid), device))) continue;
    const name = await orNothing(readFile(join(proc, pid, 'comm'), 'utf8'), 'a program');
    return `${name.trim()} (pid ${pid})`;
  }
  return undefined;
};

/** Who uses a device, in words: `mount /media/cdrom` or `xorriso (pid 4711)`; undefined where nobody is seen. */
export const findForeignHolder = async (device: string, proc = '/proc'): Promise<string | undefined> => {
  const mount = findMount(await orNothing(readFile(join(proc, 'self/mounts'), 'utf8'), ''), device);
  return mount === undefined ? findProcess(device, proc) : `mount ${mount}`;
};
