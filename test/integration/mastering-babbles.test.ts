import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ProcessKilled } from '../../src/fleet/capped-process.js';
import { runMastering } from '../../src/fleet/mastering-run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('a mastering process that says what nobody understands has failed, and was not killed by somebody', async () => {
  const preload = join(import.meta.dirname, '../support/babbling-mastering.cjs');
  vi.stubEnv('NODE_OPTIONS', `--require=${preload}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'source'));
  writeFileSync(join(folder, 'source', 'file'), 'content');
  const { result } = runMastering({
    request: {
      sources: [{ at: '/', root: 'source', path: '' }],
      createdAtNs: 1_700_000_000_000_000_000n,
    },
    roots: [{ name: 'source', path: join(folder, 'source') }],
    output: join(folder, 'disc.image'),
    promises: join(folder, 'promises'),
  });
  const failure: unknown = await result.catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'mastering-failed' });
  expect(failure).not.toBeInstanceOf(ProcessKilled);
});
