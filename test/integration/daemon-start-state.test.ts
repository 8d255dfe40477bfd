import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type DaemonOptions, TestDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The user of a service. */
const SERVICE = 4713;

/** A job that is there, in the state of a daemon that was stopped. */
const withAJob = async (options: DaemonOptions = {}) => {
  const daemon = new TestDaemon(options);
  onTestFinished(() => daemon.destroy());
  await daemon.start();
  fillFolder(daemon.source, 'folder');
  const job = await daemon.api.submit(folderJob('folder'));
  await daemon.stop();
  return { daemon, job };
};

/** What it says on its standard error, but its log, which is JSON. It is to be started again, and to know what it knew. */
const toldBy = async (daemon: TestDaemon): Promise<string> => {
  const { code, stderr } = await daemon.startInVain();
  expect(code).toBe(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('begin anew');
  return stderr;
};

const aSmallDisk = (): string | undefined => {
  const disk = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=755', 'spindle-test', disk], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', disk]));
  return disk;
};

/** Takes all that is left of a disk. */
const fill = (filler: string): void => {
  const fd = openSync(filler, 'w');
  try {
    for (;;) writeSync(fd, new Uint8Array(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(fd);
  }
};

/** Five daemons start one after the other; on a busy machine each takes seconds. */
const SLOW = { timeout: patient(180_000) };

describe('a daemon that cannot write to its state', SLOW, () => {
  it('asks for space where the disk is full, and has its jobs when there is some [root, mount]', async ({
    skip,
  }) => {
    const disk = aSmallDisk();
    if (disk === undefined) return skip('nobody may mount here');
    const state = join(disk, 'state');
    const { daemon, job } = await withAJob({ config: { stateDirectory: state } });
    const filler = join(disk, 'filler');
    fill(filler);
    expect(await toldBy(daemon)).toContain(
      `spindled: There is no space left for ${join(state, 'spindle.db')}.\nFree space`,
    );
    rmSync(filler);
    await daemon.start();
    expect(await daemon.api.job(job)).toMatchObject({ id: job });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'asks for the rights where somebody else, who once ran one there, has left a file [root]',
    async () => {
      const { daemon, job } = await withAJob({ user: SERVICE });
      for (const name of ['daemon.lock', 'spindle.db', 'spindle.db-wal']) {
        const file = join(daemon.state, name);
        if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 });
        chownSync(file, 0, 0);
        const told = await toldBy(daemon);
        expect(told).toContain(`${file} belongs to user 0`);
        expect(told).toContain('back to the user of the daemon');
        chownSync(file, SERVICE, SERVICE);
      }
      await daemon.start();
      expect(await daemon.api.job(job)).toMatchObject({ id: job });
    },
  );
});
