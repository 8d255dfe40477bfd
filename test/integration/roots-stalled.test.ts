import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { hasCompiler } from '../interop/shim/shim.js';
import { startDaemon } from '../support/daemon.js';
import { stallingReads } from '../support/stalling-reads.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it.skipIf(!hasCompiler())(
  'a directory on a dead disk ends its own request only, and the daemon serves everybody else meanwhile [gcc]',
  async () => {
    const folder = temporaryFolder();
    const dead = join(folder, 'dead');
    mkdirSync(dead);
    const environment = stallingReads(folder, dead, join(folder, 'stall'));
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const daemon = await startDaemon({ roots: { dead } });
    expect((await daemon.api.get('/v1/roots/dead/list')).body).toEqual({ items: [] });

    writeFileSync(join(folder, 'stall'), '');
    const listing = daemon.api.ask('GET', '/v1/roots/dead/list');
    writeFileSync(join(daemon.source, 'alive.txt'), 'alive');
    expect((await daemon.api.get('/v1/roots/source/list')).body).toMatchObject({
      items: [{ name: 'alive.txt' }],
    });
    expect((await listing).body).toMatchObject({ status: 504, code: 'source-stalled' });
  },
);
