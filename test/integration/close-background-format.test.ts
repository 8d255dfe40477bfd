import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import { burnRig, useFailure } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

const recorded = async (options: Partial<BurnOptions>) => {
  const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw', capacity: 20_000 });
  const image = anImage(1333);
  await rig.burn(image, { options });
  return { rig, image };
};

describe('closing a DVD+RW', () => {
  it('ends the format of a DVD+RW that was left to its drive, with a lead-out for other drives', async () => {
    const { rig, image } = await recorded({ backgroundFormat: 'continue' });
    expect((await rig.report()).medium?.backgroundFormat).toBe('running');
    const { result } = await rig.use({ do: 'close' });
    expect(result.medium.backgroundFormat).toBe('started');
    expect((await rig.use({ do: 'verify' }, { sent: image })).result.verified).toEqual({ blocks: 1333 });
    // MMC-5 §6.3: function 0, then 2.
    const closes = rig.commands.filter(({ cdb }) => cdb[0] === 0x5b).map(({ cdb }) => cdb[2]);
    expect(closes).toEqual([0, 2]);
    expect((await useFailure(rig, { do: 'close' })).message).toContain('no format of it runs');
  });

  it('fails where the drive refuses to end its format and to write a lead-out', async () => {
    const { rig } = await recorded({ backgroundFormat: 'continue' });
    const unknown = { action: 'sense', sense: '5/24/00', deferred: false } as const;
    const faults = [{ when: { opcode: 0x5b }, do: unknown }];
    expect((await useFailure(rig, { do: 'close' }, { faults })).code).toBe('close-failed');
  });
});
