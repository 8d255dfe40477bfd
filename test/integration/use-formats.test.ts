import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isBlank } from '../../src/drive/medium.js';
import type { BlankName } from '../../src/virtual/media.js';
import { burnRig, useFailure } from '../support/burn-rig.js';
import { hex } from '../support/hex.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** TEST UNIT READY, by which the drive is asked whether it is done. */
const LOSS_OF_POWER = [{ when: { opcode: 0x00 }, do: { action: 'unplug' as const } }];

describe('formatting as a job of its own', () => {
  it('gives a BD-R its spares once, and what is recorded then stays appendable', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    const { result } = await rig.use({ do: 'format', options: { spareArea: 'minimum' } });
    expect(result.medium).toMatchObject({ status: 'appendable', capacity: 12_088_320 });
    expect(isBlank(result.medium)).toBe(true);
    expect((await useFailure(rig, { do: 'format' })).code).toBe('format-unsupported');
    const burned = await rig.burn(anImage(700), { options: { close: 'session' } });
    expect(burned.result.verified).toEqual({ blocks: 700 });
    expect(burned.result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
  });

  // 12,219,392 blocks are in 381,856 clusters: so many for spares, so many for data (a list of a real BD-RE).
  it.each([
    ['bd-re', 11_900_000 - 32, '00 02 00 08 00 b5 94 40 c3 00 26 fe'],
    ['bd-r', 12_000_000, '00 02 00 08 00 b7 1b 00 c9 00 1a c8'],
  ] as const)(
    'gives a %s as many blocks between the least and the most as are asked for',
    async (blank, blocks, list) => {
      const rig = burnRig(temporaryFolder(), { blank });
      for (const refused of [blocks + 1, 11_000_000, 12_219_360])
        expect((await useFailure(rig, { do: 'format', options: { blocks: refused } })).code).toBe(
          'format-unsupported',
        );
      const { plan, result } = await rig.use({ do: 'format', options: { blocks } });
      expect(plan.steps.find((step) => step.do === 'format')!.command!.data).toBe(list);
      expect(result.medium.capacity).toBe(blocks);
    },
  );

  it('makes spares of the last blocks of a DVD-RAM, and what comes before stays', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram' });
    const image = anImage(700);
    await rig.burn(image);
    const { result } = await rig.use({ do: 'format', options: { formatType: 1 } });
    expect(result.medium).toMatchObject({ capacity: 2_184_480, contents: 'unknown-data' });
    const { bytes } = await rig
      .use({ do: 'verify', options: { mode: 'full' } }, { sent: image })
      .then(({ result: verified }) => ({ bytes: verified.verified }));
    expect(bytes).toEqual({ blocks: 700 });
  });

  it('spares a DVD-RAM its certification where nobody wants it', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd-ram' });
    await rig.burn(anImage(700));
    const { result } = await rig.use({ do: 'format', options: { certification: 'none' } });
    expect(isBlank(result.medium)).toBe(true);
    const sent = rig.commands.find(({ cdb }) => cdb[0] === 0x04);
    // FmtData, CmpList; FOV, DCRT, Immed.
    expect(hex(sent!.cdb.subarray(0, 2))).toBe('04 19');
    expect(sent?.direction === 'to-drive' && hex(sent.data.subarray(0, 4))).toBe('00 a2 00 08');
  });
});

describe('a format that lost its power', () => {
  it.each(['bd-r', 'dvd-ram', 'bd-re'] as const satisfies BlankName[])(
    'leaves a %s that says so, and that recovery formats anew',
    async (blank) => {
      const folder = temporaryFolder();
      const before = burnRig(folder, { blank });
      const options = blank === 'dvd-ram' ? { certification: 'none' } : {};
      const failed = await useFailure(before, { do: 'format', options }, { faults: LOSS_OF_POWER });
      expect(failed.code).toBe('drive-lost');
      const rig = burnRig(folder, { blank });
      await rig.drive.setFaults([]);
      const { medium } = await rig.report();
      expect(medium).toMatchObject({ lastSession: 'damaged' });
      expect(medium!.states).toContain('damaged');
      const { result } = await rig.use({ do: 'recover' });
      expect(isBlank(result.medium)).toBe(true);
      expect((await rig.burn(anImage(300))).result.verified).toEqual({ blocks: 300 });
    },
  );

  it.each(['dvd-ram', 'bd-re'] as const satisfies BlankName[])(
    'is begun anew on a %s where that is to be erased: without it nothing is blank',
    async (blank) => {
      const folder = temporaryFolder();
      const before = burnRig(folder, { blank });
      await useFailure(before, { do: 'format' }, { faults: LOSS_OF_POWER });
      const rig = burnRig(folder, { blank });
      await rig.drive.setFaults([]);
      const { result } = await rig.use({ do: 'erase' });
      expect(result.medium).toMatchObject({ formatted: true, lastSession: 'complete' });
      expect(isBlank(result.medium)).toBe(true);
    },
  );
});
