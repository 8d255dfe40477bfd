import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { type CliResult, runCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { ENDLESS_WRITES, fillFolder } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const daemon = sharedDaemon();
const { api } = daemon;
let folder: string;

beforeAll(() => {
  folder = fillFolder(daemon.source, 'folder');
});

const spindle = (...args: string[]): Promise<CliResult> => runCli(['--socket', daemon.socket, ...args]);
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await spindle('--json', ...args)).stdout.toString());

const burn = (drive: string, ...args: string[]): Promise<CliResult> =>
  spindle('burn', folder, '-d', drive, ...args);

describe('spindle, talking to a daemon', () => {
  it('lists drives and media, for people and for programs', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r', name: 'left' });
    const { code, stdout } = await spindle('drives');
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(new RegExp(`${drive}\\s+left\\s+virtual\\s+free ready\\s+dvd\\+r`));
    expect(await json('drives')).toMatchObject([{ id: drive, name: 'left', holding: 'free' }]);
    expect((await spindle('medium', 'left')).stdout.toString()).toMatch(/kind\s+dvd\+r/);
    expect(await json('medium', drive)).toMatchObject({ kind: 'dvd+r' });
  });

  it('says of an empty drive what it can record, and how', async () => {
    const drive = await api.addDrive({ model: 'dvd-writer', name: 'empty' });
    const { code, stdout } = await spindle('drives', 'empty');
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(/dvd-r-dl +incremental, dao, layer-jump +test write/);
    expect(await json('drives', drive)).toMatchObject({
      id: drive,
      contents: 'empty',
      capabilities: {
        media: expect.arrayContaining([
          expect.objectContaining({ medium: 'cd-rom', records: false }),
          expect.objectContaining({ medium: 'cd-r', writeModes: ['tao', 'sao'] }),
        ]) as unknown,
      },
    });
  });

  it('says with code 8 that there is no medium', async () => {
    const drive = await api.addDrive();
    expect(await spindle('medium', drive)).toMatchObject({ code: EXIT.mediumNeeded });
  });

  it('plans without touching the disc', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r', model: 'zoned-writer' });
    const { code, stdout } = await spindle('plan', folder, '-d', drive);
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(/recipe .+: \d+ blocks/);
    expect(stdout.toString()).toMatch(/turns by cav: blocks 0 to \d+ at 9091 to \d+ kB\/s/);
    expect(stdout.toString()).toMatch(/plan [0-9a-f]{64}/);
    expect((await api.drive(drive)).medium?.status).toBe('empty');
  });

  it('says with code 4 why no drive can do what is planned', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const { code, stdout, stderr } = await spindle('plan', folder, '-d', drive, '--simulate');
    expect(code).toBe(EXIT.refused);
    expect(stdout.toString()).toContain('simulate-unsupported');
    expect(stderr).toMatch(/plan-refused: .*\nSee above why each drive refuses/);
  });

  it('says in its own words what helps, where the API has others', async () => {
    const drive = await api.addDrive({ blank: 'cd-rw' });
    const { code, stdout, stderr } = await spindle('erase', drive, '--method', 'secure', '--plan');
    expect(code).toBe(EXIT.refused);
    expect(stdout.toString()).toContain('secure-erase-unsupported');
    expect(stderr).not.toContain('refusals');
    const unknown = await spindle('medium', 'nowhere');
    expect(unknown).toMatchObject({ code: EXIT.refused });
    expect(unknown.stderr).toContain('See `spindle drives`.');
  });

  it('lists why a job waits that no drive can do, by the names of the drives', async () => {
    const drive = await api.addDrive({ blank: 'cd-rw', name: 'upper' });
    // Of two discs: one alone would not wait for another.
    const erasing = { type: 'erase', erase: { method: 'secure' }, drives: [drive], copies: 2 };
    const job = await api.submit(erasing);
    await api.jobUntil(job, ({ state }) => state === 'waiting');
    const { stdout } = await spindle('jobs', '--state', 'waiting');
    expect(stdout.toString()).toMatch(
      new RegExp(`^${job} .* upper: secure-erase-unsupported: Nobody can promise`, 'm'),
    );
    const alone = (await spindle('jobs', job)).stdout.toString();
    expect(alone).toMatch(/^waits for upper: secure-erase-unsupported: Nobody can promise/m);
    const later = await api.submit(erasing);
    const one = await spindle('jobs', '--limit', '1');
    expect(one.stdout.toString().trim().split('\n')).toEqual([
      expect.stringMatching(/^JOB/),
      expect.stringContaining(later),
    ]);
    expect(one.stderr).toContain('There are more than 1 job.');
    expect((await spindle('jobs', '--limit', '2')).stderr).not.toContain('There are more');
    for (const id of [job, later]) {
      expect(await spindle('cancel', id)).toMatchObject({ code: EXIT.ok });
      await api.delete(`/v1/jobs/${id}`);
    }
  });

  it('exports no image of a medium on which nothing was recorded, and says so', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    expect(await api.refused('GET', `/v1/virtual-drives/${drive}/medium/image`)).toMatchObject({
      status: 409,
      code: 'medium-blank',
    });
    const { medium } = (await api.get(`/v1/virtual-drives/${drive}`)).body as { medium: string };
    const blank = join(daemon.state, 'virtual', 'media', medium);
    const output = join(temporaryFolder(), 'disc.iso');
    const exported = await spindle('virtual', 'export', blank, '-o', output);
    expect(exported).toMatchObject({ code: EXIT.refused });
    expect(exported.stderr).toMatch(
      /medium-blank: .*\nInsert a recorded medium, or record on this one first/,
    );
    expect(existsSync(output)).toBe(false);
  });

  it('records a folder to its end and says what became of it', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    const { code, stdout, stderr } = await burn(drive, '--label', 'holidays');
    expect(code).toBe(EXIT.ok);
    expect(stdout.toString()).toMatch(/job \w{26} completed \(ok\): 1 good, 0 bad/);
    expect(stderr).toContain('copy 1: good');
    expect(await json('jobs')).toMatchObject([{ label: 'holidays', state: 'completed' }]);
  });

  it('records an image file as it is', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    const image = join(daemon.source, 'disc.iso');
    writeFileSync(image, Buffer.alloc(400 * 2048, 'x'));
    expect(await spindle('burn', image, '-d', drive)).toMatchObject({ code: EXIT.ok });
    expect((await api.recorded(drive)).subarray(0, 400 * 2048).equals(Buffer.alloc(400 * 2048, 'x'))).toBe(
      true,
    );
  });

  it('ends with code 5 when the disc is bad', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [
      { when: { lba: 100, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } },
    ]);
    const { code, stdout, stderr } = await burn(drive);
    expect(code).toBe(EXIT.jobFailed);
    expect(stdout.toString()).toContain('write-failed');
    const [, detail = ''] = /^write-failed: (.+)$/m.exec(stdout.toString()) ?? [];
    expect(detail).not.toBe('');
    expect(stderr).toMatch(/^copy 1: bad on .*: write-failed$/m);
    expect(stderr).not.toContain(detail);
    expect(stderr).not.toMatch(/^job .*: failed/m);
  });

  it('ends with code 7 when some of the discs are bad', async () => {
    const [good, bad] = [await api.addDrive({ blank: 'cd-r' }), await api.addDrive({ blank: 'cd-r' })];
    await api.faults(bad, [
      { when: { lba: 100, access: 'write' }, do: { action: 'sense', sense: '3/0C/00' } },
    ]);
    expect(await burn(good, '-d', bad, '-n', '2')).toMatchObject({ code: EXIT.partlyGood });
  });

  it('ends with code 8, when that is wanted, as soon as a disc is needed', async () => {
    const drive = await api.addDrive();
    const { code, stdout } = await burn(drive, '--until-waiting');
    expect(code).toBe(EXIT.mediumNeeded);
    const [, job] = /job (\w{26}) waiting/.exec(stdout.toString())!;
    expect(await spindle('cancel', job!)).toMatchObject({ code: EXIT.ok });
  });

  it('ends with code 6 when the job is canceled, and refuses to ruin a disc without force', async () => {
    const drive = await api.addDrive({ blank: 'dvd+r' });
    await api.faults(drive, [ENDLESS_WRITES]);
    const { stdout } = await burn(drive, '--detach');
    const job = stdout.toString().trim();
    const watching = spindle('watch', job);
    await api.working(drive, 'write');
    const refused = await spindle('cancel', job);
    expect(refused).toMatchObject({ code: EXIT.refused });
    expect(refused.stderr).toContain('would-ruin-medium');
    expect(await spindle('cancel', job, '--force')).toMatchObject({ code: EXIT.ok });
    expect(await watching).toMatchObject({ code: EXIT.canceled });
  });

  it('holds and releases jobs, and retries what has failed', async () => {
    const drive = await api.addDrive({ blank: 'dvd+rw' });
    await api.patch(`/v1/drives/${drive}`, { accepting: false });
    const job = (await burn(drive, '--detach')).stdout.toString().trim();
    expect((await spindle('hold', job)).stdout.toString()).toContain('held');
    await api.patch(`/v1/drives/${drive}`, { accepting: true });
    expect((await spindle('release', job)).stdout.toString()).toContain('queued');
    expect(await spindle('watch', job)).toMatchObject({ code: EXIT.ok });
    expect(await spindle('retry', job)).toMatchObject({ code: EXIT.refused });
  });

  it('ejects and loads', async () => {
    const drive = await api.addDrive({ blank: 'cd-r' });
    expect(await spindle('eject', drive)).toMatchObject({ code: EXIT.ok });
    expect((await api.drive(drive)).contents).toBe('open');
    expect(await spindle('load', drive)).toMatchObject({ code: EXIT.ok });
  });

  it('says that nothing was loaded where nothing lies on the tray', async () => {
    const drive = await api.addDrive();
    expect(await spindle('eject', drive)).toMatchObject({ code: EXIT.ok });
    const { code, stderr } = await spindle('load', drive);
    expect(code).toBe(EXIT.mediumNeeded);
    expect(stderr).toMatch(
      /medium-not-present: The tray is closed, and .*\nInsert a medium; .*virtual insert/,
    );
    expect((await api.drive(drive)).contents).toBe('empty');
  });

  it('gives no drive the name of another one, and tells whose it is', async () => {
    const first = await api.addDrive({ name: 'twin' });
    const again = await spindle('virtual', 'add', '--name', 'twin');
    expect(again).toMatchObject({ code: EXIT.refused });
    expect(again.stderr).toMatch(new RegExp(`drive-name-taken: .*${first}`));
    const other = await api.addDrive({ name: 'sister' });
    const { etag = '' } = (await api.get(`/v1/drives/${other}`)).headers;
    const rename = (id: string, name: string) =>
      api.ask('PATCH', `/v1/drives/${id}`, { name }, { 'if-match': etag });
    expect(await rename(other, 'twin')).toMatchObject({ status: 409, body: { code: 'drive-name-taken' } });
    expect(await rename(other, 'sister')).toMatchObject({ status: 200 });
  });

  it('says of a rewritable disc whether it is in use, whose blocks are all free to be overwritten', async () => {
    const drive = await api.addDrive({ blank: 'bd-re' });
    const line = async (): Promise<string> => (await spindle('drives')).stdout.toString();
    expect(await line()).toMatch(/bd-re, blank, [\d.]+ GB free/);
    const { stderr } = await burn(drive);
    expect(stderr.match(/^copy 1: good/gm)).toHaveLength(1);
    expect(await line()).toMatch(/bd-re, in use, holds [\d.]+ GB/);
  });

  it('refuses to burn an empty source', async () => {
    const { code, stderr } = await spindle('burn', '');
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('is empty');
  });

  it('refuses a source that lies beneath none of the roots, and names them', async () => {
    const outside = fillFolder(temporaryFolder(), 'outside');
    const { code, stderr } = await spindle('burn', outside);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('source-outside-root');
    expect(stderr).toContain(daemon.source);
  });

  it('lists jobs to whom a token shows jobs alone, by the ids of drives', async () => {
    const token = await daemon.token('jobs:read');
    const { code, stdout, stderr } = await runCli(['--url', daemon.url, '--token', token, 'jobs']);
    expect({ code, stderr }).toEqual({ code: EXIT.ok, stderr: '' });
    expect(stdout.toString()).toContain('VOLUME');
  });

  it('makes, lists and revokes tokens, with which it can come by TCP', async () => {
    const { stdout } = await spindle('token', 'create', 'kiosk');
    const token = stdout.toString().trim();
    expect(token).toMatch(/^sp_[0-9A-Z]{26}_[\w-]{43}$/);
    const byTcp = () => runCli(['--url', daemon.url, '--token', token, 'drives']);
    expect(await byTcp()).toMatchObject({ code: EXIT.ok });
    const tokens = (await json('token', 'list')) as { id: string; name: string }[];
    const { id } = tokens.find(({ name }) => name === 'kiosk')!;
    expect(await spindle('token', 'revoke', id)).toMatchObject({ code: EXIT.ok });
    expect(await byTcp()).toMatchObject({ code: EXIT.refused });
  });

  it('answers failures in JSON when that is wanted', async () => {
    const { code, stderr } = await spindle('--json', 'watch', '01JB3Z5V8N0Q4W7X9Y2A6C5D1E');
    expect(code).toBe(EXIT.refused);
    expect(JSON.parse(stderr)).toMatchObject({ code: 'job-unknown' });
  });

  it('looks for what could hinder recording', async () => {
    const { stdout } = await spindle('doctor');
    expect(stdout.toString()).toMatch(/^ok\s+daemon: version/m);
  });

  it('warns of programs that mount discs by themselves, which is no failure', async () => {
    const script = "process.title = 'udisksd'; console.log('up'); setInterval(() => {}, 1000);";
    const mounter = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void mounter.kill('SIGKILL'));
    await once(mounter.stdout, 'data');
    const { code, stdout } = await spindle('doctor');
    expect(stdout.toString()).toMatch(/^warn\s+automount: .*udisksd/m);
    expect(code).toBe(EXIT.ok);
  });

  it('tells a daemon that refuses from one that does not answer', async () => {
    const token = await daemon.token('metrics');
    const { code, stderr } = await runCli(['--url', daemon.url, '--token', token, 'doctor']);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('forbidden');
  });
});

describe('spindle, with no daemon where it looks', () => {
  it.skipIf(process.getuid?.() !== 0)('says so to a user whom the list of users does not know', async () => {
    const { PATH } = process.env;
    const { code, stderr } = await runCli(['drives'], { uid: 47_110, gid: 47_110, env: { PATH } });
    expect(stderr).toContain('daemon-unreachable');
    expect(code).toBe(EXIT.unreachable);
  });

  it('says so with code 3', async () => {
    const { code, stderr } = await runCli(['--socket', '/nonexistent/api.sock', 'drives']);
    expect(code).toBe(EXIT.unreachable);
    expect(stderr).toContain('/nonexistent/api.sock');
  });
});
