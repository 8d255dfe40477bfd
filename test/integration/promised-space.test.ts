import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { os } from '../../src/os/native.js';
import { promiseSpace, promiseSpaceAsync } from '../../src/os/promised-space.js';
import { KEPT_FREE } from '../../src/os/space.js';
import { programPath } from '../../src/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Most of what is free, so that it is there once and not twice, whatever others do on this disk meanwhile. */
const aDisk = () => {
  const folder = temporaryFolder();
  const { bavail, bsize } = statfsSync(folder);
  const bytes = Math.floor((bavail * bsize - KEPT_FREE) * 0.7);
  return {
    promises: join(folder, 'promises'),
    wanted: { path: join(folder, 'image'), bytes, what: 'the image' },
  };
};
const promisedIn = (promises: string): string[] => readdirSync(promises).filter((name) => name !== 'lock');

/** Another process that has been promised the room. */
const holder = async ({ promises, wanted }: ReturnType<typeof aDisk>) => {
  const program = `
    const { promiseSpace } = await import(${JSON.stringify(programPath('os/promised-space'))});
    promiseSpace(${JSON.stringify(promises)}, ${JSON.stringify(wanted)});
    console.log('promised');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
};

it('space that another process was promised is not promised twice, until that process is killed', async () => {
  const disk = aDisk();
  const { promises, wanted } = disk;
  const child = await holder(disk);
  expect(() => promiseSpace(promises, wanted)).toThrow(
    /are there, of which [\d.]+ MiB are promised to others/,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  const room = promiseSpace(promises, wanted);
  expect(promisedIn(promises)).toHaveLength(1);
  room.release();
  expect(promisedIn(promises)).toEqual([]);
});

it('space that was promised is free for others as far as it was used, or was given back', () => {
  const { promises, wanted } = aDisk();
  const first = promiseSpace(promises, wanted);
  expect(() => promiseSpace(promises, wanted)).toThrow('promised to others');
  first.used(wanted.bytes); // the disk counts that itself, had it been written
  promiseSpace(promises, wanted).release();
  first.release();
  first.release();
});

/** Somebody looks at what is free, and was stopped. */
const lookedAt = ({ promises }: ReturnType<typeof aDisk>): number => {
  mkdirSync(promises);
  const fd = openSync(join(promises, 'lock'), 'a');
  os.flock(fd, true);
  return fd;
};

it('where others keep it from looking the daemon goes on with all else, and says that it could not look', async () => {
  const disk = aDisk();
  const fd = lookedAt(disk);
  onTestFinished(() => {
    closeSync(fd);
  });
  let goesOn = false;
  setImmediate(() => {
    goesOn = true;
  });
  await expect(promiseSpaceAsync(disk.promises, disk.wanted)).rejects.toMatchObject({
    code: 'space-unknown',
  });
  expect(goesOn).toBe(true);
  expect(promisedIn(disk.promises)).toEqual([]);
});

it('space is promised as soon as the others have looked', async () => {
  const disk = aDisk();
  const fd = lookedAt(disk);
  const promised = promiseSpaceAsync(disk.promises, disk.wanted);
  setImmediate(() => {
    closeSync(fd);
  });
  (await promised).release();
});
