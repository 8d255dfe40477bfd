import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { patient } from './patient.js';

export interface FoundProcess {
  readonly pid: number;
  readonly argv: readonly string[];
}

const wordsOf = (pid: string, file: 'cmdline' | 'environ'): string[] => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return []; // it ended while we looked, or is not ours
  }
};

/** All living processes whose environment has this variable with this value: children inherit it. */
export const processesOf = (variable: string, value: string): FoundProcess[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => wordsOf(pid, 'environ').includes(`${variable}=${value}`))
    .map((pid) => ({ pid: Number(pid), argv: wordsOf(pid, 'cmdline') }));

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const POLL_MS = 20;

/** Resolves when it is so; there are things that no event tells of. */
export const until = async (what: string, isSo: () => boolean, limitMs = patient(60_000)): Promise<void> => {
  for (const deadline = Date.now() + limitMs; !isSo();) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(POLL_MS);
  }
};

/** Kills them and whatever they start meanwhile; resolves when none is left. */
export const endProcesses = (find: () => readonly FoundProcess[]): Promise<void> =>
  until('all processes had ended', () => {
    const left = find();
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has just ended by itself
      }
    }
    return left.length === 0;
  });

/** kill -9; resolves when the process is gone. */
export const killProcess = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  await until(`process ${pid} was gone`, () => !isAlive(pid));
};
