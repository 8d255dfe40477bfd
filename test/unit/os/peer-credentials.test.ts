import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { peerCredentials } from '../../../src/os/peer-credentials.js';
import { asUnprivileged } from '../../support/unprivileged.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const listening = async (path: string): Promise<ReturnType<typeof createServer>> => {
  const server = createServer().listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return server;
};

it('a client is known by its user, group and process', async () => {
  const path = join(temporaryFolder(), 'socket');
  const server = await listening(path);
  chmodSync(path, 0o777);
  const options = asUnprivileged();
  const script = `require('node:net').connect(process.argv[1]).on('close', () => process.exit())`;
  const client = spawn(process.execPath, ['--eval', script, '--', path], { ...options, cwd: '/' });
  const [socket] = (await once(server, 'connection')) as [Socket];
  expect(peerCredentials(socket)).toEqual({
    pid: client.pid,
    uid: options.uid ?? process.getuid?.(),
    gid: options.gid ?? process.getgid?.(),
    groups: expect.any(Array) as number[],
  });
  socket.destroy();
  await once(client, 'exit');
});

it('nobody is known at the end of a closed socket or of a TCP connection', async () => {
  const tcp = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void tcp.close());
  await once(tcp, 'listening');
  const socket = connect((tcp.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  expect(() => peerCredentials(socket)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  socket.destroy();
  await once(socket, 'close');
  expect(() => peerCredentials(socket)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
});
