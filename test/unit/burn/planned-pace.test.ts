import { describe, expect, it } from 'vitest';
import type { Medium, WritePace } from '../../../src/drive/medium.js';
import { aMedium, aPlan } from '../../support/drive-report.js';

/** A DVD of 2,295,104 blocks at 16x by CAV, as Pioneer's drives begin it, and at 8x with a first zone of 6x. */
const CAV: WritePace = {
  rotation: 'cav',
  kBps: 22_160,
  zones: [{ start: 0, end: 2_295_103, startKBps: 9091, endKBps: 22_160 }],
};
const ZCLV: WritePace = {
  rotation: 'zclv',
  kBps: 11_080,
  zones: [
    { start: 0, end: 3999, startKBps: 8310, endKBps: 8310 },
    { start: 4000, end: 2_295_103, startKBps: 11_080, endKBps: 11_080 },
  ],
};
const SPEEDS: Medium['writeSpeeds'] = [
  { kBps: 22_160, rotation: 'cav' },
  { kBps: 11_080, rotation: 'clv' },
];
const dvd = (change: Partial<Medium>) => aMedium('dvd+r', { writeSpeeds: SPEEDS, ...change });

describe('the pace of a plan', () => {
  it('is that of the blocks that will be recorded, not that of the whole medium', () => {
    expect(aPlan(dvd({ writePace: CAV }), 1_147_552).pace).toEqual({
      rotation: 'cav',
      // Half of the way from 9,091 to 22,160 kB/s.
      zones: [{ start: 0, end: 1_147_551, startKBps: 9091, endKBps: 15_625 }],
    });
  });

  it('has every zone that the recording reaches, padding included', () => {
    const { pace, placement } = aPlan(dvd({ writePace: ZCLV }), 5000, { speed: '8x' });
    expect(placement.padding).toBe(8);
    expect(pace).toEqual({
      rotation: 'zclv',
      zones: [
        { start: 0, end: 3999, startKBps: 8310, endKBps: 8310 },
        { start: 4000, end: 5007, startKBps: 11_080, endKBps: 11_080 },
      ],
    });
    expect(aPlan(dvd({ writePace: ZCLV }), 3000, { speed: '8x' }).pace?.zones).toHaveLength(1);
  });

  it('goes on with the last zone where the drive does not tell as far as it records', () => {
    const short: WritePace = {
      rotation: 'clv',
      kBps: 11_080,
      zones: [{ ...ZCLV.zones[1]!, start: 0, end: 99 }],
    };
    expect(aPlan(dvd({ writePace: short }), 5000, { speed: '8x' }).pace?.zones).toEqual([
      { start: 0, end: 5007, startKBps: 11_080, endKBps: 11_080 },
    ]);
  });

  it.each([
    ['pure CAV', 'max', ZCLV, 'cav'],
    ['anything else', '8x', CAV, 'clv'],
  ] as const)('is only %s where the drive stands at another speed now', (_, speed, writePace, rotation) => {
    expect(aPlan(dvd({ writePace }), 5000, { speed }).pace).toEqual({ rotation, zones: [] });
  });

  it('is absent where the drive tells nothing', () => {
    const plan = aPlan(aMedium('dvd+r', { writeSpeeds: [] }));
    expect(plan).not.toHaveProperty('pace');
    expect(plan.warnings).toMatchObject([{ code: 'speeds-unknown' }]);
  });

  it('changes what the plan estimates, but not its name', () => {
    const [unknown, known] = [aPlan(dvd({})), aPlan(dvd({ writePace: CAV }))];
    expect(known.hash).toBe(unknown.hash);
    // 5,008 blocks take 463 ms at 22,160 kB/s, and 1,127 ms at about 9,100.
    expect(known.estimateMs - unknown.estimateMs).toBeCloseTo(1127 - 463, -2);
  });
});
