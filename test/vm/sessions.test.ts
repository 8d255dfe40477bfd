/**
 * The kernel mounts discs to which others and jobs have appended by turns: each time all that was ever recorded is there. On what is written in
 * sequence it finds the last session by itself; elsewhere the volume has grown.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BlankName } from '../../src/virtual/media.js';
import { sharedDaemon } from '../support/daemon.js';
import { filesOf, filesOfAll, makeDatedFolders } from '../support/dated-folders.js';
import { patient } from '../support/patient.js';
import { sampleOf } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { KernelDrive } from './kernel-drive.js';
import { MOUNT_POINT, mount, unmount } from './holder.js';

/** As in sharing.test.ts: the daemon has no more rights than a service. */
const SERVICE = 65534;

const daemon = sharedDaemon({ user: SERVICE });
const { api } = daemon;
let kernelDrive: KernelDrive;
let drive: string;

const SEQUENTIAL: readonly BlankName[] = ['cd-r', 'dvd+r', 'bd-r', 'dvd-r', 'dvd-rw'];
const MEDIA = [...SEQUENTIAL, 'dvd+rw', 'bd-re', 'dvd-ram'] as const satisfies readonly BlankName[];
/** Each takes a minute: one each day, all where these tests were asked for. */
const tried = process.env['RIG_ASKED'] === 'sessions' ? MEDIA : sampleOf(MEDIA, 1);

/** Between two sessions of a CD lie more than 11,000 blocks. */
const BLOCKS = 100_000;

beforeAll(async () => {
  makeDatedFolders(daemon.source, ['one', 'two', 'three']);
  kernelDrive = await KernelDrive.connect({
    folder: mkdtempSync(join(tmpdir(), 'kd-')),
    group: SERVICE,
    number: 4,
  });
  await kernelDrive.insert('dvd+r');
  drive = await api.firstDrive();
});

afterAll(() => {
  kernelDrive.unplug();
});

const isFree = () =>
  api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');

/** A job records a folder behind what is there, and leaves room for more. */
const byUs = async (name: string, blank: BlankName): Promise<void> => {
  await isFree();
  const close = SEQUENTIAL.includes(blank) ? { close: 'session' } : {};
  const job = await api.submit(folderJob(name, { onNonBlank: 'append', ...close }, { drives: [drive] }));
  expect(await api.ended(job), JSON.stringify(await api.copies(job))).toMatchObject({ outcome: 'ok' });
};

const run = (program: string, ...args: string[]): void => {
  execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
};

const OTHERS: Readonly<Record<string, (folder: string, first: boolean) => void>> = {
  xorriso: (folder) => {
    // Whatever it minds of a drive's speeds is none of its failures.
    const strictness = ['-abort_on', 'FAILURE', '-return_with', 'FAILURE', '32'];
    run('xorriso', ...strictness, '-dev', kernelDrive.device, '-map', folder, '/', '-commit');
  },
  growisofs: (folder, first) => {
    run('growisofs', first ? '-Z' : '-M', kernelDrive.device, '-R', '-quiet', folder);
  },
};

const byOthers = async (program: string, name: string, first = false): Promise<void> => {
  await isFree();
  OTHERS[program]?.(join(daemon.source, name), first);
  // The kernel keeps the size of what was blank until it is told of another medium; not all programs reload.
  await isFree();
  await api.post(`/v1/drives/${drive}/actions/eject`, {});
  await api.driveUntil(drive, ({ contents }) => contents === 'open');
  await api.post(`/v1/drives/${drive}/actions/load`, {});
};

/** What the kernel shows is what was recorded, the later over the earlier. */
const expectMounted = async (...names: string[]): Promise<void> => {
  await isFree();
  mount(kernelDrive.device);
  const expected = filesOfAll(names.map((name) => join(daemon.source, name)));
  expect(filesOf(MOUNT_POINT)).toEqual(expected);
  unmount();
};

/** Nine mounts and three recordings, in a machine that is emulated on one that may be busy. */
const PATIENCE = { timeout: patient(240_000) };

describe.each(tried)('a %s', PATIENCE, (blank) => {
  it('that a job began, xorriso continued and a job again is all there to the kernel', async () => {
    await kernelDrive.exchange(blank, BLOCKS);
    await byUs('one', blank);
    await expectMounted('one');
    await byOthers('xorriso', 'two');
    await expectMounted('one', 'two');
    await byUs('three', blank);
    await expectMounted('one', 'two', 'three');
  });

  it('that others began, a job continued and they again is all there to the kernel', async () => {
    // growisofs writes no CD, and leaves the first session of a BD-R open.
    const program = ['cd-r', 'bd-r'].includes(blank) ? 'xorriso' : 'growisofs';
    await kernelDrive.exchange(blank, BLOCKS);
    await byOthers(program, 'one', true);
    await expectMounted('one');
    await byUs('two', blank);
    await expectMounted('one', 'two');
    await byOthers(program, 'three');
    await expectMounted('one', 'two', 'three');
  });
});
