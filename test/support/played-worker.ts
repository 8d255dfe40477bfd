import { readFileSync, rmSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import { encodeFrame, frameDecoder } from '../../src/worker/frames.js';
import { socketPath } from '../../src/worker/worker-paths.js';

type Json = Record<string, unknown>;
interface Said {
  readonly from: 'daemon' | 'worker';
  readonly frame: Json;
}
interface Request {
  readonly do: string;
  readonly after?: number;
}
interface Entry {
  readonly sequence: number;
}

const GOLDEN = new URL('../golden/protocol/', import.meta.url);

const recorded = (name: string): Said[] =>
  JSON.parse(readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as Said[];

/** The recorded words, with what names the drive and the attempt exchanged. */
const wordsOf = (name: string, names: Readonly<Record<string, string>>): Json[] => {
  let text = JSON.stringify(recorded(name));
  for (const [was, is] of Object.entries(names)) text = text.replaceAll(was, is);
  return (JSON.parse(text) as Said[]).filter(({ from }) => from === 'worker').map(({ frame }) => frame);
};

/** What the recorded worker was named for, and had to do. */
const namesIn = (name: string): { drive: string; job: string } => {
  const hello = recorded(name).find(({ from, frame }) => from === 'worker' && frame['op'] === 'hello');
  const status = hello!.frame['status'] as { drive: string; attempt: { job: string } };
  return { drive: status.drive, job: status.attempt.job };
};

const refused = { code: 'worker-incompatible', detail: 'This worker is of another build' };

/** Says on a worker's socket what a worker of another build once said: it ends its attempt, and leaves when it is told to. */
export class PlayedWorker {
  /** What it was asked for, in order. */
  readonly asked: string[] = [];
  readonly #hello: Json;
  readonly #entries: readonly Entry[];
  readonly #path: string;
  readonly #server: Server;

  /** Takes the place of the worker of a drive, whose job is at its first copy and attempt. */
  constructor(golden: string, { runtime, drive, job }: { runtime: string; drive: string; job: string }) {
    const was = namesIn('worker-11a68c0');
    const names = { [was.drive]: drive, [was.job]: job };
    this.#hello = wordsOf(golden, names).find(({ op }) => op === 'hello')!;
    this.#entries = wordsOf('worker-11a68c0', names).flatMap(
      ({ value }) => (value as { entries?: Entry[] } | undefined)?.entries ?? [],
    );
    this.#path = socketPath(runtime, drive);
    rmSync(this.#path, { force: true });
    this.#server = createServer((socket) => {
      this.#serve(socket);
    }).listen(this.#path);
    onTestFinished(() => {
      this.#server.close();
    });
  }

  #serve(socket: Socket): void {
    const decoder = frameDecoder();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const frame of decoder.push(chunk) as Json[]) {
        if (frame['op'] === 'hello') socket.write(encodeFrame(this.#hello));
        else this.#answer(socket, frame['id'] as number, frame['request'] as Request);
      }
    });
  }

  #answer(socket: Socket, id: number, request: Request): void {
    this.asked.push(request.do);
    const value = this.#valueOf(request);
    socket.write(encodeFrame(value ? { op: 'reply', id, value } : { op: 'failure', id, failure: refused }));
    if (request.do !== 'quit') return;
    socket.end();
    this.#server.close();
    rmSync(this.#path, { force: true });
  }

  #valueOf({ do: what, after = 0 }: Request): unknown {
    if (what === 'status') return this.#hello['status'];
    if (what === 'journal') return { entries: this.#entries.filter(({ sequence }) => sequence > after) };
    if (what === 'forget') return {};
    return what === 'quit' ? { ending: true } : undefined;
  }
}
