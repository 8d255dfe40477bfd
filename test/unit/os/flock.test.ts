import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { lockFile } from '../../../src/os/flock.js';
import { programPath } from '../../../src/program.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

it('a second holder is told who the first one is, and gets the lock when that one ends', async () => {
  const path = join(temporaryFolder(), 'lock');
  const script = `
    import { lockFile } from ${JSON.stringify(programPath('os/flock'))};
    lockFile(process.argv[1], 'daemon-already-running');
    console.log('held');
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script, '--', path]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');

  expect(() => lockFile(path, 'daemon-already-running')).toThrow(
    expect.objectContaining({
      code: 'daemon-already-running',
      message: `${path} is held by process ${holder.pid}`,
    }),
  );
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  lockFile(path, 'daemon-already-running').release();
});

it('a lock that was released can be taken again', () => {
  const path = join(temporaryFolder(), 'lock');
  const first = lockFile(path, 'virtual-medium-in-use');
  expect(() => lockFile(path, 'virtual-medium-in-use')).toThrow(`held by process ${process.pid}`);
  first.release();
  first.release();
  lockFile(path, 'virtual-medium-in-use').release();
});

it('whoever asks who holds a lock keeps nobody from taking it', async () => {
  const path = join(temporaryFolder(), 'lock');
  lockFile(path, 'daemon-already-running').release();
  const script = `
    import { lockHolder } from ${JSON.stringify(programPath('os/flock'))};
    console.log('asks');
    for (const end = Date.now() + 1500; Date.now() < end; ) lockHolder(process.argv[1]);`;
  const asking = spawn(process.execPath, ['--input-type=module', '--eval', script, '--', path]);
  onTestFinished(() => void asking.kill('SIGKILL'));
  await once(asking.stdout, 'data');
  let taken = 0;
  for (const end = Date.now() + 1000; Date.now() < end; taken += 1)
    lockFile(path, 'daemon-already-running').release();
  expect(taken).toBeGreaterThan(100);
});
