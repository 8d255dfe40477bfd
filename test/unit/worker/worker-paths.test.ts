import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareSocketDirectory, socketPath } from '../../../src/worker/worker-paths.js';

describe('the socket of a worker', () => {
  let runtime: string;
  beforeEach(async () => {
    runtime = await mkdtemp(join(tmpdir(), 'spindle-runtime-'));
  });
  afterEach(() => rm(runtime, { recursive: true }));

  it('is named by the drive alone, whatever its id is', () => {
    // printf drive-1 | sha256sum
    expect(socketPath('/run/spindle', 'drive-1')).toBe('/run/spindle/w/ff985c2da4cd.sock');
    expect(socketPath('/run/spindle', '../../etc')).toMatch(/^\/run\/spindle\/w\/[0-9a-f]{12}\.sock$/);
  });

  it('is refused when its path is longer than the kernel takes', () => {
    const longest = '/'.padEnd(107 - '/w/0123456789ab.sock'.length, 'r');
    expect(socketPath(longest, 'drive')).toHaveLength(107);
    expect(() => socketPath(`${longest}r`, 'drive')).toThrow(
      expect.objectContaining({ code: 'runtime-path-too-long' }),
    );
  });

  it('lies in a directory that is closed to everybody else', async () => {
    prepareSocketDirectory(runtime);
    prepareSocketDirectory(runtime);
    expect((await stat(join(runtime, 'w'))).mode & 0o777).toBe(0o700);
  });

  it('is not put where others may write', async () => {
    await mkdir(join(runtime, 'w'));
    await chmod(join(runtime, 'w'), 0o770);
    expect(() => {
      prepareSocketDirectory(runtime);
    }).toThrow(expect.objectContaining({ code: 'configuration-invalid' }));
  });

  it('is not put behind a link', async () => {
    await mkdir(join(runtime, 'elsewhere'), { mode: 0o700 });
    await symlink(join(runtime, 'elsewhere'), join(runtime, 'w'));
    expect(() => {
      prepareSocketDirectory(runtime);
    }).toThrow(expect.objectContaining({ code: 'configuration-invalid' }));
  });
});
