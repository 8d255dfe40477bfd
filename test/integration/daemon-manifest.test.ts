import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasTool } from '../support/has-tool.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';

const daemon = sharedDaemon();
const { api } = daemon;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a job with a manifest', () => {
  it.skipIf(!hasTool('bsdtar'))('records it, proves every file by it, and keeps it', async () => {
    fillFolder(daemon.source, 'folder', 3);
    writeFileSync(join(daemon.source, 'folder', 'ünïcode'), 'ü');
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const request = folderJob(
      'folder',
      { verify: 'full' },
      { drives: [drive], volume: { manifest: '/SHA256SUMS' } },
    );
    const job = await api.ended(await api.submit(request));
    expect(job).toMatchObject({ state: 'completed', outcome: 'ok' });

    const manifest = (await api.get(`/v1/jobs/${job.id}/manifest`)).bytes.toString();
    const lines = manifest.trimEnd().split('\n');
    expect(lines).toContain(`${sha256(Buffer.from('ü'))}  ünïcode`);
    // What is empty has no block to be read.
    const full = lines.filter((line) => !line.startsWith(sha256(new Uint8Array())));
    const [copy] = await api.copies(job.id);
    expect(copy?.tries[0]?.proof).toMatchObject({ verified: { files: full.length } });

    const disc = join(daemon.source, 'disc.iso');
    const folder = join(daemon.source, 'extracted');
    writeFileSync(disc, await api.recorded(drive));
    mkdirSync(folder);
    execFileSync('bsdtar', ['-xf', disc, '-C', folder]);
    expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toBe(manifest);
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: folder });

    const verify = await api.ended(
      await api.submit({ type: 'verify', job: job.id, verify: { mode: 'full' } }),
    );
    const [again] = await api.copies(verify.id);
    expect(again?.tries[0]?.proof).toMatchObject({ verified: { files: full.length } });
  });

  it('lists and proves named streams, those of the session before, too', async () => {
    fillFolder(daemon.source, 'streamed', 2);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    writeFileSync(join(daemon.source, 'streamed', 'note'), 'a note');
    const at = '/streamed/note';
    const stream = { of: at, name: 'note', root: 'source', path: at.slice(1) };
    const record = async (streams: object[], sources: object[], onNonBlank: string) => {
      const volume = { manifest: '/SHA256SUMS', udf: { revision: '2.01', streams } };
      const burn = { verify: 'full', close: 'session', onNonBlank };
      const job = await api.submit({ type: 'data', sources, burn, drives: [drive], volume });
      expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
      const digest = sha256(readFileSync(join(daemon.source, at)));
      const manifest = (await api.get(`/v1/jobs/${job}/manifest`)).bytes.toString();
      expect(manifest.split('\n')).toContain(`# stream ${digest}  ${at.slice(1)}:note`);
      return (await api.copies(job))[0]!.tries[0]!.proof;
    };
    const first = await record([stream], [{ at: '/streamed', root: 'source', path: 'streamed' }], 'reject');
    expect(first).toMatchObject({ verified: { files: 4 + 1 } });
    const again = await record([], [{ at: '/more', root: 'source', path: 'streamed' }], 'append');
    expect(again).toMatchObject({ verified: { files: 4, takenOver: { files: 4 + 1 } } });
  });

  it.skipIf(!hasTool('xorriso')).each([
    ['dvd+r', { close: 'session' }],
    ['bd-re', {}],
  ])('lists what a %s held before, too, each time it appends, and reads it again', async (blank, open) => {
    const drive = await api.addDrive({ blank });
    const append = async (name: string, burn: object, before: number): Promise<number> => {
      fillFolder(daemon.source, `${blank}/${name}`);
      const sources = [{ at: `/${name}`, root: 'source', path: `${blank}/${name}` }];
      const request = { type: 'data', sources, burn: { verify: 'full', ...burn }, drives: [drive] };
      const job = await api.submit({ ...request, volume: { manifest: '/SHA256SUMS' } });
      expect(await api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
      const { proof } = (await api.copies(job))[0]!.tries[0]!;
      const verified = { files: 3, ...(before > 0 && { takenOver: { files: before } }) };
      expect(proof).toMatchObject({ verified });
      const again = await api.submit({ type: 'verify', job, verify: { mode: 'full' }, drives: [drive] });
      expect(await api.ended(again)).toMatchObject({ state: 'completed', outcome: 'ok' });
      expect((await api.copies(again))[0]!.tries[0]!.proof).toMatchObject({ verified });
      return (proof as unknown as { placement: { start: number } }).placement.start;
    };
    await append('first', open, 0);
    const start = await append('second', { ...open, onNonBlank: 'append' }, 3);
    const [disc, folder] = [join(daemon.source, `${blank}.iso`), join(daemon.source, `${blank}-extracted`)];
    writeFileSync(disc, await api.recorded(drive));
    const session = ['-load', 'sbsector', String(blank === 'bd-re' ? 0 : start)];
    const from = [...session, '-indev', `stdio:${disc}`, '-extract', '/', folder];
    execFileSync('xorriso', ['-osirrox', 'on', ...from], { stdio: 'ignore' });
    const lines = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: folder });
  });

  it('has none to give where none was asked for', async () => {
    fillFolder(daemon.source, 'plain', 1);
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const job = await api.ended(await api.submit(folderJob('plain', {}, { drives: [drive] })));
    const problem = await api.refused('GET', `/v1/jobs/${job.id}/manifest`);
    expect(problem).toMatchObject({ code: 'not-found', status: 404 });
    const nowhere = await api.refused('GET', `/v1/jobs/01JZ0000000000000000000000/manifest`);
    expect(nowhere).toMatchObject({ code: 'job-unknown', status: 404 });
  });

  it('is refused where the manifest would be no file', async () => {
    const request = folderJob('plain', {}, { volume: { manifest: '/' } });
    expect(await api.refused('POST', '/v1/jobs', request)).toMatchObject({ code: 'schema-violation' });
  });
});
