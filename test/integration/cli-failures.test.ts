import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { programPath } from '../../src/program.js';
import { cliResult, runCli, startCli } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ofUsage = 'Correct the command line; `spindle help COMMAND` tells what it takes.';

describe('what is wrong with a command line', () => {
  const daemon = sharedDaemon();
  const refused = async (...args: string[]): Promise<string> => {
    const folder = fillFolder(daemon.source, 'folder', 1);
    const burn = args[0] === 'jobs' ? args : ['burn', folder, ...args];
    const { code, stderr } = await runCli(['--socket', daemon.socket, ...burn]);
    expect(code).toBe(EXIT.usage);
    return stderr;
  };

  it.each([
    [['-n', '0'], 'invalid-request: --copies must be a number of discs, 1 to 1000.'],
    [['-n', '1001'], 'invalid-request: --copies must be a number of discs, 1 to 1000.'],
    [['-n', '-1'], 'invalid-request: --copies must be a number of discs, 1 to 1000.'],
    [['-n', 'many'], 'invalid-request: --copies must be a number of discs, 1 to 1000.'],
    [
      ['--speed', 'fast'],
      'schema-violation: --speed must be max or -1, a number of kB/s, a factor such as 16x, or sectors such as 10800sectors/s.',
    ],
    [['--volume', 'A'.repeat(200)], 'schema-violation: --volume must have 32 characters or less.'],
    [['jobs', '--state', 'lost'], 'invalid-request: --state must be one of held, queued, waiting,'],
  ])('is said once, by the names of its options: %j', async (args, expected) => {
    const lines = (await refused(...args)).trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`spindle: ${expected}`);
    expect(lines[1]).toBe(ofUsage);
  });

  it('is found out before a disc is read for nothing', async () => {
    const drive = await daemon.api.addDrive({ blank: 'cd-r' });
    const output = '/nonexistent/d/x.iso';
    const { code, stderr } = await runCli(['--socket', daemon.socket, 'read', drive, '-o', output]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('output-unwritable: The directory /nonexistent/d does not exist.');
    expect((await daemon.api.get('/v1/jobs')).body).toMatchObject({ items: [] });
  });

  it('is said with what helps where JSON is wanted', async () => {
    const answer: unknown = JSON.parse(await refused('--json', '--speed', 'fast'));
    expect(answer).toMatchObject({
      code: 'schema-violation',
      remedy: ofUsage,
      errors: [{ pointer: '/burn/speed' }],
    });
  });

  it('sends whoever comes by TCP and names paths to the Unix socket', async () => {
    const token = await daemon.token('status', 'jobs:read', 'jobs:write');
    const { code, stderr } = await runCli(['--url', daemon.url, '--token', token, 'burn', daemon.source]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toMatch(/^spindle: root-paths-hidden: .*\(source\)/);
    expect(stderr).toContain('Use the Unix socket of the daemon');
  });
});

describe('a command that cannot be understood', () => {
  it.each([
    [['--json', 'drives', '--bogus'], "unknown option '--bogus'"],
    [['drives', '--bogus', '--json'], "unknown option '--bogus'"],
    [['--json', 'jump'], "unknown command 'jump'"],
    [['--json'], 'No command is named.'],
  ])('is answered in JSON where that is wanted: %j', async (args, detail) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(EXIT.usage);
    expect(stdout.toString()).toBe('');
    expect(JSON.parse(stderr)).toEqual({ code: 'invalid-request', detail, remedy: ofUsage, errors: [] });
  });

  it('is answered in words where it is not', async () => {
    const { stderr } = await runCli(['drives', '--bogus']);
    expect(stderr).toBe("error: unknown option '--bogus'\n(see spindle drives --help)\n");
  });

  it('is refused for an address that is none', async () => {
    const { code, stderr } = await runCli(['--url', 'daemon', 'drives']);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('--url daemon: expected an address like http://127.0.0.1:8470.');
  });
});

describe('an output that cannot be written', () => {
  const aMedium = async (): Promise<string> => {
    const folder = join(temporaryFolder(), 'drive');
    const listen = join(temporaryFolder(), 's');
    const child = startCli(['virtual', 'serve', folder, '--listen', listen, '--blank', 'cd-r']);
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    await once(child, 'exit');
    return join(
      folder,
      readdirSync(folder).find((name) => name.startsWith('medium-'))!,
    );
  };

  it.each(['master', 'export'])('is refused by %s before anything is done', async (command) => {
    const source = command === 'master' ? fillFolder(temporaryFolder(), 'source', 1) : await aMedium();
    const words = command === 'master' ? ['master', source] : ['virtual', 'export', source];
    const { code, stderr } = await runCli([...words, '-o', '/nonexistent/d/x.iso']);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toBe(
      'spindle: output-unwritable: The directory /nonexistent/d does not exist.\n' +
        'Name a file in a directory that exists, and where you may make files.\n',
    );
    const existing = join(temporaryFolder(), 'x.iso');
    writeFileSync(existing, 'mine');
    const again = await runCli([...words, '-o', existing]);
    expect(again.code).toBe(EXIT.refused);
    expect(again.stderr).toContain(
      `output-exists: ${existing} exists.\nChoose another name; --force replaces`,
    );
    expect(readFileSync(existing, 'utf8')).toBe('mine');
    if (command === 'export') return; // nothing is recorded on it
    expect(await runCli([...words, '-o', existing, '--force'])).toMatchObject({ code: EXIT.ok });
    expect(statSync(existing).size).toBeGreaterThan(2048);
  });
});

describe('what many files are wrong with', () => {
  it('is told of a few, with their number', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) {
      mkdirSync(join(folder, name));
      for (let file = 0; file < 68; file += 1) writeFileSync(join(folder, name, `f${file}`), '');
    }
    const both = [`/=${join(folder, 'a')}`, `/=${join(folder, 'b')}`, '-o', join(folder, 'x.iso')];
    const { code, stderr } = await runCli(['master', ...both]);
    expect(code).toBe(EXIT.refused);
    expect(stderr.split('\n').length).toBeLessThan(15);
    expect(stderr).toMatch(/^ {2}and \d+ more; --json lists all$/m);
    const answer = JSON.parse((await runCli(['--json', 'master', ...both])).stderr) as { errors: unknown[] };
    expect(answer.errors).toHaveLength(68);
  });

  it('is told of a FIFO by the option that records it', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const { stderr } = await runCli(['master', join(folder, 'pipe'), '-o', join(folder, 'x.iso')]);
    expect(stderr).toContain('with --devices Rock Ridge records FIFOs');
    expect(stderr.match(/is a fifo/g)).toHaveLength(1);
  });
});

describe('what a session cannot take over', () => {
  const daemon = sharedDaemon();
  const LINKS = ['a', 'link-1', 'link-2'];
  let linked: string;
  let plain: string;
  beforeAll(() => {
    [linked, plain] = [fillFolder(daemon.source, 'linked', 1), fillFolder(daemon.source, 'plain', 1)];
    for (const link of LINKS) symlinkSync('elsewhere', join(linked, link));
  });
  const EACH = [
    'base-unsuitable: /a is a link, which needs Rock Ridge.',
    '  /link-1: is a link, which needs Rock Ridge',
    '  /link-2: is a link, which needs Rock Ridge',
  ];

  it('is told of each entry of an image file', { timeout: 120_000 }, async () => {
    const image = join(temporaryFolder(), 'x.iso');
    expect((await runCli(['master', linked, '-o', image])).code).toBe(EXIT.ok);
    const { stderr } = await runCli(['grow', image, plain, '--no-rock-ridge']);
    expect(stderr.split('\n').slice(0, 3)).toEqual([`spindle: ${EACH[0]}`, ...EACH.slice(1)]);
  });

  it('is told of each entry of a disc', { timeout: 240_000 }, async () => {
    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const request = folderJob('linked', { close: 'session' }, { drives: [drive] });
    expect(await daemon.api.ended(await daemon.api.submit(request))).toMatchObject({ outcome: 'ok' });
    const burn = ['burn', '-d', drive, plain, '--append', '--no-rock-ridge'];
    const { code, stdout } = await runCli(['--socket', daemon.socket, ...burn]);
    expect(code).toBe(EXIT.jobFailed);
    expect(stdout.toString().split('\n').slice(1, 4)).toEqual(EACH);
    const listed = await runCli(['--socket', daemon.socket, 'jobs', '--state', 'failed']);
    expect(listed.stdout.toString()).toMatch(
      /\/a is a link, which needs Rock Ridge\. \(1 of 3; `spindle jobs \w{26}` tells all\)/,
    );
  });
});

describe('a virtual drive that is to be served', () => {
  it('is not made with a medium of no size', async () => {
    const folder = join(temporaryFolder(), 'drive');
    const serve = ['virtual', 'serve', folder, '--listen', `${folder}.sock`, '--blank', 'cd-r'];
    for (const capacity of ['x', '0', '-5', '1e3']) {
      const { code, stderr } = await runCli([...serve, '--capacity', capacity]);
      expect(code).toBe(EXIT.usage);
      expect(stderr).toContain('must be a number of blocks');
    }
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a virtual drive that is served already', () => {
  it('is refused with the process that serves it, and no attempt is spoken of', async () => {
    const folder = join(temporaryFolder(), 'drive');
    const listen = join(temporaryFolder(), 's');
    const first = startCli(['virtual', 'serve', folder, '--listen', listen, '--blank', 'cd-r']);
    onTestFinished(() => void first.kill('SIGKILL'));
    await once(first.stdout!, 'data');
    const { code, stderr } = await runCli(['virtual', 'serve', folder, '--listen', `${listen}2`]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain(`is held by process ${first.pid}`);
    expect(stderr).toContain('End that process, or name the folder of another drive.');
  });
});

describe('a reader that has had enough', () => {
  const daemon = sharedDaemon();

  /** What a shell is told of a command whose reader ends before it has read anything, and what it says. */
  const unread = async (command: string): Promise<string> => {
    const script = `{ ${command}; echo "code $?" >&2; } | true`;
    const source = fillFolder(daemon.source, 'read', 1);
    const spindle = [process.execPath, programPath('cli/main'), '--socket', daemon.socket].join(' ');
    const env = { PATH: process.env['PATH'], source, spindle };
    return (await cliResult(spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'], env }))).stderr;
  };

  it.each([
    '$spindle drives',
    '$spindle --json jobs',
    '$spindle --help',
    '$spindle drives nowhere 2>&1',
    '$spindle master "$source" -o -',
  ])('ends %s without a word, as SIGPIPE would', async (command) => {
    expect(await unread(command)).toBe(`code ${EXIT.readerGone}\n`);
  });
});
