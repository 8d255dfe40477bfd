import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** proc(5): of all processors, the eighth figure of the first line, in hundredths of a second. */
const stolenMs = () => Number(readFileSync('/proc/stat', 'utf8').split(/\s+/, 9)[8]) * 10;

/**
 * How often and how long the machine itself stood still, which no program on it can help: a virtual machine whose host
 * is busy. A drive's buffer of 2 MiB lasts 94 ms at DVD 16x.
 */
export const watchStandstills = () => {
  const child = fork(new URL('./standstill-watch.mjs', import.meta.url));
  const stolenBefore = stolenMs();
  /** @type {number[]} */
  const gaps = [];
  child.on('message', (ms) => gaps.push(Number(ms)));
  return () => {
    child.disconnect();
    return { gaps: gaps.length, longestMs: Math.max(0, ...gaps), stolenMs: stolenMs() - stolenBefore };
  };
};
