import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { hasTool } from '../support/has-tool.js';
import { startDaemon, TestDaemon } from '../support/daemon.js';
import { until } from '../support/processes.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

const without = hasTool('python3') ? '' : ' (skipped: python3 is missing)';

const MANAGER = fileURLToPath(new URL('../support/service-manager.py', import.meta.url));
/** It listens at the socket and passes it on, as systemd does. */
const startedBy = (socket: string): string[] => ['python3', MANAGER, socket];

const startedAt = async ({ api }: TestDaemon): Promise<string> =>
  ((await api.get('/v1/server')).body as { startedAt: string }).startedAt;

/** The manager has the daemon's words among its own. */
const daemonOf = (manager: TestDaemon): number | undefined =>
  manager.pidsOf('main').find((pid) => pid !== manager.pid);

/** A new daemon behind the same socket; resolves when the old one is gone. */
const restartBehindSocket = async (daemon: TestDaemon): Promise<void> => {
  const old = daemonOf(daemon);
  process.kill(daemon.pid, 'SIGUSR1');
  await until('another daemon was started', () => {
    const now = daemonOf(daemon);
    return now !== undefined && now !== old;
  });
};

const socketsOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)].filter((target) => target.startsWith('socket:'));
    } catch {
      return []; // closed meanwhile
    }
  });

describe.skipIf(without !== '')(`a daemon whose socket is passed to it${without}`, () => {
  it('leaves its mode as it is, and keeps it when the daemon ends', async () => {
    const daemon = await startDaemon({ startedBy, config: { groups: ['0'] } });
    expect(statSync(daemon.socket).mode & 0o777).toBe(0o600);
    const inode = statSync(daemon.socket).ino;
    await restartBehindSocket(daemon);
    await startedAt(daemon);
    expect(statSync(daemon.socket).ino).toBe(inode);
  });

  it('says where it is served where the configuration has another', async () => {
    const daemon = await startDaemon({ startedBy: (socket) => startedBy(`${socket}.unit`) });
    const { status } = await new ApiClient(`${daemon.socket}.unit`).ask('GET', '/v1/server');
    expect(status).toBe(200);
    const said = daemon.log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; socket?: string; configured?: string })
      .filter(({ socket }) => socket !== undefined);
    expect(said).toMatchObject([
      { socket: `${daemon.socket}.unit`, configured: daemon.socket },
      { socket: `${daemon.socket}.unit`, msg: 'the daemon serves' },
    ]);
    expect(existsSync(daemon.socket)).toBe(false);
  });

  it('serves through a restart everybody who comes, and refuses nobody’s connection', async () => {
    const daemon = await startDaemon({ startedBy });
    const { api } = daemon;
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [slowWrites(3000)]);
    fillFolder(daemon.source, 'folder');
    const job = await api.submit(folderJob('folder'));
    await api.inPhase(job, 'write');
    const before = await startedAt(daemon);
    await restartBehindSocket(daemon);
    // The next daemon does not serve yet: these wait in the socket that is listened at all the time.
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.ask('GET', '/v1/server')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await startedAt(daemon)).not.toBe(before);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('keeps it from its workers, which would keep it alive', async () => {
    const daemon = await startDaemon({ startedBy });
    const drive = await daemon.api.addDrive();
    const [listener] = socketsOf(daemon.pid);
    expect(socketsOf(daemonOf(daemon)!)).toContain(listener);
    expect(socketsOf(daemon.workerOf(drive))).not.toContain(listener);
  });
});

it('serves though nobody hears at the address that a service manager gave it', async () => {
  const daemon = new TestDaemon({});
  onTestFinished(() => daemon.destroy());
  Object.assign(daemon.environment, { NOTIFY_SOCKET: `${daemon.folder}/nobody`, WATCHDOG_USEC: '20000' });
  await daemon.start();
  await daemon.api.addDrive(); // several signs of life later
  expect(daemon.isRunning).toBe(true);
  expect(daemon.log.match(/the service manager cannot be told/g)).toHaveLength(1);
  expect(await daemon.stop()).toBe(0);
});
