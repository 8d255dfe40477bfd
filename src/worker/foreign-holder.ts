import type { Stats } from 'node:fs';
import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../os/system-error.js';

/** What can be seen of who uses a device. */
export interface ForeignHolder {
  /** In words: `mount /media/cdrom` or `xorriso (pid 4711)`; undefined where nobody is seen. */
  readonly holder: string | undefined;
  /** There are processes of others whose open files we may not see: one of them may have the device. */
  readonly hidden: boolean;
}

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

const hex = (value: number): string => value.toString(16).padStart(2, '0');

/** Who has locked a file, by the text of /proc/locks, proc(5); anybody may read it. */
export const findLock = (locks: string, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): string | undefined => {
  // dev_t as glibc has it: 12 bits of major number above 8 of minor, for all that a kernel has in practice.
  const file = `${hex((dev >> 8) & 0xfff)}:${hex((dev & 0xff) | ((dev >> 12) & 0xfff00))}:${ino}`;
  for (const line of locks.split('\n')) {
    const [, kind, , , pid, locked] = line.split(/\s+/);
    if (kind === 'FLOCK' && locked === file) return pid;
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

const nameOf = async (pid: string, proc: string): Promise<string> => {
  const name = await orNothing(readFile(join(proc, pid, 'comm'), 'utf8'), 'a program');
  return `${name.trim()} (pid ${pid})`;
};

const othersIn = async (proc: string): Promise<string[]> =>
  (await readdir(proc)).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));

/** Whether a process has the device open; `hidden` where it is not for us to know. */
const hasOpen = async (directory: string, device: string): Promise<boolean | 'hidden'> => {
  try {
    const names = await readdir(join(directory, 'fd'));
    const targets = await Promise.all(
      names.map((name) => orNothing(readlink(join(directory, 'fd', name)), '')),
    );
    return targets.includes(device);
  } catch (error) {
    return systemErrorCode(error) === 'EACCES' && 'hidden';
  }
};

/** The first process but ourselves that has the device open, as far as we may look. */
const findProcess = async (device: string, proc: string): Promise<ForeignHolder> => {
  const pids = await othersIn(proc);
  // A sandbox may leave out all processes of others (hidepid, ProtectProc=): then the first of all is not there.
  let hidden = !pids.includes('1');
  for (const pid of pids) {
    const found = await hasOpen(join(proc, pid), device);
    if (found === true) return { holder: await nameOf(pid, proc), hidden };
    hidden ||= found === 'hidden';
  }
  return { holder: undefined, hidden };
};

/** Who uses a device, as far as anybody can be seen. */
export const findForeignHolder = async (device: string, proc = '/proc'): Promise<ForeignHolder> => {
  const mount = findMount(await orNothing(readFile(join(proc, 'self/mounts'), 'utf8'), ''), device);
  if (mount !== undefined) return { holder: `mount ${mount}`, hidden: false };
  const node = await orNothing(stat(device), undefined);
  const lock = node && findLock(await orNothing(readFile(join(proc, 'locks'), 'utf8'), ''), node);
  if (lock !== undefined && lock !== String(process.pid))
    return { holder: await nameOf(lock, proc), hidden: false };
  return findProcess(device, proc);
};

/** Whether a word of a command line names the device: `/dev/sr0`, `dev=/dev/sr0`, `/dev/sr0=image.iso`. */
const mentions = (word: string, device: string): boolean => {
  const at = word.indexOf(device);
  return at >= 0 && !/^[\w-]/.test(word.slice(at + device.length));
};

/**
 * Who may be the one that has a device, where the kernel says that it is taken and nobody is seen to have it: a
 * program whose command line names it. Anybody may read that, unlike what a process has open.
 */
export const suspectHolder = async (device: string, proc = '/proc'): Promise<string> => {
  for (const pid of await othersIn(proc)) {
    const words = (await orNothing(readFile(join(proc, pid, 'cmdline'), 'utf8'), '')).split('\0');
    if (words.some((word) => mentions(word, device)))
      return `${await nameOf(pid, proc)}, by its command line`;
  }
  return 'a program or a mount that the daemon may not see';
};
