import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/jobs/store/store.js';
import {
  ACCEPTED,
  aDataJob,
  anImageRequest,
  aReadyImage,
  aReadyJob,
  assigned,
  BAD,
  DIGEST,
  DVD_PLUS_RW,
  GOOD,
  journalOf,
  openTestStore,
  seeDrives,
  TOUCHING,
  WRITE,
} from '../support/test-store.js';

const stateOf = async (store: Store, job: string) => (await store.getJob(job))?.state;

describe('a job', () => {
  it('is queued with its copies pending and its request as it was sent', async () => {
    const store = await openTestStore();
    const request = aDataJob({ copies: 3, label: 'Study 4711' });
    const { job } = await store.createJob(request, 'uid:1000');
    expect(job).toMatchObject({
      state: 'queued',
      rev: 1,
      label: 'Study 4711',
      copies: { pending: 3 },
      request,
    });
    expect((await store.copiesOf(job.id)).map(({ number, state }) => `${number} ${state}`)).toEqual([
      '1 pending',
      '2 pending',
      '3 pending',
    ]);
    expect(await store.getJob(job.id)).toEqual(job);
  });

  it('is held when it asks for it, and no candidate until it is released', async () => {
    const store = await openTestStore();
    const job = await aReadyJob(store, { hold: true });
    expect(await store.candidates()).toEqual([]);
    expect(await store.releaseJob(job)).toMatchObject({ state: 'queued', rev: 2 });
    expect((await store.candidates()).map((candidate) => candidate.job)).toEqual([job]);
    expect(await store.holdJob(job)).toMatchObject({ state: 'held', rev: 3 });
    expect(await store.holdJob(job)).toMatchObject({ state: 'held', rev: 3 });
  });

  it('cannot ask for a drive or an image that is not there', async () => {
    const store = await openTestStore();
    await expect(store.createJob(aDataJob({ drives: ['none'] }), 'uid:1000')).rejects.toMatchObject({
      code: 'drive-unknown',
      errors: [{ pointer: '/drives/0' }],
    });
    const image = '01JB3Z5V8N0Q4W7X9Y2A6C5D1E';
    await expect(store.createJob(aDataJob(), 'uid:1000', { image })).rejects.toMatchObject({
      code: 'image-unknown',
    });
    expect(await store.listJobs({ limit: 10 })).toEqual({ items: [] });
    expect((await store.eventLog()).head).toBe(0);
  });

  it('fails, and is told to have run, when its image cannot be made', async () => {
    const store = await openTestStore();
    const { job } = await store.createJob(aDataJob({ copies: 2 }), 'uid:1000');
    const image = (await store.prepareImage(job, anImageRequest, DIGEST))!;
    expect(await store.getJob(job.id)).toMatchObject({ state: 'queued', phase: 'master', image: image.id });
    const problem = { code: 'source-missing', detail: 'albums' } as const;
    await store.imageFailed(image.id, problem);
    expect(await store.getJob(job.id)).toMatchObject({ state: 'failed', problem, copies: { skipped: 2 } });
    const told = await store.eventsSince(0, { limit: 100, kinds: ['job.advanced'] });
    expect(told.map(({ data }) => 'state' in data && data.state)).toEqual(['running', 'failed']);
  });

  it('waits while somebody has to insert a medium, and is queued when that is done', async () => {
    const store = await openTestStore();
    const job = await aReadyJob(store);
    const reasons = [{ code: 'insert-blank', drive: 'one' }];
    expect(await store.setReasons(job, reasons)).toMatchObject({ state: 'waiting', reasons, rev: 2 });
    expect(await store.setReasons(job, reasons)).toMatchObject({ rev: 2 });
    expect(await store.setReasons(job, [{ code: 'drives-busy' }])).toMatchObject({ state: 'queued' });
  });

  it('that waits is held, and waits for the same again once it is released', async () => {
    const store = await openTestStore();
    const job = await aReadyJob(store);
    const reasons = [{ code: 'insert-blank', drive: 'one' }];
    await store.setReasons(job, reasons);
    expect(await store.holdJob(job)).toMatchObject({ state: 'held', reasons: [] });
    expect(await store.candidates()).toEqual([]);
    expect(await store.setReasons(job, reasons)).toMatchObject({ state: 'held' });
    expect(await store.releaseJob(job)).toMatchObject({ state: 'queued', reasons: [] });
    expect(await store.setReasons(job, reasons)).toMatchObject({ state: 'waiting' });
  });

  it('takes a new priority only at the revision that the client has read', async () => {
    const store = await openTestStore();
    const [first, second] = [await aReadyJob(store), await aReadyJob(store)];
    expect(await store.patchJob(second, { priority: 80 }, 1)).toMatchObject({ priority: 80, rev: 2 });
    await expect(store.patchJob(second, { priority: 1 }, 1)).rejects.toMatchObject({
      code: 'precondition-failed',
    });
    expect((await store.candidates()).map(({ job }) => job)).toEqual([second, first]);
  });

  it('is listed newest first, in pages, by state, label, principal and drive', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const ids: string[] = [];
    for (const label of ['a', 'b', 'a']) ids.push(await aReadyJob(store, { label }));
    const [first = '', second = '', third = ''] = ids;
    const page = await store.listJobs({ limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual([third, second]);
    expect(page.items[0]).not.toHaveProperty('request');
    const rest = await store.listJobs({ limit: 2, cursor: page.next ?? '' });
    expect(rest).toEqual({ items: [expect.objectContaining({ id: first })] });
    await assigned(store, second, 'one');
    const idsOf = async (filter: object) =>
      (await store.listJobs({ limit: 10, ...filter })).items.map(({ id }) => id);
    expect(await idsOf({ label: 'a' })).toEqual([third, first]);
    expect(await idsOf({ state: 'running' })).toEqual([second]);
    expect(await idsOf({ drive: 'one' })).toEqual([second]);
    expect(await idsOf({ principal: 'uid:0' })).toEqual([]);
  });
});

describe('canceling a job', () => {
  it('ends it at once when nothing runs', async () => {
    const store = await openTestStore();
    const job = await aReadyJob(store, { copies: 2 });
    expect(await store.cancelJob(job)).toMatchObject({
      job: { state: 'canceled', copies: { canceled: 2 } },
      attempts: [],
    });
    await expect(store.cancelJob(job)).rejects.toMatchObject({ code: 'transition-refused' });
  });

  it('names the attempts to be stopped and is done when they have ended', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store, { copies: 2 });
    const attempt = await assigned(store, job, 'one', DVD_PLUS_RW);
    await store.fold(journalOf(attempt, [ACCEPTED, TOUCHING, WRITE]));
    const canceled = await store.cancelJob(job);
    expect(canceled.job).toMatchObject({ state: 'canceling', copies: { active: 1, canceled: 1 } });
    expect(canceled.attempts).toMatchObject([{ copy: 1, drive: 'one' }]);
    const problem = { code: 'canceled', detail: 'by uid:1000' } as const;
    await store.fold(journalOf(attempt, [{ kind: 'ended', result: 'bad', problem }], 4));
    expect(await store.getJob(job)).toMatchObject({ state: 'canceled', copies: { canceled: 2 } });
  });

  it('wants force while a write-once disc is written', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, WRITE]));
    await expect(store.cancelJob(job)).rejects.toMatchObject({ code: 'would-ruin-medium' });
    expect(await stateOf(store, job)).toBe('running');
    expect((await store.cancelJob(job, { force: true })).attempts).toHaveLength(1);
  });

  it('lets the disc that was proven meanwhile count', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    const attempt = await assigned(store, job, 'one', DVD_PLUS_RW);
    await store.fold(journalOf(attempt, [ACCEPTED, TOUCHING, WRITE]));
    await store.cancelJob(job);
    await store.fold(journalOf(attempt, [GOOD], 4));
    expect(await store.getJob(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });
});

describe('retrying a job', () => {
  it('makes a new one of the copies that are missing, from the same image', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one', 'two');
    const job = await aReadyJob(store, { copies: 2, planHash: DIGEST });
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, GOOD]));
    await expect(store.retryJob(job, 'uid:1000')).rejects.toMatchObject({ code: 'transition-refused' });
    await store.fold(journalOf(await assigned(store, job, 'two'), [ACCEPTED, TOUCHING, BAD]));
    expect(await store.getJob(job)).toMatchObject({ outcome: 'partial', problem: { code: 'write-failed' } });
    const { job: again } = await store.retryJob(job, 'uid:1001');
    expect(again).toMatchObject({ retryOf: job, copiesWanted: 1, principal: 'uid:1001', state: 'queued' });
    expect(again.image).toBe((await store.getJob(job))?.image);
    expect(again.request).not.toHaveProperty('planHash');
  });

  it('does not take a medium on which the job that it retries recorded', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store);
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, BAD]));
    const { job: again } = await store.retryJob(job, 'uid:1000');
    const [candidate] = await store.candidates();
    expect(candidate).toMatchObject({ job: again.id, used: [{ drive: 'one' }] });
  });

  it('is refused for what was never asked for', async () => {
    const store = await openTestStore();
    await expect(store.retryJob('01JB3Z5V8N0Q4W7X9Y2A6C5D1E', 'uid:1000')).rejects.toMatchObject({
      code: 'job-unknown',
    });
  });
});

describe('an image', () => {
  it('cannot be deleted while a job records it, and takes no job along afterwards', async () => {
    const store = await openTestStore();
    const image = await aReadyImage(store);
    const { job } = await store.createJob(aDataJob(), 'uid:1000', { image });
    await expect(store.deleteImage(image)).rejects.toMatchObject({ code: 'image-in-use' });
    await store.cancelJob(job.id);
    await store.deleteImage(image);
    expect(await store.getImage(image)).toBeUndefined();
    expect(await store.getJob(job.id)).not.toHaveProperty('image');
  });

  it('is ready once: who comes later is told so', async () => {
    const store = await openTestStore();
    const image = await aReadyImage(store);
    expect(await store.imageReady(image, { summary: {}, warnings: [], bytes: 1 })).toBeUndefined();
    expect(await store.imageFailed(image, { code: 'mastering-failed', detail: '' })).toBeUndefined();
    expect(await store.getImage(image)).toMatchObject({ state: 'ready', bytes: 4096 });
  });
});
