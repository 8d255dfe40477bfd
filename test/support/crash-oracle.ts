import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Sqlite } from '../../src/jobs/store/sqlite.js';
import type { Attempt, Image } from '../../src/jobs/records.js';
import type { Lived } from './crash-story.js';
import type { TestDaemon } from './daemon.js';
import { until } from './processes.js';

/*
 * What must be the case whoever was killed, asked of the files, of the media and of the API. It shares nothing with
 * what the daemon decides by.
 */

/** What the journal of an attempt said when its worker died. */
export interface FoundJournal {
  readonly attempt: string;
  readonly touching: boolean;
  readonly result: string | undefined;
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** The lines of a journal, up to one that was not written to its end. */
const linesOf = (path: string): Record<string, unknown>[] => {
  const lines: Record<string, unknown>[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    try {
      lines.push(JSON.parse(line) as Record<string, unknown>);
    } catch {
      break;
    }
  }
  return lines;
};

/** Journals by `<job>-<copy>-<attempt>`, read line by line. */
export const journalsOf = ({ state }: TestDaemon): FoundJournal[] =>
  namesIn(join(state, 'journal')).map((name) => {
    const lines = linesOf(join(state, 'journal', name));
    return {
      attempt: name.replace('.journal', ''),
      touching: lines.some(({ kind }) => kind === 'touching'),
      result: lines.find(({ kind }) => kind === 'ended')?.['result'] as string | undefined,
    };
  });

/**
 * The same of attempts that the database has open and that have no journal: nothing was announced, so that nothing can
 * have happened. To be asked when nobody lives.
 */
export const withoutJournal = ({ state }: TestDaemon): FoundJournal[] => {
  const db = new Sqlite(join(state, 'spindle.db'), { readonly: true });
  const journals = new Set(namesIn(join(state, 'journal')));
  try {
    const open = db
      .prepare<[], { name: string }>(
        `select job || '-' || copy || '-' || number as name from attempt where state in ('assigned', 'underway')`,
      )
      .all();
    return open
      .filter(({ name }) => !journals.has(`${name}.journal`))
      .map(({ name }) => ({ attempt: name, touching: false, result: undefined }));
  } finally {
    db.close();
  }
};

const nameOf = ({ job, copy, number }: Attempt): string => `${job}-${copy}-${number}`;

export const triesOf = async ({ api }: TestDaemon, job: string): Promise<Attempt[]> => {
  const copies = await api.copies(job);
  return copies.flatMap(({ tries }) => tries);
};

/** The state that the table of the journal gives an attempt whose worker is gone. */
const stateByTable = ({ touching, result }: FoundJournal): string =>
  result ?? (touching ? 'interrupted' : 'withdrawn');

/** Attempts whose worker was killed are what their journals say. */
export const expectByTable = (tries: readonly Attempt[], found: readonly FoundJournal[]): void => {
  for (const journal of found) {
    const attempt = tries.find((one) => nameOf(one) === journal.attempt);
    expect(attempt, `attempt ${journal.attempt}`).toMatchObject({
      state: stateByTable(journal),
      touched: journal.touching,
    });
  }
};

interface Track {
  readonly state: string;
  readonly start: number;
  readonly firstUnit: number;
  readonly unit: { readonly mainBytes: number };
}

/** What a reader of the medium gets from its first address on; undefined where nothing was recorded. */
const readMedium = (folder: string): Buffer | undefined => {
  const { tracks } = JSON.parse(readFileSync(join(folder, 'medium.json'), 'utf8')) as { tracks: Track[] };
  const data = join(folder, 'track-01.data');
  const [track] = tracks;
  if (!track || !existsSync(data)) return undefined;
  return readFileSync(data).subarray((track.start - track.firstUnit) * track.unit.mainBytes);
};

const isRecorded = (folder: string): boolean => readMedium(folder)?.some((byte) => byte !== 0) ?? false;

const holds = (folder: string, image: Buffer): boolean =>
  readMedium(folder)?.subarray(0, image.length).equals(image) ?? false;

/** The medium that lay in the drive when the attempt began. */
const mediumOf = ({ drive, startedAt }: Attempt, { insertions }: Lived): string => {
  const [last] = insertions.filter((one) => one.drive === drive && one.at <= startedAt).slice(-1);
  if (!last) throw new Error(`nothing lay in ${drive}`);
  return last.folder;
};

const recordedUnnoticed = async (
  daemon: TestDaemon,
  jobs: readonly string[],
  lived: Lived,
): Promise<string[]> => {
  const all = (await Promise.all(jobs.map((id) => triesOf(daemon, id)))).flat();
  const known = all.filter((one) => one.touched).map((one) => mediumOf(one, lived));
  const recorded = lived.insertions.map(({ folder }) => folder).filter(isRecorded);
  return recorded.filter((folder) => !known.includes(folder));
};

/** A canceled job has no copy; it failed where something else than the cancel ended its recording. */
const expectNoCopy = async (daemon: TestDaemon, canceled: string): Promise<void> => {
  const tries = await triesOf(daemon, canceled);
  expect(tries.filter(({ state }) => state === 'good')).toEqual([]);
  const died = tries.some(({ touched, problem }) => touched && problem?.code !== 'canceled');
  const { state } = await daemon.api.job(canceled);
  expect(state === 'canceled' || (died && state === 'failed'), `canceled job is ${state}`).toBe(true);
};

/** Each good copy has a medium of its own that a reader sees the image on, and no medium was touched twice. */
export const expectMedia = async (daemon: TestDaemon, lived: Lived, copies: number): Promise<void> => {
  // Whatever is on a disc, an attempt says that it touched it: the journal comes before the act.
  expect(await recordedUnnoticed(daemon, lived.jobs, lived)).toEqual([]);
  if (lived.canceled !== undefined) await expectNoCopy(daemon, lived.canceled);
  if (lived.job === undefined) return;
  const tries = await triesOf(daemon, lived.job);
  const good = tries.filter(({ state }) => state === 'good');
  expect(good).toHaveLength(copies);
  const before = lived.canceled === undefined ? [] : await triesOf(daemon, lived.canceled);
  const touched = [...before, ...tries].filter((one) => one.touched).map((one) => mediumOf(one, lived));
  expect(touched).toEqual([...new Set(touched)]);

  const last = await daemon.api.job(lived.job);
  const image = (await daemon.api.get(`/v1/images/${last.image}/content`)).bytes;
  for (const one of good)
    expect(holds(mediumOf(one, lived), image), `the medium of ${nameOf(one)}`).toBe(true);
  // What holds the image and is no good copy is what an attempt left that came far and could not be proven.
  const unproven = tries
    .filter(({ state, touched: was }) => was && state !== 'good')
    .map((one) => mediumOf(one, lived));
  const goods = good.map((one) => mediumOf(one, lived));
  for (const { folder } of lived.insertions)
    if (holds(folder, image)) expect([...goods, ...unproven]).toContain(folder);
};

/** No drive is stuck: each is free, and has one worker and one home at most. */
export const expectFreeDrives = async (daemon: TestDaemon, lived: Lived): Promise<void> => {
  const ids = (await daemon.api.drives()).map(({ id }) => id).toSorted();
  expect(ids).toEqual([...lived.drives].toSorted());
  for (const drive of ids) {
    await daemon.api.driveUntil(drive, ({ holding }) => holding === 'free');
    await until(`${drive} had one worker`, () => daemon.workersOf(drive).length === 1);
    expect(daemon.pidsOf('worker/virtual-home', drive).length).toBeLessThanOrEqual(1);
  }
  expect(daemon.pidsOf('worker/mastering')).toEqual([]);
  expect(daemon.pidsOf('main')).toEqual([daemon.pid]);
};

/** Images that jobs name. */
export const namedImages = async ({ api }: TestDaemon): Promise<string[]> => {
  const { items } = (await api.get('/v1/jobs?limit=100')).body as { items: { image?: string }[] };
  return items.flatMap(({ image }) => (image === undefined ? [] : [image]));
};

/** Files below a folder, by their paths within it. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));

/** Nothing is left of what was not finished: no journal, no half file, no spool, no image that no job names. */
export const expectTidy = async (daemon: TestDaemon, wanted: readonly string[]): Promise<void> => {
  const { items } = (await daemon.api.get('/v1/images?limit=100')).body as { items: Image[] };
  const images = items.map(({ id }) => id).toSorted();
  expect(images, 'images').toEqual([...new Set(wanted)].toSorted());
  // An image that was read from a disc is nowhere else.
  const spools = items.filter(({ type }) => type === 'read').map(({ id }) => `images/${id}.image.spool`);
  const isLeft = (path: string): boolean =>
    (/\.part$|\.spool$|\.unfinished$|^journal\//.test(path) && !spools.includes(path)) ||
    (path.startsWith('images/') && !images.some((id) => path.startsWith(`images/${id}.image`))) ||
    (path.startsWith('staging/') && !images.some((id) => path.startsWith(`staging/${id}/`)));
  let left: string[] = [];
  await until('nothing unfinished was left', () => {
    left = filesBelow(daemon.state).filter(isLeft);
    return left.length === 0;
  }).catch(() => undefined);
  expect(left, 'files that were left').toEqual([]);
};

/** Exactly these jobs there are, and nobody has a token or a lease. */
export const expectJobs = async ({ api }: TestDaemon, expected: readonly string[]): Promise<void> => {
  const ids = async (path: string): Promise<string[]> =>
    ((await api.get(path)).body as { items: { id: string }[] }).items.map(({ id }) => id);
  expect((await ids('/v1/jobs?limit=100')).toSorted()).toEqual([...expected].toSorted());
  expect(await ids('/v1/tokens')).toEqual([]);
};

/** The event log has no gap. */
export const expectGaplessEvents = async ({ api }: TestDaemon): Promise<void> => {
  const events = await api.events();
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
};

/** The database is whole; to be asked when no daemon uses it. */
export const expectWholeDatabase = ({ state }: TestDaemon): void => {
  const db = new Sqlite(join(state, 'spindle.db'), { readonly: true });
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
  } finally {
    db.close();
  }
};
