import { mkdtemp, open, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findForeignHolder, findLock, findMount, suspectHolder } from '../../../src/worker/foreign-holder.js';

// Lines as a kernel printed them; the blank in the label is its octal escape, proc(5).
const MOUNTS = [
  'sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0',
  '/dev/sr0 /media/user/My\\040Disc iso9660 ro,nosuid,nodev,relatime,nojoliet,check=s,map=n,blocksize=2048 0 0',
  '',
].join('\n');

describe('the foreign holder of a drive', () => {
  it('is the mount of its disc', () => {
    expect(findMount(MOUNTS, '/dev/sr0')).toBe('/media/user/My Disc');
    expect(findMount(MOUNTS, '/dev/sr1')).toBeUndefined();
  });

  it('is the process that has it open, by name and id, but never ourselves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spindle-holder-'));
    const path = join(folder, 'device');
    const own = await open(path, 'w');
    try {
      expect((await findForeignHolder(path)).holder).toBeUndefined();
      const program = spawn('tail', ['-f', path], { stdio: ['ignore', 'pipe', 'ignore'] });
      await own.write('ready');
      await once(program.stdout, 'data');
      expect((await findForeignHolder(path)).holder).toBe(`tail (pid ${program.pid})`);
      program.kill();
      await once(program, 'exit');
      expect((await findForeignHolder(path)).holder).toBeUndefined();
    } finally {
      await own.close();
      await rm(folder, { recursive: true });
    }
  });

  it('is the process that has locked it, whosever process that is', () => {
    // As a kernel printed it; 259:5 is the device of the file system, 418 the inode.
    const locks = [
      '1: POSIX  ADVISORY  WRITE 611 103:05:418 0 EOF',
      '2: FLOCK  ADVISORY  WRITE 812 103:05:418 0 EOF',
      '3: FLOCK  ADVISORY  READ 900 00:1b:418 0 EOF',
    ].join('\n');
    expect(findLock(locks, { dev: 0x10305, ino: 418 })).toBe('812');
    expect(findLock(locks, { dev: 0x10305, ino: 41 })).toBeUndefined();
  });

  it('is suspected by its command line where it is not to be seen', async () => {
    const burner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)', 'dev=/dev/sr777=image.iso']);
    try {
      await once(burner, 'spawn');
      expect(await suspectHolder('/dev/sr777')).toMatch(
        new RegExp(`\\(pid ${burner.pid}\\), by its command line`),
      );
      expect(await suspectHolder('/dev/sr77')).toBe('a program or a mount that the daemon may not see');
    } finally {
      burner.kill();
    }
  });
});
