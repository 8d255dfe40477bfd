import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { cliResult, runCli, startCli } from '../support/cli.js';
import { hasTool } from '../support/has-tool.js';
import { until } from '../support/processes.js';
import { fillFolder } from '../support/sources.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { entriesOf } from '../support/trees.js';
import { asUnprivileged } from '../support/unprivileged.js';

let folder: string;
let source: string;
let output: string;

beforeEach(() => {
  folder = temporaryFolder();
  source = fillFolder(folder, 'source', 2);
  output = join(folder, 'disc.iso');
});

const namesIn = (image: string): string[] =>
  execFileSync('isoinfo', ['-R', '-f', '-i', image], { encoding: 'utf8' }).trim().split('\n').sort();

describe('spindle master, with no daemon running', () => {
  it.skipIf(!hasTool('bsdtar'))('makes of one directory the root of an image that others read', async () => {
    const { code, stderr } = await runCli(['master', source, '-o', output]);
    expect({ code, stderr }).toEqual({ code: EXIT.ok, stderr: '' });
    const read = join(folder, 'read');
    mkdirSync(read);
    execFileSync('bsdtar', ['-xpf', output, '-C', read]);
    expect(entriesOf(read)).toEqual(entriesOf(source));
  });

  it.skipIf(!hasTool('isoinfo'))(
    'puts sources where they are mapped to, and others under their names',
    async () => {
      const file = join(source, 'readme.txt');
      const args = [`/docs/first.txt=${file}`, `/all=${source}`, file];
      expect(await runCli(['master', ...args, '-o', output])).toMatchObject({ code: EXIT.ok });
      expect(namesIn(output)).toEqual(
        expect.arrayContaining(['/docs/first.txt', '/all/deeper/still/small.bin', '/readme.txt']),
      );
    },
  );

  it('refuses an empty source, or one side of a mapping, instead of taking the current directory', async () => {
    for (const empty of ['', '/docs=', `=${source}`]) {
      const { code, stderr } = await runCli(['master', empty, '-o', output], { cwd: source });
      expect(code).toBe(EXIT.usage);
      expect(stderr).toContain('is empty');
      expect(existsSync(output)).toBe(false);
    }
  });

  it('takes a directory whose whole name looks like a mapping', async () => {
    mkdirSync(join(folder, 'left='));
    expect(await runCli(['master', 'left=', '-o', output], { cwd: folder })).toMatchObject({ code: EXIT.ok });
  });

  it('writes nothing but the bytes of the image to standard output', async () => {
    await runCli(['master', source, '-o', output]);
    const { code, stdout } = await runCli(['master', source, '-o', '-']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toHaveLength(readFileSync(output).length);
    expect(stdout.subarray(0x8000, 0x8006).toString('latin1')).toBe('\x01CD001');
    expect(stdout.length % 2048).toBe(0);
  });

  it('tells of names that have to be changed, one line each on standard error, and succeeds', async () => {
    writeFileSync(join(source, 'a'.repeat(80)), '');
    const { code, stdout, stderr } = await runCli(['master', source, '-o', '-']);
    expect(code).toBe(EXIT.ok);
    expect(stderr).toMatch(new RegExp(`^warning: /?${'a'.repeat(80)} becomes .+ in .+$`, 'm'));
    expect(stdout.length % 2048).toBe(0);
  });

  it('refuses to change a name when that is not wanted, and leaves no file', async () => {
    writeFileSync(join(source, 'a'.repeat(80)), '');
    const { code, stderr } = await runCli(['master', source, '--strict', '-o', output]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('names-mangled');
    expect(stderr).toContain('a'.repeat(80));
    expect(readdirSync(folder)).toEqual(['source']);
  });

  it('answers in JSON when that is wanted', async () => {
    const { stdout } = await runCli(['--json', 'master', source, '-o', output]);
    expect(JSON.parse(stdout.toString())).toEqual({ output, bytes: readFileSync(output).length });
  });

  it('names a source that does not exist', async () => {
    const { code, stderr } = await runCli(['master', join(folder, 'nothing'), '-o', output]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('source-missing');
    expect(stderr).toContain(`source-missing: ${join(folder, 'nothing')}: `);
    expect(existsSync(output)).toBe(false);
  });

  it('names a source that its user may not read, and leaves no partial file', async () => {
    chmodSync(folder, 0o777);
    writeFileSync(join(source, 'secret'), 'secret', { mode: 0o000 });
    const { code, stderr } = await runCli(['master', source, '-o', output], {
      ...asUnprivileged(),
      cwd: '/',
    });
    expect(code).toBe(EXIT.refused);
    expect(stderr).toMatch(/source-unreadable.*secret/s);
    expect(readdirSync(folder)).toEqual(['source']);
  });

  it('refuses two sources for one place', async () => {
    const args = [`/a=${join(source, 'readme.txt')}`, `/a=${join(source, 'large.bin')}`];
    const { code, stderr } = await runCli(['master', ...args, '-o', output]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('name-collision');
  });

  it('records a link as a link, wherever it leads', async () => {
    symlinkSync('/etc/passwd', join(source, 'link'));
    expect(await runCli(['master', source, '-o', output])).toMatchObject({ code: EXIT.ok });
    expect(readFileSync(output).includes('root:x:0')).toBe(false);
  });

  it('leaves no partial file when it is ended by a signal', async () => {
    fillFolder(folder, 'large', 600);
    const child = startCli(['master', join(folder, 'large'), '-o', output]);
    await until('it was writing', () => readdirSync(folder).some((name) => name.startsWith('disc.iso')));
    child.kill('SIGTERM');
    expect(await cliResult(child)).toMatchObject({ code: EXIT.canceled });
    expect(readdirSync(folder).sort()).toEqual(['large', 'source']);
  });

  it('ends when nobody reads its standard output any more', async () => {
    fillFolder(folder, 'large', 64);
    const child = startCli(['master', join(folder, 'large'), '-o', '-']);
    await once(child.stdout!, 'readable');
    child.stdout!.destroy();
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal === 'SIGPIPE' || (code !== null && code > 0)).toBe(true);
  });

  it('explains how it is used when an option is missing or wrong', async () => {
    for (const args of [['master', source], ['master', source, '-o', output, '--level', '4'], ['masters']])
      expect(await runCli(args)).toMatchObject({ code: EXIT.usage });
  });
});

describe('spindle master --boot', () => {
  const report = (): string =>
    execFileSync('xorriso', ['-indev', output, '-report_el_torito', 'plain'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  it.skipIf(!hasTool('xorriso'))(
    'takes files of the disc for what they are there, and hides others',
    async () => {
      const outside = join(folder, 'outside, efi');
      writeFileSync(outside, Buffer.alloc(4096));
      const args = [`/data=${source}`, '--boot', `${join(source, 'readme.txt')},load=7,maker=Me`];
      const more = ['--boot', `${outside},efi`, '--boot', 'disc:/data/readme.txt,mac,inactive'];
      expect(
        await runCli(['master', ...args, ...more, '--boot-catalog', '/c.cat', '-o', output]),
      ).toMatchObject({
        code: EXIT.ok,
      });
      const lines = report().replaceAll(/ +/g, ' ');
      expect(lines).toContain('boot img : 1 BIOS y none 0x0000 0x00 7 ');
      expect(lines).toContain('boot img : 2 UEFI y none 0x0000 0x00 8 ');
      expect(lines).toContain('boot img : 3 Mac n none 0x0000 0x00 4 ');
      expect(lines).toContain('img path : 1 /data/readme.txt');
      expect(lines).not.toContain('img path : 2');
      expect(lines).toContain('cat path : /c.cat');
    },
  );

  it('says what is wrong with an image, and leaves no file', async () => {
    const { code, stderr } = await runCli([
      'master',
      source,
      '--boot',
      `${source}/readme.txt,hard-disk`,
      '-o',
      output,
    ]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('boot-emulation-mismatch');
    expect(existsSync(output)).toBe(false);
  });
});
