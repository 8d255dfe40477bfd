import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cancelEffect } from '../../src/burn/cancel-effect.js';
import { mediumAfter } from '../../src/burn/medium-after.js';
import type { Phase, Progress } from '../../src/burn/progress.js';
import { SpindleError } from '../../src/errors.js';
import type { BlankName } from '../../src/virtual/media.js';
import { type How, type Rig, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const image = randomBytes(1500 * 2048);

const rigFor = (blank: BlankName): Rig => burnRig(temporaryFolder(), { blank });

/** Burns and cancels as soon as the progress is so far. */
const cancelWhen = (rig: Rig, reached: (progress: Progress) => boolean, how: How = {}) => {
  const controller = new AbortController();
  return rig.burn(image, {
    ...how,
    controller,
    onProgress: (progress) => {
      if (reached(progress)) controller.abort(new SpindleError('canceled', 'Somebody thought better of it.'));
    },
  });
};

const inPhase =
  (phase: Phase) =>
  (progress: Progress): boolean =>
    progress.phase === phase;
const halfWritten = ({ phase, total, done }: Progress): boolean =>
  phase === 'write' && total > 32 && done > 0;

/** MMC-6: RESERVE TRACK, SEND DISC STRUCTURE, SEND OPC INFORMATION, SYNCHRONIZE CACHE, CLOSE TRACK SESSION, the WRITEs. */
const ALTERING: ReadonlySet<number> = new Set([0x53, 0xbf, 0x54, 0x35, 0x5b, 0x2a, 0xaa]);

describe('canceling', () => {
  it.each(['load', 'calibrate'] as const)('in phase %s leaves the medium as it was', async (phase) => {
    const rig = rigFor('cd-r');
    await expect(cancelWhen(rig, inPhase(phase))).rejects.toMatchObject({
      code: 'canceled',
      message: 'Somebody thought better of it.',
    });
    const { medium } = await rig.report();
    expect(medium?.status).toBe('empty');
    expect((await rig.burn(image)).result.verified).toBeDefined();
  });

  it('while a CD-RW is blanked waits for that, and leaves it blank', async () => {
    const rig = rigFor('cd-rw');
    await rig.burn(image);
    const erase = { options: { onNonBlank: 'erase' } } as const;
    await expect(cancelWhen(rig, inPhase('format'), erase)).rejects.toMatchObject({ code: 'canceled' });
    expect((await rig.report()).medium?.status).toBe('empty');
  });

  it.each([
    ['cd-r', 'lost'],
    ['cd-rw', 'needs-erase'],
    ['dvd+r', 'appendable'],
    ['dvd+rw', 'needs-erase'],
    ['bd-re', 'needs-erase'],
  ] as const)('in mid write leaves a %s that is %s', async (blank, state) => {
    const rig = rigFor(blank);
    const plan = await rig.plan(image);
    await expect(cancelWhen(rig, halfWritten)).rejects.toMatchObject({ code: 'canceled' });
    expect(mediumAfter(plan, (await rig.report()).medium).state).toBe(state);
    await rig.drive.pressEjectButton();
    expect(await rig.contents()).toBe('open');
  });

  it('while the disc is closed comes too late: the disc is finished, only not verified', async () => {
    const rig = rigFor('dvd+r');
    await expect(cancelWhen(rig, inPhase('close'))).rejects.toMatchObject({ code: 'canceled' });
    expect((await rig.report()).medium).toMatchObject({ status: 'complete', sessions: 1 });
  });

  it('ends a verification, the disc being complete', async () => {
    const rig = rigFor('dvd+r');
    await expect(cancelWhen(rig, inPhase('verify'))).rejects.toMatchObject({ code: 'canceled' });
    expect((await rig.report()).medium?.status).toBe('complete');
  });

  it('costs nothing once everything is proven', async () => {
    const { result } = await cancelWhen(rigFor('dvd+r'), inPhase('unload'));
    expect(result.verified).toBeDefined();
  });

  it.each([
    ['dvd-r', { writeMode: 'dao' }],
    ['dvd+r-dl', {}],
    ['cd-r', {}],
  ] as const)('while it is noted that a %s will be altered leaves it blank', async (blank, options) => {
    const rig = rigFor(blank);
    const controller = new AbortController();
    const hooks = {
      onPhase: () => Promise.resolve(),
      touching: () => {
        controller.abort(new SpindleError('canceled', 'Somebody thought better of it.'));
        return Promise.resolve();
      },
    };
    const burning = rig.burn(image, { options, controller, work: { hooks } });
    await expect(burning).rejects.toMatchObject({ code: 'canceled' });
    const opcodes = rig.commands.map(({ cdb }) => cdb[0]!);
    expect(opcodes.filter((opcode) => ALTERING.has(opcode))).toEqual([]);
    expect((await rig.report()).medium).toMatchObject({ status: 'empty', sessions: 0 });
  });

  /** What canceling would cost when each phase has begun, and once more when the medium is first altered. */
  const effectsOn = async (blank: BlankName, options: How['options'] = {}): Promise<string[]> => {
    const rig = rigFor(blank);
    const plan = await rig.plan(image, options);
    const reached: Parameters<typeof cancelEffect>[1][] = [];
    const note = (change: Partial<(typeof reached)[number]>): Promise<void> => {
      reached.push({ phase: undefined, touched: false, ...reached.at(-1), ...change });
      return Promise.resolve();
    };
    const hooks = { onPhase: (phase: Phase) => note({ phase }), touching: () => note({ touched: true }) };
    await rig.burn(image, { options, work: { hooks } });
    return reached.map((each) => `${each.phase} ${cancelEffect(plan, each)}`);
  };

  it('ruins write-once media from the first block on, and says so before', async () => {
    expect(await effectsOn('cd-r')).toEqual([
      'load free',
      'calibrate free',
      'write free',
      'write ruins-medium',
      'close too-late',
      'verify free',
      'unload free',
    ]);
    expect(await effectsOn('cd-rw')).not.toContain('write ruins-medium');
    expect(await effectsOn('cd-rw')).toContain('close too-late');
    expect(await effectsOn('cd-r', { simulate: true })).not.toContain('write ruins-medium');
  });

  it.each([
    ['reserved', 'dvd-r', { writeMode: 'dao' }, 'calibrate ruins-medium'],
    ['given a layer break', 'dvd+r-dl', {}, 'calibrate ruins-medium'],
    ['formatted', 'bd-r', { spares: 'default' }, 'format ruins-medium'],
  ] as const)('ruins what was %s before the first block: %s', async (_, blank, options, effect) => {
    expect(await effectsOn(blank, options)).toContain(effect);
  });
});
