import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mediumAfter } from '../../src/burn/medium-after.js';
import type { Plan } from '../../src/burn/plan.js';
import { planUse } from '../../src/burn/plan-use.js';
import { driveUse } from '../../src/burn/use.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type Rig, type UseRequest, burnRig, opens, useFailure } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const recorded = async (blank: BlankName): Promise<Rig> => {
  const rig = burnRig(temporaryFolder(), { blank, capacity: 32_768 });
  await rig.burn(randomBytes(2000 * 2048));
  return rig;
};

const planned = async (rig: Rig, request: UseRequest): Promise<Plan> => {
  const decision = planUse(await rig.report(), undefined, driveUse.parse(request));
  if (!('plan' in decision)) throw new Error(JSON.stringify(decision.refusals));
  return decision.plan;
};

describe('overwriting a whole medium', () => {
  it('reads back all that was overwritten, and says how much', async () => {
    const rig = await recorded('dvd+rw');
    const { plan, result, progress } = await rig.use({ do: 'erase', options: { method: 'secure' } });
    expect(plan.phases).toEqual(['load', 'calibrate', 'write', 'read', 'unload']);
    expect(plan.steps.map((step) => step.do)).toEqual([
      'lock',
      'check',
      'invalidate',
      'synchronize',
      'read-zeros',
      'prove',
      'unlock',
    ]);
    const { capacity } = result.medium;
    expect(result.verified).toEqual({ blocks: capacity });
    const reading = progress.filter(({ phase, total }) => phase === 'read' && total > 0);
    expect(reading.at(-1)).toMatchObject({ done: capacity, total: capacity });
  });

  // Not among the places that are looked at to tell a medium from a blank one.
  it.each([
    ['dvd+rw', 'full'],
    ['dvd+rw', 'secure'],
    ['dvd-ram', 'full'],
    ['bd-re', 'full'],
    ['removable-disk', 'full'],
  ] as const)('of a %s by the %s method is no good where a block kept its data', async (blank, method) => {
    const rig = await recorded(blank);
    const erase = { do: 'erase', options: { method } } as const;
    const lost = { when: { lba: 700, access: 'write' as const }, do: { action: 'lost-write' as const } };
    const failure = await useFailure(rig, erase, { faults: [lost] });
    // The blocks of the WRITE that was lost: 672 to 703.
    expect(failure).toMatchObject({ code: 'erase-failed', errors: [{ pointer: 'block 672' }] });
    expect(failure.message).toContain('blocks 672 to 703 still hold data');
    await rig.drive.setFaults([]);
    const { medium } = await rig.report();
    expect(medium!.contents).toBe('none');
    const after = mediumAfter(await planned(rig, erase), medium);
    expect(after.state).toBe('needs-erase');
    expect(after.remedy).toContain('once more');
    expect((await rig.use(erase)).result.verified).toEqual({ blocks: medium!.capacity });
  });

  it('is vouched for only where no spare can have taken the place of a block', async () => {
    const erase = { do: 'erase', options: { method: 'secure' } } as const;
    const ram = await recorded('dvd-ram');
    expect(await useFailure(ram, erase)).toMatchObject({ code: 'secure-erase-unsupported' });
    const bd = await recorded('bd-re');
    const failure = await useFailure(bd, erase);
    expect(failure.code).toBe('secure-erase-unsupported');
    expect(failure.message).toContain('`spareArea: none`');
    await bd.use({ do: 'format', options: { spareArea: 'none' } });
    const { result } = await bd.use(erase);
    expect(result.verified).toEqual({ blocks: result.medium.capacity });
  });

  it('is no good where a block cannot be read afterwards', async () => {
    const rig = await recorded('dvd+rw');
    const failure = await useFailure(
      rig,
      { do: 'erase', options: { method: 'full' } },
      {
        faults: [
          { when: { lba: 900, access: 'read' }, do: { action: 'sense', sense: '3/11/00', deferred: false } },
        ],
      },
    );
    expect(failure).toMatchObject({ code: 'erase-failed', errors: [{ pointer: 'block 900' }] });
    expect(await opens(rig)).toBe(true);
  });
});
