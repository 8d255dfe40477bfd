import { readFileSync, readlinkSync } from 'node:fs';

/** A row of proc_pid_net(5), unix: six numbers in columns, the inode, and the path that the socket was bound to, if any. */
const ROW = /^(?:\S+ +){6}(?<inode>\d+) (?<path>.*)$/;

/**
 * Where a Unix socket lies that this process was given as a descriptor, which Node does not ask for. An abstract address begins with `@`;
 * undefined where there is none, or the kernel does not say, e.g. of the socket of another network namespace.
 */
export const boundPath = (descriptor: number): string | undefined => {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
    return readFileSync('/proc/self/net/unix', 'utf8')
      .split('\n')
      .map((line) => ROW.exec(line)?.groups)
      .find((row) => row?.['inode'] === inode)?.['path'];
  } catch {
    return undefined;
  }
};
