import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Rig, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

describe('what spares cost', () => {
  const isSlow = async (rig: Rig): Promise<boolean> => {
    const { warnings } = await rig.plan(anImage(300), { onNonBlank: 'append' });
    return warnings.some(({ code }) => code === 'slow-by-spares');
  };

  it.each([
    ['bd-r', 'default', true],
    ['bd-r', 'least', true],
    ['bd-r', 'none', false],
    ['bd-r-dl', 'least', true],
    ['bd-r-xl-100', 'most', true],
    ['bd-r-xl-128', 'none', false],
  ] as const)('is said of a %s that goes on, with spares: %s', async (blank, spares, slow) => {
    const rig = burnRig(temporaryFolder(), { blank });
    await rig.burn(anImage(300), { options: { spares, close: 'session' } });
    expect(await isSlow(rig)).toBe(slow);
  });

  it('is said of a BD-R that a job has formatted, of which its drive lists no formats any more', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    expect(await isSlow(rig)).toBe(false);
    await rig.use({ do: 'format', options: { spareArea: 'minimum' } });
    expect((await rig.report()).medium?.formats).toEqual([]);
    expect(await isSlow(rig)).toBe(true);
  });
});
