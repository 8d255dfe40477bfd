import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Image } from '../../src/jobs/records.js';
import { hasCompiler } from '../support/compiled.js';
import { startDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { stallingReads } from '../support/stalling-reads.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const lockIn = async (draft: DraftClient): Promise<number> =>
  (
    await draft.api.ask('POST', `${draft.path}/actions/lock-in`, undefined, {
      'if-match': await draft.etag(),
    })
  ).status;

const send = async (draft: DraftClient): Promise<number> => (await draft.put('/a file', 'text')).status;

/** What brings a name to disk, and beneath which directory of the staged bodies. */
const ACTS = [
  { title: 'the first file of a draft', isFirst: true, act: send },
  { title: 'another file of a draft', isFirst: false, act: send },
  { title: 'a locking in', isFirst: false, act: lockIn },
] as const;

it.skipIf(!hasCompiler()).each(ACTS)(
  'while $title is brought to a disk that has much to write, the daemon serves everybody else [gcc]',
  async ({ isFirst, act }) => {
    const folder = temporaryFolder();
    const [slow, until] = [join(folder, 'slow'), join(folder, 'until')];
    for (const [name, value] of Object.entries(stallingReads(slow, until))) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(until, { force: true });
    });
    const daemon = await startDaemon();
    const draft = await DraftClient.begin(daemon);
    if (!isFirst) for (const text of ['superseded', 'kept']) await draft.put('/a file', text);
    symlinkSync(join(daemon.state, 'staging', ...(isFirst ? [] : [draft.id])), slow);
    writeFileSync(until, '');

    let ended = false;
    const acting = act(draft).finally(() => {
      ended = true;
    });
    await expect.poll(() => existsSync(`${until}.reached`), { timeout: 20_000 }).toBe(true);
    expect((await daemon.api.get(draft.path)).body as Image).toMatchObject({ state: 'building' });
    expect(ended).toBe(false);
    rmSync(until);
    expect(await acting).toBe(200);
  },
);
