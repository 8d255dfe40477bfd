import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FoundProcess, processesOf, until } from '../support/processes.js';

const RUN = join(import.meta.dirname, 'run.mjs');
const MARK = 'FAULTS_TEST_RUN';

let runs = 0;

/** A run with its folder for temporary files; `begun` resolves when it has a daemon. */
const run = (folder: string) => {
  const mark = String((runs += 1));
  const child = spawn(process.execPath, [RUN, '--only', 'cd-r | bus reset | sync'], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: folder, [MARK]: mark },
  });
  const left = () => processesOf(MARK, mark).filter(({ pid }) => pid !== child.pid);
  const isDaemon = ({ argv }: FoundProcess): boolean => argv.some((word) => word.endsWith('dist/main.js'));
  return {
    left,
    begun: () => until('a daemon was there', () => left().some(isDaemon)),
    end: async (signal: NodeJS.Signals): Promise<unknown> => {
      child.kill(signal);
      const [, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      return by;
    },
  };
};

const mountsBeneath = (folder: string): string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${folder}/`));

const aFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sp-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

/** No file, and so no mount that could keep one. */
const expectNothingIn = (folder: string): void => {
  expect(mountsBeneath(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
};

describe('a run of all faults that is killed', { timeout: 180_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s leaves no process, no mount and no file', async (signal) => {
    const folder = aFolder();
    const { left, begun, end } = run(folder);
    await begun();
    expect(await end(signal)).toBe(signal);
    expect(left()).toEqual([]);
    expectNothingIn(folder);
  });

  it('by SIGKILL has the next one clear what it left', async () => {
    const folder = aFolder();
    const first = run(folder);
    await first.begun();
    await first.end('SIGKILL');
    expect(first.left()).not.toEqual([]);
    const next = run(folder);
    await next.begun();
    expect(first.left()).toEqual([]);
    await next.end('SIGTERM');
    expectNothingIn(folder);
  });
});
