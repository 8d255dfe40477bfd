/** Programs of others record on a virtual drive through the kernel, which then mounts what they have recorded. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlankName } from '../../src/virtual/media.js';
import { hasTool } from '../support/has-tool.js';
import { sampleOf } from '../support/sample.js';
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

const growisofs = (device: string): void => {
  run('growisofs', '-Z', `${device}=${image}`);
};
const cdrecordOf =
  (...program: string[]) =>
  (device: string): void => {
    run(program[0]!, ...program.slice(1), `dev=${device}`, image);
  };
const xorriso = cdrecordOf('xorriso', '-as', 'cdrecord');

/** Who records, on what, and how. */
const WAYS = [
  ['growisofs', 'dvd+r', growisofs],
  ['xorriso', 'cd-r', xorriso],
  ['growisofs', 'dvd-r', growisofs],
  [
    'growisofs in restricted overwrite',
    'dvd-rw',
    (device: string) => {
      run('dvd+rw-format', '-force', device);
      growisofs(device);
    },
  ],
  ['growisofs', 'bd-re', growisofs],
  ['xorriso', 'dvd-rw', xorriso],
  ['growisofs', 'dvd+rw', growisofs],
  ['growisofs', 'dvd-ram', growisofs],
  ['xorriso', 'bd-r', xorriso],
  ['cdrskin', 'cd-rw', cdrecordOf('cdrskin')],
  ['xorriso', 'dvd-ram', xorriso],
  ['growisofs', 'dvd+r-dl', growisofs],
] as const satisfies readonly (readonly [string, BlankName, (device: string) => void])[];
/** All where these tests were asked for. */
const tried = process.env['RIG_ASKED'] === 'others' ? WAYS : sampleOf(WAYS, 4);

const missing = ['growisofs', 'dvd+rw-format', 'xorriso', 'cdrskin'].filter((program) => !hasTool(program));
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

  it.each(tried)('by %s on a %s is mounted, with every file as it was', async (...way) => {
    const [, blank, record] = way;
    await drive.exchange(blank);
    record(drive.device);
    mount(drive.device);
    expect(filesBelow(MOUNT_POINT)).toEqual(filesBelow(join(folder, 'source')));
    unmount();
  });
});
