import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connectWorker } from '../../../src/fleet/worker-link.js';
import { encodeFrame } from '../../../src/worker/frames.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { asUnprivileged } from '../../support/unprivileged.js';

const HELLO = { op: 'hello', protocol: '1.0', status: { drive: 'drive-1', pid: 1, build: 'test' } };

const NO_EVENTS = {
  journal: () => undefined,
  progress: () => undefined,
  observation: () => undefined,
  end: () => undefined,
};

/** Greets whoever comes as a worker does. */
const IMPOSTOR = `
  const body = Buffer.from(${JSON.stringify(JSON.stringify(HELLO))});
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  require('node:net')
    .createServer((socket) => socket.on('error', () => {}).write(Buffer.concat([head, body])))
    .listen(process.argv[1], () => {
      require('node:fs').chmodSync(process.argv[1], 0o777);
      console.log('listening');
    });
`;

/** A worker that says hello and answers nothing. */
const silentWorker = async (): Promise<{ socketPath: string; hangUp: () => void }> => {
  const socketPath = join(temporaryFolder(), 'w.sock');
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(encodeFrame(HELLO));
  }).listen(socketPath);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return {
    socketPath,
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};

it.skipIf(process.getuid?.() !== 0)('a worker of another user is none of ours [root]', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  const socketPath = join(folder, 'w.sock');
  const stranger = spawn(process.execPath, ['--eval', IMPOSTOR, socketPath], {
    ...asUnprivileged(),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  await once(stranger.stdout, 'data');
  const connecting = connectWorker({ socketPath, build: 'test', generation: 1, events: NO_EVENTS });
  await expect(connecting).rejects.toMatchObject({
    code: 'worker-lost',
    message: expect.stringContaining('Another user listens') as string,
  });
});

it('a request to a worker fails when the connection ends before the answer, and ever after', async () => {
  const { socketPath, hangUp } = await silentWorker();
  let ended!: () => void;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const events = { ...NO_EVENTS, end: ended };
  const link = await connectWorker({ socketPath, build: 'test', generation: 1, events });
  const before = link.request({ do: 'look' });
  hangUp();
  await expect(before).rejects.toMatchObject({ code: 'worker-lost' });
  await end;
  await expect(link.request({ do: 'look' })).rejects.toMatchObject({ code: 'worker-lost' });
});
