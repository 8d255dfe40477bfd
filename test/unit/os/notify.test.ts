import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';

import { notifier } from '../../../src/os/notify.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** Node has no datagram sockets of the Unix domain: python3 stands for the service manager. */
const hasPython = spawnSync('python3', ['--version']).status === 0;

const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace('@', '\\0', 1))
print('ready', flush=True)
print(s.recv(4096).decode(), flush=True)`;

const receive = async (address: string): Promise<string> => {
  const receiver = spawn('python3', ['-c', RECEIVER, address]);
  onTestFinished(() => void receiver.kill());
  await once(receiver.stdout, 'data');
  notifier(address, (error) => {
    throw error as Error;
  })('READY=1\nSTATUS=recording');
  return (await text(receiver.stdout)).trim();
};

/** Binds, and takes nothing of what comes. */
const DEAF = `
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('ready', flush=True)
time.sleep(600)`;

describe.skipIf(!hasPython)('the service manager (skipped where python3 is missing)', () => {
  it('is told the state at the address that it gave', async () => {
    expect(await receive(join(temporaryFolder(), 'notify'))).toBe('READY=1\nSTATUS=recording');
  });

  it('is not waited for where it takes nothing', async () => {
    const address = join(temporaryFolder(), 'notify');
    const deaf = spawn('python3', ['-c', DEAF, address]);
    onTestFinished(() => void deaf.kill());
    await once(deaf.stdout, 'data');
    const most = Number(readFileSync('/proc/sys/net/unix/max_dgram_qlen', 'latin1'));
    expect(failuresOf(address, most + 2)).toEqual([expect.stringContaining('EAGAIN')]);
  });

  it('may have an abstract address', async () => {
    expect(await receive(`@spindle-test-${process.pid}`)).toBe('READY=1\nSTATUS=recording');
  });
});

/** What is heard of the failures of so many words. */
const failuresOf = (address: string | undefined, words: number): string[] => {
  const failures: string[] = [];
  const notify = notifier(address, (error) => failures.push(String(error)));
  for (let word = 0; word < words; word += 1) notify('WATCHDOG=1');
  return failures;
};

it('without a service manager nothing happens', () => {
  expect(failuresOf(undefined, 2)).toEqual([]);
});

it('an address where nobody listens, or that no socket can have, is told once', () => {
  expect(failuresOf(join(temporaryFolder(), 'nobody'), 3)).toEqual([expect.stringContaining('ENOENT')]);
  expect(failuresOf(`/${'x'.repeat(108)}`, 3)).toEqual([expect.stringContaining('EINVAL')]);
});
