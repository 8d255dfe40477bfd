import { chmodSync, unlinkSync } from 'node:fs';
import { type Server, type Socket, connect, createServer } from 'node:net';

import { SpindleError } from '../errors.js';
import { type ByteStream, byteStream } from './byte-stream.js';
import { checkSocketPath } from './socket-path.js';
import type { Transport } from './transport.js';
import { turns } from './turns.js';
import { commandOf, decodeRequest, encodeAnswer, request } from './wire.js';

/** Programs under the shim open one connection per command; nobody needs more than a few at a time. */
const MOST_CONNECTIONS = 64;
/** Of a transfer; parameters and cue sheets are smaller, and a drive may hold on to them. */
const SMALLEST_OF_BLOCKS = 16 * 1024;

/**
 * Memory for the data of one command after the other. So that recording makes no garbage, that of blocks is used again:
 * a drive copies what it keeps of them.
 */
const room = (): ((bytes: number) => Uint8Array) => {
  let blocks = new Uint8Array(0);
  return (bytes) => {
    if (bytes < SMALLEST_OF_BLOCKS) return new Uint8Array(bytes);
    if (blocks.length < bytes) blocks = new Uint8Array(bytes);
    return blocks.subarray(0, bytes);
  };
};

export interface SocketServer {
  /** Ends all connections; a command that is underway is still done, but nobody hears of it. */
  close(): Promise<void>;
}

const failureCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** Whether somebody listens; a socket that a dead process left behind refuses connections. */
const isAlive = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => {
      resolve(failureCode(error) !== 'ECONNREFUSED');
    });
  });

const listenInPlaceOfTheDead = async (server: Server, path: string): Promise<void> => {
  try {
    await listen(server, path);
  } catch (error) {
    if (failureCode(error) !== 'EADDRINUSE') throw error;
    if (await isAlive(path)) throw new SpindleError('output-exists', `${path} is in use`, { cause: error });
    unlinkSync(path);
    await listen(server, path);
  }
  chmodSync(path, 0o600);
};

/**
 * Offers a drive on a Unix socket (wire.ts), for its owner only. Commands of all connections are done one
 * after another. Whoever sends anything but a request is cut off; a request counts when it is complete, so a
 * slow sender holds up nobody else.
 */
export const serveSocket = async (path: string, drive: Omit<Transport, 'close'>): Promise<SocketServer> => {
  checkSocketPath(path);
  const inTurn = turns();
  const sockets = new Set<Socket>();

  const serveOne = async (stream: ByteStream, roomFor: (bytes: number) => Uint8Array): Promise<void> => {
    const head = decodeRequest(await stream.read(request.size));
    const data = roomFor(head.direction === 'to-drive' ? head.length : 0);
    await stream.readInto(data);
    const command = commandOf(head, data);
    const answer = await inTurn(() => drive.execute(command));
    await stream.write(encodeAnswer(command, answer, drive.maxTransferBytes));
  };
  const serve = async (socket: Socket): Promise<void> => {
    const stream = byteStream(socket);
    const roomFor = room();
    try {
      for (;;) await serveOne(stream, roomFor);
    } catch {
      // The peer went away, sent what is no request, or the drive is lost: in each case its connection ends.
      stream.destroy();
    }
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void serve(socket);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listenInPlaceOfTheDead(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
};
