import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon({ virtualDrives: 1 });
const { api } = daemon;

const addonsOf = (pid: number): Set<string> =>
  new Set(readFileSync(`/proc/${pid}/maps`, 'utf8').match(/[\w.-]+\.node$/gm));

const openFilesOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed meanwhile
    }
  });

describe('the processes of a daemon', () => {
  it('has not loaded the addon that reaches hardware, even after a burn; os.node and SQLite it has', async () => {
    fillFolder(daemon.source, 'folder');
    expect(await api.ended(await api.submit(folderJob('folder')))).toMatchObject({ state: 'completed' });
    const addons = addonsOf(daemon.pid);
    expect(addons).toContain('os.node');
    expect(addons).toContain('better_sqlite3.node');
    expect(addons).not.toContain('sg.node');
  });

  it('keep the database out of the worker', async () => {
    const [drive] = await api.drives();
    expect(addonsOf(daemon.workerOf(drive!.id))).not.toContain('better_sqlite3.node');
  });

  it('give a worker none of the descriptors of the daemon', async () => {
    const [drive] = await api.drives();
    const files = openFilesOf(daemon.workerOf(drive!.id));
    expect(
      files.filter(
        (file) =>
          file.includes('spindle.db') || file.includes('daemon.lock') || file.includes('runtime.lock'),
      ),
    ).toEqual([]);
  });

  it('keep an idle worker away from what it has recorded', async () => {
    const [drive] = await api.drives();
    const files = openFilesOf(daemon.workerOf(drive!.id));
    expect(files.filter((file) => file.startsWith(daemon.source))).toEqual([]);
  });

  it('close state and workers to other users, and not the socket to its group', () => {
    expect(statSync(daemon.state).mode & 0o777).toBe(0o700);
    expect(statSync(join(daemon.runtime, 'w')).mode & 0o777).toBe(0o700);
    expect(statSync(daemon.socket).mode & 0o007).toBe(0);
  });
});
