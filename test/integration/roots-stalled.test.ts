import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { hasCompiler } from '../support/compiled.js';
import { startDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { stallingReads } from '../support/stalling-reads.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A daemon with the root `dead`, whose directory does not answer once `stall` was called, or what a file in it is like. */
const withDeadRoot = async (file?: string, looks = true) => {
  const folder = temporaryFolder();
  const dead = join(folder, 'dead');
  mkdirSync(dead);
  if (file !== undefined) writeFileSync(join(dead, file), 'content');
  const environment = {
    ...stallingReads(join(dead, file ?? ''), join(folder, 'stall')),
    ...(file !== undefined && looks && { SPINDLE_STALL_LOOKS: '1' }),
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const daemon = await startDaemon({ roots: { dead } });
  const stall = (): void => {
    writeFileSync(join(folder, 'stall'), '');
  };
  return { daemon, stall };
};

it.skipIf(!hasCompiler())(
  'a directory on a dead disk ends its own request only, and the daemon serves everybody else meanwhile [gcc]',
  async () => {
    const { daemon, stall } = await withDeadRoot();
    expect((await daemon.api.get('/v1/roots/dead/list')).body).toEqual({ items: [] });

    stall();
    const listing = daemon.api.ask('GET', '/v1/roots/dead/list');
    writeFileSync(join(daemon.source, 'alive.txt'), 'alive');
    expect((await daemon.api.get('/v1/roots/source/list')).body).toMatchObject({
      items: [{ name: 'alive.txt' }],
    });
    expect((await listing).body).toMatchObject({ status: 504, code: 'source-stalled' });
  },
);

it.skipIf(!hasCompiler())(
  'whoever adds a directory on a dead disk to a draft is told when somebody has deleted it meanwhile [gcc]',
  async () => {
    const { daemon, stall } = await withDeadRoot();
    const draft = await DraftClient.begin(daemon);
    stall();
    const editing = draft.edit([{ do: 'add', at: '/x', root: 'dead', path: '' }]);
    await expect.poll(() => daemon.pidsOf('worker/draft'), { timeout: 20_000 }).toHaveLength(1);
    await daemon.api.delete(draft.path);
    expect((await editing).body).toMatchObject({ status: 404, code: 'image-unknown' });
  },
);

it.skipIf(!hasCompiler())(
  'whoever reads a file of a draft on a dead disk is told so, and the draft is edited meanwhile [gcc]',
  async () => {
    const { daemon, stall } = await withDeadRoot('file');
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'add', at: '/x', root: 'dead', path: 'file' });
    const at = `${draft.path}/tree/content?path=/x`;
    expect((await daemon.api.get(at)).bytes.toString()).toBe('content');

    stall();
    let answered = false;
    const reading = daemon.api.ask('GET', at).finally(() => (answered = true));
    await draft.put('/sent', 'something');
    expect((await daemon.api.get(`${draft.path}/tree/content?path=/sent`)).bytes.toString()).toBe(
      'something',
    );
    expect(answered).toBe(false);
    expect((await reading).body).toMatchObject({ status: 504, code: 'source-stalled' });
  },
);

it.skipIf(!hasCompiler())(
  'downloads of a dead disk that nobody waits for any more keep no place from others [gcc]',
  async () => {
    const { daemon, stall } = await withDeadRoot('file', false);
    const draft = await DraftClient.begin(daemon);
    await draft.make({ do: 'add', at: '/x', root: 'dead', path: 'file' });
    await draft.put('/sent', 'something');
    stall();
    for (let times = 0; times < 8; times += 1) {
      const path = `${draft.path}/tree/content?path=/x`;
      const left = request({ socketPath: daemon.socket, path }).end();
      left.on('error', () => undefined);
      await sleep(500); // until it is being read
      left.destroy();
    }
    expect((await daemon.api.get(`${draft.path}/tree/content?path=/sent`)).bytes.toString()).toBe(
      'something',
    );
    // Each of their threads is there until the disk answers: there are no more of them than may be stuck.
    expect((await daemon.api.ask('GET', `${draft.path}/tree/content?path=/x`)).body).toMatchObject({
      code: 'rate-limited',
    });
  },
);
