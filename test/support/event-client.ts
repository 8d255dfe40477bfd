import { onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { serverFrame } from '../../src/jobs/frames.js';

/** A frame as it came, checked against the schema that is published. */
export type Frame = Record<string, unknown> & { op: string };

/** A client of /v1/events that keeps what it hears; whatever breaks the published schema fails the test. */
export class EventClient {
  readonly frames: Frame[] = [];
  readonly invalid: unknown[] = [];
  readonly #socket: WebSocket;
  readonly #watchers = new Set<() => void>();
  #closed: { code: number; reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const frame = JSON.parse((data as Buffer).toString()) as Frame;
      const parsed = serverFrame.safeParse(frame);
      if (!parsed.success) this.invalid.push({ frame, issues: parsed.error.issues });
      this.frames.push(frame);
      this.#tell();
    });
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
      this.#tell();
    });
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }

  async #watch<T>(look: () => T | undefined, what: string): Promise<T> {
    for (const deadline = Date.now() + 20_000; ;) {
      const found = look();
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`${what} did not come; heard ${JSON.stringify(this.frames).slice(0, 2000)}`);
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#watchers.delete(done);
          resolve();
        };
        const timer = setTimeout(done, left);
        this.#watchers.add(done);
      });
    }
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The first frame, of all that came or will come, that fits. */
  frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    return this.#watch(() => this.frames.find(fits), 'the frame');
  }

  /** Waits until so many frames of a kind have come. */
  count(op: string, number: number): Promise<Frame[]> {
    return this.#watch(() => {
      const found = this.frames.filter((frame) => frame.op === op);
      return found.length >= number ? found : undefined;
    }, `${number} x ${op}`);
  }

  closed(): Promise<{ code: number; reason: string }> {
    return this.#watch(() => this.#closed, 'the close');
  }

  close(): void {
    this.#socket.close();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}

/** Opens a WebSocket that is closed after the test; rejects with the status of a refused upgrade. */
export const openEvents = async (address: string, options: ClientOptions = {}): Promise<EventClient> => {
  const socket = new WebSocket(address, options);
  onTestFinished(() => {
    socket.terminate();
  });
  const client = new EventClient(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`refused with ${response.statusCode ?? 0}`));
    });
    socket.once('error', reject);
  });
  return client;
};

export const seqsOf = (client: EventClient): number[] =>
  client.frames.filter(({ op }) => op === 'event').map(({ seq }) => seq as number);
