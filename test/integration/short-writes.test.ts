import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { programPath } from '../../src/program.js';
import { decodeJournal } from '../../src/worker/journal.js';
import { journalPath } from '../../src/worker/worker-paths.js';
import { hasCompiler } from '../support/compiled.js';
import { shortWrites } from '../support/short-writes.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ATTEMPT = { job: '01JZ0000000000000000000001', copy: 1, attempt: 1 };

/** Begins a journal and says two things in it. */
const JOURNAL = `
  import { createJournal } from ${JSON.stringify(programPath('worker/journal'))};
  const journal = await createJournal(process.argv[1], ${JSON.stringify(ATTEMPT)});
  await journal.append({ kind: 'accepted', planHash: 'hash' });
  await journal.append({ kind: 'touching' });`;

/** Reserves a mebibyte. */
const RESERVED = `
  import { reserveFile } from ${JSON.stringify(programPath('os/atomic-file'))};
  const room = reserveFile(process.argv[1] + '/digests', 1 << 20);`;

/** What becomes of a program on a disk that is nearly full: the code of its failure, and the folder that it wrote to. */
const run = (script: string, short: Parameters<typeof shortWrites>[0]) => {
  const folder = temporaryFolder();
  const report = `process.on('uncaughtException', ({ code }) => { console.log(code); process.exit(1); });`;
  const argv = ['--input-type=module', '--eval', `${report}${script}`, '--', folder];
  const { stdout } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    env: { ...process.env, ...shortWrites(short) },
  });
  return { folder, failure: stdout.trim() };
};

describe.skipIf(!hasCompiler())('a disk that has room for a part alone [gcc]', { timeout: 60_000 }, () => {
  it('is said to be full before a disc is begun, and keeps nothing of the journal', () => {
    const { folder, failure } = run(JOURNAL, { file: '.journal', nth: 1 });
    expect(failure).toBe('space-exhausted');
    expect(existsSync(journalPath(folder, ATTEMPT))).toBe(false);
  });

  it('lets nothing happen whose entry in the journal it did not take to its end', () => {
    const { folder, failure } = run(JOURNAL, { file: '.journal', nth: 3 });
    expect(failure).toBe('ENOSPC');
    const path = journalPath(folder, ATTEMPT);
    expect(decodeJournal(readFileSync(path)).map(({ kind }) => kind)).toEqual(['accepted']);
  });

  it('keeps nothing of a file whose room was not there, which is said at once', () => {
    const { folder, failure } = run(RESERVED, { file: 'digests', nth: 1 });
    expect(failure).toBe('space-exhausted');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives no file its name that is not whole', () => {
    const { folder, failure } = run(`${RESERVED} room.write(new Uint8Array(1 << 20));`, {
      file: 'digests',
      nth: 2,
    });
    expect(failure).toBe('space-exhausted');
    expect(readdirSync(folder)).toEqual([]);
  });
});
