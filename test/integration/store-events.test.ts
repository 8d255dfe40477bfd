import { describe, expect, it } from 'vitest';
import { type StoreEvent, storeEvent } from '../../src/jobs/events.js';
import { serverFrame } from '../../src/jobs/frames.js';
import {
  ACCEPTED,
  aDataJob,
  aReadyJob,
  assigned,
  GOOD,
  journalOf,
  openTestStore,
  seeDrives,
  TOUCHING,
  WRITE,
} from '../support/test-store.js';

const FAR_FUTURE = '9999-01-01T00:00:00.000Z';
const LONG_AGO = '2000-01-01T00:00:00.000Z';

describe('events', () => {
  it('are told in the order of their commits, each once, before the answer to who caused them', async () => {
    const store = await openTestStore();
    const told: StoreEvent[] = [];
    const stop = store.onEvents((events) => told.push(...events));
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const { job } = await store.createJob(aDataJob(), 'uid:1000');
        expect(told.some(({ topic }) => topic === `jobs/${job.id}`)).toBe(true);
        await store.cancelJob(job.id);
      }),
    );
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
    expect(await store.eventsSince(0, { limit: 1000 })).toEqual(told);
    stop();
    await store.createJob(aDataJob(), 'uid:1000');
    expect(told.at(-1)?.seq).toBe((await store.eventLog()).head - 1);
  });

  it('are told to all listeners, though one of them fails', async () => {
    const store = await openTestStore();
    const told: StoreEvent[] = [];
    store.onEvents(() => {
      throw new Error('a bug');
    });
    store.onEvents((events) => told.push(...events));
    await store.createJob(aDataJob(), 'uid:1000');
    expect(told).toHaveLength(1);
  });

  it('of a refused request do not exist', async () => {
    const store = await openTestStore();
    const told: StoreEvent[] = [];
    store.onEvents((events) => told.push(...events));
    await expect(store.createJob(aDataJob({ drives: ['none'] }), 'uid:1000')).rejects.toThrow();
    expect([told, (await store.eventLog()).head]).toEqual([[], 0]);
  });

  it('keep to the schema that clients are given, as events and as frames', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one');
    const job = await aReadyJob(store, { label: 'Study 4711' });
    await store.setReasons(job, [{ code: 'insert-blank', drive: 'one' }]);
    await store.fold(journalOf(await assigned(store, job, 'one'), [ACCEPTED, TOUCHING, WRITE, GOOD]));
    await store.createToken({ name: 'kiosk', scopes: ['jobs:read'], secretHash: 'c'.repeat(64) });
    await store.takeLease({ drive: 'one', principal: 'uid:1', name: 'k3b', ttlMs: 1, bound: true });
    await store.createVirtualDrive({ id: 'two', home: 'worker', settings: {} });
    await store.announce([
      {
        topic: 'drives/one',
        kind: 'drive.changed',
        data: { drive: 'one', holding: 'free', contents: 'ready' },
      },
      { topic: 'drives/one', kind: 'medium.changed', data: { drive: 'one', medium: null } },
    ]);
    const events = await store.eventsSince(0, { limit: 1000 });
    expect([...new Set(events.map(({ kind }) => kind))].sort()).toEqual([
      'attempt.advanced',
      'copy.advanced',
      'drive.appeared',
      'drive.changed',
      'image.advanced',
      'image.created',
      'job.advanced',
      'job.changed',
      'job.created',
      'lease.taken',
      'medium.changed',
      'token.created',
      'virtual-drive.created',
    ]);
    for (const event of events) {
      expect(storeEvent.parse(event)).toEqual(event);
      expect(serverFrame.parse({ op: 'event', ...event })).toEqual({ op: 'event', ...event });
    }
  });

  it('are found by topic, by all topics of a resource and by kind', async () => {
    const store = await openTestStore();
    await seeDrives(store, 'one', 'two');
    const job = await aReadyJob(store);
    const topicsOf = async (...topics: string[]) => [
      ...new Set((await store.eventsSince(0, { limit: 100, topics })).map(({ topic }) => topic)),
    ];
    expect(await topicsOf('drives/*')).toEqual(['drives/one', 'drives/two']);
    expect(await topicsOf('drives/two', `jobs/${job}`)).toEqual(['drives/two', `jobs/${job}`]);
    expect(await topicsOf()).toEqual([]);
    expect(await store.eventsSince(0, { limit: 1 })).toMatchObject([{ seq: 1 }]);
    expect(await store.eventsSince(2, { limit: 100, kinds: ['job.created'] })).toMatchObject([
      { kind: 'job.created' },
    ]);
  });

  it('are kept as many as asked for, and their numbers are never given again', async () => {
    const store = await openTestStore();
    for (let index = 0; index < 10; index += 1) await store.createJob(aDataJob(), 'uid:1000');
    const keep = { eventsBefore: LONG_AGO, idempotencyBefore: LONG_AGO, maxEvents: 4 };
    expect(await store.purge(keep)).toEqual({ events: 6, idempotencyKeys: 0 });
    expect(await store.eventLog()).toMatchObject({ oldest: 7, head: 10 });
    expect(await store.purge({ ...keep, eventsBefore: FAR_FUTURE })).toMatchObject({ events: 4 });
    expect(await store.eventLog()).toMatchObject({ oldest: 11, head: 10 });
    await store.createJob(aDataJob(), 'uid:1000');
    expect(await store.eventLog()).toMatchObject({ oldest: 11, head: 11 });
  });
});
