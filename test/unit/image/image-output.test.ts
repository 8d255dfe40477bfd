import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';

import { emitToDescriptor, emitToFile, type OutputOptions } from '../../../src/image/image-output.js';
import { outputSink } from '../../../src/image/output-sink.js';
import { openRoots } from '../../../src/image/roots.js';
import { decideSpool } from '../../../src/image/spool-decision.js';
import { isoBytes, masterFolder } from '../../support/mastering.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const aFolder = (): string => {
  const folder = temporaryFolder();
  mkdirSync(`${folder}/tree`);
  writeFileSync(`${folder}/tree/large`, Buffer.alloc(5_000_001, 'large '));
  writeFileSync(`${folder}/tree/small`, 'small');
  return folder;
};

const options = (folder: string, signal = new AbortController().signal): OutputOptions => ({
  roots: openRoots([{ name: 'tree', path: `${folder}/tree` }]),
  signal,
  onBytes: () => undefined,
});

describe('An image written to a file', () => {
  it('has every byte, those that the kernel moved and those that were copied', async () => {
    const folder = aFolder();
    await emitToFile(masterFolder(`${folder}/tree`).contents, `${folder}/out.iso`, options(folder));
    expect(readFileSync(`${folder}/out.iso`).equals(await isoBytes(`${folder}/tree`))).toBe(true);
  });

  it('is not there, nor a part of it, when a source fails', async () => {
    const folder = aFolder();
    const { contents } = masterFolder(`${folder}/tree`);
    rmSync(`${folder}/tree/small`);
    await expect(emitToFile(contents, `${folder}/out.iso`, options(folder))).rejects.toMatchObject({
      code: 'source-missing',
    });
    expect(readdirSync(folder)).toEqual(['tree']);
  });

  it('fails when a source became shorter', async () => {
    const folder = aFolder();
    const { contents } = masterFolder(`${folder}/tree`);
    truncateSync(`${folder}/tree/large`, 4_000_000);
    await expect(emitToFile(contents, `${folder}/out.iso`, options(folder))).rejects.toMatchObject({
      code: 'source-changed',
    });
  });

  it('fails when a link has taken the place of a source', async () => {
    const folder = aFolder();
    const { contents } = masterFolder(`${folder}/tree`);
    rmSync(`${folder}/tree/small`);
    symlinkSync('large', `${folder}/tree/small`);
    await expect(emitToFile(contents, `${folder}/out.iso`, options(folder))).rejects.toMatchObject({
      code: 'source-changed',
    });
  });

  it('may be read by whom the umask allows', async () => {
    const folder = aFolder();
    writeFileSync(`${folder}/ordinary`, '');
    await emitToFile(masterFolder(`${folder}/tree`).contents, `${folder}/out.iso`, options(folder));
    expect(statSync(`${folder}/out.iso`).mode).toBe(statSync(`${folder}/ordinary`).mode);
  });

  it('is not written over what somebody has put beside it', async () => {
    const folder = aFolder();
    writeFileSync(`${folder}/precious`, 'mine');
    symlinkSync('precious', `${folder}/out.iso.${process.pid}.part`);
    await emitToFile(masterFolder(`${folder}/tree`).contents, `${folder}/out.iso`, options(folder));
    expect(readFileSync(`${folder}/precious`, 'utf8')).toBe('mine');
  });

  it('is not there when the work is ended', async () => {
    const folder = aFolder();
    truncateSync(`${folder}/tree/large`, 200_000_000);
    const { contents } = masterFolder(`${folder}/tree`);
    const aborted = AbortSignal.abort(new Error('ended by the user'));
    await expect(emitToFile(contents, `${folder}/out.iso`, options(folder, aborted))).rejects.toThrow(
      'ended by the user',
    );
    expect(readdirSync(folder)).toEqual(['tree']);
  });

  it('does not replace a directory', async () => {
    const folder = aFolder();
    await expect(
      emitToFile(masterFolder(`${folder}/tree`).contents, `${folder}/tree`, options(folder)),
    ).rejects.toMatchObject({ code: 'output-exists' });
  });
});

describe('An image written to a pipe', () => {
  it('has every byte', async () => {
    const folder = aFolder();
    await once(spawn('mkfifo', [`${folder}/pipe`]), 'close');
    const reader = spawn('sh', ['-c', `cat < ${folder}/pipe > ${folder}/received`]);
    const fd = openSync(`${folder}/pipe`, 'w');
    await emitToDescriptor(masterFolder(`${folder}/tree`).contents, fd, options(folder));
    closeSync(fd);
    await once(reader, 'close');
    expect(readFileSync(`${folder}/received`).equals(await isoBytes(`${folder}/tree`))).toBe(true);
  });

  it('ends with `canceled` when its reader goes away', async () => {
    const folder = aFolder();
    await once(spawn('mkfifo', [`${folder}/pipe`]), 'close');
    const reader = spawn('head', ['-c', '10', `${folder}/pipe`]);
    const fd = openSync(`${folder}/pipe`, 'w');
    await expect(
      emitToDescriptor(masterFolder(`${folder}/tree`).contents, fd, options(folder)),
    ).rejects.toMatchObject({ code: 'canceled' });
    closeSync(fd);
    if (reader.exitCode === null) await once(reader, 'close');
  });
});

describe('A file that is shorter than it says', () => {
  /** The kernel says that files of /sys have a page, whatever is in them. */
  const SHORT = '/sys/kernel/uevent_seqnum';

  it.skipIf(!existsSync(SHORT)).each(['pipe', 'file'])('is not moved to a %s for ever', async (kind) => {
    const folder = temporaryFolder();
    const path = `${folder}/output`;
    if (kind === 'pipe') await once(spawn('mkfifo', [path]), 'close');
    else writeFileSync(path, '');
    const [short, output] = [openSync(SHORT, 'r'), openSync(path, 'r+')];
    expect(statSync(SHORT).size).toBeGreaterThan(2000);
    expect(outputSink(output, path).move?.(short, 1000, 1000)).toBe(0);
    closeSync(short);
    closeSync(output);
  });
});

describe('Whether to spool', () => {
  const large = { smallFiles: 10, bytes: 2 ** 30 };
  const auto = { copies: 1, spool: 'auto' } as const;

  it('is decided by the request where it says so', () => {
    expect(decideSpool(large, { copies: 1, spool: 'always' }).spool).toBe(true);
    expect(decideSpool(large, { copies: 9, spool: 'never' }).spool).toBe(false);
  });

  it('is yes for several copies and for many small files, and says why', () => {
    expect(decideSpool(large, auto).spool).toBe(false);
    expect(decideSpool(large, { copies: 2, spool: 'auto' }).reason).toMatch(/2 copies/);
    expect(decideSpool({ smallFiles: 100_000, bytes: 2 ** 30 }, auto).reason).toMatch(/100000 small files/);
  });
});
