import { type Socket, connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { readBuild } from '../../src/build.js';
import { patient } from './patient.js';

/** What workers say that tests start: they name it by the files that they consist of. */
export const BUILD = readBuild().name;

/** A frame as JSON; the tests of the protocol read it without our schemas. */
export type Frame = Record<string, unknown> & { op: string };

/** The daemon's end of a worker's socket, written apart from src/: bare frames, nothing checked. */
export class DaemonClient {
  readonly received: Frame[] = [];
  #socket: Socket;
  #bytes = Buffer.alloc(0);
  #ended = false;
  #lastId = 0;
  #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#take(chunk);
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#tell();
    });
    socket.on('error', () => undefined);
  }

  /** Connects once somebody listens; gives up after a while. */
  static async connect(path: string, limitMs = patient(30_000)): Promise<DaemonClient> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const socket = await new Promise<Socket | undefined>((resolve) => {
        const attempt = connect(path);
        attempt.once('connect', () => {
          resolve(attempt);
        });
        attempt.once('error', () => {
          resolve(undefined);
        });
      });
      if (socket) {
        onTestFinished(() => {
          socket.destroy();
        });
        return new DaemonClient(socket);
      }
      if (Date.now() > deadline) throw new Error(`nobody listens on ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #take(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (this.#bytes.length >= 4 && this.#bytes.length >= 4 + this.#bytes.readUInt32BE(0)) {
      const end = 4 + this.#bytes.readUInt32BE(0);
      this.received.push(JSON.parse(this.#bytes.toString('utf8', 4, end)) as Frame);
      this.#bytes = this.#bytes.subarray(end);
    }
    this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  send(frame: object): void {
    const body = Buffer.from(JSON.stringify(frame));
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    this.#socket.write(Buffer.concat([head, body]));
  }

  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The first frame, of all that came or will come, that fits. */
  async frame(fits: (frame: Frame) => boolean, limitMs = 60_000): Promise<Frame> {
    const found = await this.#watch(() => this.received.find(fits) ?? (this.#ended || undefined), limitMs);
    if (found === true) throw new Error(`the connection ended; received ${JSON.stringify(this.received)}`);
    return found;
  }

  async end(limitMs = 30_000): Promise<void> {
    await this.#watch(() => this.#ended || undefined, limitMs);
  }

  #watch<T>(look: () => T | undefined, limitMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        reject(new Error(`waited in vain; received ${JSON.stringify(this.received.slice(-10))}`));
      }, limitMs);
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve(found);
      };
      this.#watchers.add(check);
      check();
    });
  }

  hello(generation = 1, rest: object = {}): void {
    this.send({ op: 'hello', protocol: '1.0', build: BUILD, generation, ...rest });
  }

  /** Attaches and returns the worker's status. */
  async attach(generation = 1, rest: object = {}): Promise<Record<string, unknown>> {
    this.hello(generation, rest);
    const { status } = await this.frame(({ op }) => op === 'hello');
    return status as Record<string, unknown>;
  }

  /** The reply or failure frame of a request. */
  async request(request: object): Promise<Frame> {
    const id = (this.#lastId += 1);
    this.send({ op: 'request', id, request });
    return this.frame((frame) => frame['id'] === id);
  }

  close(): void {
    this.#socket.destroy();
  }
}
