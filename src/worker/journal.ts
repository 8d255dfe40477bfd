import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AttemptRef, type JournalEntry, journalEntry } from '../burn/journal-entry.js';
import { SpindleError } from '../errors.js';
import { pass } from '../named-point.js';
import { makeDirectory } from '../os/own-directory.js';
import { writeAllAsync } from '../os/write-all.js';
import { journalPath } from './worker-paths.js';

/** Written with zeros beforehand, so that an entry finds its place even on a full disk. */
const PREALLOCATED = 64 << 10;

type WithoutHead<T> = T extends unknown ? Omit<T, 'job' | 'copy' | 'attempt' | 'sequence' | 'at'> : never;

/** What an entry says, without what the journal itself adds. */
export type JournalStatement = WithoutHead<JournalEntry>;

export interface Journal {
  /** Resolves when the entry is on disk: only then may what it announces happen. */
  append(statement: JournalStatement): Promise<JournalEntry>;
  close(): Promise<void>;
}

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
};

const refuseSpace = (path: string, error: unknown): never => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
  throw new SpindleError('space-exhausted', `No space for the journal ${path}`, { cause: error });
};

const preallocate = async (path: string): Promise<FileHandle> => {
  makeDirectory(dirname(path), 0o700);
  const file = await open(path, 'wx', 0o600);
  try {
    await writeAllAsync(file, new Uint8Array(PREALLOCATED), 0);
    await file.sync();
    await syncDirectory(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    return refuseSpace(path, error);
  }
};

/**
 * Begins the journal of an attempt; fails if there is one already. The sync runs on libuv's pool, never on the
 * thread that feeds the drive: beside many recording drives it was seen to take 200 ms.
 */
export const createJournal = async (stateDir: string, attempt: AttemptRef): Promise<Journal> => {
  const file = await preallocate(journalPath(stateDir, attempt));
  const { job, copy, attempt: number } = attempt;
  let position = 0;
  let sequence = 0;
  let last: Promise<unknown> = Promise.resolve();

  const write = async (statement: JournalStatement): Promise<JournalEntry> => {
    const head = { job, copy, attempt: number, sequence: sequence + 1, at: new Date().toISOString() };
    const entry: JournalEntry = { ...head, ...statement };
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    pass('before', { at: 'journal', entry });
    await writeAllAsync(file, line, position);
    await file.datasync();
    pass('after', { at: 'journal', entry });
    position += line.length;
    sequence += 1;
    return entry;
  };

  return {
    append: (statement) => {
      const written = last.then(() => write(statement));
      last = written.catch(() => undefined);
      return written;
    },
    close: async () => {
      await last;
      await file.close();
    },
  };
};

/** Undefined where the line was not written to its end. */
const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** The entries of a journal's bytes. They end where a line is torn; kinds of entries that a later build added are skipped. */
export const decodeJournal = (bytes: Uint8Array): JournalEntry[] => {
  const entries: JournalEntry[] = [];
  const lines = new TextDecoder().decode(bytes).split('\n');
  for (const line of lines.slice(0, -1)) {
    const value = parseLine(line);
    if (value === undefined) break;
    const entry = journalEntry.safeParse(value);
    if (entry.success) entries.push(entry.data);
  }
  return entries;
};

/** Undefined where the attempt has no journal. Reads what a dead or a living worker wrote. */
export const readJournal = async (path: string): Promise<JournalEntry[] | undefined> => {
  try {
    return decodeJournal(await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
};
