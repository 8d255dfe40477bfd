import type { Socket } from 'node:net';

import { ByteQueue } from './byte-queue.js';

/** Above this much unread data the peer has to wait. */
const HIGH_WATER = 1024 * 1024;

/** A socket from which exact numbers of bytes are read, one reader at a time. */
export interface ByteStream {
  /** Fills the target. Rejects when the stream ends before. */
  readInto(target: Uint8Array): Promise<void>;
  /** The next so many bytes. Rejects when the stream ends before. */
  read(length: number): Promise<Uint8Array>;
  /** Resolves when the peer has taken enough that more may be sent. */
  write(pieces: readonly Uint8Array[]): Promise<void>;
  readonly ended: Promise<void>;
  isOpen(): boolean;
  destroy(): void;
}

interface Reader {
  /** What is still to be filled. */
  rest: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export const byteStream = (socket: Socket): ByteStream => {
  const queue = new ByteQueue();
  let reader: Reader | undefined;
  let end: Error | undefined;
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (finish = resolve));

  const serve = (): void => {
    if (!reader) return;
    reader.rest = reader.rest.subarray(queue.moveInto(reader.rest));
    if (reader.rest.length === 0) reader.resolve();
    else if (end) reader.reject(end);
    else return;
    reader = undefined;
  };
  socket.on('data', (piece) => {
    queue.push(piece);
    serve();
    if (queue.length > HIGH_WATER) socket.pause();
  });
  socket.on('error', (error) => (end ??= error));
  socket.on('close', () => {
    end ??= new Error('The peer closed the connection');
    serve();
    finish();
  });

  const readInto = (target: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      reader = { rest: target, resolve, reject };
      serve();
      socket.resume();
    });

  return {
    ended,
    isOpen: () => end === undefined && !socket.destroyed,
    readInto,
    read: async (length) => {
      const bytes = new Uint8Array(length);
      await readInto(bytes);
      return bytes;
    },
    write: (pieces) =>
      new Promise((resolve, reject) => {
        socket.cork();
        for (const piece of pieces.slice(0, -1)) socket.write(piece);
        socket.write(pieces.at(-1) ?? new Uint8Array(0), (error) => {
          if (error) reject(error);
          else resolve();
        });
        socket.uncork();
      }),
    destroy: () => {
      socket.destroy();
    },
  };
};
