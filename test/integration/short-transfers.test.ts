/** A host that carries 32 KiB to the drive at once, as the kernel does to some USB bridges (US_FL_MAX_SECTORS_64). */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/transport/transport.js';
import type { BlankName } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { type Rig, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CARRIED = 32_768;
const IMAGE = randomBytes(401 * 2048);

const bytesOf = (command: Command): number => {
  if (command.direction === 'none') return 0;
  return command.direction === 'to-drive' ? command.data.length : command.length;
};

const longest = ({ commands }: Rig): number => Math.max(...commands.map(bytesOf));

const rigOf = (blank: BlankName): Rig => burnRig(temporaryFolder(), { blank, lies: ['short-transfers'] });

const held = async ({ mediumFolder }: Rig): Promise<Buffer> => {
  const file = join(temporaryFolder(), 'exported.iso');
  await exportImage(mediumFolder, file);
  return readFileSync(file).subarray(0, IMAGE.length);
};

describe('a drive to which 32 KiB go at once', () => {
  it.each([
    'cd-r',
    'dvd-r',
    'dvd-rw',
    'dvd-r-dl',
    'dvd+r',
    'dvd+rw',
    'dvd-ram',
    'bd-r',
    'bd-re',
    'removable-disk-4096',
  ] as const)('records %s by commands of that length, and verifies it', async (blank) => {
    const rig = rigOf(blank);
    const image = blank === 'removable-disk-4096' ? IMAGE.subarray(2048) : IMAGE;
    const { plan, result } = await rig.burn(image);
    expect(plan.steps.find((step) => step.do === 'write')?.transfer?.perCommand).toBe(16);
    expect(result.verified).toEqual({ blocks: image.length / 2048 });
    expect((await held(rig)).subarray(0, image.length).equals(image)).toBe(true);
    // The recorded medium is looked at, too.
    expect((await rig.report()).medium?.contents).toBe('unknown-data');
    expect(longest(rig)).toBe(CARRIED);
  });

  it.each(['dvd+rw', 'bd-re'] as const)('erases %s, and records it again', async (blank) => {
    const rig = rigOf(blank);
    await rig.burn(IMAGE);
    const { result } = await rig.use({ do: 'erase' });
    expect(result.medium.contents).toBe('none');
    expect((await rig.burn(IMAGE)).result.verified).toEqual({ blocks: 401 });
    expect(longest(rig)).toBe(CARRIED);
  });

  it('reads a DVD+R into an image', async () => {
    const rig = rigOf('dvd+r');
    await rig.burn(IMAGE);
    const { bytes } = await rig.use({ do: 'read' });
    expect(Buffer.from(bytes).subarray(0, IMAGE.length).equals(IMAGE)).toBe(true);
    expect(longest(rig)).toBe(CARRIED);
  });

  it('goes on with a DVD+R', async () => {
    const rig = rigOf('dvd+r');
    for (const close of ['session', 'disc'] as const) {
      const { result } = await rig.burn(IMAGE, { options: { close, onNonBlank: 'append' } });
      expect(result.verified).toEqual({ blocks: 401 });
    }
    expect(longest(rig)).toBe(CARRIED);
  });

  it('is not asked to stream, which drives do wrong by less than 64 KiB', async () => {
    const rig = rigOf('bd-re');
    await expect(rig.plan(IMAGE, { onWrite: 'stream' })).rejects.toThrow('streaming-unsupported');
  });
});
