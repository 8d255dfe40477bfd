import { connect } from 'node:net';

import { SpindleError } from '../errors.js';
import { type ByteStream, byteStream } from './byte-stream.js';
import { checkSocketPath } from './socket-path.js';
import { type Answer, type Command, HOST_STATUS, type Transport } from './transport.js';
import { turns } from './turns.js';
import { answerHead, encodeRequest, toAnswer, transferLength } from './wire.js';

const open = (path: string): Promise<ByteStream> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(byteStream(socket));
    });
  });

const lost = (path: string, cause: unknown): SpindleError =>
  new SpindleError('drive-lost', `The drive at ${path} cannot be reached`, { cause });

type TellMost = (mostBytes: number) => void;

const exchange = async (stream: ByteStream, command: Command, tellMost: TellMost): Promise<Answer> => {
  const data = command.direction === 'to-drive' ? [command.data] : [];
  await stream.write([encodeRequest(command), ...data]);
  const head = answerHead.decode(await stream.read(answerHead.size));
  if (head.moved > transferLength(command)) throw new Error(`${head.moved} bytes were not asked for`);
  tellMost(head.mostBytes);
  const sense = await stream.read(head.senseLength);
  const moved = command.direction === 'from-drive' ? head.moved : 0;
  return toAnswer({ ...head, sense, data: await stream.read(moved) });
};

/** Gives up as the kernel does: the answer may still come, so the connection is of no use any more. */
const withTimeout = async (stream: ByteStream, command: Command, tellMost: TellMost): Promise<Answer> => {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => {
      resolve({ status: 'transport-error', hostStatus: HOST_STATUS.timeOut, moved: 0 });
      stream.destroy();
    }, command.timeoutMs);
  });
  try {
    return await Promise.race([exchange(stream, command, tellMost), timeout]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A drive behind a Unix socket (wire.ts). A connection that broke is made anew for the next command: the one
 * that was on its way is lost, because whether it was done cannot be known.
 */
export const openSocket = async (path: string): Promise<Transport> => {
  checkSocketPath(path);
  const inTurn = turns();
  let closed = false;
  const isClosed = (): boolean => closed;
  let stream: ByteStream | undefined;
  /** Told with each answer, so that who carries blocks knows it: nobody begins with them. */
  let most: number | undefined;
  const tellMost = (mostBytes: number): void => {
    most = mostBytes === 0 ? undefined : mostBytes;
  };

  const connected = async (): Promise<ByteStream> => {
    if (isClosed()) throw new Error('The transport is closed');
    if (stream?.isOpen() === true) return stream;
    stream = await open(path);
    // Read anew: it may have been closed meanwhile.
    if (isClosed()) stream.destroy();
    return stream;
  };
  const attempt = async (command: Command): Promise<Answer> => {
    let current: ByteStream | undefined;
    try {
      current = await connected();
      return await withTimeout(current, command, tellMost);
    } catch (error) {
      current?.destroy();
      throw lost(path, error);
    }
  };

  await connected().catch((error: unknown) => Promise.reject(lost(path, error)));
  return {
    get maxTransferBytes() {
      return most;
    },
    execute: (command) => inTurn(() => attempt(command)),
    close: async () => {
      closed = true;
      stream?.destroy();
      await stream?.ended;
    },
  };
};
