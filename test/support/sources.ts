import { randomBytes } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 1 << 20;

/** A folder beneath a root with a few files, one of them so large; never the same bytes twice. */
export const fillFolder = (root: string, name: string, mebibytes = 1): string => {
  const folder = join(root, name);
  mkdirSync(join(folder, 'deeper', 'still'), { recursive: true });
  writeFileSync(join(folder, 'readme.txt'), `folder ${name}\n`);
  writeFileSync(join(folder, 'deeper', 'empty'), '');
  writeFileSync(join(folder, 'deeper', 'still', 'small.bin'), randomBytes(3000));
  writeFileSync(join(folder, 'large.bin'), randomBytes(mebibytes * MIB));
  for (const file of ['readme.txt', 'large.bin']) utimesSync(join(folder, file), 981_173_106, 981_173_106);
  return folder;
};

/** A request that masters and records a folder of the root `source`. */
export const folderJob = (folder: string, burn: object = {}, more: object = {}): object => ({
  type: 'data',
  sources: [{ at: '/', root: 'source', path: folder }],
  burn,
  ...more,
});

/** A drive that takes so long over its writes, all in all, unless it is stopped before. */
export const slowWrites = (ms: number): object => ({
  when: { opcode: 0x2a },
  do: { action: 'stall', ms: 100 },
  times: Math.ceil(ms / 100),
});

/** A drive that writes so slowly that it is still at it when somebody puts an end to that. */
export const ENDLESS_WRITES = { when: { opcode: 0x2a }, do: { action: 'stall', ms: 1000 } };
