import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import { isBlank } from '../../src/drive/medium.js';
import { burnFailure, burnRig, useFailure } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

const recorded = async (options: Partial<BurnOptions>) => {
  const rig = burnRig(temporaryFolder(), { blank: 'cd-rw', capacity: 20_000 });
  const image = anImage(1333);
  await rig.burn(image, { options });
  return { rig, image };
};

describe('erasing the last session', () => {
  it('takes the last session of a CD-RW alone, and another one can follow', async () => {
    const { rig, image } = await recorded({ close: 'session' });
    const append = { onNonBlank: 'append', close: 'disc' } as const;
    const { plan: second } = await rig.burn(anImage(500), { options: append });
    const session = { do: 'erase', options: { method: 'session' } } as const;
    const { plan, result } = await rig.use(session);
    expect(plan.warnings).toContainEqual({
      code: 'data-lost',
      detail: 'Session 2 will be lost; what was recorded before it stays.',
    });
    // MMC-5 §6.2: Immed and blanking type 6; nothing else instead.
    const blanks = rig.commands.filter(({ cdb }) => cdb[0] === 0xa1).map(({ cdb }) => cdb[1]);
    expect(blanks).toEqual([0x16]);
    expect(plan.steps.find((step) => step.do === 'blank')?.alternatives).toEqual([]);
    expect(result.medium).toMatchObject({ status: 'appendable', sessions: 1 });
    expect((await rig.use({ do: 'verify' }, { sent: image })).result.verified).toEqual({ blocks: 1333 });
    expect((await rig.plan(anImage(300), append)).placement.start).toBe(second.placement.start);
    expect(isBlank((await rig.use(session)).result.medium)).toBe(true);
    expect((await useFailure(rig, session)).code).toBe('session-erase-unsupported');
  });

  it('takes no session that was not closed, which recovery does first', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
    await rig.burn(anImage(400), { options: { close: 'session' } });
    await burnFailure(rig, anImage(1333), {
      options: { onNonBlank: 'append' },
      faults: [
        {
          when: { lba: 12_600, access: 'write' },
          do: { action: 'sense', sense: '3/0C/00', deferred: false },
        },
      ],
    });
    await rig.drive.setFaults([]);
    const failure = await useFailure(rig, { do: 'erase', options: { method: 'session' } });
    expect(failure.code).toBe('session-erase-unsupported');
    expect(failure.message).toContain('recover');
  });
});
