import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { DraftEntry } from '../../src/image/draft/draft-entry.js';
import { runCli, startCli, cliResult } from '../support/cli.js';
import { sharedDaemon } from '../support/daemon.js';
import { DraftClient } from '../support/draft-client.js';
import { fillFolder, folderJob } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SLOW = { timeout: 120_000 };
const STORY = { timeout: 240_000 };

describe('spindle image', SLOW, () => {
  const daemon = sharedDaemon();
  const command = (...args: string[]) => ['--socket', daemon.socket, 'image', ...args];
  const run = (...args: string[]) => runCli(command(...args));

  /** What a command that must succeed prints. */
  const done = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${stderr}`);
    return stdout.toString().trimEnd();
  };
  const json = async <T>(...args: string[]): Promise<T> => {
    const { stdout, stderr } = await runCli(['--json', ...command(...args)]);
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout.toString()) as T;
  };
  const refused = async (...args: string[]): Promise<[number | null, string]> => {
    const { code, stderr } = await run(...args);
    return [code, /spindle: ([a-z-]+)/.exec(stderr)?.[1] ?? stderr];
  };

  it('sends what a pipe brings, and what the kernel makes up, to its end', async () => {
    const pipe = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const id = await done('create');
    const sending = done('put', id, pipe, '/piped');
    writeFileSync(pipe, 'what came through');
    await sending;
    expect(await done('cat', id, '/piped')).toBe('what came through');
    await done('put', id, '/proc/version', '/version');
    expect(await done('cat', id, '/version')).toContain('Linux');
    expect(await refused('put', id, '/proc', '/x')).toEqual([4, 'source-unsupported']);
  });

  it('writes into a pipe or a device instead of taking its place', async () => {
    const id = await done('create');
    await done('put', id, '/proc/version', '/version');
    await done('seal', id);
    const folder = temporaryFolder();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    const got = buffer(reader.stdout);
    await done('download', id, '-o', pipe);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    await done('download', id, '-o', join(folder, 'file'));
    expect((await got).equals(readFileSync(join(folder, 'file')))).toBe(true);
  });

  it('replaces a file that is there only where that is wanted', async () => {
    const id = await done('create');
    await done('put', id, '/proc/version', '/version');
    await done('seal', id);
    const file = join(temporaryFolder(), 'mine');
    writeFileSync(file, 'mine');
    expect(await refused('download', id, '-o', file)).toEqual([4, 'output-exists']);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await done('download', id, '-o', file, '--force');
    expect(readFileSync(file).length % 2048).toBe(0);
  });

  it('builds an image from its beginning to the disc, each change by a command', STORY, async () => {
    const folder = temporaryFolder();
    const local = join(folder, 'local.txt');
    writeFileSync(local, 'what was sent');
    const tree = join(daemon.source, 'tree');
    mkdirSync(join(tree, 'sub'), { recursive: true });
    for (const name of ['a.ts', 'b.ts', 'c.js', 'sub/d.ts']) writeFileSync(join(tree, name), `of ${name}`);

    const id = await done('create', '--label', 'letters', '--volume', 'Letters', '--udf', '2.01');
    expect(await done('put', id, local, '/docs/sent.txt')).toMatch(/: building, revision 1$/);
    const child = startCli(command('put', id, '-', '/docs/piped'), { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin?.end('from a pipe');
    expect((await cliResult(child)).code).toBe(0);
    await done('put', id, local, '/docs/sent.txt', '--stream', 'author');
    await done('add', id, tree, '/source', '--include', '*.ts', '--exclude', 'sub/');
    await done('mkdir', id, '/empty');
    await done('move', id, '/docs/sent.txt', '/answer.txt');
    await done(
      'set',
      id,
      '/answer.txt',
      '--mode',
      '0640',
      '--user',
      '7',
      '--modified',
      '2026-01-31',
      '--hidden',
    );
    await done('remove', id, '/docs/piped');

    const shown = await json<DraftEntry[]>('show', id);
    expect(shown.map(({ path }) => path).sort()).toEqual(['/answer.txt', '/docs', '/empty', '/source']);
    expect(shown.find(({ path }) => path === '/answer.txt')).toMatchObject({
      mode: '0640',
      user: 7,
      hidden: true,
      modifiedAt: '2026-01-31T00:00:00.000Z',
      streams: ['author'],
    });
    const sources = await done('show', id, '/source');
    expect(sources.match(/\/source\/.*/g)?.sort()).toEqual(['/source/a.ts', '/source/b.ts']);
    await done('set', id, '/answer.txt', '--no-hidden');
    await done('remove', id, '/answer.txt', '--stream', 'author');
    expect(await json<DraftEntry[]>('show', id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ path: '/answer.txt', hidden: false, streams: [] })]),
    );

    expect(await done('names', id, '/answer.txt')).toMatch(/^iso9660 +\/ANSWER\.TXT$/m);
    expect(await done('names', id)).toMatch(/^FILE SYSTEM/);
    const size = await done('size', id, '--medium', 'cd-r');
    expect(size).toMatch(
      /^3 files, \d+ bytes, \d+ blocks left\niso9660 "LETTERS"\njoliet "Letters"\nudf "Letters"$/,
    );

    await done('lock-in', id);
    await done('remove', id, '/');
    const { draft } = (await json<{ id: string; draft: { lockedIn: number } }[]>('list')).find(
      (image) => image.id === id,
    )!;
    await done('undo', id, String(draft.lockedIn));
    expect(await refused('undo', id, '1')).toEqual([4, 'revision-locked']);

    expect(await done('seal', id)).toMatch(/: ready, \d/);
    const { state, bytes } = await daemon.api.imageUntil(id, () => true);
    expect(state).toBe('ready');
    expect(await done('list')).toMatch(new RegExp(`^${id} +draft +ready .* Letters +letters$`, 'm'));
    const file = join(folder, 'letters.iso');
    await done('download', id, '-o', file);
    const { stdout } = await run('download', id, '-o', '-');
    expect(readFileSync(file)).toHaveLength(bytes);
    const digest = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
    expect(digest(stdout)).toBe(digest(readFileSync(file)));
    const block = Math.floor(readFileSync(file).indexOf('what was sent') / 2048);
    expect(await done('block', id, String(block))).toBe('/answer.txt');
    expect(await done('block', id, '16')).toBe('a structure of the file system');
    expect(await refused('put', id, local, '/late')).toEqual([4, 'draft-sealed']);

    const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
    const burn = ['--socket', daemon.socket, 'burn', id, '--drive', drive];
    expect((await runCli(burn)).code).toBe(0);
    expect((await daemon.api.recorded(drive)).subarray(0, bytes).equals(stdout)).toBe(true);
    expect(await done('delete', id)).toBe(`${id} deleted`);
    expect(await refused('show', id)).toEqual([4, 'image-unknown']);
  });

  it('keeps a copy of a source where that is wanted, which may then change or go', async () => {
    const tree = join(daemon.source, 'passing');
    mkdirSync(tree);
    writeFileSync(join(tree, 'file'), 'as it was');
    utimesSync(join(tree, 'file'), 981_173_106, 981_173_106);
    const id = await done('create');
    await done('add', id, tree, '/kept', '--copy');
    rmSync(tree, { recursive: true });
    const [entry] = await json<DraftEntry[]>('show', id, '/kept');
    expect(entry).toMatchObject({ path: '/kept/file', bytes: 9, modifiedAt: '2001-02-03T04:05:06.000Z' });
    await done('seal', id);
    const { stdout } = await run('download', id, '-o', '-');
    expect(stdout.includes('as it was')).toBe(true);
  });

  it('writes what a file of a draft contains, or a stream of one, and nothing else', async () => {
    const draft = await DraftClient.begin(daemon, { volume: { udf: { revision: '2.01' } } });
    const content = randomBytes(400_001);
    await draft.put('/a file', content);
    await draft.put('/a file', 'a stream', {}, '&stream=a%20note');
    expect((await run('cat', draft.id, '/a file')).stdout.equals(content)).toBe(true);
    const { code, stdout } = await run('cat', draft.id, '/a file', '--stream', 'a note');
    expect([code, stdout.toString()]).toEqual([0, 'a stream']);
    expect(await refused('cat', draft.id, '/')).toEqual([4, 'entry-without-contents']);
  });

  it('begins with what suits a medium, by its kind or in a drive', async () => {
    const drive = await daemon.api.addDrive({ blank: 'bd-re', name: 'blue' });
    await daemon.api.driveUntil(drive, ({ medium }) => medium !== undefined);
    for (const about of [
      ['--medium', 'bd-re'],
      ['--drive', 'blue'],
    ]) {
      const id = await done('create', ...about);
      for (const named of [drive, 'blue'])
        expect(await done('size', id, '--drive', named)).toMatch(/blocks left\n.*udf "/s);
    }
  });

  it(
    'says what keeps a disc from being imported, and what helps, in options that it has',
    STORY,
    async () => {
      const id = await done('create');
      const drive = await daemon.api.addDrive({ blank: 'dvd+r' });
      const said = async (...args: string[]): Promise<string> => (await run('import', id, ...args)).stderr;
      const record = async (on: string, burn: object, more: object = {}): Promise<void> => {
        const job = await daemon.api.submit(folderJob('of-the-disc', burn, { drives: [on], ...more }));
        expect(await daemon.api.ended(job)).toMatchObject({ outcome: 'ok' });
      };
      fillFolder(daemon.source, 'of-the-disc', 1);
      expect(await said('--drive', drive)).toMatch(
        /medium-blank: .*\n.*a draft for a blank one needs no import/,
      );
      await record(drive, { close: 'session' });
      expect(await said('--drive', drive, '--session', '9')).toMatch(
        /base-session-unknown: .*, by --session\./s,
      );
      expect(await said('--drive', drive, '--file-system', 'udf')).toMatch(
        /base-unsuitable: .* no udf, .*\n.* by --file-system/,
      );
      const fault = { when: { lba: 16, access: 'read' }, do: { action: 'sense', sense: '3/11/00' } };
      await daemon.api.faults(drive, [fault]);
      expect(await said('--drive', drive)).toMatch(/medium-unreadable: .*\nClean or replace the medium\./);
      await daemon.api.faults(drive, []);
      const other = await daemon.api.addDrive({ blank: 'dvd+r' });
      await record(other, { close: 'session' }, { volume: { udf: { revision: '2.01' } } });
      expect(await said('--drive', other)).toMatch(
        /base-udf-missing: .*`spindle image create --udf REVISION`/s,
      );
      const closed = await daemon.api.addDrive({ blank: 'dvd+r' });
      await record(closed, {});
      expect(await said('--drive', closed)).toMatch(
        /medium-not-appendable: .*\nInsert a disc that is not closed/,
      );
    },
  );

  it('says what is wrong, and what to do about it', async () => {
    const id = await done('create');
    expect(await refused('put', id, join(daemon.folder, 'nowhere'), '/x')).toEqual([4, 'source-missing']);
    expect(await refused('add', id, daemon.folder)).toEqual([4, 'source-outside-root']);
    expect(await refused('move', id, '/a', '/b')).toEqual([4, 'entry-unknown']);
    expect(await refused('remove', id, '/a')).toEqual([4, 'entry-unknown']);
    expect(await refused('mkdir', id, 'relative')).toEqual([2, 'schema-violation']);
    expect(await refused('set', id, '/', '--mode', '9')).toEqual([2, 'schema-violation']);
    await done('limit', id, '100');
    expect(await refused('seal', id)).toEqual([4, 'size-limit-exceeded']);
    await done('limit', id, 'none');
    expect(await refused('download', id, '-o', '-')).toEqual([4, 'image-not-ready']);
    expect(await refused('delete', '01JZ0000000000000000000000')).toEqual([4, 'image-unknown']);
    for (const wrong of [
      ['undo', id, 'first'],
      ['set', id, '/', '--modified', 'yesterday'],
      ['set', id, '/', '--user', 'root'],
      ['show', 'no-image'],
      ['create', '--udf', '3.00'],
    ])
      expect((await run(...wrong)).code).toBe(2);
  });
});
