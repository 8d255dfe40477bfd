import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/binary/hex.js';
import type { BurnOptions } from '../../../src/burn/options.js';
import type { BurnPlan, Decision } from '../../../src/burn/plan.js';
import { planBurn } from '../../../src/burn/plan-burn.js';
import { predict } from '../../../src/burn/predict.js';
import type { Transfer } from '../../../src/burn/step.js';
import { altersMedium } from '../../../src/scsi/command-effects.js';
import {
  BLANK_MEDIA,
  BURNABLE_KINDS,
  type BurnableKind,
  aMedium,
  aRecordedMedium,
  aReport,
  anImage,
  withOptions,
} from '../../support/drive-report.js';

interface Question {
  readonly kind: BurnableKind;
  readonly recorded: boolean;
  readonly blocks: number;
  readonly options: Partial<BurnOptions>;
}

const options: fc.Arbitrary<Partial<BurnOptions>> = fc.record({
  speed: fc.constantFrom('max' as const, '4x', '16x', 5540),
  onNonBlank: fc.constantFrom('reject' as const, 'erase' as const, 'append' as const),
  close: fc.constantFrom('disc' as const, 'session' as const),
  simulate: fc.boolean(),
  verify: fc.constantFrom('none' as const, 'quick' as const, 'full' as const),
  eject: fc.boolean(),
});

const questions: fc.Arbitrary<Question> = fc.constantFrom(...BURNABLE_KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    recorded: fc.boolean(),
    blocks: fc.oneof(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: Math.ceil(BLANK_MEDIA[kind].capacity * 1.05) }),
    ),
    options,
  }),
);

const decide = ({ kind, recorded, blocks, options }: Question): Decision<BurnPlan> =>
  planBurn(aReport(recorded ? aRecordedMedium(kind) : aMedium(kind)), anImage(blocks), withOptions(options));

const forEachPlan = (check: (plan: BurnPlan, question: Question) => void): void => {
  fc.assert(
    fc.property(questions, (question) => {
      const decision = decide(question);
      if ('plan' in decision) check(decision.plan, question);
    }),
    { numRuns: 500 },
  );
};

const transfers = (plan: BurnPlan): Transfer[] =>
  plan.steps.flatMap(({ transfer }) => (transfer ? [transfer] : []));

describe('every plan', () => {
  it('writes all blocks of the image once, within the medium and aligned to what it needs', () => {
    forEachPlan((plan, { kind, blocks }) => {
      const unit = kind === 'bd-re' ? 32 : kind.startsWith('dvd') ? 16 : 1;
      expect(transfers(plan).reduce((sum, transfer) => sum + transfer.blocks, 0)).toBe(blocks);
      for (const { start, blocks: some, padding, perCommand, headLast } of transfers(plan)) {
        expect(start + some + padding).toBeLessThanOrEqual(plan.capacity);
        expect(some + padding).toBeLessThanOrEqual(plan.free);
        expect([start % unit, (some + padding) % unit, perCommand % unit, headLast % unit]).toEqual([
          0, 0, 0, 0,
        ]);
        expect(perCommand * 2048).toBeLessThanOrEqual(64 * 1024);
      }
    });
  });

  it('alters nothing before the tray is locked and nothing after the proof', () => {
    forEachPlan(({ steps }) => {
      const kinds = steps.map((step) => step.do);
      expect(kinds[0]).toBe('lock');
      const altering = steps.flatMap((step, index) => (step.alters ? [index] : []));
      expect(Math.max(0, ...altering)).toBeLessThan(kinds.indexOf('prove'));
      expect(kinds.indexOf('unlock')).toBeGreaterThan(kinds.indexOf('prove'));
    });
  });

  it('owns what a drive tells late of any command that alters the medium', () => {
    forEachPlan(({ steps, recovery }) => {
      for (const { alters, command, alternatives } of [...steps, ...recovery]) {
        const sent = [command, ...alternatives.filter(({ again }) => !again).map((other) => other.command)];
        if (alters)
          for (const { cdb } of sent.filter((each) => each !== undefined))
            expect(altersMedium(fromHex(cdb))).toBe(true);
      }
    });
  });

  it('goes through its phases in their order, each once', () => {
    forEachPlan(({ steps, phases }) => {
      const passed = steps.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
      expect(passed).toEqual(phases);
    });
  });

  it('expects what its steps make of the medium, one after the other', () => {
    forEachPlan(({ steps, expected }) => {
      for (const [index, step] of steps.entries()) {
        const before = steps[index - 1]?.expects;
        if (before) expect(step.expects).toEqual(predict(before, step));
      }
      expect(expected).toEqual(steps.at(-1)?.expects);
    });
  });

  it('erases only media that hold something, and only when told to', () => {
    forEachPlan((plan, { recorded, options }) => {
      expect(plan.willErase).toBe(recorded);
      if (plan.willErase) expect(options.onNonBlank).toBe('erase');
    });
  });

  it('is made, or there is a reason why not', () => {
    fc.assert(
      fc.property(questions, (question) => {
        const decision = decide(question);
        if ('refusals' in decision) {
          expect(decision.refusals.length).toBeGreaterThan(0);
          for (const { detail } of decision.refusals) expect(detail).toMatch(/^[A-Z].*\.$/);
        } else expect(decision.plan.steps.length).toBeGreaterThan(5);
      }),
    );
  });
});
