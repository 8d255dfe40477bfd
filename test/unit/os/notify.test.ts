import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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
  notifier(address)('READY=1\nSTATUS=recording');
  return (await text(receiver.stdout)).trim();
};

describe.skipIf(!hasPython)('the service manager (skipped where python3 is missing)', () => {
  it('is told the state at the address that it gave', async () => {
    expect(await receive(join(temporaryFolder(), 'notify'))).toBe('READY=1\nSTATUS=recording');
  });

  it('may have an abstract address', async () => {
    expect(await receive(`@spindle-test-${process.pid}`)).toBe('READY=1\nSTATUS=recording');
  });
});

it('without a service manager nothing happens', () => {
  expect(() => {
    notifier(undefined)('READY=1');
  }).not.toThrow();
});

it('an address where nobody listens, or that no socket can have, is an error', () => {
  expect(() => {
    notifier(join(temporaryFolder(), 'nobody'))('READY=1');
  }).toThrow(/ENOENT/);
  expect(() => {
    notifier(`/${'x'.repeat(108)}`)('READY=1');
  }).toThrow(/EINVAL/);
});
