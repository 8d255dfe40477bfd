import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { programPath } from '../../src/program.js';
import type { Frame } from './daemon-client.js';

/** Frames of the mastering process, taken apart without our code. */
const framesIn = (bytes: Buffer): Frame[] => {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    frames.push(JSON.parse(bytes.toString('utf8', at + 4, end)) as Frame);
    at = end;
  }
  return frames;
};

export interface MasteringRun {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly done: Promise<{ frames: Frame[]; last: Frame | undefined; code: number | null; errors: string }>;
}

/** Starts a mastering process with this text as its argument. */
export const startMastering = (argument: string, heapMiB = 512): MasteringRun => {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heapMiB}`, programPath('worker/mastering')],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end(argument);
  const finish = async (): ReturnType<() => MasteringRun['done']> => {
    const [output, errors, [code]] = await Promise.all([
      buffer(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    const frames = framesIn(output);
    return { frames, last: frames.at(-1), code, errors };
  };
  return { child, done: finish() };
};

export const masteringText = (argument: object): string =>
  JSON.stringify(argument, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

/** Makes an image file; the value of its result. */
export const masterIn = async (argument: object): Promise<Record<string, unknown>> => {
  const { last, errors } = await startMastering(masteringText(argument)).done;
  if (last?.op !== 'result') throw new Error(`${JSON.stringify(last)} ${errors}`);
  return last['result'] as Record<string, unknown>;
};
