/** Programs of others record on a virtual drive through the kernel, which then mounts what they have recorded. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTool } from '../support/has-tool.js';
import { fillFolder } from '../support/sources.js';
import { filesBelow } from './foreign-desk.js';
import { MOUNT_POINT, mount, unmount } from './holder.js';
import { KernelDrive } from './kernel-drive.js';

const folder = mkdtempSync(join(tmpdir(), 'ob-'));
const image = join(folder, 'image.iso');
let drive: KernelDrive;

const run = (program: string, ...argv: string[]): void => {
  execFileSync(program, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
};

const missing = ['growisofs', 'xorriso'].filter((program) => !hasTool(program));
const lacking = missing.length > 0 ? `; ${missing.join(', ')} missing` : '';

describe.skipIf(missing.length > 0)(`a disc that others have recorded through the kernel${lacking}`, () => {
  beforeAll(async () => {
    drive = await KernelDrive.connect({ folder, group: 0, number: 2 });
    fillFolder(folder, 'source', 2);
    run('xorriso', '-as', 'mkisofs', '-quiet', '-r', '-J', '-o', image, join(folder, 'source'));
  });
  afterAll(() => {
    drive.unplug();
  });

  it.each([
    ['growisofs', 'dvd+r', (device: string) => ['-Z', `${device}=${image}`]],
    ['growisofs', 'bd-re', (device: string) => ['-Z', `${device}=${image}`]],
    ['xorriso', 'cd-r', (device: string) => ['-as', 'cdrecord', `dev=${device}`, image]],
    ['xorriso', 'dvd-rw', (device: string) => ['-as', 'cdrecord', `dev=${device}`, image]],
  ] as const)('by %s on a %s is mounted, with every file as it was', async (program, blank, argv) => {
    await drive.exchange(blank);
    run(program, ...argv(drive.device));
    mount(drive.device);
    expect(filesBelow(MOUNT_POINT)).toEqual(filesBelow(join(folder, 'source')));
    unmount();
  });
});
