/**
 * Plans for DVD-R, DVD-RW and DVD-R DL. Bytes typed from MMC-5: BLANK §6.2, FORMAT UNIT §6.5, RESERVE TRACK §6.31, SEND
 * DISC STRUCTURE §6.34; write parameters as growisofs and libburn set them.
 */
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../../src/burn/options.js';
import type { Plan } from '../../../src/burn/plan.js';
import { planBurn } from '../../../src/burn/plan-burn.js';
import type { Step } from '../../../src/burn/step.js';
import type { Medium } from '../../../src/drive/medium.js';
import { DATA_UNIT } from '../../../src/image/image.js';
import {
  aFormattedDvdRw,
  aMedium,
  aPlan,
  aRecordedMedium,
  aReport,
  anImage,
  withOptions,
} from '../../support/drive-report.js';

const doing = ({ steps }: { steps: readonly Step[] }): string => steps.map((step) => step.do).join(' ');

const stepOf = ({ steps }: { steps: readonly Step[] }, what: Step['do']): Step => {
  const found = steps.find((step) => step.do === what);
  if (!found) throw new Error(`no step ${what}`);
  return found;
};

const page05 = (plan: Plan): string => (stepOf(plan, 'set-parameters').command?.data ?? '').slice(24, 41);

/** Only features that say how the medium can be recorded. */
const decide = (medium: Medium, features: number[], options: Partial<BurnOptions> = {}) => {
  const report = aReport(medium);
  return planBurn(
    { ...report, capabilities: { ...report.capabilities, currentFeatures: features } },
    anImage(5000),
    withOptions(options),
  );
};

describe('plan for a DVD-R', () => {
  it('records it in increments and closes track and disc', () => {
    const plan = aPlan(aMedium('dvd-r'));
    expect(plan.recipe).toBe('dvd-r');
    expect(doing(plan)).toBe(
      'lock set-speed check set-parameters write synchronize close-track close-disc prove verify unlock',
    );
    expect(page05(plan)).toBe('05 32 60 25 08 10');
    expect(stepOf(plan, 'close-disc').command?.cdb).toBe('5b 01 02 00 00 00 00 00 00 00');
  });

  it('leaves it open by the multi-session field, and says what a border costs', () => {
    const plan = aPlan(aMedium('dvd-r'), 5000, { close: 'session' });
    expect(page05(plan)).toBe('05 32 60 e5 08 10');
    expect(plan).toMatchObject({ closes: 'session', overhead: 32_768 });
  });

  it('records it at once when asked to: after a reservation, and closed by the flush', () => {
    const plan = aPlan(aMedium('dvd-r'), 5000, { writeMode: 'dao' });
    expect(doing(plan)).toBe(
      'lock set-speed check set-parameters reserve write close-disc prove verify unlock',
    );
    expect(page05(plan)).toBe('05 32 42 05 08 00');
    expect(stepOf(plan, 'reserve').command?.cdb).toBe('53 00 00 00 00 00 00 13 90 00');
    expect(stepOf(plan, 'close-disc').command?.cdb).toBe('35 02 00 00 00 00 00 00 00 00');
    expect(plan.expected).toMatchObject({ status: 'complete', sessions: 1 });
  });

  it('tests it in either way without altering it', () => {
    for (const writeMode of ['incremental', 'dao'] as const) {
      const plan = aPlan(aMedium('dvd-r'), 5000, { writeMode, simulate: true });
      expect(plan.steps.filter(({ alters }) => alters)).toEqual([]);
      expect(page05(plan)).toMatch(writeMode === 'dao' ? /^05 32 52/ : /^05 32 70/);
      expect(plan.expected).toMatchObject({ status: 'empty' });
    }
  });

  it('is refused in a way that the drive has no feature for, and recorded in the other', () => {
    for (const [feature, missing, recipe] of [
      [0x21, 'dao', 'dvd-r'],
      [0x2f, 'incremental', 'dvd-r-dao'],
    ] as const) {
      expect(decide(aMedium('dvd-r'), [feature], { writeMode: missing })).toMatchObject({
        refusals: [{ code: 'write-mode-unsupported' }],
      });
      expect(decide(aMedium('dvd-r'), [feature])).toMatchObject({ plan: { recipe } });
    }
  });

  it('knows no track at once', () => {
    expect(decide(aMedium('dvd-r'), [0x21, 0x2f], { writeMode: 'tao' })).toMatchObject({
      refusals: [{ code: 'write-mode-unsupported' }],
    });
  });
});

describe('plan for a DVD-RW', () => {
  it('records a blank one at once where it takes no increments', () => {
    const decision = decide(aMedium('dvd-rw'), [0x2f]);
    expect(decision).toMatchObject({ plan: { recipe: 'dvd-r-dao' } });
    expect(decide(aMedium('dvd-rw'), [0x21, 0x2f])).toMatchObject({ plan: { recipe: 'dvd-r' } });
  });

  it('blanks a recorded one minimally to record it at once, wholly to leave it open', () => {
    const closed = aPlan(aRecordedMedium('dvd-rw'), 5000, { onNonBlank: 'erase' });
    expect(closed.recipe).toBe('dvd-r-dao');
    expect(stepOf(closed, 'blank').command?.cdb).toBe('a1 11 00 00 00 00 00 00 00 00 00 00');
    const open = aPlan(aRecordedMedium('dvd-rw'), 5000, { onNonBlank: 'erase', close: 'session' });
    expect(open.recipe).toBe('dvd-r');
    expect(stepOf(open, 'blank').command?.cdb).toBe('a1 10 00 00 00 00 00 00 00 00 00 00');
  });

  it('overwrites a formatted one in place', () => {
    const plan = aPlan(aFormattedDvdRw(), 5000, { onNonBlank: 'erase' });
    expect(plan.recipe).toBe('dvd-rw-overwrite');
    expect(doing(plan)).toBe('lock set-speed check invalidate write synchronize prove verify unlock');
  });

  it.each([
    ['at 64 KiB', 100_000, 1440],
    ['right behind the last block where the border ends before that', 1424, 1424],
  ])('has the volume of a formatted one grow %s', (_, readable, start) => {
    const part = { session: 1, track: 1, unit: DATA_UNIT };
    const parts = [
      { ...part, start, length: 160 },
      { ...part, start: 16, length: 16 },
    ];
    const report = aReport(aFormattedDvdRw({ readable, volumeBlocks: 1420 }));
    const image = anImage(176, { parts });
    expect(planBurn(report, image, withOptions({ onNonBlank: 'append' }))).toMatchObject({
      plan: { placement: { start } },
    });
  });

  it('opens a border that is too small, and closes it again', () => {
    const plan = aPlan(aFormattedDvdRw({ readable: 1600 }), 5000, { onNonBlank: 'erase' });
    expect(doing(plan)).toBe(
      'lock format set-speed check invalidate write synchronize close-session prove verify unlock',
    );
    expect(stepOf(plan, 'format').command).toMatchObject({
      cdb: '04 11 00 00 00 00',
      data: '00 02 00 08 00 00 00 00 4c 00 00 10',
    });
    expect(plan.recovery.map((step) => step.do)).toEqual(['synchronize', 'close-session']);
  });

  it('closes a border that somebody left open', () => {
    const medium = aFormattedDvdRw({ status: 'appendable', lastSession: 'incomplete', contents: 'none' });
    expect(doing(aPlan(medium))).toMatch(/synchronize close-session prove/);
  });
});

describe('plan for a DVD-R DL', () => {
  it('closes it whatever is asked for, and warns', () => {
    const plan = aPlan(aMedium('dvd-r-dl'), 5000, { close: 'session' });
    expect(plan).toMatchObject({ recipe: 'dvd-r-dl', closes: 'disc' });
    const [warning] = plan.warnings.filter(({ code }) => code === 'closes-disc');
    expect(warning?.detail).toContain('no session can follow');
  });

  it('warns where one layer would do, but not of jumps, which other sessions can follow', () => {
    const codes = (blocks: number, options = {}): string[] =>
      aPlan(aMedium('dvd-r-dl'), blocks, options).warnings.map(({ code }) => code);
    expect(codes(5000)).toContain('layer-wasted');
    expect(codes(2_200_000)).not.toContain('layer-wasted');
    expect(codes(5000, { writeMode: 'layer-jump' })).not.toContain('layer-wasted');
  });

  it('lets the drive jump in the middle of what comes', () => {
    const plan = aPlan(aMedium('dvd-r-dl'), 5000, { writeMode: 'layer-jump' });
    expect(plan.recipe).toBe('dvd-r-dl-jump');
    expect(page05(plan)).toBe('05 32 44 05 08 00');
    // Half of 5,008 blocks is 2,504, in whole ECC blocks 2,512: the last one before the jump is 2,511.
    expect(stepOf(plan, 'set-layer-jump').command).toMatchObject({
      cdb: 'bf 00 00 00 00 00 00 23 00 0c 00 00',
      data: '00 0a 00 00 00 00 00 00 00 00 09 cf',
    });
  });

  it('knows layer jumps only with a drive that does', () => {
    const medium = aMedium('dvd-r-dl');
    const report = aReport(medium);
    const capabilities = { ...report.capabilities, profiles: [0x15, 0x11] };
    const options = withOptions({ writeMode: 'layer-jump' });
    expect(planBurn({ ...report, capabilities }, anImage(5000), options)).toMatchObject({
      refusals: [{ code: 'write-mode-unsupported' }],
    });
  });
});
