import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { connectWorker } from '../../../src/fleet/worker-link.js';
import { encodeFrame } from '../../../src/worker/frames.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const HELLO = { op: 'hello', protocol: '1.0', status: { drive: 'drive-1', pid: 1, build: 'test' } };

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

it('a request to a worker fails when the connection ends before the answer, and ever after', async () => {
  const { socketPath, hangUp } = await silentWorker();
  let ended!: () => void;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const events = {
    journal: () => undefined,
    progress: () => undefined,
    observation: () => undefined,
    end: ended,
  };
  const link = await connectWorker({ socketPath, build: 'test', generation: 1, events });
  const before = link.request({ do: 'look' });
  hangUp();
  await expect(before).rejects.toMatchObject({ code: 'worker-lost' });
  await end;
  await expect(link.request({ do: 'look' })).rejects.toMatchObject({ code: 'worker-lost' });
});
