import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import { isBlank } from '../../src/drive/medium.js';
import { type Rig, burnFailure, burnRig, useFailure } from '../support/burn-rig.js';
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

const BLANK = 0xa1;

const refusesWrites = (from: number) =>
  [
    {
      when: { lba: from, access: 'write' as const },
      do: { action: 'sense' as const, sense: '3/0C/00', deferred: false },
    },
  ] as const;

/** A session at once that fails in the pre-gap before its first block: of its track nothing is recorded but that. */
const failedInPreGap = async (closed: boolean): Promise<Rig> => {
  const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
  const sao = { onNonBlank: 'append', writeMode: 'sao', close: 'session' } as const;
  if (closed) await rig.burn(anImage(400), { options: { close: 'session' } });
  const { start } = (await rig.plan(anImage(400), sao)).placement;
  await burnFailure(rig, anImage(400), { options: sao, faults: [...refusesWrites(start - 150 + 64)] });
  await rig.drive.setFaults([]);
  return rig;
};

/** The power was lost while it was blanked. */
const halfBlanked = async (): Promise<Rig> => {
  const folder = temporaryFolder();
  const before = burnRig(folder, { blank: 'cd-rw' });
  await before.burn(anImage(400), { options: { close: 'session' } });
  const off = { when: { opcode: 0x00 }, do: { action: 'unplug' } } as const;
  expect((await useFailure(before, { do: 'erase' }, { faults: [off] })).code).toBe('drive-lost');
  const rig = burnRig(folder, { blank: 'cd-rw' });
  await rig.drive.setFaults([]);
  return rig;
};

describe('recording in place of the last session', () => {
  const instead = { onNonBlank: 'erase', blanking: 'session' } as const;
  const refusalOf = async (rig: Rig): Promise<string> => {
    const blanks = (): number => rig.commands.filter(({ cdb }) => cdb[0] === BLANK).length;
    const before = blanks();
    const { message } = await rig.burn(anImage(300), { options: instead }).then(
      ({ plan }) => new Error(`planned: ${plan.steps.map(({ title }) => title).join(', ')}`),
      (error: unknown) => error as Error,
    );
    expect(blanks()).toBe(before);
    return message;
  };

  it('is refused where a session behind a closed one came no farther than its pre-gap', async () => {
    const rig = await failedInPreGap(true);
    const { medium } = await rig.report();
    expect(medium).toMatchObject({ sessions: 1, lastSession: 'incomplete' });
    expect(medium!.tracks).toContainEqual(
      expect.objectContaining({ session: 2, blank: true, reserved: true }),
    );
    const refusal = await refusalOf(rig);
    expect(refusal).toContain('medium-unfinished');
    expect(refusal).toContain('a job of type recover closes it');
  });

  it('is refused where the only session is open', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-rw' });
    await burnFailure(rig, anImage(1333), { faults: [...refusesWrites(600)] });
    await rig.drive.setFaults([]);
    expect((await rig.report()).medium).toMatchObject({ sessions: 0 });
    expect(await refusalOf(rig)).toContain('a job of type recover closes it');
  });

  it('is refused where blanking was cut short', async () => {
    expect(await refusalOf(await halfBlanked())).toContain('blanks all of it');
  });

  it('takes the only one, which is the whole medium', async () => {
    const { rig } = await recorded({ close: 'session' });
    const { plan, result } = await rig.burn(anImage(300), { options: instead });
    expect(plan.placement).toMatchObject({ session: 1, start: 0 });
    expect(result.verified).toEqual({ blocks: 300 });
  });
});
