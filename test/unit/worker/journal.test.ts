import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJournal, decodeJournal, readJournal } from '../../../src/worker/journal.js';
import { journalPath } from '../../../src/worker/worker-paths.js';

const ATTEMPT = { job: '01JZ0000000000000000000001', copy: 2, attempt: 3 };
const LINE = `{"job":"${ATTEMPT.job}","copy":2,"attempt":3,"sequence":1,"at":"2026-01-02T03:04:05.678Z","kind":"touching"}\n`;

const decode = (text: string): unknown[] => decodeJournal(new TextEncoder().encode(text));

let stateDir: string;
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'spindle-journal-'));
});
afterAll(() => rm(stateDir, { recursive: true }));

describe('the journal of an attempt', () => {
  it('holds each entry on disk, in order, as soon as it is appended', async () => {
    const journal = await createJournal(stateDir, ATTEMPT);
    const path = journalPath(stateDir, ATTEMPT);
    expect(path).toBe(join(stateDir, 'journal', `${ATTEMPT.job}-2-3.journal`));
    await journal.append({ kind: 'accepted', planHash: 'abc' });
    expect(await readJournal(path)).toHaveLength(1);
    await Promise.all([
      journal.append({ kind: 'touching' }),
      journal.append({ kind: 'phase', phase: 'write' }),
      journal.append({ kind: 'ended', result: 'good', proof: { blocks: 17 } }),
    ]);
    await journal.close();
    const entries = await readJournal(path);
    expect(entries?.map(({ sequence, kind }) => [sequence, kind])).toEqual([
      [1, 'accepted'],
      [2, 'touching'],
      [3, 'phase'],
      [4, 'ended'],
    ]);
    expect(entries?.[3]).toMatchObject({ ...ATTEMPT, result: 'good', proof: { blocks: 17 } });
  });

  it('has its space before the first entry, and is for its owner only', async () => {
    const attempt = { ...ATTEMPT, attempt: 4 };
    await (await createJournal(stateDir, attempt)).close();
    const { size, mode } = await stat(journalPath(stateDir, attempt));
    expect(size).toBe(65_536);
    expect(mode & 0o777).toBe(0o600);
    expect(await readJournal(journalPath(stateDir, attempt))).toEqual([]);
  });

  it('is never begun twice', async () => {
    const attempt = { ...ATTEMPT, attempt: 5 };
    await (await createJournal(stateDir, attempt)).close();
    await expect(createJournal(stateDir, attempt)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('is not there for an attempt that no worker took', async () => {
    expect(await readJournal(journalPath(stateDir, { ...ATTEMPT, attempt: 6 }))).toBeUndefined();
  });

  it('reads the same when it grew beyond its space', async () => {
    const attempt = { ...ATTEMPT, attempt: 7 };
    const journal = await createJournal(stateDir, attempt);
    const proof = { text: 'x'.repeat(70_000) };
    await journal.append({ kind: 'ended', result: 'good', proof });
    await journal.close();
    expect(await readJournal(journalPath(stateDir, attempt))).toMatchObject([{ proof }]);
  });

  it('loses only its last line to a power cut', async () => {
    const path = join(stateDir, 'torn.journal');
    await writeFile(path, LINE);
    await appendFile(path, LINE.slice(0, 40));
    await appendFile(path, Buffer.alloc(500));
    expect(await readJournal(path)).toHaveLength(1);
    expect((await readFile(path)).length).toBeGreaterThan(500);
  });

  it.each([
    ['has no newline', LINE.trimEnd(), 0],
    ['holds zeros where a page was not written', LINE.replace('touching', '\0\0\0\0\0\0'), 0],
    ['is followed by zeros only', `${LINE}\0\0\0`, 1],
    ['follows a torn one', `${LINE.slice(0, 30)}\n${LINE}`, 0],
  ])('stops at a line that %s', (_, text, count) => {
    expect(decode(text)).toHaveLength(count);
  });

  it('skips kinds of entries and fields that a later build added', () => {
    const later = LINE.replace('touching', 'blessed');
    const extended = LINE.replace('"kind"', '"mood":"fine","kind"');
    expect(decode(later + extended)).toMatchObject([{ kind: 'touching' }]);
  });
});
