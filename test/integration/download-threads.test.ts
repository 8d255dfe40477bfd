import { closeSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readSource } from '../../src/api/image-content.js';
import { openRoots } from '../../src/image/roots.js';
import { sourceNow } from '../../src/image/source-now.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const descriptorsOf = (path: string): number[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path ? [Number(fd)] : [];
    } catch {
      return []; // closed since
    }
  });

it('a source that cannot be closed costs the daemon nothing', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'large');
  writeFileSync(path, Buffer.alloc(8 << 20, 1));
  const roots = [{ name: 'source', path: folder }];
  const open = openRoots(roots);
  const source = sourceNow(open, { root: 'source', path: 'large' }, () => new Error('no file') as never);
  open.close();
  const content = await readSource(
    { source, roots, first: 0, last: source.size - 1 },
    new AbortController().signal,
  );
  const [fd] = descriptorsOf(path);
  expect(fd).toBeDefined();
  // Threads have one table of descriptors: to the one that reads this is a close(2) that fails.
  closeSync(fd ?? -1);
  content.destroy();
  await once(content, 'close');
  await sleep(500); // what the thread throws would come now, and end whoever has not foreseen it
  expect(descriptorsOf(path)).toEqual([]);
});
