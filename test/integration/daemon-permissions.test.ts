import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { runUnprivileged } from '../support/unprivileged.js';

/** Only root can become somebody else. */
const asRoot = it.skipIf(process.getuid?.() !== 0);

/** A group that the daemon knows, a user in it, and the user and group of a daemon without rights. */
const GROUP = 4711;
const MEMBER = 4712;
const SERVICE = 4713;

const ASK = `
  import { request } from 'node:http';
  const [socketPath, method, path, body, token] = process.argv.slice(-5);
  const headers = { 'content-type': 'application/json' };
  if (token !== '-') headers.authorization = 'Bearer ' + token;
  const sent = request({ socketPath, path, method, headers }, (response) => {
    let text = '';
    response.on('data', (chunk) => (text += chunk));
    response.on('end', () => console.log(response.statusCode, text));
  });
  sent.on('error', (error) => console.log(error.code));
  sent.end(body === '-' ? undefined : body);
`;

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly token?: string;
}

/** What somebody else is answered on the Unix socket. */
const askAs = (
  identity: { uid: number; gid: number },
  socket: string,
  { method = 'GET', path, body = '-', token = '-' }: Asked,
): string => {
  const args = ['--input-type=module', '--eval', ASK, '--', socket, method, path, body, token];
  return spawnSync(process.execPath, args, { ...identity, cwd: '/', encoding: 'utf8' }).stdout.trim();
};

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('who comes by the Unix socket', () => {
  it('finds it open to its group alone, and to everybody where the configuration names groups', async () => {
    const daemon = await startDaemon();
    expect(modeOf(daemon.socket)).toBe(0o660);
    const open = await startDaemon({ config: { groups: [String(GROUP), 'root'] } });
    expect(modeOf(open.socket)).toBe(0o666);
  });

  it('is let in by no group that does not exist: the daemon does not start, and names it', async () => {
    const started = startDaemon({ config: { groups: ['root', 'discburners', String(GROUP)] } });
    await expect(started).rejects.toThrow(/groups: \/etc\/group has no discburners$/m);
  });

  asRoot('is kept out by the kernel where its user and groups have no access to the socket', async () => {
    const daemon = await startDaemon();
    const { stdout } = runUnprivileged(ASK, daemon.socket, 'GET', '/v1/drives', '-', '-');
    expect(stdout.trim()).toBe('EACCES');
  });

  asRoot('is refused where the daemon knows other groups, whatever it sends', async () => {
    const daemon = await startDaemon({ config: { groups: [String(GROUP)] } });
    const token = await daemon.token('admin');
    const strangers = [
      { uid: MEMBER, gid: MEMBER },
      // Whom the kernel cannot name is nobody, whatever its group.
      { uid: 65_534, gid: GROUP },
    ];
    for (const stranger of strangers) {
      const answer = askAs(stranger, daemon.socket, { path: '/v1/drives', token });
      expect(answer).toMatch(/^401 /);
      expect(JSON.parse(answer.slice(4))).toMatchObject({ code: 'unauthenticated' });
    }
  });

  asRoot('is taken for what it is where the daemon knows its group: no administrator', async () => {
    const daemon = await startDaemon({ config: { groups: [String(GROUP)] } });
    fillFolder(daemon.source, 'folder');
    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const ask = (asked: Asked): string => askAs({ uid: MEMBER, gid: GROUP }, daemon.socket, asked);
    expect(ask({ path: '/v1/whoami' })).toContain(`"uid:${MEMBER}"`);
    expect(ask({ path: '/v1/roots' })).toContain('"path"');
    const token = JSON.stringify({ name: 'mine', scopes: ['admin'] });
    expect(ask({ method: 'POST', path: '/v1/tokens', body: token })).toMatch(/^403 .*forbidden/);
    const body = JSON.stringify(folderJob('folder', {}, { drives: [drive] }));
    const created = ask({ method: 'POST', path: '/v1/jobs', body });
    const { id } = JSON.parse(created.slice(4)) as { id: string };
    expect(await daemon.api.ended(id)).toMatchObject({ state: 'completed', principal: `uid:${MEMBER}` });
  });
});

describe('a daemon without rights', () => {
  /** Runs the daemon as the user of a service, on a folder of its own. */
  const startAsService = () => startDaemon({ user: SERVICE });

  asRoot('records what its user may read, with a worker of the same user', async () => {
    const daemon = await startAsService();
    fillFolder(daemon.source, 'folder');
    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const job = await daemon.api.submit(folderJob('folder', {}, { drives: [drive] }));
    expect(await daemon.api.ended(job)).toMatchObject({ state: 'completed', outcome: 'ok' });
    expect(daemon.userOf(daemon.workerOf(drive))).toBe(SERVICE);
  });

  asRoot('fails a job whose source it may not read, names it, and burns nothing', async () => {
    const daemon = await startAsService();
    const folder = fillFolder(daemon.source, 'folder');
    writeFileSync(join(folder, 'secret'), 'secret', { mode: 0o600 });
    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const job = await daemon.api.ended(await daemon.api.submit(folderJob('folder', {}, { drives: [drive] })));
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'source-unreadable' } });
    expect(job.problem!.detail).toContain('folder/secret');
    expect((await daemon.api.drive(drive)).medium?.status).toBe('empty');
  });

  asRoot('fails a job whose directory it may not list', async () => {
    const daemon = await startAsService();
    const folder = fillFolder(daemon.source, 'folder');
    mkdirSync(join(folder, 'closed'), { mode: 0o700 });
    const job = await daemon.api.ended(await daemon.api.submit(folderJob('folder')));
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'source-unreadable' } });
    expect(job.problem!.detail).toContain('folder/closed');
  });

  asRoot('does not use a directory for sockets that is not its own', async () => {
    const daemon = await startAsService();
    await daemon.stop();
    for (const pid of daemon.pidsOf('worker/main')) process.kill(pid, 'SIGKILL');
    chownSync(join(daemon.runtime, 'w'), MEMBER, MEMBER);
    const { code, stderr } = await daemon.startInVain();
    expect(code).not.toBe(0);
    expect(stderr).toContain('mode 0700');
  });
});
