import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../../src/burn/options.js';
import type { Refusal } from '../../../src/burn/refusal.js';
import { planBurn } from '../../../src/burn/plan-burn.js';
import type { DriveReport } from '../../../src/drive/drive.js';
import type { Medium } from '../../../src/drive/medium.js';
import type { ImageSummary } from '../../../src/image/image.js';
import {
  BURNABLE_KINDS,
  type BurnableKind,
  aMedium,
  aRecordedMedium,
  aReport,
  anImage,
  withOptions,
} from '../../support/drive-report.js';

const refusals = (
  report: DriveReport,
  options: Partial<BurnOptions> = {},
  image: ImageSummary = anImage(5000),
): readonly Refusal[] => {
  const decision = planBurn(report, image, withOptions(options));
  return 'plan' in decision ? [] : decision.refusals;
};

const codes = (...question: Parameters<typeof refusals>): string[] =>
  refusals(...question).map(({ code }) => code);

/** One session is closed, and there is room for others. */
const anAppendableMedium = (kind: BurnableKind): Medium => {
  const recorded = aRecordedMedium(kind);
  const [blank] = aMedium(kind).tracks;
  const open = { ...blank!, number: 2, session: 2, start: 40_000, nextWritable: 40_000 };
  return aMedium(kind, {
    ...recorded,
    status: 'appendable',
    lastSession: 'empty',
    nextWritable: 40_000,
    free: 300_000,
    tracks: [...recorded.tracks, open],
  });
};

describe('refusal before anything is burned', () => {
  it('says that there is no medium, and that one is being read in', () => {
    expect(codes(aReport(undefined))).toEqual(['medium-not-present']);
    expect(codes(aReport(undefined, { contents: 'open' }))).toEqual(['medium-not-present']);
    expect(codes(aReport(undefined, { contents: 'loading' }))).toEqual(['drive-becoming-ready']);
  });

  it('names the media that it knows when the medium is none of them', () => {
    const [refusal] = refusals(aReport({ ...aMedium('cd-r'), kind: 'unknown', profile: 0x51 }));
    expect(refusal?.code).toBe('medium-unsupported');
    expect(refusal?.detail).toContain('unknown');
    expect(refusal?.detail).toContain('0051h');
    expect(refusal?.detail).toContain('cd-r, cd-rw, dvd-r, dvd-rw, dvd-r-dl, dvd+r, dvd+r-dl, ');
  });

  it('does not try to record in a drive that only reads such media', () => {
    const report = aReport(aMedium('dvd+r'));
    const reader = { ...report, capabilities: { ...report.capabilities, currentFeatures: [0x10, 0x1f] } };
    expect(codes(reader)).toEqual(['medium-unsupported']);
  });

  it.each(['cd-r', 'dvd-r', 'dvd+r', 'bd-r'] as const)(
    'does not try to append to a %s that goes on, in a drive that only reads such media',
    (kind) => {
      const report = aReport(anAppendableMedium(kind));
      expect(codes(report, { onNonBlank: 'append' })).toEqual([]);
      const reader = { ...report, capabilities: { ...report.capabilities, currentFeatures: [0x10, 0x1f] } };
      expect(codes(reader, { onNonBlank: 'append' })).toEqual(['medium-unsupported']);
    },
  );

  it('does not take a feature of DVD+ for one to record by when its Write bit is off', () => {
    const report = aReport(aMedium('dvd+r'));
    const reader = { ...report, capabilities: { ...report.capabilities, readOnlyFeatures: [0x2b] } };
    expect(codes(reader)).toEqual(['medium-unsupported']);
  });

  it('knows a BD-R that is recorded in any order, and does not', () => {
    const [refusal] = refusals(aReport(aMedium('bd-r', { profile: 0x42 })));
    expect(refusal?.code).toBe('medium-unsupported');
    expect(refusal?.detail).toContain('0042h');
    expect(aMedium('bd-r', { profile: 0x42 }).states).toContain('unsupported');
  });

  it.each(BURNABLE_KINDS)('keeps what is on a %s unless told otherwise, and says what that is', (kind) => {
    const [refusal] = refusals(aReport(aRecordedMedium(kind)));
    expect(refusal).toMatchObject({ code: 'medium-not-blank' });
    expect(refusal?.detail).toContain('"OLD"');
  });

  it.each(['cd-r', 'dvd+r'] as const)('cannot erase a %s', (kind) => {
    expect(codes(aReport(aRecordedMedium(kind)), { onNonBlank: 'erase' })).toContain('medium-not-erasable');
  });

  it('cannot append yet, but takes a blank medium when asked to append', () => {
    expect(codes(aReport(aRecordedMedium('dvd+rw')), { onNonBlank: 'append' })).toEqual([
      'medium-append-unsupported',
    ]);
    expect(codes(aReport(aMedium('cd-r')), { onNonBlank: 'append' })).toEqual([]);
  });

  it.each(['dvd-r', 'dvd-rw'] as const)('appends to a %s in increments, and by no disc at once', (kind) => {
    const report = aReport(anAppendableMedium(kind));
    const image = anImage(5000, { parts: anImage(5000).parts.map((part) => ({ ...part, start: 40_000 })) });
    const append = { onNonBlank: 'append' } as const;
    expect(codes(report, append, image)).toEqual([]);
    expect(refusals(report, { ...append, writeMode: 'dao' }, image)).toEqual([
      {
        code: 'write-mode-unsupported',
        detail: `A disc at once is all of a ${kind} medium: nothing is appended in that way.`,
      },
    ]);
    expect(codes(aReport(aMedium(kind)), { ...append, writeMode: 'dao' })).toEqual([]);
  });

  it('tells what the image needs and what the medium has', () => {
    const [refusal] = refusals(aReport(aMedium('cd-r')), {}, anImage(400_000));
    expect(refusal).toEqual({
      code: 'medium-too-small',
      detail: 'The image needs 400000 blocks, the cd-r medium has 359847.',
    });
  });

  it('counts the blocks that a DVD needs to fill its last ECC block', () => {
    expect(codes(aReport(aMedium('dvd+r')), {}, anImage(2_295_104))).toEqual([]);
    expect(codes(aReport(aMedium('dvd+r', { free: 2_295_100 })), {}, anImage(2_295_089))).toEqual([
      'medium-too-small',
    ]);
  });

  it('heeds write protection', () => {
    expect(codes(aReport(aMedium('bd-re', { writeProtected: true })))).toEqual(['medium-write-protected']);
    const decision = planBurn(
      aReport(
        aMedium('dvd-ram', { writeProtected: true, writeProtections: ['cartridge', 'until-power-down'] }),
      ),
      anImage(100),
      withOptions(),
    );
    expect('refusals' in decision && decision.refusals[0]?.detail).toBe(
      'The dvd-ram medium is write protected: by the tab of its cartridge, by the drive, until it is switched off.',
    );
  });

  it('ends layer 0 only where it can end', () => {
    const report = (change: Partial<Medium> = {}) => aReport(aMedium('dvd+r-dl', change));
    expect(codes(report(), { layerBreak: 100_000 }, anImage(150_000))).toEqual([]);
    expect(codes(report(), { layerBreak: 100_000 }, anImage(200_001))).toEqual(['medium-too-small']);
    expect(codes(report(), { layerBreak: 2_086_928 })).toEqual(['layer-break-unsupported']);
    expect(codes(report({ layerBreak: undefined }), { layerBreak: 16 })).toEqual(['layer-break-unsupported']);
    const fixed = { layerBreak: { blocks: 1600, fixed: true } };
    expect(codes(report(fixed), { layerBreak: 1600 })).toEqual(['layer-break-unsupported']);
    expect(codes(aReport(aMedium('dvd+r')), { layerBreak: 1600 })).toEqual(['layer-break-unsupported']);
  });

  it('verifies and streams only what can be written so', () => {
    for (const onWrite of ['verify', 'stream'] as const) {
      expect(codes(aReport(aMedium('dvd-ram')), { onWrite })).toEqual([]);
      expect(codes(aReport(aMedium('dvd+r')), { onWrite })).toEqual(['on-write-unsupported']);
    }
    expect(codes(aReport(aMedium('dvd+rw')), { onWrite: 'stream' })).toEqual(['on-write-unsupported']);
  });

  it('leaves a medium alone to which the host carries less at once than is written of it', () => {
    const by = (medium: Medium, maxTransferBytes: number): DriveReport => {
      const report = aReport(medium);
      return { ...report, capabilities: { ...report.capabilities, maxTransferBytes } };
    };
    const erase = { onNonBlank: 'erase' } as const;
    expect(codes(by(aRecordedMedium('dvd-rw'), 30_720), erase)).toEqual(['transfer-limit-too-low']);
    expect(codes(by(aRecordedMedium('dvd-rw'), 32_768), erase)).toEqual([]);
    expect(codes(by(aMedium('bd-r'), 32_768))).toEqual([]);
    expect(codes(by(aMedium('bd-r'), 16_384))).toEqual(['transfer-limit-too-low']);
    expect(codes(by(aMedium('cd-r'), 2048))).toEqual([]);
    expect(codes(by(aMedium('cd-r'), 1024))).toEqual(['transfer-limit-too-low']);
  });

  it('has a test write on blank CDs only', () => {
    expect(codes(aReport(aMedium('cd-r')), { simulate: true })).toEqual([]);
    expect(codes(aReport(aMedium('dvd+r')), { simulate: true })).toEqual(['simulate-unsupported']);
    expect(codes(aReport(aRecordedMedium('cd-rw')), { simulate: true, onNonBlank: 'erase' })).toEqual([
      'simulate-unsupported',
    ]);
  });

  it('lists the speeds when the drive has not the one that was asked for', () => {
    const [refusal] = refusals(aReport(aMedium('dvd+r')), { speed: '6x' });
    expect(refusal).toEqual({
      code: 'speed-unsupported',
      detail:
        'The drive records this medium at 16x (22160 kB/s), 8x (11080 kB/s), 4x (5540 kB/s), not at 6x.',
    });
  });

  it.each(['dvd+rw', 'bd-re'] as const)('has no sessions to leave open on a %s', (kind) => {
    expect(codes(aReport(aMedium(kind)), { close: 'session' })).toEqual(['close-unsupported']);
  });

  it('takes an image of one part of 2,048-byte blocks only', () => {
    const raw = anImage(5000, {
      parts: [
        { session: 1, track: 1, unit: { mainBytes: 2352, subchannelBytes: 0 }, start: 0, length: 5000 },
      ],
    });
    expect(codes(aReport(aMedium('cd-r')), {}, raw)).toEqual(['image-invalid']);
    expect(codes(aReport(aMedium('cd-r')), {}, anImage(0))).toEqual(['image-invalid']);
  });

  it('tells everything that is wrong at once', () => {
    const report = aReport({ ...aRecordedMedium('dvd+r'), writeProtected: true });
    expect(codes(report, { simulate: true, speed: '99x' }, anImage(3_000_000))).toEqual([
      'medium-write-protected',
      'medium-not-blank',
      'medium-too-small',
      'simulate-unsupported',
      'speed-unsupported',
    ]);
  });
});
