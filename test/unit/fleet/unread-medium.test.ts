import { describe, expect, it } from 'vitest';
import { MEDIUM_AMBIGUOUS, MEDIUM_TAKEN_OUT, type MediumAfter } from '../../../src/burn/medium-after.js';
import type { Medium } from '../../../src/drive/medium.js';
import { UnreadMedium } from '../../../src/fleet/unread-medium.js';
import type { Attempt } from '../../../src/jobs/records.js';
import type { Observation } from '../../../src/worker/protocol.js';
import { aMedium, aPlan, aReport } from '../../support/drive-report.js';

const attemptAt = (phase: NonNullable<Attempt['phase']>): Attempt => ({
  job: 'job',
  copy: 1,
  number: 1,
  drive: 'drive',
  state: 'interrupted',
  phase,
  touched: true,
  startedAt: '2026-01-01T00:00:00.000Z',
  plan: JSON.parse(JSON.stringify(aPlan(aMedium('dvd+r')))) as NonNullable<Attempt['plan']>,
});

const ready = (medium: Medium, more: Partial<Observation> = {}): Observation => ({
  presence: 'present',
  contents: 'ready',
  report: { ...aReport(medium) },
  ...more,
});
const EMPTY: Observation = { presence: 'present', contents: 'empty' };
const LOADING: Observation = { presence: 'present', contents: 'loading' };
const LOST = aMedium('dvd+r', { status: 'complete', free: 0, nextWritable: undefined });

/** What is noted of an attempt whose drive is then seen like this, one after the other. */
const allNotedAfter = async (phase: NonNullable<Attempt['phase']>, ...seen: Observation[]) => {
  const noted: MediumAfter[] = [];
  const unread = new UnreadMedium({
    noteMedium: (_, medium) => {
      noted.push(medium);
      return Promise.resolve(undefined);
    },
  });
  unread.begin(attemptAt(phase));
  for (const observation of seen) await unread.observe(observation);
  return noted;
};

const notedAfter = async (...seen: Parameters<typeof allNotedAfter>) =>
  (await allNotedAfter(...seen)).map(({ state }) => state);

describe('what an interrupted attempt has left', () => {
  it('is noted when its drive is ready at last', async () => {
    expect(await notedAfter('write', LOADING, LOADING)).toEqual([]);
    expect(await notedAfter('write', LOADING, ready(LOST))).toEqual(['lost']);
  });

  it('is not learned from what was seen before: a look without a report says nothing', async () => {
    expect(await notedAfter('write', { presence: 'present', contents: 'ready' })).toEqual([]);
  });

  it('stays unknown where the medium went, whatever is put in afterwards', async () => {
    expect(await notedAfter('write', EMPTY, ready(aMedium('dvd+r')))).toEqual(['unknown']);
  });

  it('stays unknown where the drive says that its medium is another one', async () => {
    expect(await notedAfter('write', ready(aMedium('dvd+r'), { exchanged: true }))).toEqual(['unknown']);
  });

  it('stays unknown where drives say so of what they have closed or formatted: another one may lie there', async () => {
    for (const phase of ['close', 'format'] as const)
      for (const medium of [LOST, aMedium('dvd+r')])
        expect(await notedAfter(phase, ready(medium, { exchanged: true }))).toEqual(['unknown']);
  });

  it('is told to be that of a medium which may be the same from the phase on in which drives announce it', async () => {
    const seen = ready(LOST, { exchanged: true });
    expect(await allNotedAfter('write', seen)).toEqual([MEDIUM_TAKEN_OUT]);
    for (const phase of ['close', 'verify', 'unload'] as const)
      expect(await allNotedAfter(phase, seen), phase).toEqual([MEDIUM_AMBIGUOUS]);
  });

  it('is read after closing and formatting, too, where the drive tells of no other medium', async () => {
    for (const phase of ['close', 'format'] as const)
      expect(await notedAfter(phase, ready(LOST))).toEqual(['lost']);
  });

  it('is told once more where the database could not note it', async () => {
    const noted: MediumAfter[] = [];
    let isFull = true;
    const unread = new UnreadMedium({
      noteMedium: (_, medium) => {
        if (isFull) return Promise.reject(new Error('the disk is full'));
        noted.push(medium);
        return Promise.resolve(undefined);
      },
    });
    unread.begin(attemptAt('write'));
    await expect(unread.observe(EMPTY)).rejects.toThrow('full');
    isFull = false;
    await unread.observe(ready(aMedium('dvd+r')));
    expect(noted).toMatchObject([{ state: 'unknown' }]);
  });
});
