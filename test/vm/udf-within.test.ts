/**
 * A medium that mkudffs has formatted in a drive of the kernel, and to which the kernel and jobs write by turns: each finds free what the other
 * left free, and all that was ever written is there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validate } from '../../src/image/import/validate.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { sharedDaemon } from '../support/daemon.js';
import { sampleOf } from '../support/sample.js';
import { folderJob } from '../support/sources.js';
import { type Files, writeFiles } from '../support/write-files.js';
import { MOUNT_POINT } from './holder.js';
import { KernelDrive } from './kernel-drive.js';
import { mounted, run } from './mounted.js';

/** As in sharing.test.ts: the daemon has no more rights than a service. */
const SERVICE = 65534;

const daemon = sharedDaemon({ user: SERVICE });
const { api } = daemon;
let kernelDrive: KernelDrive;
let drive: string;

const BLOCKS = 20_000;
const WAYS = [
  ['1.02', 'dvdram'],
  ['1.50', 'dvdram'],
  ['2.00', 'dvdram'],
  ['2.01', 'dvdram'],
  // With a table of defects, in which nothing stands.
  ['2.01', 'dvdrw'],
] as const;
/** Each takes a minute: one each day, all where these tests were asked for. */
const tried = process.env['RIG_ASKED'] === 'udf-within' ? WAYS : sampleOf(WAYS, 1);

const ONE = { 'by us/one.txt': 'one', 'by us/large': 'large'.repeat(300_000), both: 'of the first job' };
const TWO = { 'by us/two.txt': 'two'.repeat(5000), both: 'of the second job' };
const OF_KERNEL = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`by the kernel/${index} ünï`, 'x'.repeat(index * 137)]),
);

const AGAIN = { 'by the kernel/again': 'again'.repeat(9000) };
const blocksOf = (text: string): number => Math.ceil(text.length / 2048);

beforeAll(async () => {
  run('modprobe', 'udf');
  writeFiles(join(daemon.source, 'one'), ONE);
  writeFiles(join(daemon.source, 'two'), TWO);
  kernelDrive = await KernelDrive.connect({
    folder: mkdtempSync(join(tmpdir(), 'kd-')),
    group: SERVICE,
    number: 5,
  });
  await kernelDrive.insert('dvd-ram', BLOCKS);
  drive = await api.firstDrive();
});

afterAll(() => {
  kernelDrive.unplug();
});

const isFree = () =>
  api.driveUntil(drive, ({ holding, contents }) => holding === 'free' && contents === 'ready');

/** A mount shorter than the daemon looks for is not seen by it: after it the medium is put in again. */
const putInAgain = async (): Promise<void> => {
  await isFree();
  await api.post(`/v1/drives/${drive}/actions/eject`, {});
  await api.driveUntil(drive, ({ contents }) => contents === 'open');
  await api.post(`/v1/drives/${drive}/actions/load`, {});
  await isFree();
};

const byKernel = async <T>(options: 'ro' | 'rw', act: () => T): Promise<T> => {
  await isFree();
  const done = mounted({ type: 'udf', from: kernelDrive.device, options }, act);
  if (options === 'rw') await putInAgain();
  return done;
};

const byUs = async (name: string, revision: string): Promise<void> => {
  await isFree();
  const volume = { iso9660: false, udf: { revision } };
  const burn = { onNonBlank: 'append', verify: 'full' };
  const job = await api.submit(folderJob(name, burn, { drives: [drive], volume }));
  expect(await api.ended(job), JSON.stringify(await api.copies(job))).toMatchObject({ outcome: 'ok' });
};

const filesIn = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );

const shown = (): Promise<Files> => byKernel('ro', () => filesIn(MOUNT_POINT));

const mediumBytes = (): Buffer => {
  const image = join(tmpdir(), 'medium.udf');
  run('dd', `if=${kernelDrive.device}`, `of=${image}`, 'bs=1M', 'status=none');
  return readFileSync(image);
};

const outputOf = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8' });

const freeByUdfinfo = (): number =>
  Number(/^freeblocks=(\d+)$/m.exec(outputOf('udfinfo', kernelDrive.device))?.[1]);

const findings = async (): Promise<string[]> =>
  (await validate(bytesAsBlocks(mediumBytes()))).findings.map(({ code }) => code);

/** Three jobs and some mounts, in a machine that is emulated on one that may be busy. */
const PATIENCE = { timeout: 240_000 };

describe.each(tried)('A volume of UDF %s for media like %s', PATIENCE, (revision, media) => {
  it('takes in what jobs and the kernel write by turns', async () => {
    await kernelDrive.exchange('dvd-ram', BLOCKS);
    // Whatever the drive has to tell of its new medium, it tells the daemon: a write of the kernel that hears of it fails.
    await putInAgain();
    const about = [`--media-type=${media}`, '--blocksize=2048', `--udfrev=${revision}`, '--label=turns'];
    run('mkudffs', ...about, kernelDrive.device);
    await putInAgain();
    await byKernel('rw', () => {
      writeFiles(MOUNT_POINT, OF_KERNEL);
    });
    await byUs('one', revision);
    expect(await shown()).toEqual({ ...OF_KERNEL, ...ONE });
    expect(await findings()).toEqual([]);
    const free = freeByUdfinfo();

    await byKernel('rw', () => {
      writeFiles(MOUNT_POINT, AGAIN);
      rmSync(join(MOUNT_POINT, 'by us/large'));
    });
    // Both files have an entry besides.
    const { 'by us/large': large, ...left } = ONE;
    expect(freeByUdfinfo()).toBe(free + blocksOf(large) - blocksOf(AGAIN['by the kernel/again']));
    const kernels = { ...OF_KERNEL, ...AGAIN };
    expect(await shown()).toEqual({ ...kernels, ...left });

    await byUs('two', revision);
    expect(await shown()).toEqual({ ...kernels, ...left, ...TWO });
    expect(await findings()).toEqual([]);
  });
});
