import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** Somebody else who has the drive. */
export interface Holder {
  readonly pid: number;
  letGo(): Promise<void>;
}

const holdBy = async (script: string, user?: number): Promise<Holder> => {
  const child = spawn('python3', ['-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(user !== undefined && { uid: user, gid: user }),
  });
  const letGo = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(letGo);
  const ended = once(child, 'exit').then(() => {
    throw new Error('the drive could not be held');
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return { pid: child.pid!, letGo };
};

const OPENED = (device: string, flags: string): string =>
  `import os, fcntl, sys\nf = os.open("${device}", ${flags})\n`;
const UNTIL_KILLED = 'print("held", flush=True)\nsys.stdin.read()';

/** As burn programs take a drive. */
export const holdExclusively = (device: string, user?: number): Promise<Holder> =>
  holdBy(OPENED(device, 'os.O_RDWR | os.O_NONBLOCK | os.O_EXCL') + UNTIL_KILLED, user);

/** As any program may open one that somebody else has to himself already, unless it asks for it exclusively. */
export const holdShared = (device: string, user?: number): Promise<Holder> =>
  holdBy(OPENED(device, 'os.O_RDONLY | os.O_NONBLOCK') + UNTIL_KILLED, user);

/** As udev and flock(1) take one. */
export const holdByFlock = (device: string, user?: number): Promise<Holder> =>
  holdBy(
    `${OPENED(device, 'os.O_RDONLY | os.O_NONBLOCK')}fcntl.flock(f, fcntl.LOCK_EX)\n${UNTIL_KILLED}`,
    user,
  );

export const MOUNT_POINT = '/mnt/disc';

/** Mounts what lies in the drive, as the kernel makes it out by itself. */
export const mount = (device: string): void => {
  execFileSync('mount', ['-t', 'iso9660', '-o', 'ro', device, MOUNT_POINT], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    if (readFileSync('/proc/self/mounts', 'utf8').includes(` ${MOUNT_POINT} iso9660`)) unmount();
  });
};

export const unmount = (): void => {
  execFileSync('umount', [MOUNT_POINT]);
};

/** What mount(8) says when it is refused. */
export const mountRefusal = (device: string): string => {
  try {
    mount(device);
  } catch (error) {
    return (error as { stderr: Buffer }).stderr.toString();
  }
  unmount();
  return 'it was mounted';
};
