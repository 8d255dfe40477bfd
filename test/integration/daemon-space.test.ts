import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { isFinalJob } from '../../src/jobs/states.js';
import { killProcess, until } from '../support/processes.js';
import { fillFolder, folderJob } from '../support/sources.js';

const disk = mkdtempSync(join(tmpdir(), 'spindle-disk-'));

/** 64 MiB of it are kept free; database and virtual media of the tests take some more. */
const mounted = ((): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=140m,mode=755', 'spindle-test', disk], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** A connection that is closed while the body is still being sent may lose the answer on its way. */
const brokenOff = (error: unknown): unknown => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return { code: 'space-exhausted' };
  throw error;
};

describe.skipIf(!mounted)('a state directory on a small disk [root, mount]', () => {
  const daemon = sharedDaemon({ config: { stateDirectory: join(disk, 'state') } });
  const { api } = daemon;
  const images = () => readdirSync(join(disk, 'state', 'images'));
  beforeAll(() => {
    fillFolder(daemon.source, 'large', 80);
    fillFolder(daemon.source, 'one', 40);
    fillFolder(daemon.source, 'other', 40);
    fillFolder(daemon.source, 'small', 1);
  });

  it('refuses a job that does not fit, before anything is written, and says how much is missing where', async () => {
    const job = await api.ended(await api.submit(folderJob('large', {}, { spool: 'always' })));
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'space-exhausted' } });
    expect(job.problem!.detail).toContain(join(disk, 'state', 'images'));
    expect(job.problem!.detail).toMatch(/lacks [\d.]+ MiB: the image with its spool needs 80\.\d MiB/);
    expect(images()).toEqual([]);
  });

  it('does not promise the same space to two jobs', async () => {
    const jobs = await Promise.all(
      ['one', 'other'].map((folder) => api.submit(folderJob(folder, {}, { spool: 'always' }))),
    );
    const [first, second] = jobs as [string, string];
    const refused = await api.ended(second);
    expect(refused).toMatchObject({ state: 'failed', problem: { code: 'space-exhausted' } });
    expect(isFinalJob((await api.job(first)).state)).toBe(false);
    expect(images().filter((name) => name.endsWith('.spool'))).toHaveLength(1);
    await api.post(`/v1/jobs/${first}/actions/cancel`, {});
    await until('its spool was gone', () => !images().some((name) => name.endsWith('.spool')));
  });

  it('promises to nobody else what a disc will take that is read, for as long as its worker lives', async () => {
    // Of 76 MiB above those that are kept the disc and its copy take 60.
    fillFolder(daemon.source, 'disc', 30);
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    const recorded = await api.submit(folderJob('disc', {}, { spool: 'never', drives: [drive] }));
    expect(await api.ended(recorded)).toMatchObject({ outcome: 'ok' });
    const open = await api.addDrive({ blank: 'dvd+r' });
    const session = await api.submit(folderJob('small', { close: 'session' }, { drives: [open] }));
    expect(await api.ended(session)).toMatchObject({ outcome: 'ok' });
    const stall = { when: { lba: 1000, access: 'read' }, do: { action: 'stall', ms: 600_000 }, times: 1 };
    await api.faults(drive, [stall]);
    const reading = await api.submit({ type: 'read', drives: [drive] });
    await until('the disc was being read', () => images().some((name) => name.endsWith('.unfinished')));

    const mastered = await api.ended(await api.submit(folderJob('disc', {}, { spool: 'always' })));
    expect(mastered).toMatchObject({ state: 'failed', problem: { code: 'space-exhausted' } });
    expect(mastered.problem!.detail).toContain('are promised to others');
    const draft = await DraftClient.begin(daemon);
    const body = new Uint8Array(30 * 1024 * 1024);
    const headers = { 'content-length': String(body.length) };
    const problem = await draft.put('/body', body, headers).then(({ body: told }) => told, brokenOff);
    expect(problem).toMatchObject({ code: 'space-exhausted' });
    const importing = { edits: [{ do: 'import', drive: open }] };
    const refused = await draft.edit(importing.edits);
    expect(refused.body).toMatchObject({ code: 'space-exhausted' });
    expect((refused.body as { detail: string }).detail).toContain('are promised to others');

    await api.post(`/v1/jobs/${reading}/actions/cancel`, {});
    for (const pid of daemon.pidsOf('worker/main', drive)) await killProcess(pid);
    expect(await api.ended(reading)).toMatchObject({ state: 'canceled' });
    await until('nothing of it was left', () => !images().some((name) => name.endsWith('.unfinished')));
    expect((await draft.edit(importing.edits)).status).toBe(200);
    expect((await draft.put('/body', body, headers)).status).toBe(200);
    await api.delete(`/v1/images/${draft.id}`);
    await api.driveUntil(drive, ({ holding }) => holding === 'free');
    await api.delete(`/v1/virtual-drives/${drive}/medium`);
    const media = join(disk, 'state', 'virtual', 'media');
    for (const medium of readdirSync(media)) rmSync(join(media, medium), { recursive: true });
  }, 120_000);

  it('takes no file for a draft that does not fit, whether its length is told or not', async () => {
    const draft = await DraftClient.begin(daemon);
    const large = new Uint8Array(100 * 1024 * 1024);
    const announced = { 'content-length': String(large.length) };
    const inChunks = { 'transfer-encoding': 'chunked' };
    for (const headers of [announced, inChunks]) {
      const problem = await draft.put('/large', large, headers).then(({ body }) => body, brokenOff);
      expect(problem).toMatchObject({ code: 'space-exhausted' });
      await until(
        'nothing of it was left',
        () => readdirSync(join(disk, 'state', 'staging', draft.id)).length === 0,
      );
    }
    expect((await draft.put('/small', 'x')).status).toBe(200);
    expect(await draft.names()).toEqual(['small']);
  });

  it('records what fits', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.submit(folderJob('small', {}, { spool: 'always', drives: [drive] }));
    expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
  });

  it('says that it is not ready while less is free than must be, and doctor does', async () => {
    const filler = join(disk, 'filler');
    writeFileSync(filler, new Uint8Array(80 * 1024 * 1024));
    const { status, body } = await api.ask('GET', '/readyz');
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'daemon-not-ready', errors: [{ pointer: '/space' }] });
    const { code, stdout } = await runCli(['--socket', daemon.socket, 'doctor']);
    expect(code).toBe(EXIT.refused);
    expect(stdout.toString()).toMatch(/^FAIL\s+space: [\d.]+ MiB are free/m);
    rmSync(filler);
    expect((await api.ask('GET', '/readyz')).status).toBe(200);
  });
});
