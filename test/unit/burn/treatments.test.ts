import { describe, expect, it } from 'vitest';
import type { Medium, MediumKind } from '../../../src/drive/medium.js';
import { planUse } from '../../../src/burn/plan-use.js';
import { reasonAgainst } from '../../../src/burn/recipes/no-treatment.js';
import { RECIPES, treatmentsFor } from '../../../src/burn/recipes/recipe-for.js';
import type { Recipe } from '../../../src/burn/recipes/recipe.js';
import { driveUse } from '../../../src/burn/use.js';
import {
  BLANK_MEDIA,
  type BurnableKind,
  aMedium,
  aRecordedMedium,
  aReport,
  anImage,
} from '../../support/drive-report.js';

/** Begun and not closed. */
const OPEN: Partial<Record<MediumKind, Partial<Medium>>> = {
  'cd-r': { status: 'appendable', lastSession: 'incomplete', sessions: 0 },
  'dvd+r': { status: 'appendable', lastSession: 'incomplete', sessions: 0 },
};

const KINDS = Object.keys(RECIPES) as MediumKind[];

/** Of a kind that no test has a medium of, one that is recorded alike. */
const recorded = (kind: MediumKind): Medium =>
  kind in BLANK_MEDIA ? aRecordedMedium(kind as BurnableKind) : { ...aRecordedMedium('dvd+rw'), kind };

const HAS: Readonly<
  Record<'erase' | 'format' | 'close' | 'recover', (recipe: Recipe, medium: Medium) => boolean>
> = {
  erase: (recipe, medium) => recipe.erase?.(medium, 'quick') !== undefined,
  format: ({ formats = [] }) => formats.length > 0,
  close: ({ close }) => close !== undefined,
  recover: ({ recover }) => recover !== undefined,
};
const NAMES = Object.keys(HAS) as (keyof typeof HAS)[];
const CELLS = KINDS.flatMap((kind) => NAMES.map((name) => [kind, name] as const));

const planned = (medium: Medium, use: keyof typeof HAS, options = {}) =>
  planUse(aReport(medium), undefined, driveUse.parse({ do: use, options }));

const refusalOf = (medium: Medium, use: keyof typeof HAS, options = {}) => {
  const decision = planned(medium, use, options);
  return 'refusals' in decision ? decision.refusals[0] : undefined;
};

/** What must be found afterwards. */
const expectedOf = (medium: Medium, use: keyof typeof HAS, options = {}) => {
  const decision = planned(medium, use, options);
  return 'plan' in decision ? decision.plan.steps.find((step) => step.do === 'prove')?.expects : undefined;
};

/** FORMAT UNIT as it is sent: flags, blocks, type and sub-type, parameter. */
const formatOf = (medium: Medium, options = {}): string | undefined => {
  const decision = planned(medium, 'format', options);
  const steps = 'plan' in decision ? decision.plan.steps : [];
  const command = steps.find((step) => step.do === 'format')?.command;
  return command && `${command.cdb} | ${command.data ?? ''}`.replaceAll(/(?<=\w) (?=\w)/g, '');
};

describe('what is done to a medium beside recording on it', () => {
  it.each(CELLS)('has a way or a reason why there is none: %s, %s', (kind, name) => {
    const medium = recorded(kind);
    const recipe = treatmentsFor(medium, { currentFeatures: [], profiles: [0x13] })!;
    expect(HAS[name](recipe, medium)).toBe(reasonAgainst(kind, name) === undefined);
  });

  it.each(CELLS.filter(([kind, name]) => reasonAgainst(kind, name) !== undefined))(
    'tells the reason to whoever asks: %s, %s',
    (kind, name) => {
      expect(refusalOf(recorded(kind), name)?.detail).toBe(reasonAgainst(kind, name));
    },
  );
});

describe('a drive that only reads', () => {
  it.each([
    ['dvd+r', 'close'],
    ['cd-r', 'close'],
    ['dvd+r', 'recover'],
    ['dvd+rw', 'erase'],
    ['dvd+rw', 'format'],
    ['bd-re', 'format'],
  ] as const)('is not asked to do anything to its %s: %s', (kind, use) => {
    const medium = aMedium(kind, { ...aRecordedMedium(kind), ...(use !== 'erase' && OPEN[kind]) });
    const report = aReport(medium);
    const plan = (currentFeatures: number[]) =>
      planUse(
        { ...report, capabilities: { ...report.capabilities, currentFeatures } },
        undefined,
        driveUse.parse({ do: use, options: {} }),
      );
    expect(plan(report.capabilities.currentFeatures)).toHaveProperty('plan');
    expect(plan([0x10, 0x1f])).toMatchObject({ refusals: [{ code: 'medium-unsupported' }] });
  });
});

it('overwrites nothing by zeros where the host carries less at once than is written of the medium', () => {
  const report = aReport(aRecordedMedium('dvd+rw'));
  const erasing = (maxTransferBytes: number) =>
    planUse(
      { ...report, capabilities: { ...report.capabilities, maxTransferBytes } },
      undefined,
      driveUse.parse({ do: 'erase', options: {} }),
    );
  expect(erasing(16_384)).toMatchObject({ refusals: [{ code: 'transfer-limit-too-low' }] });
  expect(erasing(32_768)).toHaveProperty('plan');
});

describe('formatting a BD-R', () => {
  const blank = aMedium('bd-r');

  it('sets aside as many spares as are asked for, in sequential recording without pseudo overwrite', () => {
    // 11,826,176 blocks, type 00h, sub-type 1, 3000h clusters; type 32h, sub-type 1: MMC-5 §6.5.3, typed by hand.
    expect(formatOf(blank)).toBe('041100000000 | 0002000800b4740001003000');
    expect(formatOf(blank, { spareArea: 'minimum' })).toBe('041100000000 | 0002000800b87400c9001000');
    expect(refusalOf(blank, 'format', { spareArea: 'none' })?.code).toBe('format-unsupported');
  });

  it('is done once', () => {
    const formatted = aMedium('bd-r', { status: 'appendable', lastSession: 'incomplete' });
    expect(refusalOf(formatted, 'format')?.detail).toContain('formatted once');
    expect(refusalOf(aRecordedMedium('bd-r'), 'format')?.detail).toContain('in use');
  });

  it('is done anew where it was cut short', () => {
    const cut = aMedium('bd-r', { lastSession: 'damaged' });
    const decision = planned(cut, 'recover');
    expect('plan' in decision && decision.plan.steps.map((step) => step.do)).toContain('format');
    expect(expectedOf(cut, 'recover')).toMatchObject({ blank: true, capacity: 11_826_176 });
  });
});

describe('formatting a DVD-RAM', () => {
  const used = aRecordedMedium('dvd-ram');
  const listed = aMedium('dvd-ram', {
    contents: 'volume',
    formats: [
      { type: 0x00, blocks: 2_236_704, typeDependent: 0x800 },
      { type: 0x01, blocks: 2_184_480, typeDependent: 0x800 },
    ],
  });

  it('certifies the medium unless the drive is told not to', () => {
    expect(formatOf(used)).toBe('041100000000 | 000200080022212000000800');
    // Complete list, FOV and DCRT, as libburn formats quickly.
    expect(formatOf(used, { certification: 'none' })).toBe('041900000000 | 00a200080022212000000800');
  });

  it('gives the last blocks to the spares on request alone, and says what that costs', () => {
    const decision = planned(listed, 'format', { formatType: 1 });
    const plan = 'plan' in decision ? decision.plan : undefined;
    expect(plan?.warnings.map(({ code }) => code)).toEqual(['last-blocks-lost']);
    expect(expectedOf(listed, 'format', { formatType: 1 })).toMatchObject({
      readable: 2_184_480,
      capacity: 2_184_480,
    });
  });

  it('is done anew where it was cut short', () => {
    const cut = aMedium('dvd-ram', { formatted: false, lastSession: 'damaged' });
    expect(expectedOf(cut, 'recover')).toMatchObject({ formatted: true, blank: true });
  });
});

describe('formatting a DVD+RW', () => {
  const used = (how: Partial<Medium>): Medium => aMedium('dvd+rw', { ...aRecordedMedium('dvd+rw'), ...how });
  const planOf = (medium: Medium, use: 'format' | 'erase') => {
    const decision = planned(medium, use);
    if (!('plan' in decision)) throw new Error(JSON.stringify(decision.refusals));
    return decision.plan;
  };
  const lastZero = (medium: Medium, use: 'format' | 'erase'): number =>
    Math.max(
      ...planOf(medium, use).steps.map(({ transfer }) =>
        transfer === undefined ? 0 : transfer.start + transfer.padding,
      ),
    );

  it('overwrites no block behind those that its drive has come to, which would have the disc filled up to there', () => {
    for (const backgroundFormat of ['started', 'running'] as const) {
      const medium = used({ backgroundFormat, readable: 5000 });
      expect(lastZero(medium, 'format')).toBe(5000);
      expect(lastZero(medium, 'erase')).toBe(5000);
    }
    expect(lastZero(used({ backgroundFormat: 'complete' }), 'format')).toBe(2_295_104);
  });

  it('says how long the lead-out may take where the drive tells nothing of how far it came', () => {
    // 4.7 GB at 1,385 kB/s, in ms.
    const whole = (2_295_104 * 2048) / 1385;
    const { estimateMs, steps } = planOf(used({ backgroundFormat: 'started' }), 'format');
    expect(estimateMs).toBeGreaterThan(whole);
    const leadOut = steps.findLast((step) => step.do === 'close-session');
    expect(leadOut?.readyWithinMs).toBeGreaterThan(whole);
    expect(planOf(used({ backgroundFormat: 'complete' }), 'format').estimateMs).toBeLessThan(60_000);
  });
});

describe('overwriting a medium by zeros', () => {
  const stepsOf = (medium: Medium, method: string): string[] => {
    const decision = planned(medium, 'erase', { method });
    return 'plan' in decision ? decision.plan.steps.map((step) => step.do) : [];
  };

  it.each(['full', 'secure'])('is proven by reading all of it back: %s', (method) => {
    for (const kind of method === 'secure'
      ? (['dvd+rw'] as const)
      : (['dvd+rw', 'dvd-ram', 'bd-re'] as const)) {
      const steps = stepsOf(aRecordedMedium(kind), method);
      expect(steps.indexOf('read-zeros')).toBeGreaterThan(steps.indexOf('synchronize'));
      expect(steps.indexOf('prove')).toBeGreaterThan(steps.indexOf('read-zeros'));
    }
  });

  it('does nothing to a medium that was never formatted, and is refused where a format broke off', () => {
    const fresh = aMedium('dvd-ram', { formatted: false });
    expect(stepsOf(fresh, 'secure')).toEqual(['lock', 'check', 'prove', 'unlock']);
    const cut = aMedium('dvd-ram', { formatted: false, lastSession: 'damaged' });
    const refusal = refusalOf(cut, 'erase', { method: 'secure' });
    expect(refusal?.code).toBe('secure-erase-unsupported');
    expect(refusal?.detail).toContain('recover');
    expect(refusalOf(cut, 'erase', { method: 'full' })?.code).toBe('medium-not-erasable');
  });

  it.each(['dvd-ram', 'removable-disk', 'bd-re'] as const)(
    'is not called secure on a %s, of which blocks may have been replaced',
    (kind) => {
      const refusal = refusalOf(aRecordedMedium(kind), 'erase', { method: 'secure' });
      expect(refusal?.code).toBe('secure-erase-unsupported');
      expect(refusal?.detail).toContain('keep what they held');
    },
  );

  it('says that blocks of 512 bytes may be left at the end', () => {
    const disk = { ...aRecordedMedium('dvd-ram'), blockBytes: 512 };
    const decision = planned(disk, 'erase', { method: 'full' });
    expect('plan' in decision && decision.plan.warnings.map(({ code }) => code)).toContain('tail-left');
  });
});

describe('erasing the last session of a CD-RW', () => {
  const session = { method: 'session' } as const;
  const [track] = aRecordedMedium('cd-rw').tracks;
  const refusedFor = (change: Partial<Medium>): string | undefined =>
    refusalOf({ ...aRecordedMedium('cd-rw'), ...change }, 'erase', session)?.detail;

  it('is refused with what helps: closing what is open, blanking what was blanked in part', () => {
    const tracks = [track!, { ...track!, number: 2, session: 2 }];
    const open: Partial<Medium> = { lastSession: 'incomplete', tracks };
    expect(refusedFor(open)).toContain('a job of type recover closes it');
    const cut = refusedFor({ lastSession: 'damaged' });
    expect(cut).toContain('blanks all of it');
    expect(cut).not.toContain('closes it');
    expect(refusalOf(aMedium('cd-rw'), 'erase', session)?.detail).toContain('Nothing is recorded');
  });

  it('is refused to a recording in its place in the same case', () => {
    const medium: Medium = {
      ...aRecordedMedium('cd-rw'),
      status: 'appendable',
      lastSession: 'incomplete',
      tracks: [track!, { ...track!, number: 2, session: 2, start: 16_400 }],
    };
    const use = driveUse.parse({ do: 'burn', options: { onNonBlank: 'erase', blanking: 'session' } });
    const refused = planUse(aReport(medium), anImage(500), use);
    expect(refused).toMatchObject({ refusals: [{ code: 'medium-unfinished' }] });
    const closed = planUse(aReport({ ...medium, lastSession: 'complete', sessions: 2 }), anImage(500), use);
    expect(closed).toMatchObject({ plan: { placement: { session: 2, start: 16_400 } } });
  });
});
