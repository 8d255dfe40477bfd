import { readFileSync, statfsSync } from 'node:fs';

/** @typedef {{ readonly busy: number, readonly waiting: number, readonly stolen: number }} Load shares of all cores, 0 to 1 */

/** Jiffies of all cores by /proc/stat, proc(5): user, nice, system, idle, iowait, irq, softirq, steal. */
const jiffies = () =>
  (/^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? '').split(' ').slice(0, 8).map(Number);

/** Begins to watch the machine; what it returns says how its cores were used since. */
export const watchMachine = () => {
  const before = jiffies();
  /** @returns {Load} */
  return () => {
    const spent = jiffies().map((now, at) => now - (before[at] ?? 0));
    const all = spent.reduce((sum, part) => sum + part, 0) || 1;
    const [idle = 0, waiting = 0, stolen = 0] = [3, 4, 7].map((at) => (spent[at] ?? 0) / all);
    return { busy: 1 - idle - waiting - stolen, waiting, stolen };
  };
};

/** By statfs(2). */
const FILE_SYSTEMS = new Map([
  [0x0102_1994, 'tmpfs'],
  [0xef53, 'disk, ext4'],
  [0x5846_5342, 'disk, XFS'],
  [0x9123_683e, 'disk, Btrfs'],
  [0x794c_7630, 'overlay'],
]);

/** Where media are kept, in words. @param {string} directory */
export const storeOf = (directory) => {
  const { type } = statfsSync(directory);
  return FILE_SYSTEMS.get(type) ?? `file system ${type.toString(16)}h`;
};

/** Bytes that may be written there. @param {string} directory */
export const roomIn = (directory) => {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
};

/** What kept a run from being faster. @param {Load} load */
export const boundOf = ({ busy, waiting, stolen }) => {
  if (busy + stolen > 0.85) return stolen > 0.1 ? 'cores, some of them taken by the host' : 'cores';
  return waiting > 0.1 ? 'medium store' : 'one command after the other';
};
