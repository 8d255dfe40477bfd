import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/burn/progress.js';
import { type EventClient, openEvents, seqsOf } from '../support/event-client.js';
import { startTestApi, type TestApi } from '../support/test-api.js';
import { aDataJob } from '../support/test-store.js';

const overSocket = ({ socket }: TestApi): string => `ws+unix://${socket}:/v1/events`;

const progressAt = (done: number): Progress => ({
  phase: 'write',
  step: 1,
  steps: 3,
  done,
  total: 1_000_000,
  kBps: 11_080,
  underruns: 0,
  elapsedMs: done,
});

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const addJobs = async ({ store }: TestApi, count: number): Promise<void> => {
  await Promise.all(Array.from({ length: count }, () => store.createJob(aDataJob(), 'uid:0')));
};

const expectValid = (client: EventClient): void => {
  expect(client.invalid).toEqual([]);
};

describe('a client of the event log', () => {
  it('is welcomed, told how things are and then what happens', async () => {
    const api = await startTestApi();
    await addJobs(api, 2);
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', ref: 'c1' });
    expect(await client.frame(({ op }) => op === 'welcome')).toMatchObject({ v: 1, recovered: false });
    const snapshots = await client.count('snapshot', 3);
    const sizes = snapshots.map(({ resource, data }) => [resource, (data as unknown[]).length]);
    expect(sizes).toEqual([
      ['jobs', 2],
      ['drives', 2],
      ['images', 0],
    ]);
    await addJobs(api, 1);
    expect(await client.frame(({ op }) => op === 'event')).toMatchObject({
      kind: 'job.created',
      data: { state: 'queued' },
    });
    expectValid(client);
  });

  it('that comes back misses nothing and hears nothing twice, while ten writers write', async () => {
    const api = await startTestApi();
    await addJobs(api, 700);
    const { epoch, head } = await api.store.eventLog();
    const writing = addJobs(api, 400);
    const clients: EventClient[] = [];
    for (const seq of [0, 3, 350, head]) {
      const client = await openEvents(overSocket(api));
      client.send({ op: 'hello', resume: { epoch, seq } });
      clients.push(client);
    }
    await writing;
    await addJobs(api, 1);
    const last = (await api.store.eventLog()).head;
    for (const [index, seq] of [0, 3, 350, head].entries()) {
      const client = clients[index]!;
      await client.frame((frame) => frame['seq'] === last && frame.op === 'event');
      expect(client.frames[0]).toMatchObject({ op: 'welcome', recovered: true });
      expect(seqsOf(client)).toEqual(from(seq + 1, last));
      expectValid(client);
    }
  });

  it('that was away for too long is told what is gone and how things are', async () => {
    const api = await startTestApi();
    await addJobs(api, 10);
    const { epoch, head } = await api.store.eventLog();
    await api.store.purge({
      eventsBefore: '2000-01-01T00:00:00.000Z',
      maxEvents: 3,
      idempotencyBefore: '2000-01-01T00:00:00.000Z',
    });
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', resume: { epoch, seq: 2 } });
    expect(await client.frame(({ op }) => op === 'gap')).toEqual({
      op: 'gap',
      from: 3,
      to: head - 3,
      why: 'retention',
    });
    await client.count('snapshot', 3);
    expectValid(client);
  });

  it('of another database is told so', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', resume: { epoch: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E', seq: 4711 } });
    expect(await client.frame(({ op }) => op === 'welcome')).toMatchObject({ recovered: false });
    expect(await client.frame(({ op }) => op === 'gap')).toMatchObject({ why: 'epoch' });
    await client.count('snapshot', 3);
    expectValid(client);
  });

  it('hears of its topics alone', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', topics: ['drives/alpha'] });
    await client.count('snapshot', 1);
    expect(client.frames[1]).toMatchObject({ resource: 'drives', data: [{ id: 'alpha' }] });
    await addJobs(api, 1);
    await api.store.patchDrive('beta', { name: 'bottom' });
    await api.store.patchDrive('alpha', { name: 'top' });
    expect(await client.frame(({ op }) => op === 'event')).toMatchObject({
      kind: 'drive.configured',
      data: { id: 'alpha', name: 'top' },
    });
    client.send({ op: 'subscribe', topics: ['jobs/*'] });
    client.send({ op: 'ping', ref: 'p' });
    expect(await client.frame(({ op }) => op === 'pong')).toEqual({ op: 'pong', ref: 'p' });
    await addJobs(api, 1);
    await client.frame(({ kind }) => kind === 'job.created');
    expectValid(client);
  });

  it('hears progress thinned out, the latest of each attempt', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', progressHz: 10 });
    await client.count('snapshot', 3);
    const ref = { job: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E', copy: 1, attempt: 1 };
    for (let done = 1; done <= 1000; done++) {
      api.fleet.tellProgress('alpha', ref, progressAt(done));
      api.fleet.tellProgress('beta', { ...ref, copy: 2 }, progressAt(done));
    }
    const frames = await client.count('progress', 2);
    expect(frames).toMatchObject([
      { topic: `jobs/${ref.job}`, n: 1000, data: { drive: 'alpha', done: 1000, copy: 1 } },
      { topic: `jobs/${ref.job}`, n: 1000, data: { drive: 'beta', done: 1000, copy: 2 } },
    ]);
    expectValid(client);
  });

  it('hears how far an image is, thinned out, and nothing more of it once that is over', async () => {
    const api = await startTestApi();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', progressHz: 10 });
    await client.count('snapshot', 3);
    const [image, over] = ['01JB3Z5V8N0Q4W7X9Y2A6C5D1E', '01JB3Z5V8N0Q4W7X9Y2A6C5D1F'];
    for (let done = 1; done <= 1000; done++) {
      api.service.underway.tell(image, { phase: 'scan', done, total: 0, path: '/a' });
      api.service.underway.tell(over, { phase: 'scan', done, total: 0, path: '/b' });
    }
    api.service.underway.over(over);
    await client.count('progress', 1);
    api.service.underway.tell(image, { phase: 'write', done: 0, total: 0 });
    expect(await client.count('progress', 2)).toMatchObject([
      { topic: `images/${image}`, n: 1000, data: { image, phase: 'scan', done: 1000, path: '/a' } },
      { topic: `images/${image}`, n: 1001, data: { image, phase: 'write' } },
    ]);
    expectValid(client);
  });

  it('that does not read is cut off, and loses nothing when it comes back', async () => {
    const api = await startTestApi();
    const { epoch, head } = await api.store.eventLog();
    const client = await openEvents(overSocket(api));
    client.send({ op: 'hello', resume: { epoch, seq: head } });
    await client.count('welcome', 1);
    client.pause();
    // More than the kernel and the daemon hold for one client.
    const event = {
      topic: 'drives/alpha',
      kind: 'drive.changed' as const,
      data: { drive: 'alpha', holding: 'busy' as const, contents: 'ready' as const, holder: 'x'.repeat(290) },
    };
    for (let round = 0; round < 40; round++)
      await api.store.announce(Array.from({ length: 500 }, () => event));
    client.resume();
    const { code } = await client.closed();
    expect([4408, 1006]).toContain(code);
    const last = seqsOf(client).at(-1) ?? head;
    const again = await openEvents(overSocket(api));
    again.send({ op: 'hello', resume: { epoch, seq: last } });
    const final = (await api.store.eventLog()).head;
    await again.frame((frame) => frame['seq'] === final);
    expect([...seqsOf(client), ...seqsOf(again)]).toEqual(from(head + 1, final));
  });
});
