import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveJob, type JobFlags, needsPerson } from '../../../src/jobs/derive-job.js';
import {
  type CopyState,
  COPY_STATES,
  isFinalJob,
  JOB_STATES,
  JOB_TRANSITIONS,
  wayTo,
} from '../../../src/jobs/states.js';

const NONE = { pending: 0, active: 0, good: 0, bad: 0, skipped: 0, canceled: 0 };
const copies = (some: Partial<Record<CopyState, number>>) => ({ ...NONE, ...some });
const flags = (some: Partial<JobFlags> = {}): JobFlags => ({
  state: 'running',
  cancelRequested: false,
  needsPerson: false,
  ...some,
});

describe('the state of a job', () => {
  it('is running while any attempt is open, whatever another drive waits for', () => {
    expect(
      deriveJob(copies({ active: 1, pending: 3 }), flags({ state: 'queued', needsPerson: true })).state,
    ).toBe('running');
  });

  it('is waiting when nothing runs and somebody has to insert a medium', () => {
    expect(deriveJob(copies({ pending: 2, good: 1 }), flags({ needsPerson: true })).state).toBe('waiting');
  });

  it('is queued again when the medium is there but no drive is free yet', () => {
    expect(deriveJob(copies({ pending: 1 }), flags({ state: 'waiting' })).state).toBe('queued');
  });

  it('stays running between two discs', () => {
    expect(deriveJob(copies({ pending: 1, good: 1 }), flags()).state).toBe('running');
  });

  it('stays held however much somebody is needed', () => {
    expect(deriveJob(copies({ pending: 1 }), flags({ state: 'held', needsPerson: true })).state).toBe('held');
  });

  it('is completed and ok when every copy is good', () => {
    expect(deriveJob(copies({ good: 3 }), flags())).toEqual({ state: 'completed', outcome: 'ok' });
  });

  it('is completed in part when some copies are good', () => {
    expect(deriveJob(copies({ good: 1, bad: 2 }), flags())).toEqual({
      state: 'completed',
      outcome: 'partial',
    });
  });

  it('is failed when no copy is good', () => {
    expect(deriveJob(copies({ bad: 1, skipped: 1 }), flags())).toEqual({ state: 'failed' });
  });

  it('is canceling until the last attempt has ended', () => {
    expect(deriveJob(copies({ active: 1, canceled: 2 }), flags({ cancelRequested: true })).state).toBe(
      'canceling',
    );
  });

  it('is completed although it was to be canceled, when all copies were proven by then', () => {
    expect(deriveJob(copies({ good: 2 }), flags({ state: 'canceling', cancelRequested: true }))).toEqual({
      state: 'completed',
      outcome: 'ok',
    });
  });

  it('never leaves an end', () => {
    expect(deriveJob(copies({ pending: 1 }), flags({ state: 'failed' })).state).toBe('failed');
  });
});

const anyCopies = fc.record(
  Object.fromEntries(COPY_STATES.map((state) => [state, fc.nat({ max: 3 })])) as Record<
    CopyState,
    fc.Arbitrary<number>
  >,
);

const anyFlags = fc.record({
  state: fc.constantFrom(...JOB_STATES),
  cancelRequested: fc.boolean(),
  needsPerson: fc.boolean(),
});

describe('of any copies and flags, the state of a job', () => {
  it('is an end exactly when no copy is pending or active', () => {
    fc.assert(
      fc.property(anyCopies, anyFlags, (counts, given) => {
        fc.pre(!isFinalJob(given.state));
        const { state, outcome } = deriveJob(counts, given);
        expect(isFinalJob(state)).toBe(counts.pending + counts.active === 0);
        expect(outcome !== undefined).toBe(state === 'completed');
      }),
    );
  });

  it('can be reached through the table from where the job is', () => {
    fc.assert(
      fc.property(anyCopies, anyFlags, (counts, given) => {
        // A cancel leaves nothing pending, and a held job has no drive.
        fc.pre(!given.cancelRequested || counts.pending === 0);
        fc.pre(!given.cancelRequested || ['running', 'waiting', 'canceling'].includes(given.state));
        fc.pre(given.state !== 'canceling' || given.cancelRequested);
        const { state } = deriveJob(counts, given);
        expect(wayTo<keyof typeof JOB_TRANSITIONS>(JOB_TRANSITIONS, given.state, state)).toBeDefined();
      }),
    );
  });

  it('is called completed and ok only when there is no copy that is not good', () => {
    fc.assert(
      fc.property(anyCopies, anyFlags, (counts, given) => {
        const isAllGood = COPY_STATES.every((state) => state === 'good' || counts[state] === 0);
        if (!isAllGood) expect(deriveJob(counts, given).outcome).not.toBe('ok');
      }),
    );
  });
});

describe('a reason', () => {
  it.each(['insert-blank', 'medium-not-blank', 'medium-too-small', 'operator-decision', 'drive-faulted'])(
    '%s needs a person',
    (code) => {
      expect(needsPerson([{ code: 'drives-busy' }, { code }])).toBe(true);
    },
  );

  it.each(['drives-busy', 'image-not-ready', 'drive-disabled', 'of-a-later-version'])(
    '%s passes by itself',
    (code) => {
      expect(needsPerson([{ code }])).toBe(false);
    },
  );
});
