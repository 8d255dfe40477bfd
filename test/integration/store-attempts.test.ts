import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settleAttempt } from '../../src/fleet/settle-attempt.js';
import type { Attempt } from '../../src/jobs/records.js';
import type { Store } from '../../src/jobs/store/store.js';
import { createJournal } from '../../src/worker/journal.js';
import { journalPath } from '../../src/worker/worker-paths.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import {
  ACCEPTED,
  anImageRequest,
  aDataJob,
  aReadyJob,
  assigned,
  BAD,
  DIGEST,
  DVD_PLUS_R,
  GOOD,
  journalOf,
  openTestStore,
  seeDrives,
  TOUCHING,
  WRITE,
} from '../support/test-store.js';

const A_JOB = '01JZ0000000000000000000001';
const PLAN = { plan: {}, planHash: DIGEST, medium: DVD_PLUS_R };

describe('a copy', () => {
  it('is taken by one of two that reach for it at the same time', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one', 'two');
    const job = await aReadyJob(store);
    const both = await Promise.all(
      ['one', 'two'].map((drive) => store.assign({ job, copy: 1, drive, ...PLAN })),
    );
    expect(both.filter((attempt) => attempt)).toMatchObject([{ drive: 'one', state: 'assigned', number: 1 }]);
    expect(await store.getJob(job)).toMatchObject({ state: 'running', copies: { active: 1 } });
    expect(await store.openAttempts()).toHaveLength(1);
  });

  it('is the next one for each drive that reaches for any of a job', async () => {
    const store = await openTestStore();
    const drives = ['one', 'two', 'three'];
    await seeDrives(store, ...drives);
    const job = await aReadyJob(store, { copies: 2 });
    const attempts = await Promise.all(drives.map((drive) => store.assign({ job, drive, ...PLAN })));
    expect(attempts.map((attempt) => attempt?.copy)).toEqual([1, 2, undefined]);
  });

  it('is not given to a drive that is at work, switched off, drained, leased or unknown', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'busy', 'off', 'drained', 'leased');
    await assigned(store, await aReadyJob(store), 'busy');
    await store.patchDrive('off', { enabled: false });
    await store.patchDrive('drained', { accepting: false });
    await store.takeLease({ drive: 'leased', principal: 'uid:1', name: 'k3b', ttlMs: 60_000, bound: false });
    const job = await aReadyJob(store);
    for (const drive of ['busy', 'off', 'drained', 'leased', 'unknown']) {
      expect(await store.assign({ job, drive, ...PLAN })).toBeUndefined();
    }
    expect(await store.getJob(job)).toMatchObject({ state: 'queued', rev: 1 });
  });

  it('is not given away while its image is being made or its job is held', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const { id: image } = await store.createImage(anImageRequest, 'uid:1000', DIGEST);
    const { job } = await store.createJob(aDataJob(), 'uid:1000', { image });
    expect(await store.assign({ job: job.id, drive: 'one', ...PLAN })).toBeUndefined();
    await store.imageReady(image, { summary: {}, warnings: [], bytes: 1 });
    await store.holdJob(job.id);
    expect(await store.assign({ job: job.id, drive: 'one', ...PLAN })).toBeUndefined();
    await store.releaseJob(job.id);
    expect(await store.assign({ job: job.id, drive: 'one', ...PLAN })).toMatchObject({ copy: 1 });
  });
});

describe('a journal', () => {
  it('makes copy and job what it tells of the attempt', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    const attempt = await assigned(store, job, 'one');
    await store.fold(journalOf(attempt, [ACCEPTED, TOUCHING, WRITE]));
    expect(await store.attemptsOf(job)).toMatchObject([{ state: 'underway', touched: true, phase: 'write' }]);
    expect(await store.getJob(job)).toMatchObject({ state: 'running', phase: 'write' });
    await store.fold(journalOf(attempt, [{ kind: 'phase', phase: 'verify' }, GOOD], 4));
    expect(await store.copiesOf(job)).toMatchObject([{ state: 'good', drive: 'one', attempts: 1 }]);
    expect(await store.attemptsOf(job, 1)).toMatchObject([{ state: 'good', proof: { verified: 2 } }]);
    const done = await store.getJob(job);
    expect(done).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(done).not.toHaveProperty('phase');
  });

  it('has its effect once, however often and in whatever pieces it arrives', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    const entries = journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, WRITE, BAD]);
    const pieces = [entries.slice(0, 2), entries.slice(1, 3), entries, entries];
    const folded: unknown[] = [];
    for (const piece of pieces) folded.push(await store.fold(piece));
    expect(folded).toMatchObject([
      { applied: 2, last: 2 },
      { applied: 1, last: 3 },
      { applied: 1, last: 4 },
      { applied: 0, last: 4 },
    ]);
    expect((await store.copiesOf(job))[0]).toMatchObject({ state: 'bad', attempts: 1 });
    const ends = await store.eventsSince(0, { limit: 1000, kinds: ['copy.advanced'] });
    expect(ends).toHaveLength(2);
  });

  it('makes a disc good, though a later build has noted things between that nobody here knows', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    const [first, , third] = journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, GOOD]);
    expect(await store.fold([first!, third!])).toMatchObject({ last: 3, attempt: { state: 'good' } });
    expect(await store.getJob(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('is kept until the database has its end, whatever the journal says', async () => {
    const folder = temporaryFolder();
    const journal = await createJournal(folder, { job: A_JOB, copy: 1, attempt: 1 });
    await journal.append(ACCEPTED);
    await journal.append(GOOD);
    await journal.close();
    const path = journalPath(folder, { job: A_JOB, copy: 1, attempt: 1 });
    const open = { job: A_JOB, copy: 1, number: 1, drive: 'one', touched: false, state: 'underway' };
    let state = 'underway'; // what a database says that has not taken it
    const store = {
      fold: () => Promise.resolve(undefined),
      getAttempt: () => Promise.resolve({ ...open, state }),
    } as unknown as Store;
    await settleAttempt(store, folder, open as Attempt, 'gone');
    expect(existsSync(path)).toBe(true);
    state = 'good';
    await settleAttempt(store, folder, open as Attempt, 'gone');
    expect(existsSync(path)).toBe(false);
  });

  it('of an attempt that nobody knows changes nothing', async () => {
    const store = await openTestStore();
    const stranger = { job: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E', copy: 1, number: 1 };
    expect(await store.fold(journalOf(stranger, [ACCEPTED]))).toBeUndefined();
  });

  it('that comes after the attempt was given up changes nothing', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    const attempt = await assigned(store, job, 'one');
    await store.fold(journalOf(attempt, [ACCEPTED, TOUCHING]));
    const ref = { job, copy: 1, attempt: 1 };
    expect(await store.interrupt(ref, { code: 'attempt-interrupted', detail: '' })).toMatchObject({
      state: 'interrupted',
    });
    expect(await store.fold(journalOf(attempt, [GOOD], 3))).toMatchObject({
      attempt: { state: 'interrupted' },
    });
    expect(await store.interrupt(ref, { code: 'worker-lost', detail: '' })).toBeUndefined();
    const lost = { state: 'lost', remedy: 'use another one' } as const;
    expect(await store.noteMedium(ref, lost)).toMatchObject({ state: 'interrupted', mediumAfter: lost });
    expect(await store.getJob(job)).toMatchObject({
      state: 'failed',
      problem: { code: 'attempt-interrupted' },
    });
  });

  it('that calls a disc good without a proof does not make it good', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    const attempt = await assigned(store, job, 'one');
    await store.fold(journalOf(attempt, [ACCEPTED, TOUCHING, { kind: 'ended', result: 'good' }]));
    expect(await store.attemptsOf(job)).toMatchObject([
      { state: 'unproven', problem: { code: 'attempt-unproven' } },
    ]);
    expect(await store.getJob(job)).toMatchObject({ state: 'failed' });
  });
});

describe('the discs of a job', () => {
  const burning = (kind: string) => ({
    plan: { do: 'burn', medium: kind, options: { simulate: false }, placement: { start: 0 } },
    planHash: DIGEST,
    medium: DVD_PLUS_R,
  });
  const UNSEEN = { kind: 'ended', result: 'unproven', problem: { code: 'drive-lost', detail: '' } } as const;
  const MARKED = { ...GOOD, proof: { recording: 'a mark' } };

  it('are known by their marks, and those that nobody could look at by those of their kind', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store, { copies: 3 });
    const record = async (kind: string, end: typeof UNSEEN | typeof MARKED) => {
      const attempt = await store.assign({ job, drive: 'one', ...burning(kind) });
      await store.fold(journalOf(attempt!, [ACCEPTED, TOUCHING, end]));
      return store.recordingsOf(job);
    };
    expect(await record('dvd+r', UNSEEN)).toEqual([{ start: 0, kind: 'dvd+r' }]);
    expect(await record('dvd+r', MARKED)).toEqual([{ recording: 'a mark', start: 0 }]);
    expect(await record('bd-r', UNSEEN)).toEqual([
      { recording: 'a mark', start: 0 },
      { start: 0, kind: 'bd-r' },
    ]);
  });
});

describe('the medium of an interrupted attempt', () => {
  const interrupted = async (store: Store, drive: string) => {
    const job = await aReadyJob(store);
    await store.fold(journalOf(await assigned(store, job, drive), [ACCEPTED, TOUCHING]));
    const ref = { job, copy: 1, attempt: 1 };
    await store.interrupt(ref, { code: 'attempt-interrupted', detail: '' });
    return ref;
  };

  it('is unread until somebody has read it, whatever is then said of it', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const ref = await interrupted(store, 'one');
    const { mediumAfter } = (await store.unreadOf('one'))!;
    await store.noteMedium(ref, mediumAfter!);
    expect(await store.unreadOf('one')).toBeUndefined();
  });

  it('is nothing that is still to be read once its drive has another attempt', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one', 'two');
    await interrupted(store, 'one');
    const { job } = await interrupted(store, 'two');
    await assigned(store, await aReadyJob(store), 'one');
    expect(await store.unreadOf('one')).toBeUndefined();
    expect(await store.unreadOf('two')).toMatchObject({ job });
  });
});

describe('an attempt that is withdrawn', () => {
  it('costs its copy nothing where no worker had accepted it, however many drives had no room for it', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one', 'two');
    const job = await aReadyJob(store);
    const withdrawn = async (drive: string, isAccepted: boolean) => {
      const attempt = await assigned(store, job, drive);
      if (isAccepted) await store.fold(journalOf(attempt, [ACCEPTED]));
      await store.withdraw(
        { job, copy: 1, attempt: attempt.number },
        { code: 'space-exhausted', detail: '' },
      );
      return (await store.copiesOf(job))[0]!.state;
    };
    for (let tries = 0; tries < 10; tries++) {
      expect(await withdrawn('one', false)).toBe('pending');
      expect(await withdrawn('two', false)).toBe('pending');
    }
    for (let tries = 1; tries < 10; tries++) expect(await withdrawn('one', true)).toBe('pending');
    expect(await withdrawn('two', true)).toBe('bad');
  });

  it('leaves its copy to be taken again, by the same drive too', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    await assigned(store, job, 'one');
    const problem = { code: 'worker-lost', detail: 'killed' } as const;
    expect(await store.withdraw({ job, copy: 1, attempt: 1 }, problem)).toMatchObject({ state: 'withdrawn' });
    expect(await store.copiesOf(job)).toMatchObject([{ state: 'pending', attempts: 1 }]);
    expect(await assigned(store, job, 'one')).toMatchObject({ copy: 1, number: 2 });
  });

  it('must not have touched its medium', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING]));
    const ref = { job, copy: 1, attempt: 1 };
    expect(await store.withdraw(ref, { code: 'worker-lost', detail: '' })).toBeUndefined();
    expect(await store.getAttempt(ref)).toMatchObject({ state: 'underway' });
  });
});

describe('a copy that failed', () => {
  it('takes another medium as often as the job allows', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store, { maxAttempts: 2 });
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, BAD]));
    expect(await store.copiesOf(job)).toMatchObject([
      { state: 'pending', problem: { code: 'write-failed' } },
    ]);
    expect((await store.candidates())[0]?.used).toMatchObject([{ drive: 'one' }]);
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, BAD]));
    expect(await store.getJob(job)).toMatchObject({ state: 'failed', copies: { bad: 1 } });
  });
});
