import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ValidationReport } from '../../src/api/validation-report.js';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { hasTool } from '../support/has-tool.js';
import { until } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';

const SLOW = { timeout: 90_000 };

describe('what is wrong with an image or a disc', SLOW, () => {
  const daemon = sharedDaemon();
  const { api } = daemon;

  const validate = async (request: object): Promise<ValidationReport> => {
    const { body, status } = await api.ask('POST', '/v1/validations?wait=60', request);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body as ValidationReport;
  };
  const codes = async ({ id }: ValidationReport): Promise<string[]> => {
    const { items } = (await api.get(`/v1/validations/${id}/findings`)).body as { items: { code: string }[] };
    return items.map(({ code }) => code);
  };
  const cli = (...args: string[]) => runCli(['--socket', daemon.socket, 'validate', ...args]);

  it('is told of an image of the daemon, whatever its bytes come from', async () => {
    const draft = await DraftClient.begin(daemon, {
      volume: { manifest: '/SHA256SUMS', udf: { revision: '2.01' } },
    });
    await draft.put('/sent', 'what was sent');
    fillFolder(daemon.source, 'some', 3);
    await draft.make({ do: 'add', at: '/some', root: 'source', path: 'some' });
    const { id } = await draft.seal();
    const found = await validate({ type: 'image', image: id, manifest: '/SHA256SUMS' });
    expect(found).toMatchObject({
      state: 'done',
      valid: true,
      startBlock: 0,
      counts: { errors: 0, warnings: 0, notes: 0 },
    });
    expect(found.views?.map(({ view }) => view)).toEqual(['iso9660', 'rock-ridge', 'joliet', 'udf']);
    expect(found.manifestFiles).toBe((found.views?.[0]?.files ?? 0) - 1);
    const { code, stdout } = await cli(id, '--manifest');
    expect([code, stdout.toString()]).toEqual([0, expect.stringContaining(`${id}: valid`)]);
  });

  it.skipIf(!hasTool('xorriso'))('is told of an image file beneath a root', async () => {
    const tree = join(daemon.source, 'tree');
    mkdirSync(tree);
    writeFileSync(join(tree, 'file'), 'x'.repeat(5000));
    const iso = join(daemon.source, 'other.iso');
    execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-o', iso, tree], { stdio: 'ignore' });
    const source = { root: 'source', path: 'other.iso' };
    expect(await validate({ type: 'source', source })).toMatchObject({ state: 'done', valid: true });
    appendFileSync(iso, 'a tail');
    const odd = await validate({ type: 'source', source });
    expect([odd.valid, await codes(odd)]).toEqual([false, ['size-not-whole-blocks']]);
    truncateSync(iso, 20 * 2048);
    const cut = await validate({ type: 'source', source });
    expect(cut.valid).toBe(false);
    expect(await codes(cut)).toContain('volume-exceeds-image');
  });

  it('is told of the disc in a drive, and of no other', async () => {
    fillFolder(daemon.source, 'folder', 3);
    const drive = await api.addDrive({ blank: 'dvd+r', name: 'reader' });
    expect(await api.refused('POST', '/v1/validations', { type: 'medium', drive })).toMatchObject({
      code: 'medium-blank',
    });
    const volume = { manifest: '/SHA256SUMS' };
    await api.ended(await api.submit(folderJob('folder', {}, { drives: [drive], volume })));
    const found = await validate({ type: 'medium', drive, manifest: '/SHA256SUMS' });
    expect(found).toMatchObject({ state: 'done', valid: true });
    expect(found.manifestFiles).toBeGreaterThan(3);
    const { code, stdout } = await cli('reader');
    expect([code, stdout.toString()]).toEqual([0, expect.stringContaining('reader: valid')]);
    const { stdout: json } = await runCli(['--socket', daemon.socket, '--json', 'validate', drive]);
    expect(JSON.parse(json.toString())).toMatchObject({ valid: true, findings: [], startBlock: 0 });
  });

  // 150 blocks and two of run-out follow the image on a CD, and most of the medium on a DVD+RW; the GPT is not at its end there.
  it.each([
    ['dvd+r', []],
    ['cd-r', ['partition-backup-missing']],
    ['dvd+rw', ['anchors-too-few', 'partition-backup-missing']],
  ])('is told how far a hybrid with UDF reaches on %s', async (blank, expected) => {
    fillFolder(daemon.source, blank, 1);
    const entries = [{ image: { at: '/large.bin' }, platform: 'efi' }];
    const volume = { udf: { revision: '2.01' }, boot: { entries, hybrid: { table: 'gpt' } } };
    const drive = await api.addDrive({ blank });
    const job = await api.submit(folderJob(blank, {}, { drives: [drive], volume }));
    expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
    const found = await validate({ type: 'medium', drive });
    expect([found.valid, await codes(found)]).toEqual([true, expected]);
  });

  it('is told of a last block that cannot be read, where that is no run-out: on a DVD', async () => {
    fillFolder(daemon.source, 'lost', 1);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const volume = { udf: { revision: '2.01' } };
    const job = await api.submit(folderJob('lost', {}, { drives: [drive], volume }));
    expect(await api.ended(job)).toMatchObject({ outcome: 'ok' });
    const { medium } = await api.driveUntil(drive, (seen) => (seen.medium?.readable ?? 0) > 0);
    const last = medium!.readable - 1;
    const fails = { action: 'sense', sense: '3/11/00', deferred: false };
    await api.faults(drive, [{ when: { lba: last, access: 'read' }, do: fails }]);
    const found = await validate({ type: 'medium', drive });
    const { items } = (await api.get(`/v1/validations/${found.id}/findings`)).body as { items: object[] };
    expect(items).toMatchObject([{ code: 'block-unreadable', block: last }]);
    expect(found.valid).toBe(false);
  });

  it('is told of the last session of a disc, or of one that is named', async () => {
    fillFolder(daemon.source, 'first', 2);
    fillFolder(daemon.source, 'second', 2);
    writeFileSync(join(daemon.source, 'second', 'more'), 'more');
    const drive = await api.addDrive({ blank: 'cd-r' });
    const options = (more: object) => ({ drives: [drive], ...more });
    await api.ended(await api.submit(folderJob('first', { close: 'session' }, options({}))));
    const appended = folderJob('second', { close: 'session', onNonBlank: 'append' }, options({ import: {} }));
    expect(await api.ended(await api.submit(appended))).toMatchObject({ outcome: 'ok' });
    const last = await validate({ type: 'medium', drive });
    const first = await validate({ type: 'medium', drive, startBlock: 0 });
    expect([last.valid, first.valid, first.startBlock]).toEqual([true, true, 0]);
    expect(last.startBlock).toBeGreaterThan(10_000);
    expect(last.views?.[0]?.files).toBeGreaterThan(first.views?.[0]?.files ?? 0);
    const nowhere = await validate({ type: 'medium', drive, startBlock: 17 });
    expect(await codes(nowhere)).toEqual(['no-volume']);
  });

  it('ends when somebody ends it, when its time is over, and when its disc is taken out', async () => {
    fillFolder(daemon.source, 'slow', 1);
    const drive = await api.addDrive({ blank: 'dvd+r', name: 'slow' });
    await api.ended(await api.submit(folderJob('slow', {}, { drives: [drive] })));
    await api.faults(drive, [{ when: { opcode: 0x28 }, do: { action: 'stall', ms: 1500 } }]);
    const processes = (): number =>
      daemon.processes().filter(({ argv }) => argv.some((word) => word.includes('worker/validating'))).length;
    const begin = async (more: object = {}): Promise<string> => {
      const { status, body } = await api.ask('POST', '/v1/validations', { type: 'medium', drive, ...more });
      expect(status).toBe(202);
      return (body as ValidationReport).id;
    };
    const [ended, late] = [await begin(), await begin({ limitSeconds: 1 })];
    expect(await api.refused('POST', '/v1/validations', { type: 'medium', drive })).toMatchObject({
      code: 'rate-limited',
    });
    await api.delete(`/v1/validations/${ended}`);
    expect(await api.refused('GET', `/v1/validations/${ended}`)).toMatchObject({ code: 'not-found' });
    const { body } = await api.get(`/v1/validations/${late}?wait=60`);
    expect(body).toMatchObject({ state: 'failed', problem: { code: 'validation-too-long' } });
    await until('the processes have gone', () => processes() === 0);

    const taken = await begin();
    await api.exchange(drive, { blank: 'dvd+r' });
    const { body: changed } = await api.get(`/v1/validations/${taken}?wait=60`);
    expect(changed).toMatchObject({ state: 'failed', problem: { code: 'medium-changed' } });
  });

  it('refuses what cannot be validated by name', async () => {
    const refused = (request: object) => api.refused('POST', '/v1/validations', request);
    expect(await refused({ type: 'image', image: '01JZ0000000000000000000000' })).toMatchObject({
      code: 'image-unknown',
    });
    const draft = await DraftClient.begin(daemon);
    expect(await refused({ type: 'image', image: draft.id })).toMatchObject({ code: 'image-not-ready' });
    expect(await refused({ type: 'medium', drive: 'nobody' })).toMatchObject({ code: 'drive-unknown' });
    expect(await refused({ type: 'source', source: { root: 'nowhere', path: 'x' } })).toMatchObject({
      code: 'root-unknown',
    });
    const missing = await validate({ type: 'source', source: { root: 'source', path: 'missing' } });
    expect(missing).toMatchObject({ state: 'failed', problem: { code: 'source-missing' } });
    const directory = await validate({ type: 'source', source: { root: 'source', path: '' } });
    expect(directory).toMatchObject({ state: 'failed', problem: { code: 'image-invalid' } });
    expect(await api.refused('GET', '/v1/validations/01JZ0000000000000000000000')).toMatchObject({
      code: 'not-found',
    });
    const { code, stderr } = await cli('01JZ0000000000000000000000');
    expect([code, stderr]).toEqual([4, expect.stringContaining('image-unknown')]);
  });
});
