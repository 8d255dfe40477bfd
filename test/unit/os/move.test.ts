import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

import { copyFileRange, writeOn } from '../../../src/os/move.js';
import { programPath } from '../../../src/program.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

it('bytes of a file go into a pipe from where they are asked for', async () => {
  const source = join(temporaryFolder(), 'source');
  writeFileSync(source, 'skipped, moved, left');
  const script = `
    import { openSync } from 'node:fs';
    import { spliceToPipe } from ${JSON.stringify(programPath('os/move'))};
    const file = openSync(process.argv[1], 'r');
    console.error(spliceToPipe(file, 9, 1, 5), spliceToPipe(file, 100, 1, 5));`;
  // The shell makes a pipe of it: Node's own children get sockets.
  const command = 'node="$0"; "$node" --input-type=module --eval "$1" -- "$2" | cat';
  const child = spawn('sh', ['-c', command, process.execPath, script, source]);
  expect(await Promise.all([text(child.stdout), text(child.stderr)])).toEqual(['moved', '5 0\n']);
});

it('bytes of a file go into another at a position or at its end', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'source'), 'skipped, moved, left');
  writeFileSync(join(folder, 'target'), '0123456789');
  const from = openSync(join(folder, 'source'), 'r');
  const fd = openSync(join(folder, 'target'), 'r+');
  expect(copyFileRange(from, 9, { fd, position: 2 }, 5)).toBe(5);
  expect(copyFileRange(from, 9, { fd, position: null }, 1)).toBe(1);
  expect(copyFileRange(from, 100, { fd, position: 0 }, 5)).toBe(0);
  expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('m1moved789');
  expect(() => copyFileRange(from, 0, { fd: from, position: 0 }, 5)).toThrow(
    expect.objectContaining({ code: 'EBADF' }),
  );
  closeSync(from);
  closeSync(fd);
});

it('all bytes go into a pipe that does not block, however late its reader takes them', async () => {
  const pipe = join(temporaryFolder(), 'pipe');
  await once(spawn('mkfifo', [pipe]), 'close');
  const reader = spawn('sh', ['-c', `exec < ${pipe}; sleep 0.3; wc -c`]);
  const opened = openSync(pipe, constants.O_WRONLY); // waits until there is a reader
  const fd = openSync(`/proc/self/fd/${opened}`, constants.O_WRONLY | constants.O_NONBLOCK);
  writeOn(fd, new Uint8Array(1_000_000));
  closeSync(fd);
  closeSync(opened);
  expect((await text(reader.stdout)).trim()).toBe('1000000');
});
