import { setTimeout as sleep } from 'node:timers/promises';
import type { SpindleError } from '../errors.js';
import type { StartedProcess } from './spawn-drive-process.js';

const RETRY_MS = 50;

interface ComingUp<Found> {
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Undefined while it does not listen yet. */
  readonly find: () => Promise<Found | undefined>;
  /** @param how what became of the process, in words, e.g. `ended with code 70` */
  readonly failed: (how: string) => SpindleError;
}

/** Waits for a process that was started until it listens; no longer than it lives. */
export const comeUp = async <Found>(
  started: StartedProcess,
  { limitMs, signal, find, failed }: ComingUp<Found>,
): Promise<Found> => {
  const deadline = performance.now() + limitMs;
  for (;;) {
    await sleep(RETRY_MS, undefined, { signal });
    const ended = started.ended(); // before it is looked for: somebody else's may listen there, which had its place
    const found = await find();
    if (found !== undefined) return found;
    if (ended !== undefined) throw failed(ended);
    if (performance.now() > deadline) throw failed(`does not listen after ${limitMs / 1000} s`);
  }
};
