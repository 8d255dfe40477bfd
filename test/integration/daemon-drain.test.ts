import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { cliResult, runCli, startCli } from '../support/cli.js';
import { startDaemon, type TestDaemon } from '../support/daemon.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

interface Server {
  readonly draining: boolean;
  readonly underway: number;
}

const server = async ({ api }: TestDaemon): Promise<Server> => (await api.get('/v1/server')).body as Server;

/** A daemon that records a disc for so long, and another job that could begin on a second drive. */
const recording = async (ms = 4000): Promise<{ daemon: TestDaemon; running: string; drives: string[] }> => {
  const daemon = await startDaemon();
  const { api } = daemon;
  const drives = [await api.addDrive({ blank: 'dvd+r' }), await api.addDrive({ blank: 'dvd+r' })];
  await api.faults(drives[0]!, [slowWrites(ms)]);
  fillFolder(daemon.source, 'folder');
  const running = await api.submit(folderJob('folder', {}, { drives: [drives[0]] }));
  await api.inPhase(running, 'write');
  return { daemon, running, drives };
};

const drain = (daemon: TestDaemon, ...args: string[]) =>
  runCli(['--socket', daemon.socket, 'drain', ...args]);

/** Resolves when `spindle drain` says that it waits. */
const waits = async (command: ChildProcess): Promise<void> => {
  const lines = createInterface(command.stderr!);
  for await (const line of lines) if (line.includes('being recorded')) return;
  throw new Error('it did not wait');
};

describe('a daemon that is drained', () => {
  it('ends the disc that is being recorded, begins no other, and says so until it is resumed', async () => {
    const { daemon, running } = await recording();
    const { api } = daemon;
    const command = startCli(['--socket', daemon.socket, 'drain']);
    const done = cliResult(command);
    await waits(command);
    expect(await server(daemon)).toMatchObject({ draining: true, underway: 1 });
    const waiting = await api.submit(folderJob('folder'));
    await api.jobUntil(waiting, ({ reasons }) => reasons.some(({ code }) => code === 'draining'));

    expect(await done).toMatchObject({ code: EXIT.ok });
    expect(await api.job(running)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(await server(daemon)).toMatchObject({ draining: true, underway: 0 });
    expect((await api.copies(waiting)).flatMap(({ tries }) => tries)).toEqual([]);

    expect(await drain(daemon, '--resume')).toMatchObject({ code: EXIT.ok });
    expect(await api.ended(waiting)).toMatchObject({ state: 'completed', reasons: [] });
    const told = (await api.events()).filter(({ kind }) => kind === 'server.changed');
    expect(told.map(({ data }) => data)).toEqual([
      { draining: false },
      { draining: true },
      { draining: false },
    ]);
  });

  it('is waited for no longer than the limit says', async () => {
    const { daemon, running } = await recording();
    const { code, stdout } = await drain(daemon, '--limit', '0');
    expect(code).toBe(EXIT.stillRecording);
    expect(stdout.toString()).toContain('1 disc is being recorded');
    expect(await daemon.api.ended(running)).toMatchObject({ state: 'completed' });
    expect(await drain(daemon, '--limit', '0')).toMatchObject({ code: EXIT.ok });
  });

  it('that is resumed by somebody else ends the wait with code 6', async () => {
    const { daemon } = await recording(20_000);
    const command = startCli(['--socket', daemon.socket, 'drain']);
    const done = cliResult(command);
    await waits(command);
    expect(await drain(daemon, '--resume')).toMatchObject({ code: EXIT.ok });
    expect(await done).toMatchObject({ code: EXIT.canceled });
  });

  it('that is restarted meanwhile is drained again by who still waits', async () => {
    const { daemon, running } = await recording();
    const command = startCli(['--socket', daemon.socket, 'drain']);
    const done = cliResult(command);
    await waits(command);
    await daemon.restart();
    expect(await done).toMatchObject({ code: EXIT.ok });
    expect(await daemon.api.job(running)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(await server(daemon)).toMatchObject({ draining: true, underway: 0 });
  });

  it('dispatches again after its next start', async () => {
    const { daemon, running, drives } = await recording(100);
    const { api } = daemon;
    await drain(daemon);
    await api.ended(running);
    const waiting = await api.submit(folderJob('folder', {}, { drives: [drives[1]] }));
    await api.jobUntil(waiting, ({ reasons }) => reasons.some(({ code }) => code === 'draining'));
    await daemon.restart();
    expect(await api.ended(waiting)).toMatchObject({ state: 'completed' });
    expect(await server(daemon)).toMatchObject({ draining: false });
  });

  it('may be drained by administrators only', async () => {
    const daemon = await startDaemon();
    const token = await daemon.token('status', 'jobs:write', 'drives:control');
    const { code, stderr } = await runCli(['--url', daemon.url, '--token', token, 'drain']);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('forbidden');
    expect(await server(daemon)).toMatchObject({ draining: false });
  });
});

describe('a daemon that was stopped while a disc is recorded', () => {
  const stopped = async (ms: number) => {
    const { daemon, running, drives } = await recording(ms);
    const worker = daemon.workerOf(drives[0]!);
    await daemon.stop();
    return { daemon, running, worker };
  };

  it('has its worker waited for, which is named, until the disc is good', async () => {
    const { daemon, running, worker } = await stopped(4000);
    const { code, stdout, stderr } = await drain(daemon, '--limit', '10', '--state', daemon.state);
    expect(stderr).toContain(`process ${worker}`);
    expect({ code, told: stdout.toString() }).toEqual({
      code: EXIT.ok,
      told: 'no daemon answers, and none of its workers is left\n',
    });
    expect(daemon.pidsOf('worker/main')).toEqual([]);
    await daemon.start();
    await daemon.api.ended(running);
    const [copy] = await daemon.api.copies(running);
    expect(copy).toMatchObject({ state: 'good', tries: [{ state: 'good' }] });
  });

  it('is waited for no longer than the limit says, and not at all by who does not know its state', async () => {
    const { daemon, worker } = await stopped(600_000);
    const limited = await drain(daemon, '--limit', '0', '--state', daemon.state);
    expect(limited.code).toBe(EXIT.stillRecording);
    expect(limited.stdout.toString()).toContain(`process ${worker}`);
    const unknowing = await drain(daemon, '--limit', '1');
    expect(unknowing.code).toBe(EXIT.unreachable);
    expect(unknowing.stderr).toContain('--state');
    const mistaken = await drain(daemon, '--state', join(daemon.folder, 'nowhere'));
    expect(mistaken.code).toBe(EXIT.usage);
    const another = await drain(daemon, '--state', daemon.source);
    expect(another.code).toBe(EXIT.usage);
    expect(another.stderr).toContain('no daemon has kept its state there');
  });

  it('is not taken for one that is gone while it cannot be asked', async () => {
    const daemon = await startDaemon();
    const args = [
      '--socket',
      join(daemon.folder, 'no.sock'),
      'drain',
      '--limit',
      '0',
      '--state',
      daemon.state,
    ];
    const { code, stdout } = await runCli(args);
    expect(code).toBe(EXIT.stillRecording);
    expect(stdout.toString()).toMatch(/^the daemon, process \d+, does not answer/);
  });

  it.skipIf(process.getuid?.() !== 0)('is waited for by nobody who may not look there [root]', async () => {
    const { daemon } = await stopped(600_000);
    const nobody = { uid: 65_534, gid: 65_534, cwd: '/' };
    const args = ['--socket', join(daemon.folder, 'no.sock'), 'drain', '--state', daemon.state];
    const { code, stderr } = await runCli(args, nobody);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('as the user of the daemon');
  });
});

it('`spindle drain` refuses a limit that is no number', async () => {
  const command = startCli(['drain', '--limit', 'soon']);
  const [code] = (await once(command, 'exit')) as [number];
  expect(code).toBe(EXIT.usage);
});
