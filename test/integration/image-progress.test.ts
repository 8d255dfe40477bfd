import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ImageProgress } from '../../src/image/image-progress.js';
import type { Image, ImageView } from '../../src/jobs/records.js';
import { runCli } from '../support/cli.js';
import { hasCompiler } from '../support/compiled.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { type EventClient, openEvents } from '../support/event-client.js';
import { folderJob } from '../support/sources.js';
import { slowReads } from '../support/stalling-reads.js';
import { writeFiles } from '../support/write-files.js';

vi.setConfig({ testTimeout: 150_000 });

const daemon = sharedDaemon();
const { api } = daemon;
const SLOW = join(daemon.source, 'slow', 'sub', 'slow.bin');
const BYTES = 6 * 1024 * 1024;
if (hasCompiler()) Object.assign(daemon.environment, slowReads(SLOW, daemon.source, 300));

const MANY = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`d${n}/file-${n}`, `of ${n}`]));

beforeAll(() => {
  writeFiles(join(daemon.source, 'slow'), { 'sub/slow.bin': '' });
  writeFileSync(SLOW, Buffer.alloc(BYTES, 'slow'));
  writeFiles(join(daemon.source, 'many'), MANY);
});

/** Frames of progress are held back for a tenth of a second at most. */
const LATEST_MS = 300;

const listen = async (): Promise<EventClient> => {
  const client = await openEvents(`ws+unix://${daemon.socket}:/v1/events`);
  client.send({ op: 'hello', progressHz: 10 });
  await client.frame(({ op }) => op === 'welcome');
  return client;
};

/** What a client was told of an image, and that nothing of it came behind its end until something else has happened. */
const told = async (client: EventClient, image: string): Promise<ImageProgress[]> => {
  const { id: later } = (await api.post('/v1/images', { type: 'draft' })).body as ImageView;
  await setTimeout(LATEST_MS);
  await api.delete(`/v1/images/${later}`);
  await client.frame(({ kind, topic }) => kind === 'image.deleted' && topic === `images/${later}`);
  const about = client.frames.filter(({ topic }) => topic === `images/${image}`);
  const last = about.findLastIndex(({ op }) => op === 'progress');
  const end = about.findIndex(({ kind }) => kind === 'image.advanced' || kind === 'image.changed');
  if (end >= 0) expect(last).toBeLessThan(end);
  expect(client.invalid).toEqual([]);
  return about.flatMap(({ op, data }) => (op === 'progress' ? [data as ImageProgress] : []));
};

const imageOf = async (id: string): Promise<Image> => (await api.get(`/v1/images/${id}`)).body as Image;

describe.skipIf(!hasCompiler())('an image whose sources are slow [gcc]', () => {
  const request = {
    type: 'data',
    sources: [{ at: '/', root: 'source', path: 'slow' }],
    spool: 'always',
  };

  it('tells how far it is, and at which file, to whoever listens or asks', async () => {
    const client = await listen();
    const { id } = (await api.post('/v1/images', request)).body as ImageView;
    const under = await vi.waitUntil(
      async () => {
        const { progress } = await imageOf(id);
        return progress?.phase === 'spool' && progress.done > 0 ? progress : undefined;
      },
      { timeout: 60_000, interval: 50 },
    );
    expect(under).toMatchObject({ phase: 'spool', path: '/sub/slow.bin' });
    expect(under.total).toBeGreaterThan(BYTES);
    await client.frame(({ kind, topic }) => kind === 'image.advanced' && topic === `images/${id}`);
    const frames = await told(client, id);
    const copied = frames.filter(({ phase }) => phase === 'spool').map(({ done }) => done);
    expect(copied.length).toBeGreaterThan(2);
    expect(copied).toEqual(copied.toSorted((a, b) => a - b));
    expect(await imageOf(id)).not.toHaveProperty('progress');
  });

  it('tells so while a manifest is made, and on the command line while its disc waits for it', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const place = join(daemon.source, 'slow');
    const where = ['--socket', daemon.socket];
    const { code, stderr } = await runCli([
      ...where,
      'burn',
      place,
      '--drive',
      drive,
      '--manifest',
      '/SHA256SUMS',
    ]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^image +(scan|digest) .*\/sub/m)]);
    const job = ((await api.get('/v1/jobs')).body as { items: { image: string }[] }).items[0]!;
    expect(await imageOf(job.image)).not.toHaveProperty('progress');
  });
});

describe('a draft into which a disc is imported', () => {
  it('tells meanwhile which file system is read and how much was found, also on the command line', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const burn = folderJob('many', { close: 'session' }, { drives: [drive] });
    expect(await api.ended(await api.submit(burn))).toMatchObject({ outcome: 'ok' });
    // Each read takes its time: longer than the half second after which the command line looks.
    await api.faults(drive, [{ when: { opcode: 0x28 }, do: { action: 'stall', ms: 100 }, times: 1000 }]);
    const draft = await DraftClient.begin(daemon);
    const client = await listen();
    const { code, stderr } = await runCli([
      '--socket',
      daemon.socket,
      'image',
      'import',
      draft.id,
      '--drive',
      drive,
    ]);
    // A pipe gets the first look only, which may come before the file systems are known.
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^image +import +(rock-ridge: \d+ files, \d+ dir|\d+ blocks)/m),
    ]);
    await client.frame(({ kind }) => kind === 'image.changed');
    const last = (await told(client, draft.id)).at(-1);
    expect(last).toMatchObject({ phase: 'import', fileSystem: 'rock-ridge', total: 0 });
    expect(last?.directories).toBeGreaterThan(10);
    expect(last?.path).toMatch(/^\/d\d+/);
    expect(await draft.image()).not.toHaveProperty('progress');
  });
});
