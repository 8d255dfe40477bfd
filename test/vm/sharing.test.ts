import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, mkdtempSync, openSync, closeSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REAL_TIMING } from '../../src/drive/timing.js';
import { sgAccess } from '../../src/worker/sg-access.js';
import { sharedDaemon } from '../support/daemon.js';
import { patient } from '../support/patient.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { KernelDrive } from './kernel-drive.js';
import {
  MOUNT_POINT,
  holdByFlock,
  holdExclusively,
  holdShared,
  mount,
  mountRefusal,
  unmount,
} from './holder.js';

/** The daemon has no more rights than a service has: a user of its own, in the group of the device node. */
const SERVICE = 65534;
const LOOK_MS = patient(250);

const daemon = sharedDaemon({
  user: SERVICE,
  config: { rawCommands: 'vendor' },
  workers: { lookIntervalMs: LOOK_MS },
});
const { api } = daemon;
let kernelDrive: KernelDrive;
let device: string;
let drive: string;

/** What this process may see and do from now on. */
const beService = (): void => {
  process.setegid?.(SERVICE);
  process.seteuid?.(SERVICE);
};
const beRoot = (): void => {
  process.seteuid?.(0);
  process.setegid?.(0);
};

/** The daemon's own look must have come by several times. */
const severalLooks = () => sleep(6 * LOOK_MS);

const errorOfExclusiveOpen = (): string => {
  try {
    closeSync(openSync(device, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_EXCL));
    return 'it was opened';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
};

/** Digest of each file beneath a folder, by its path. */
const digestsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map(
        (file) =>
          [file.slice(folder.length), createHash('sha256').update(readFileSync(file)).digest('hex')] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

beforeAll(async () => {
  kernelDrive = await KernelDrive.connect({ folder: mkdtempSync(join(tmpdir(), 'kd-')), group: SERVICE });
  ({ device } = kernelDrive);
  await kernelDrive.insert('dvd+r');
  fillFolder(daemon.source, 'folder', 12);
});
afterAll(() => {
  kernelDrive.unplug();
});

describe('a drive of the kernel', () => {
  it('is found by a daemon that runs already', async () => {
    drive = await api.firstDrive();
    await api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');
    expect(await api.drive(drive)).toMatchObject({ medium: { kind: 'dvd+r', status: 'empty' } });
  });

  it('is nobody else’s while it records; what it recorded mounts without being ejected, and every file is right', async () => {
    const job = await api.submit(folderJob('folder', { verify: 'full' }, { drives: [drive] }));
    await api.inPhase(job, 'write');
    expect(errorOfExclusiveOpen()).toBe('EBUSY');
    expect(mountRefusal(device)).toMatch(/busy/i);
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });

    mount(device);
    expect(digestsOf(MOUNT_POINT)).toEqual(digestsOf(join(daemon.source, 'folder')));
    unmount();
  });
});

describe('an idle daemon', () => {
  it('reads a disc that was exchanged, though the drive has told the kernel of it and tells nobody twice', async () => {
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    const worker = daemon.workerOf(drive);
    process.kill(worker, 'SIGSTOP');
    await kernelDrive.exchange('cd-r');
    const asked = kernelDrive.commands().length;
    for (let times = 0; times < 4; times += 1)
      closeSync(openSync(device, constants.O_RDONLY | constants.O_NONBLOCK));
    const GET_EVENT_STATUS = '4a';
    expect(kernelDrive.commands().slice(asked)).toContain(GET_EVENT_STATUS);
    process.kill(worker, 'SIGCONT');
    await api.driveUntil(drive, ({ medium }) => medium?.kind === 'cd-r');

    await kernelDrive.exchange('dvd+r');
    await api.driveUntil(drive, ({ medium }) => medium?.kind === 'dvd+r');
    await api.ended(await api.submit(folderJob('folder', {}, { drives: [drive] })));
  });

  it('lets a disc be mounted, read and ejected by others', async () => {
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    for (let times = 0; times < 10; times += 1) {
      mount(device);
      unmount();
    }
    const CDROMEJECT = 0x5309;
    execFileSync('python3', [
      '-c',
      `import os, fcntl; fcntl.ioctl(os.open("${device}", os.O_RDONLY | os.O_NONBLOCK), ${CDROMEJECT})`,
    ]);
    await api.driveUntil(drive, ({ contents }) => contents === 'open');
    await api.post(`/v1/drives/${drive}/actions/load`, {});
    await api.driveUntil(drive, ({ contents }) => contents === 'ready');
  });

  it('sends nothing to a drive whose disc is mounted, and says where', async () => {
    mount(device);
    await api.driveUntil(
      drive,
      ({ holding, holder }) => holding === 'foreign-busy' && holder === `mount ${MOUNT_POINT}`,
    );
    const before = kernelDrive.commands();
    await severalLooks();
    expect(kernelDrive.commands().slice(before.length)).toEqual([]);
    unmount();
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
  });

  it('names the mount that came while it was looking who has the drive', async () => {
    await holdShared(device, 0);
    let looks = 0;
    const sleep = (): Promise<void> => {
      beRoot();
      if ((looks += 1) === 1) mount(device);
      beService();
      return Promise.resolve();
    };
    beService();
    const look = sgAccess(device, { ...REAL_TIMING, sleep }).openToLook();
    await expect(look.finally(beRoot)).rejects.toThrow(`mount ${MOUNT_POINT}`);
    await api.driveUntil(drive, ({ holding }) => holding === 'foreign-busy');
    unmount();
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
  });

  describe.each([
    ['that it may look into', SERVICE],
    ['of another user', 0],
  ])('and a program %s', (_, user) => {
    it.each([
      ['has opened it exclusively', holdExclusively],
      ['has locked it', holdByFlock],
    ])('sends nothing to a drive that the program %s, and names it', async (_, hold) => {
      const program = await hold(device, user);
      const { holder } = await api.driveUntil(drive, ({ holding }) => holding === 'foreign-busy');
      expect(holder).toContain('python3');
      expect(holder).toContain(String(program.pid));
      const before = kernelDrive.commands();
      await severalLooks();
      expect(kernelDrive.commands().slice(before.length)).toEqual([]);
      await program.letGo();
      await api.driveUntil(drive, ({ holding }) => holding === 'free');
    });
  });

  it('lets a job wait for a program, by name, and go on by itself when that lets go', async () => {
    await kernelDrive.exchange('dvd+rw');
    await api.driveUntil(drive, ({ holding, medium }) => holding === 'free' && medium?.kind === 'dvd+rw');
    const program = await holdExclusively(device, 0);
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    const { reasons } = await api.jobUntil(job, (one) => one.reasons[0]?.code === 'drives-busy');
    expect(reasons).toMatchObject([{ drive }]);
    expect(reasons[0]?.detail).toContain(`python3 (pid ${program.pid})`);
    await program.letGo();
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});

describe('a lease', () => {
  it('keeps mounts away, also over the death of the daemon, until somebody breaks it by force', async () => {
    const path = `/v1/drives/${drive}/lease`;
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    await api.post(path, { name: 'archive robot', seconds: 600 });
    expect(mountRefusal(device)).toMatch(/busy/i);

    await daemon.kill();
    expect(mountRefusal(device)).toMatch(/busy/i);
    await daemon.start();
    expect(await api.drive(drive)).toMatchObject({ holding: 'leased', holder: 'archive robot' });
    expect(mountRefusal(device)).toMatch(/busy/i);

    await api.delete(`${path}?force=true`);
    expect(await api.drive(drive)).toMatchObject({ holding: 'free' });
    mount(device);
    unmount();
  });

  it('sends what the kernel lets a service send, and says what is left to root', async () => {
    const { body } = await api.post(`/v1/drives/${drive}/lease`, { name: 'lab', seconds: 600 });
    const commands = `/v1/drives/${drive}/commands`;
    const order = (cdb: string, direction = 'from-drive') => ({
      cdb,
      class: 'vendor',
      direction,
      ...(direction === 'from-drive' && { length: 8 }),
      lease: (body as { id: string }).id,
    });
    const kept = [
      order('01 00 00 00 00 00', 'none'), // REZERO UNIT
      order('a5 00 00 00 00 00 00 00 00 00 00 00', 'none'), // PLAY AUDIO (12)
      order('ab 01 00 00 00 00 00 00 00 08 00 00'), // READ MEDIA SERIAL NUMBER
      order('bd 00 00 00 00 00 00 00 00 08 00 00'), // MECHANISM STATUS
      order('f8 00 00 00 00 00 00 00 00 08 00 00'), // left to vendors by SPC
    ];
    for (const command of kept)
      expect(await api.refused('POST', commands, command)).toMatchObject({ code: 'command-not-permitted' });
    const asked = await api.post(commands, order('12 00 00 00 08 00'));
    expect(asked.body).toMatchObject({ status: 'good', moved: 8 });
    await api.delete(`/v1/drives/${drive}/lease?force=true`);
  });
});
