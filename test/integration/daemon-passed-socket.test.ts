import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasTool } from '../support/has-tool.js';
import { startDaemon, type TestDaemon } from '../support/daemon.js';
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
