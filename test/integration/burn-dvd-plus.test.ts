/** Our engine on virtual DVD+R and DVD+R DL: how far out they end, and where the layers do. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import { type Rig, burnRig } from '../support/burn-rig.js';
import { cell } from '../support/matrix-cell.js';
import { exported } from '../support/sessions.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** CLOSE TRACK/SESSION, MMC-5 §6.3: of the track, then of the disc. */
const closeFunctions = (rig: Rig): (number | undefined)[] =>
  rig.commands.filter(({ cdb }) => cdb[0] === 0x5b).map(({ cdb }) => cdb[2]);

const RADII = [
  ['finalized at the least radius', 'minimum', 5],
  ['finalized where it ends', 'any', 6],
] as const;

describe('finalizing a DVD+R', () => {
  for (const [mode, finalizeRadius, closeFunction] of RADII)
    cell({ medium: ['dvd+r', 'dvd+r-dl'], mode, performer: 'our engine', always: 'dvd+r' }, async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const image = anImage(300);
      const { result } = await rig.burn(image, { options: { finalizeRadius } });
      expect(result.medium.status).toBe('complete');
      expect(result.verified).toEqual({ blocks: 300 });
      expect(closeFunctions(rig)).toEqual([1, closeFunction]);
      await rig.drive.close();
      expect((await exported(rig)).subarray(0, image.length).equals(image)).toBe(true);
    });

  it('ends where the recording does unless something else is asked for', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r' });
    await rig.burn(anImage(300));
    expect(closeFunctions(rig)).toEqual([1, 6]);
  });

  it('is asked for of no other medium', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'bd-r' });
    await expect(rig.plan(anImage(300), { finalizeRadius: 'minimum' })).rejects.toThrow(
      'finalize-radius-unsupported',
    );
  });
});

/** Blocks of layer 0 that an image of 1,000 blocks finds, and what the drive was told: nothing where it stays where it is. */
const BREAKS: readonly (readonly [string, Partial<BurnOptions>, number, number | undefined])[] = [
  ['layer break by the plan', {}, 512, 512],
  ['layer break by choice', { layerBreak: 640 }, 640, 640],
  ['layer break by choice, closed for good', { layerBreak: 640, finalizeRadius: 'minimum' }, 640, 640],
  ['layer break by the drive', { layerBreak: 'drive' }, 2_086_912, undefined],
];

describe('the layers of a DVD+R DL', () => {
  for (const [mode, options, blocks, told] of BREAKS)
    cell({ medium: 'dvd+r-dl', mode, performer: 'our engine', always: true }, async (blank) => {
      const rig = burnRig(temporaryFolder(), { blank });
      const image = anImage(1000);
      const { plan, result } = await rig.burn(image, { options });
      expect(plan.layerBreak).toBe(told);
      expect(result.medium).toMatchObject({ status: 'complete', layers: 2, layerBreak: { blocks } });
      expect(result.verified).toEqual({ blocks: 1000 });
      await rig.drive.close();
      expect((await exported(rig)).subarray(0, image.length).equals(image)).toBe(true);
    });

  it('break where another recording has made them, and a choice is refused', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r-dl' });
    const { plan } = await rig.burn(anImage(300), { options: { layerBreak: 200_000, close: 'session' } });
    const next = await rig.plan(anImage(300), { onNonBlank: 'append' });
    expect(next.placement.room).toBe(plan.left);
    await expect(rig.plan(anImage(300), { onNonBlank: 'append', layerBreak: 640 })).rejects.toThrow(
      'layer-break-unsupported',
    );
  });

  it('that leave no room for another session end the disc, and the plan says so', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+r-dl' });
    const { plan, result } = await rig.burn(anImage(300), { options: { layerBreak: 640, close: 'session' } });
    expect(plan).toMatchObject({ closes: 'disc', left: 0 });
    expect(plan.warnings.map(({ code }) => code)).toContain('closes-disc');
    expect(result.medium.status).toBe('complete');
  });
});
