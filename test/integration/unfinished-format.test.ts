/** A DVD+RW whose drive goes on formatting in the background, or was told to stop: all of it can be read from the first block on. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/burn/plan.js';
import { planUse } from '../../src/burn/plan-use.js';
import { driveUse } from '../../src/burn/use.js';
import { type Rig, type UseRequest, burnRig, opens } from '../support/burn-rig.js';
import { endOf, writeBlocks } from '../support/raw-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCKS = 2_295_104;
/** 4.7 GB at 1,385 kB/s, in ms. */
const WHOLE_MS = (BLOCKS * 2048) / 1385;
/** One of the places that are looked at for data. */
const FAR = 2_097_152;

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

const planned = async (rig: Rig, request: UseRequest): Promise<Plan> => {
  const decision = planUse(await rig.report(), undefined, driveUse.parse({ options: {}, ...request }));
  if (!('plan' in decision)) throw new Error(JSON.stringify(decision.refusals));
  return decision.plan;
};

/** One more than the last block that is overwritten by zeros. */
const lastZero = ({ steps }: Plan): number =>
  Math.max(...steps.map(({ transfer }) => (transfer ? transfer.start + transfer.padding : 0)));

const longestWait = ({ steps }: Plan): number =>
  Math.max(...steps.filter((step) => step.phase === 'close').map((step) => step.readyWithinMs));

const stopped = async (): Promise<Rig> => {
  const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
  await rig.burn(anImage(400));
  const { medium } = await rig.report();
  expect(medium).toMatchObject({ backgroundFormat: 'started', readable: BLOCKS, capacity: BLOCKS });
  return rig;
};

/** Left to its drive, and then somebody has written far behind what that has come to. */
const writtenFarOut = async (): Promise<Rig> => {
  const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
  await rig.burn(anImage(400), { options: { backgroundFormat: 'continue' } });
  expect(await writeBlocks(rig.drive, FAR, anImage(16))).toBe('good');
  expect(await endOf(rig.drive, '35 00 00 00 00 00 00 00 00 00')).toBe('good');
  expect((await rig.report()).medium?.backgroundFormat).toBe('running');
  return rig;
};

const QUICK = { do: 'erase', options: { method: 'quick' } } as const;

describe('erasing a DVD+RW quickly whose format was stopped', () => {
  it('overwrites nothing that was never recorded, and leaves it as ready to be taken out', async () => {
    const rig = await stopped();
    const { plan, result } = await rig.use(QUICK);
    expect(lastZero(plan)).toBeLessThanOrEqual(400);
    expect(plan.estimateMs).toBeLessThan(60_000);
    expect(result.medium).toMatchObject({ contents: 'none', backgroundFormat: 'started' });
    expect(await opens(rig)).toBe(true);
  });

  it('finds what lies far behind the volume as well, and plans what its lead-out may have to fill', async () => {
    const rig = await writtenFarOut();
    await rig.use({ do: 'close' });
    await rig.burn(anImage(400), { options: { onNonBlank: 'erase', backgroundFormat: 'stop' } });
    const { plan, result } = await rig.use(QUICK);
    expect(lastZero(plan)).toBe(FAR + 32);
    expect(plan.estimateMs).toBeGreaterThan(0.8 * WHOLE_MS);
    expect(result.medium).toMatchObject({ contents: 'none', backgroundFormat: 'started' });
  });

  it('leaves one to its drive that was left to it', async () => {
    const rig = await writtenFarOut();
    const { plan, result } = await rig.use(QUICK);
    expect(lastZero(plan)).toBe(FAR + 32);
    expect(plan.steps.some((step) => step.do === 'stop-format')).toBe(false);
    expect(result.medium).toMatchObject({ contents: 'none', backgroundFormat: 'running' });
  });
});

describe('formatting a DVD+RW anew whose format was not complete', () => {
  it('overwrites and fills no more than was recorded', async () => {
    const rig = await stopped();
    const { plan, result } = await rig.use({ do: 'format' });
    expect(lastZero(plan)).toBeLessThanOrEqual(400);
    expect(plan.estimateMs).toBeLessThan(120_000);
    expect(result.medium).toMatchObject({ contents: 'none', backgroundFormat: 'started' });
  });

  it('says how long filling all up to what lies farthest may take', async () => {
    const plan = await planned(await writtenFarOut(), { do: 'format' });
    expect(lastZero(plan)).toBe(FAR + 32);
    expect(plan.estimateMs).toBeGreaterThan(0.9 * WHOLE_MS);
  });
});

describe('the lead-out of a DVD+RW', () => {
  it('is waited for as long as a slow drive may fill the disc, and the plan of closing says how long', async () => {
    const rig = await writtenFarOut();
    const { plan, result } = await rig.use({ do: 'close' });
    expect(plan.estimateMs).toBeGreaterThan(0.8 * WHOLE_MS);
    expect(longestWait(plan)).toBeGreaterThan(2 * WHOLE_MS);
    expect(result.medium.backgroundFormat).toBe('started');
  });

  it('takes no longer where the disc is recorded from its beginning on', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'dvd+rw' });
    await rig.burn(anImage(400), { options: { backgroundFormat: 'continue' } });
    const plan = await planned(rig, { do: 'close' });
    expect(plan.estimateMs).toBeLessThan(61_000);
    expect(longestWait(plan)).toBeGreaterThan(2 * WHOLE_MS);
  });

  it('is waited for as long behind a recording', async () => {
    const options = { onNonBlank: 'erase' } as const;
    const far = await (await writtenFarOut()).plan(anImage(400), options);
    expect(longestWait(far)).toBeGreaterThan(2 * WHOLE_MS);
    expect(far.estimateMs).toBeGreaterThan(0.8 * WHOLE_MS);
    const near = await (await stopped()).plan(anImage(400), options);
    expect(longestWait(near)).toBeGreaterThan(2 * WHOLE_MS);
    expect(near.estimateMs).toBeLessThan(120_000);
  });
});
