import { monotonicFactory } from 'ulid';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { JournalEntry } from '../../src/burn/journal-entry.js';
import type { Attempt } from '../../src/jobs/records.js';
import { imageRequest } from '../../src/jobs/image-request.js';
import { type JobRequest, jobRequest } from '../../src/jobs/request.js';
import { openDatabase } from '../../src/jobs/store/database.js';
import { openLedger } from '../../src/jobs/store/ledger.js';
import { readMigrations } from '../../src/jobs/store/migrate.js';
import { openStore } from '../../src/jobs/store/open-store.js';
import type { FoundDrive, Store, Transactions } from '../../src/jobs/store/store.js';
import { openTransactions } from '../../src/jobs/store/transactions.js';
import type { StoreEvent } from '../../src/jobs/events.js';
import type { Logger } from '../../src/log.js';
import { shippedPath } from '../../src/program.js';
import { temporaryFolder } from './temporary-folder.js';

const nothing = (): void => undefined;

/** A log that nobody reads. */
export const silentLog: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  child: () => silentLog,
};

export const aDataJob = (changes: Record<string, unknown> = {}): JobRequest =>
  jobRequest.parse({ type: 'data', sources: [{ at: '/', root: 'music', path: 'albums' }], ...changes });

export const anImageRequest = imageRequest.parse({
  type: 'data',
  sources: [{ at: '/', root: 'music', path: 'albums' }],
  spool: 'auto',
});

export const DIGEST = 'a'.repeat(64);

/** A real store in a thread of its own, closed and gone after the test. */
export const openTestStore = async (path = join(temporaryFolder(), 'spindle.db')): Promise<Store> => {
  const store = await openStore({ path, log: silentLog });
  onTestFinished(() => store.close());
  return store;
};

/** The transactions of a database in this thread, each committed by itself; `told` are their events. */
export const openTestTransactions = (elapsed = () => performance.now()) => {
  const newId = monotonicFactory();
  const db = openDatabase({
    path: join(temporaryFolder(), 'spindle.db'),
    migrations: readMigrations(shippedPath('migrations')),
    now: () => new Date().toISOString(),
    newId,
  });
  // Nobody cuts the power in these tests.
  db.pragma('synchronous = off');
  onTestFinished(() => void db.close());
  const ledger = openLedger(db, { clock: Date.now, elapsed, newId });
  const transactions = openTransactions(ledger);
  const told: StoreEvent[] = [];
  const act = <T>(use: (all: Transactions) => T): T => {
    const { answer, events } = ledger.transact(() => use(transactions));
    told.push(...events);
    return answer;
  };
  return { db, act, told };
};

export const aDrive = (id: string): FoundDrive => ({
  id,
  transport: 'virtual',
  location: { port: `virtual:${id}` },
  identity: { vendor: 'SPINDLE', product: 'VIRTUAL', revision: '1' },
});

export const seeDrives = async (store: Store, ...ids: string[]): Promise<void> => {
  await store.seeDrives(ids.map(aDrive));
};

export const aReadyImage = async (store: Store): Promise<string> => {
  const { id } = await store.createImage(anImageRequest, 'uid:1000', DIGEST);
  await store.imageReady(id, { summary: {}, warnings: [], bytes: 4096 });
  return id;
};

/** A job whose image is there, so that it only wants a drive. */
export const aReadyJob = async (store: Store, changes: Record<string, unknown> = {}): Promise<string> => {
  const image = await aReadyImage(store);
  const { job } = await store.createJob(aDataJob(changes), 'uid:1000', { image });
  return job.id;
};

export const DVD_PLUS_R = { kind: 'dvd+r', erasable: false, overwritable: false };
export const DVD_PLUS_RW = { kind: 'dvd+rw', erasable: true, overwritable: true };

export const assigned = async (
  store: Store,
  job: string,
  drive: string,
  medium: unknown = DVD_PLUS_R,
): Promise<Attempt> => {
  const attempt = await store.assign({ job, drive, plan: { steps: [] }, planHash: DIGEST, medium });
  if (!attempt) throw new Error(`job ${job} was not assigned to ${drive}`);
  return attempt;
};

type WithoutHead<T> = T extends unknown ? Omit<T, 'job' | 'copy' | 'attempt' | 'sequence' | 'at'> : never;

/** The journal of an attempt, numbered from `first` on. */
export const journalOf = (
  { job, copy, number }: Pick<Attempt, 'job' | 'copy' | 'number'>,
  statements: readonly WithoutHead<JournalEntry>[],
  first = 1,
): JournalEntry[] =>
  statements.map((statement, index) => ({
    job,
    copy,
    attempt: number,
    sequence: first + index,
    at: '2026-11-22T12:00:00.000Z',
    ...statement,
  }));

export const ACCEPTED = { kind: 'accepted', planHash: DIGEST } as const;
export const TOUCHING = { kind: 'touching' } as const;
export const WRITE = { kind: 'phase', phase: 'write' } as const;
export const GOOD = { kind: 'ended', result: 'good', proof: { verified: 2 } } as const;
export const BAD = {
  kind: 'ended',
  result: 'bad',
  problem: { code: 'write-failed', detail: 'WRITE (10): sense 3/0C/00' },
} as const;
