import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LeaseRow } from '../../src/jobs/records.js';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { folderJob } from '../support/sources.js';
import { writeFiles } from '../support/write-files.js';

vi.setConfig({ testTimeout: 150_000 });

const daemon = sharedDaemon();
const { api } = daemon;
const NOBODYS = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

describe('whoever has leased a drive', () => {
  let drive = '';
  let lease = '';
  beforeAll(async () => {
    writeFiles(join(daemon.source, 'kept'), { 'a.txt': 'kept' });
    drive = await api.addDrive({ blank: 'cd-r' });
    await api.ended(await api.submit(folderJob('kept', { close: 'session' }, { drives: [drive] })));
    ({ id: lease } = (await api.post(`/v1/drives/${drive}/lease`, { name: 'kiosk', seconds: 3600 }))
      .body as LeaseRow);
  });

  const run = (...args: string[]) => runCli(['--socket', daemon.socket, ...args]);

  it('validates its disc by the lease, and nobody else does', async () => {
    const valid = await run('validate', drive, '--lease', lease);
    expect([valid.stderr, valid.code]).toEqual(['', 0]);
    expect((await run('validate', drive)).stderr).toMatch(/drive-leased[^]*Name the lease by --lease/);
    expect((await run('validate', drive, '--lease', NOBODYS)).stderr).toContain('lease-unknown');
  });

  it('has a draft begin with its disc by the lease, and nobody else does', async () => {
    const draft = await DraftClient.begin(daemon);
    const importing = ['image', 'import', draft.id, '--drive', drive];
    expect((await run(...importing)).stderr).toMatch(/drive-leased[^]*Name the lease by --lease/);
    expect((await run(...importing, '--lease', NOBODYS)).stderr).toContain('lease-unknown');
    expect((await run(...importing, '--lease', lease)).code).toBe(0);
    expect(await draft.names()).toEqual(['a.txt']);
  });

  it('is told once more what became of an import, though the lease is given back by then', async () => {
    const draft = await DraftClient.begin(daemon);
    const again = () =>
      api.ask(
        'POST',
        `/v1/images/${draft.id}/revisions`,
        { edits: [{ do: 'import', drive, lease }] },
        { 'idempotency-key': 'import-by-lease' },
      );
    expect(await again()).toMatchObject({ status: 200 });
    await api.delete(`/v1/drives/${drive}/lease?lease=${lease}`);
    expect(await again()).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' } });
  });
});
