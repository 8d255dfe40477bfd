import type { WebSocket } from '@fastify/websocket';
import { ulid } from 'ulid';
import { SpindleError } from '../errors.js';
import { clientFrame, type ClientFrame } from '../jobs/frames.js';
import { CLOSE_CODES, type CloseReason, type Connection } from './connections.js';
import { HEARTBEAT_MS, type Outlet, type Session, startSession } from './event-session.js';
import type { Principal } from './principal.js';
import { failureOf, pointerTo, problemOf } from './problem.js';
import { permits } from './scopes.js';
import type { ApiService } from './service.js';

type Hello = Extract<ClientFrame, { op: 'hello' }>;

/** A client that says nothing gets nothing, and not for long. */
const HELLO_MS = 5000;
const CLOSE_MS = 2000;

const outletOf = (socket: WebSocket): Outlet => ({
  send: (frame) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
  },
  buffered: () => socket.bufferedAmount,
  flushed: () =>
    new Promise((resolve) => {
      const done = (): void => {
        resolve();
      };
      // A ping goes out after all that waits, and its callback comes in any case.
      if (socket.readyState === socket.OPEN) socket.ping(undefined, undefined, done);
      else done();
    }),
});

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SpindleError('invalid-request', 'The frame is no JSON', { cause });
  }
};

const checkFrame = (value: unknown): ClientFrame => {
  const parsed = clientFrame.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: pointerTo(path), message }));
  throw new SpindleError('schema-violation', 'The frame is not one that a client may send', { errors });
};

/** What the client calls its frame, so that even a frame that is not valid gets its answer. */
const refOf = (value: unknown): string | undefined => {
  const ref = typeof value === 'object' && value !== null && 'ref' in value ? value.ref : undefined;
  return typeof ref === 'string' && ref.length > 0 && ref.length <= 64 ? ref : undefined;
};

/** Which close tells the client what it must change before it comes again. */
const CLOSE_FOR: Readonly<Record<string, CloseReason>> = {
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  'rate-limited': 'too-many',
};

/**
 * One client of /v1/events over a WebSocket. It speaks first: `hello`, with its token unless the upgrade brought a
 * credential. Its frames are answered one after the other.
 */
class EventSocket {
  readonly #service: ApiService;
  readonly #socket: WebSocket;
  readonly #early: Principal | undefined;
  readonly #outlet: Outlet;
  readonly #endings: (() => void)[] = [];
  readonly #helloTimer: NodeJS.Timeout;
  #session: Session | undefined;
  #closed = false;
  /** Has answered the last heartbeat. */
  #alive = true;
  #queue = Promise.resolve();

  constructor(service: ApiService, socket: WebSocket, early: Principal | undefined) {
    this.#service = service;
    this.#socket = socket;
    this.#early = early;
    this.#outlet = outletOf(socket);
    this.#helloTimer = setTimeout(() => {
      this.#close('unauthenticated');
    }, HELLO_MS);
    socket.on('pong', () => (this.#alive = true));
    socket.on('message', (data, isBinary) => {
      this.#queue = this.#queue.then(() => this.#receive(data as Buffer, isBinary));
    });
    socket.once('close', () => {
      this.#end();
    });
  }

  #close(reason: CloseReason): void {
    this.#socket.close(CLOSE_CODES[reason], reason);
    // A client that reads nothing does not read that either.
    setTimeout(() => {
      this.#socket.terminate();
    }, CLOSE_MS).unref();
  }

  #end(): void {
    this.#closed = true;
    clearTimeout(this.#helloTimer);
    for (const end of this.#endings) end();
  }

  /** What must be undone when the socket is closed, which it may be already. */
  #atEnd(end: () => void): void {
    if (this.#closed) end();
    else this.#endings.push(end);
  }

  async #receive(data: Buffer, isBinary: boolean): Promise<void> {
    let value: unknown;
    try {
      if (isBinary) throw new SpindleError('invalid-request', 'Frames are text');
      value = jsonOf(data.toString('utf8'));
      await this.#act(checkFrame(value));
    } catch (error) {
      this.#fail(error, refOf(value));
    }
  }

  #fail(error: unknown, ref: string | undefined): void {
    const failure = failureOf(error);
    if (failure.code === 'internal') this.#service.log.error({ err: error }, 'a bug');
    this.#outlet.send({ op: 'error', problem: problemOf(failure), ...(ref !== undefined && { ref }) });
    const reason = this.#session ? undefined : CLOSE_FOR[failure.code];
    if (reason) this.#close(reason);
  }

  async #act(frame: ClientFrame): Promise<void> {
    if (frame.op === 'hello') return this.#greet(frame);
    if (frame.op === 'ping') {
      this.#outlet.send({ op: 'pong', ...(frame.ref !== undefined && { ref: frame.ref }) });
      return;
    }
    if (!this.#session) throw new SpindleError('unauthenticated', 'Say hello first');
    this.#session[frame.op](frame.topics);
  }

  async #greet(hello: Hello): Promise<void> {
    if (this.#session) throw new SpindleError('invalid-request', 'There has been a hello already');
    clearTimeout(this.#helloTimer);
    const connection = await this.#admit(hello);
    this.#atEnd(this.#service.connections.open(connection));
    this.#beat(connection.principal);
    const session = await startSession(this.#service, { ...hello, connection }, this.#outlet);
    this.#session = session;
    this.#atEnd(session.stop);
  }

  async #admit({ token }: Hello): Promise<Connection> {
    const principal = token === undefined ? this.#early : await this.#service.authenticator.fromToken(token);
    if (!principal) throw new SpindleError('unauthenticated', 'Send a token in `hello`');
    if (!permits(principal.scopes, 'status')) {
      throw new SpindleError('forbidden', `${principal.id} lacks the scope status`);
    }
    const close = (reason: CloseReason): void => {
      this.#close(reason);
    };
    return { id: ulid(this.#service.now()), principal, close };
  }

  #beat({ expiresAt }: Principal): void {
    const timer = setInterval(() => {
      if (expiresAt !== undefined && Date.parse(expiresAt) <= this.#service.now()) {
        this.#close('unauthenticated');
      } else if (this.#alive) {
        this.#alive = false;
        this.#socket.ping();
      } else {
        this.#socket.terminate();
      }
    }, HEARTBEAT_MS);
    this.#atEnd(() => {
      clearInterval(timer);
    });
  }
}

/** Serves a socket until it closes. `early` is who the upgrade was authenticated as, if it was. */
export const serveSocket = (service: ApiService, socket: WebSocket, early: Principal | undefined): void => {
  new EventSocket(service, socket, early);
};
