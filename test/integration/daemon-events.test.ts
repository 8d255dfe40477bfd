import { beforeAll, describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../src/jobs/events.js';
import { sharedDaemon } from '../support/daemon.js';
import { type EventClient, openEvents, seqsOf } from '../support/event-client.js';
import { fillFolder, folderJob, slowWrites } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;

beforeAll(() => fillFolder(daemon.source, 'folder', 2));

const connect = async (hello: object = {}): Promise<EventClient> => {
  const client = await openEvents(`ws+unix://${daemon.socket}:/v1/events`);
  client.send({ op: 'hello', ...hello });
  return client;
};

const positionOf = async (client: EventClient): Promise<{ epoch: string; seq: number }> => {
  const { epoch, head } = await client.frame(({ op }) => op === 'welcome');
  const seq = Math.max(head as number, ...seqsOf(client));
  return { epoch: epoch as string, seq };
};

const isEndOf =
  (job: string) =>
  ({ op, topic, kind, data }: Record<string, unknown>): boolean =>
    op === 'event' &&
    topic === `jobs/${job}` &&
    kind === 'job.advanced' &&
    (data as { state: string }).state === 'completed';

/** States in the order in which they were told, of one resource. */
const statesOf = (events: readonly StoreEvent[], kind: string): string[] =>
  events.filter((event) => event.kind === kind).map(({ data }) => (data as { state: string }).state);

describe('the event log', () => {
  it('tells each transition of a burn exactly once, without a gap', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await api.ended(job);
    const all = await api.events();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));

    const ofJob = all.filter(({ topic }) => topic === `jobs/${job}`);
    expect(statesOf(ofJob, 'job.advanced')).toEqual(['running', 'completed']);
    expect(statesOf(ofJob, 'copy.advanced')).toEqual(['active', 'good']);
    const attempts = ofJob.filter(({ kind }) => kind === 'attempt.advanced');
    const told = attempts.map(({ data }) => {
      const { state, phase = '-', touched } = data as { state: string; phase?: string; touched: boolean };
      return `${state} ${phase} ${touched}`;
    });
    expect(told).toEqual([...new Set(told)]);
    expect(told[0]).toBe('assigned - false');
    expect(told.at(-1)).toMatch(/^good /);
    const phases = [...new Set(told.map((text) => text.split(' ')[1]))];
    expect(phases).toEqual(['-', 'load', 'calibrate', 'write', 'close', 'verify', 'unload']);
  });

  it('is resumed over a restart of the daemon by epoch and sequence, without loss or repetition', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [slowWrites(3000)]);
    const before = await connect();
    await before.frame(({ op }) => op === 'welcome');
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await api.working(drive, 'write');
    await daemon.kill();
    await before.closed();
    const resume = await positionOf(before);

    await daemon.start();
    const after = await connect({ resume });
    expect(await after.frame(({ op }) => op === 'welcome')).toMatchObject({
      recovered: true,
      epoch: resume.epoch,
    });
    await after.frame(isEndOf(job));
    const heard = [...seqsOf(before), ...seqsOf(after)];
    expect(heard).toEqual(heard.map((_, index) => heard[0]! + index));
    expect([...before.invalid, ...after.invalid]).toEqual([]);
  });

  it('tells a client of another epoch that it has missed something, and how things are', async () => {
    const client = await connect({ resume: { epoch: '01JB3Z5V8N0Q4W7X9Y2A6C5D1E', seq: 5 } });
    expect(await client.frame(({ op }) => op === 'welcome')).toMatchObject({ recovered: false });
    expect(await client.frame(({ op }) => op === 'gap')).toMatchObject({ why: 'epoch' });
    expect(await client.frame(({ op, resource }) => op === 'snapshot' && resource === 'jobs')).toBeDefined();
  });

  it('is accompanied by the progress of each drive, a few times a second', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [slowWrites(2000)]);
    const client = await connect();
    await client.frame(({ op }) => op === 'welcome');
    const job = await api.submit(folderJob('folder', {}, { drives: [drive] }));
    await client.frame(isEndOf(job));
    const told = client.frames
      .filter(({ op }) => op === 'progress')
      .map(({ data }) => data as Record<string, unknown>)
      .filter((data) => !('image' in data)); // that of its image, which a busy machine takes its time for
    expect(told.length).toBeGreaterThan(2);
    for (const data of told) expect(data).toMatchObject({ job, drive, copy: 1, attempt: 1 });
    expect(told.some(({ phase, done }) => phase === 'write' && Number(done) > 0)).toBe(true);
    expect(client.invalid).toEqual([]);
  });

  it('says that the daemon is stopping before the connection is closed', async () => {
    const client = await connect();
    await client.frame(({ op }) => op === 'welcome');
    await daemon.stop();
    expect(await client.closed()).toMatchObject({ code: 4410 });
    await daemon.start();
  });
});
