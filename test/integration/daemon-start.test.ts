import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type ListenOptions } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { programPath } from '../../src/program.js';
import { type DaemonOptions, startDaemon, TestDaemon } from '../support/daemon.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Somebody else who listens there. */
const listener = async (at: ListenOptions): Promise<AddressInfo | string | null> => {
  const server = createServer().listen(at);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return server.address();
};

/** A daemon on a folder of its own that has not been started. */
const aDaemon = (options: DaemonOptions = {}): TestDaemon => {
  const daemon = new TestDaemon(options);
  onTestFinished(() => daemon.destroy());
  return daemon;
};

/** What it says on its standard error, but its log, which is JSON. */
const toldBy = async (daemon: TestDaemon): Promise<string> => {
  const { code, stderr } = await daemon.startInVain();
  expect(code).toBe(1);
  const told = stderr.split('\n').filter((line) => !line.startsWith('{'));
  expect(told.filter((line) => /^\s+at /.test(line))).toEqual([]);
  return told.join('\n').trim();
};

describe('a daemon that cannot start', () => {
  it('says that its port is taken, and what to do', async () => {
    const { port } = (await listener({ host: '127.0.0.1', port: 0 })) as AddressInfo;
    const told = await toldBy(aDaemon({ config: { tcp: { port } } }));
    expect(told).toContain(
      `spindled: 127.0.0.1:${port}: another program listens there.\nChoose another port`,
    );
  });

  it('names the daemon that has its runtime directory, though it has a state of its own', async () => {
    const first = await startDaemon();
    const second = aDaemon({ config: { runtimeDirectory: first.runtime } });
    const told = await toldBy(second);
    expect(told).toContain(`${join(first.runtime, 'runtime.lock')} is held by process ${first.pid}`);
    expect(told).toContain('choose another runtime directory by --runtime');
    expect((await first.api.get('/readyz')).status).toBe(200);
  });

  it('may keep its state where it runs: one directory has both locks', async () => {
    const both = join(temporaryFolder(), 'both');
    const daemon = await startDaemon({ config: { stateDirectory: both, runtimeDirectory: both } });
    expect(daemon.isRunning).toBe(true);
  });

  it('says that another program listens at its socket', async () => {
    const daemon = aDaemon();
    mkdirSync(daemon.runtime, { mode: 0o755 });
    await listener({ path: daemon.socket });
    expect(await toldBy(daemon)).toContain(
      `Another program listens at ${daemon.socket}.\nStop that program, or choose another socket by --socket.`,
    );
  });

  it('names its damaged database and does not speak of a backup that is not there', async () => {
    const daemon = aDaemon();
    mkdirSync(daemon.state, { mode: 0o700 });
    const database = join(daemon.state, 'spindle.db');
    writeFileSync(database, 'no database'.repeat(1000), { mode: 0o600 });
    const told = await toldBy(daemon);
    expect(told).toContain(`spindled: ${database}: `);
    expect(told).toContain('there is no backup of it beside it');
  });

  it('leaves none of the directories that it has made for nothing', () => {
    const folder = temporaryFolder();
    const deep = join(folder, 'new', 'state');
    const env = { PATH: process.env['PATH'], HOME: folder };
    const words = ['--state', deep, '--runtime', join(folder, 'r'.repeat(120))];
    const { status, stderr } = spawnSync(process.execPath, [programPath('main'), ...words], {
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('a Unix socket at most 107');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [['--bogus'], /^spindled: Unknown option '--bogus'/],
    [['--tcp', 'everywhere'], /^spindled: --tcp everywhere: expected HOST:PORT/],
  ])('points at --help for %j, with code 2', (args, expected) => {
    const env = { PATH: process.env['PATH'], HOME: temporaryFolder() };
    const program = [programPath('main'), ...args];
    const { status, stderr } = spawnSync(process.execPath, program, { env, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toMatch(expected);
    expect(stderr).toContain('spindled --help');
    expect(stderr).not.toContain('`detail`');
  });
});

describe('a daemon that is asked', () => {
  it.each([
    ['--version', /^\d+\.\d+\.\d+\n$/],
    ['--help', /^spindled: the Spindle daemon\n.* --version /s],
  ])('for %s tells it and ends', (flag, told) => {
    const { status, stdout } = spawnSync(process.execPath, [programPath('main'), flag], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(told);
  });
});
