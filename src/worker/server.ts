import { createServer, type Socket } from 'node:net';
import { type ErrorCode, SpindleError, toFailure } from '../errors.js';
import type { Logger } from '../log.js';
import { isStranger } from '../os/peer-credentials.js';
import { type FrameChannel, openFrames } from './frames.js';
import {
  ATTACHING,
  type DaemonFrame,
  PROTOCOL,
  type WorkerFrame,
  type WorkerRequest,
  type WorkerStatus,
  daemonFrame,
  workerRequest,
} from './protocol.js';

/** A daemon says hello at once; whoever does not is none. */
const HELLO_LIMIT_MS = 5000;

export interface WorkerServer {
  /** Tells the daemon that is attached, if there is one. Progress is dropped while it does not keep up. */
  publish(frame: WorkerFrame): void;
  attached(): boolean;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly path: string;
  readonly build: string;
  readonly log: Logger;
  readonly status: () => WorkerStatus;
  readonly answer: (request: WorkerRequest) => Promise<unknown>;
  /** A daemon came or went. */
  readonly onAttached: () => void;
}

type Channel = FrameChannel<WorkerFrame>;
type Hello = Extract<DaemonFrame, { op: 'hello' }>;
type RequestFrame = Extract<DaemonFrame, { op: 'request' }>;

interface Attached {
  readonly channel: Channel;
  readonly sameBuild: boolean;
}

const major = (version: string): string => version.split('.')[0] ?? '';

const parseRequest = (request: unknown): WorkerRequest => {
  const parsed = workerRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
  throw new SpindleError('invalid-request', 'The worker does not understand the request', { errors });
};

/** Answers one request by one frame, whatever happens. */
const answerRequest = async (
  { answer, log, build }: ServerOptions,
  { channel, sameBuild }: Attached,
  { id, request }: RequestFrame,
): Promise<void> => {
  try {
    const parsed = parseRequest(request);
    if (!sameBuild && !ATTACHING.has(parsed.do)) {
      throw new SpindleError(
        'worker-incompatible',
        `This worker is of build ${build}; it only ends its work`,
      );
    }
    channel.send({ op: 'reply', id, value: await answer(parsed) });
  } catch (error) {
    if (!(error instanceof SpindleError)) log.error({ err: error }, 'request failed');
    channel.send({ op: 'failure', id, failure: toFailure(error) });
  }
};

/** One daemon at a time: the one with the highest generation that ever said hello. */
export const serveDaemons = async (options: ServerOptions): Promise<WorkerServer> => {
  const { path, build, log, status, onAttached } = options;
  const channels = new Set<Channel>();
  const refused = new WeakSet<Channel>();
  let highest = 0;
  let attached: Attached | undefined;

  /** Tells it why, and never listens to it again. */
  const refuse = (channel: Channel, code: ErrorCode, detail: string): void => {
    refused.add(channel);
    channel.send({ op: 'refused', failure: { code, detail } });
    channel.end();
  };

  const attach = (channel: Channel, hello: Hello): void => {
    if (major(hello.protocol) !== major(PROTOCOL)) {
      refuse(channel, 'worker-incompatible', `This worker speaks ${PROTOCOL}, the daemon ${hello.protocol}`);
      return;
    }
    if (hello.generation < highest) {
      refuse(channel, 'daemon-superseded', `Generation ${highest} was here; this is ${hello.generation}`);
      return;
    }
    if (attached) refuse(attached.channel, 'daemon-superseded', `Generation ${hello.generation} took over`);
    highest = hello.generation;
    attached = { channel, sameBuild: hello.build === build };
    channel.send({ op: 'hello', protocol: PROTOCOL, status: status() });
    log.info({ generation: highest, build: hello.build }, 'daemon attached');
    onAttached();
  };

  const detach = (channel: Channel, reason: Error | undefined): void => {
    channels.delete(channel);
    if (attached?.channel !== channel) return;
    attached = undefined;
    log.info({ err: reason }, 'daemon detached');
    onAttached();
  };

  const receive = (channel: Channel, frame: DaemonFrame): void => {
    if (refused.has(channel)) return;
    if (attached?.channel !== channel) {
      if (frame.op === 'hello') attach(channel, frame);
      else throw new Error('A request came from a daemon that is not attached');
      return;
    }
    if (frame.op === 'hello') throw new Error('A second hello');
    void answerRequest(options, attached, frame);
  };

  const accept = (socket: Socket): void => {
    const limit = setTimeout(() => socket.destroy(new Error('No hello')), HELLO_LIMIT_MS);
    const channel: Channel = openFrames<DaemonFrame, WorkerFrame>(socket, {
      receives: daemonFrame,
      onFrame: (frame) => {
        clearTimeout(limit);
        receive(channel, frame);
      },
      onEnd: (reason) => {
        clearTimeout(limit);
        detach(channel, reason);
      },
    });
    channels.add(channel);
    // Sockets of others never get here, since the directory is ours; this holds where somebody changed that.
    if (isStranger(socket)) refuse(channel, 'forbidden', 'Another user may not command this worker');
  };

  const server = createServer(accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.on('error', (error) => {
    log.error({ err: error }, 'socket failed');
  });

  return {
    publish: (frame) => {
      if (frame.op === 'progress' && attached?.channel.congested()) return;
      attached?.channel.send(frame);
    },
    attached: () => attached !== undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const channel of channels) channel.end();
      }),
  };
};
