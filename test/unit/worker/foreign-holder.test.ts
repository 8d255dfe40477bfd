import { mkdtemp, open, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findForeignHolder, findMount } from '../../../src/worker/foreign-holder.js';

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
      expect(await findForeignHolder(path)).toBeUndefined();
      const program = spawn('tail', ['-f', path], { stdio: ['ignore', 'pipe', 'ignore'] });
      await own.write('ready');
      await once(program.stdout, 'data');
      expect(await findForeignHolder(path)).toBe(`tail (pid ${program.pid})`);
      program.kill();
      await once(program, 'exit');
      expect(await findForeignHolder(path)).toBeUndefined();
    } finally {
      await own.close();
      await rm(folder, { recursive: true });
    }
  });
});
