import type { WebSocket } from '@fastify/websocket';
import { ulid } from 'ulid';
import { SpindleError } from '../errors.js';
import { itemsOf, sentenceOn } from '../issue-items.js';
import { clientFrame, type ClientFrame } from '../jobs/frames.js';
import { CLOSE_CODES, type CloseReason, type Connection } from './connections.js';
import { HEARTBEAT_MS, type Session, startSession } from './event-session.js';
import { cuttingOffSlow, isOverfull, type Outlet } from './outlet.js';
import type { Principal } from './principal.js';
import { failureOf, problemOf } from './problem.js';
import { permits } from './scopes.js';
import type { ApiService } from './service.js';

type Hello = Extract<ClientFrame, { op: 'hello' }>;

/** A client that says nothing gets nothing, and not for long. */
const HELLO_MS = 5000;
const CLOSE_MS = 2000;
/** Frames that may come behind the hello before it is answered. */
const MAX_HELD = 32;

interface Incoming {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

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

const jsonOf = ({ data, isBinary }: Incoming): unknown => {
  if (isBinary) throw new SpindleError('invalid-request', 'Frames are text');
  try {
    return JSON.parse(data.toString('utf8'));
  } catch (cause) {
    throw new SpindleError('invalid-request', 'The frame is no JSON', { cause });
  }
};

const checkFrame = (value: unknown): ClientFrame => {
  const parsed = clientFrame.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(itemsOf);
  const [first] = errors;
  throw new SpindleError('schema-violation', first ? sentenceOn('frame', first) : 'The frame is not valid', {
    errors,
  });
};

/** What the client calls its frame, so that even a frame that is not valid gets its answer. */
const refOf = (value: unknown): string | undefined => {
  const ref = typeof value === 'object' && value !== null && 'ref' in value ? value.ref : undefined;
  return typeof ref === 'string' && ref.length > 0 && ref.length <= 64 ? ref : undefined;
};

/** Which close tells the client what it must change before it comes again. */
const CLOSE_FOR: Readonly<Record<string, CloseReason>> = {
  'invalid-request': 'no-hello',
  'schema-violation': 'no-hello',
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  'rate-limited': 'too-many',
};

/** A close frame has room for 123 bytes of it, RFC 6455 §5.5; what else there is to say an error frame has said. */
const REASON_BYTES = 123;
const reasonText = (why: string): string => why.replaceAll(/[^ -~]/g, '?').slice(0, REASON_BYTES);

/**
 * One client of /v1/events over a WebSocket. It speaks first: `hello`, with its token unless the upgrade brought a
 * credential. Whatever else it says first is its last word, so that who has no credential costs next to nothing.
 */
class EventSocket {
  readonly #service: ApiService;
  readonly #socket: WebSocket;
  readonly #early: Principal | undefined;
  readonly #outlet: Outlet;
  readonly #endings: (() => void)[] = [];
  readonly #helloTimer: NodeJS.Timeout;
  #state: 'silent' | 'greeting' | 'open' = 'silent';
  /** What came behind the hello while that was being answered. */
  #held: Incoming[] = [];
  #session: Session | undefined;
  #closed = false;
  /** Has answered the last heartbeat. */
  #alive = true;

  constructor(service: ApiService, socket: WebSocket, early: Principal | undefined) {
    this.#service = service;
    this.#socket = socket;
    this.#early = early;
    this.#outlet = cuttingOffSlow(outletOf(socket), () => {
      this.#close('slow');
    });
    this.#helloTimer = setTimeout(() => {
      this.#close('unauthenticated');
    }, HELLO_MS);
    this.#listen();
  }

  #listen(): void {
    this.#socket.on('pong', () => (this.#alive = true));
    // The library answers a ping by itself, also where nobody reads the answers.
    this.#socket.on('ping', () => {
      if (isOverfull(this.#outlet)) this.#close('slow');
    });
    this.#socket.on('message', (data, isBinary) => {
      this.#receive({ data: data as Buffer, isBinary });
    });
    this.#socket.once('close', () => {
      this.#end();
    });
  }

  #close(reason: CloseReason, why: string = reason): void {
    this.#socket.close(CLOSE_CODES[reason], reasonText(why));
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

  #receive(incoming: Incoming): void {
    // Until the closing handshake is over more may come of one that has been sent away.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#state === 'open') this.#answer(incoming);
    else if (this.#state === 'greeting') this.#hold(incoming);
    else void this.#greet(incoming);
  }

  #hold(incoming: Incoming): void {
    if (this.#held.push(incoming) <= MAX_HELD) return;
    this.#held = [];
    this.#turnAway(
      new SpindleError('rate-limited', `More than ${MAX_HELD} frames came before the hello was answered`),
    );
  }

  /** Tells what is wrong, with what the client calls its frame. */
  #fail(error: unknown, ref?: string): SpindleError {
    const failure = failureOf(error);
    if (failure.code === 'internal') this.#service.log.error({ err: error }, 'a bug');
    this.#outlet.send({ op: 'error', problem: problemOf(failure), ...(ref !== undefined && { ref }) });
    return failure;
  }

  #turnAway(error: unknown, ref?: string): void {
    const { code, message } = this.#fail(error, ref);
    const reason = CLOSE_FOR[code] ?? 'stopping';
    if (reason === 'no-hello') this.#close(reason, message);
    else this.#close(reason);
  }

  #answer(incoming: Incoming): void {
    let value: unknown;
    try {
      value = jsonOf(incoming);
      this.#act(checkFrame(value));
    } catch (error) {
      this.#fail(error, refOf(value));
    }
  }

  #act(frame: ClientFrame): void {
    if (frame.op === 'hello') throw new SpindleError('invalid-request', 'There has been a hello already');
    if (frame.op === 'ping') {
      this.#outlet.send({ op: 'pong', ...(frame.ref !== undefined && { ref: frame.ref }) });
    } else {
      this.#session?.[frame.op](frame.topics);
    }
  }

  async #greet(incoming: Incoming): Promise<void> {
    this.#state = 'greeting';
    clearTimeout(this.#helloTimer);
    let value: unknown;
    try {
      value = jsonOf(incoming);
      await this.#begin(checkFrame(value));
    } catch (error) {
      this.#turnAway(error, refOf(value));
      return;
    }
    this.#state = 'open';
    for (const held of this.#held.splice(0)) this.#receive(held);
  }

  async #begin(hello: ClientFrame): Promise<void> {
    if (hello.op !== 'hello') throw new SpindleError('unauthenticated', 'Say hello first');
    const connection = await this.#admit(hello);
    this.#atEnd(this.#service.connections.open(connection));
    this.#beat();
    this.#session = await startSession(this.#service, { ...hello, connection }, this.#outlet);
    this.#atEnd(this.#session.stop);
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

  #beat(): void {
    const timer = setInterval(() => {
      if (this.#alive) {
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
