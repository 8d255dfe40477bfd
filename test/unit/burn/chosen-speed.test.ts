/** Bytes of SET CD SPEED (MMC-5 §6.37) and SET STREAMING (§6.39.3), typed by hand. */
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../../src/burn/options.js';
import { planBurn } from '../../../src/burn/plan-burn.js';
import type { Medium } from '../../../src/drive/medium.js';
import { aMedium, aPlan, aReport, anImage, withOptions } from '../../support/drive-report.js';

const dvd = (change: Partial<Medium> = {}) =>
  aMedium('dvd+r', {
    writeSpeeds: [
      { kBps: 22_160, rotation: 'cav' },
      { kBps: 16_620, rotation: 'clv' },
      { kBps: 16_620, rotation: 'cav' },
      { kBps: 5540, rotation: 'clv' },
    ],
    ...change,
  });

const planned = (medium: Medium, options: Partial<BurnOptions>) => {
  const { speedKBps, rotation, warnings } = aPlan(medium, 5000, options);
  return [speedKBps, rotation, warnings.map(({ code }) => code)];
};

const refusal = (medium: Medium, options: Partial<BurnOptions>) => {
  const decision = planBurn(aReport(medium), anImage(5000), withOptions(options));
  return 'plan' in decision ? undefined : decision.refusals[0];
};

const speedCommand = (medium: Medium, options: Partial<BurnOptions>) =>
  aPlan(medium, 5000, options).steps.find((step) => step.do === 'set-speed')!.command!;

describe('a speed in the words of a client', () => {
  it.each([
    // 16 x 1,385 kB/s, at 680 sectors of 2,048 bytes for 1x as clients of IMAPI count them, and at 676.
    ['dvd+r', '10880sectors/s', 22_160],
    ['dvd+r', '10816sectors/s', 22_160],
    // 75 sectors of 2,352 bytes are 1x of a CD, which this drive rounds to 8,468 kB/s at 48x.
    ['cd-r', '3600sectors/s', 8468],
    ['bd-r', '8780sectors/s', 17_982],
    ['dvd+r', -1, 22_160],
    ['dvd+r', 'max', 22_160],
  ] as const)('is for a %s the same as %s', (kind, speed, kBps) => {
    expect(aPlan(aMedium(kind), 5000, { speed }).speedKBps).toBe(kBps);
  });

  it.each(['0x10', '16 x', '10sectors', '-2', 'sectors/s'])('is never %s', (speed) => {
    expect(() => withOptions({ speed })).toThrow(/must be max or -1/);
  });
});

describe('the rotation', () => {
  it('is asked for by both commands', () => {
    const cav = { speed: '12x', rotation: 'cav' } as const;
    expect(planned(dvd(), cav)).toEqual([16_620, 'cav', []]);
    // Write rotation control 01b in bits 4 and 3 of the descriptor.
    expect(speedCommand(dvd(), cav).data).toMatch(/^08 00 00 00 /);
    expect(speedCommand(dvd(), { speed: '12x' }).data).toMatch(/^00 00 00 00 /);
    const cd = aMedium('cd-r', { writeSpeeds: [{ kBps: 8468, rotation: 'cav' }] });
    expect(speedCommand(cd, { rotation: 'cav' }).cdb).toBe('bb 01 ff ff 21 14 00 00 00 00 00 00');
    expect(speedCommand(cd, {}).cdb).toBe('bb 00 ff ff 21 14 00 00 00 00 00 00');
  });

  it('narrows down what is fastest', () => {
    expect(planned(dvd(), { rotation: 'clv' })).toEqual([16_620, 'clv', []]);
    expect(planned(dvd(), { rotation: 'cav' })).toEqual([22_160, 'cav', []]);
  });

  it('is refused where the drive does not turn the medium so, with what it does', () => {
    expect(refusal(dvd(), { speed: '4x', rotation: 'cav' })).toEqual({
      code: 'speed-unsupported',
      detail:
        'The drive records this medium at 16x (22160 kB/s) by CAV, 12x (16620 kB/s) by CLV, 12x (16620 kB/s) by CAV, 4x (5540 kB/s) by CLV, not at 4x by CAV.',
    });
    expect(refusal(dvd({ writeSpeeds: [] }), { rotation: 'cav' })).toMatchObject({
      code: 'speed-unsupported',
    });
  });

  it('decides whether the pace that the drive stands at is the one of the plan', () => {
    const zones = [{ start: 0, end: 2_295_103, startKBps: 6818, endKBps: 16_620 }];
    const medium = dvd({ writePace: { rotation: 'cav', kBps: 16_620, zones } });
    expect(aPlan(medium, 5000, { speed: '12x', rotation: 'cav' }).pace?.zones).toHaveLength(1);
    expect(aPlan(medium, 5000, { speed: '12x', rotation: 'clv' }).pace).toEqual({
      rotation: 'clv',
      zones: [],
    });
  });
});

describe('a speed that may be adjusted', () => {
  it.each([
    ['one between two', { speed: '8x' }, [5540, undefined, ['speed-adjusted']]],
    ['one that is too slow', { speed: '1x' }, [5540, undefined, ['speed-adjusted']]],
    ['one that is too fast', { speed: 99_999 }, [22_160, undefined, ['speed-adjusted']]],
    ['the other rotation', { speed: '4x', rotation: 'cav' }, [5540, 'clv', ['rotation-adjusted']]],
    ['both', { speed: '8x', rotation: 'cav' }, [5540, 'clv', ['speed-adjusted', 'rotation-adjusted']]],
    ['a rotation that is there', { speed: '14x', rotation: 'cav' }, [16_620, 'cav', ['speed-adjusted']]],
    ['what is there', { speed: '12x', rotation: 'cav' }, [16_620, 'cav', []]],
  ] as const)('tells what it makes of %s', (_, asked, expected) => {
    expect(planned(dvd(), { ...asked, adjustSpeed: true })).toEqual(expected);
  });
});
