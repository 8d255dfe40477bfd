import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { os } from '../../../src/os/native.js';
import { openBeneath, openRoot } from '../../../src/os/openat2.js';
import { pathBytes } from '../../../src/os/path-bytes.js';
import { scanDirectory } from '../../../src/os/scan.js';
import { hasTool } from '../../support/has-tool.js';
import { runUnprivileged } from '../../support/unprivileged.js';
import { programPath } from '../../../src/program.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let outside: string;
let root: number;

/** The folder `root` with `file`, `sub/file` and ways out of it. */
beforeEach(() => {
  outside = temporaryFolder();
  const folder = join(outside, 'root');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(outside, 'secret'), 'secret');
  writeFileSync(join(folder, 'file'), 'content');
  writeFileSync(join(folder, 'sub/file'), 'below');
  symlinkSync('../secret', join(folder, 'link-out'));
  symlinkSync('..', join(folder, 'up'));
  symlinkSync('file', join(folder, 'link-in'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  root = openRoot(folder);
  onTestFinished(() => {
    closeSync(root);
  });
});

const content = (fd: number): string => {
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
};

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('a source beneath its root', () => {
  it('is opened by a relative path', () => {
    expect(content(openBeneath(root, 'file'))).toBe('content');
    expect(content(openBeneath(root, 'sub/file'))).toBe('below');
  });

  it('can be the root itself', () => {
    const fd = openBeneath(root, '');
    expect(scanDirectory(fd).names).toContain('file');
    closeSync(fd);
  });

  it.each([
    ['..', 'source-outside-root'],
    ['../secret', 'source-outside-root'],
    ['sub/../../secret', 'source-outside-root'],
    ['/etc/passwd', 'source-outside-root'],
    ['link-out', 'source-unsupported'],
    ['up/secret', 'source-unsupported'],
    ['link-in', 'source-unsupported'],
    ['nothing', 'source-missing'],
    ['file/below', 'source-missing'],
    ['file\0', 'source-missing'],
    ['x'.repeat(256), 'source-missing'],
  ])('is not opened by %j: %s', (path, code) => {
    expect(codeOf(() => openBeneath(root, path))).toBe(code);
  });

  it('does not wait for somebody to write into a FIFO', () => {
    expect(content(openBeneath(root, 'fifo'))).toBe('');
  });

  it('is not reached over a magic link of /proc', () => {
    const proc = openRoot('/proc/self');
    const fd = openSync(join(outside, 'secret'), 'r');
    expect(codeOf(() => openBeneath(proc, `fd/${fd}`))).toBe('source-unsupported');
    expect(codeOf(() => openBeneath(proc, 'cwd'))).toBe('source-unsupported');
    closeSync(fd);
    closeSync(proc);
  });

  it('keeps a name that is not UTF-8', () => {
    const name = Buffer.from('61ff62f09f9880c3', 'hex');
    closeSync(openSync(Buffer.concat([Buffer.from(join(outside, 'root/')), name]), 'w'));
    const found = scanDirectory(root).names.find((candidate) => candidate.startsWith('a'))!;
    expect(found).toBe('a\udcffb😀\udcc3');
    expect(Buffer.from(pathBytes(found))).toEqual(name);
    closeSync(openBeneath(root, found));
  });

  it('that the user of the program may not read is unreadable', () => {
    chmodSync(join(outside, 'root/file'), 0);
    const { stdout, stderr } = runUnprivileged(
      `import { openBeneath, openRoot } from ${JSON.stringify(programPath('os/openat2'))};
       try { openBeneath(openRoot(process.argv[1]), 'file'); } catch (error) { console.log(error.code); }`,
      join(outside, 'root'),
    );
    expect(stdout + stderr).toBe('source-unreadable\n');
  });
});

/** Starts a program that holds a write lease on a file until the test is over; `onBreak` is what it does when asked for it. */
const lease = async (path: string, onBreak: string): Promise<void> => {
  const script = `
    open(my $file, '+<', $ARGV[0]) or die;
    $SIG{IO} = sub { ${onBreak} };
    fcntl($file, 1024, 1) or die; # F_SETLEASE, F_WRLCK
    $| = 1; print "leased\\n";
    sleep 1 while 1;`;
  const holder = spawn('perl', ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
};

describe.skipIf(!hasTool('perl'))('a source that another program has leased', () => {
  it('is opened as soon as the lease is given back', async () => {
    await lease(join(outside, 'root/file'), 'fcntl($file, 1024, 2)'); // F_UNLCK
    expect(content(openBeneath(root, 'file'))).toBe('content');
  });

  it('is unreadable where it is not given back, and the failure says why', async () => {
    await lease(join(outside, 'root/file'), '');
    expect(() => openBeneath(root, 'file')).toThrow(
      expect.objectContaining({
        code: 'source-unreadable',
        message: expect.stringContaining('leased by another program') as string,
      }),
    );
  });
});

describe('walking, where there is no openat2', () => {
  it.each([
    'file',
    'sub/file',
    'sub//file',
    './file',
    'sub/',
    '..',
    '../secret',
    '/etc/passwd',
    'link-out',
    'up/secret',
    'link-in',
    'nothing',
    'nothing/x',
    'file/below',
    'file/',
    '',
  ])('decides as openat2 does about %j', (path) => {
    const flags = 0o4000; // O_NONBLOCK
    const walked = codeOf(() => {
      closeSync(os.openWalking(root, path, flags));
    });
    const opened = codeOf(() => {
      closeSync(os.openat2(root, path, flags, 0x02 | 0x04 | 0x08));
    });
    expect(walked).toBe(opened);
  });

  it('does not climb even where it would stay beneath', () => {
    expect(codeOf(() => os.openWalking(root, 'sub/../file', 0))).toBe('EXDEV');
  });
});
