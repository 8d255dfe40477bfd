import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ImageView, Job } from '../../src/jobs/records.js';
import {
  expectByTable,
  expectFreeDrives,
  expectGaplessEvents,
  expectMedia,
  expectTidy,
  expectWholeDatabase,
  journalsOf,
  namedImages,
  triesOf,
} from './crash-oracle.js';
import { live, type Lived, type Story } from './crash-story.js';
import { TestDaemon } from './daemon.js';
import { FINAL, type Insertion, PatientClient, type ToldOfDraft } from './patient-client.js';
import { endProcesses } from './processes.js';
import { type Loss, type Operation, RecordedWrites, ReplayedDisk } from './recorded-writes.js';
import { fillFolder } from './sources.js';

/** A story that was recorded, and the moments that a client knows of. */
export interface Recording {
  readonly daemon: TestDaemon;
  readonly operations: readonly Operation[];
  readonly story: Story;
  readonly lived: Lived;
  /** What the client was told of its jobs, and when. */
  readonly told: readonly Told[];
  readonly drafts: readonly (ToldOfDraft & Moment)[];
}

interface Moment {
  readonly at: number;
}

type Told = Pick<Job, 'id' | 'state'> & Moment;

/** Lets the story happen once, and records all that the disk is told meanwhile. */
export const record = async (folder: string, story: Story): Promise<Recording> => {
  const daemon = new TestDaemon({});
  const writes = new RecordedWrites(folder, daemon.state);
  Object.assign(daemon.environment, writes.environment);
  fillFolder(daemon.source, 'folder', 1);
  try {
    await daemon.start();
    const told: Told[] = [];
    const drafts: Recording['drafts'][number][] = [];
    const client = new PatientClient(daemon, story, {
      onTold: ({ id, state }) => {
        told.push({ id, state, at: writes.now() });
      },
      onDraft: (draft) => {
        drafts.push({ ...draft, at: writes.now() });
      },
    });
    const lived = await live(client);
    await daemon.stop();
    await writes.quiet();
    const operations = writes.operations();
    await endProcesses(() => daemon.processes());
    return { daemon, story, lived, told, drafts, operations };
  } catch (error) {
    await daemon.destroy();
    throw error;
  }
};

/** Each moment before and after a sync of the state directory. */
export const cutsOf = ({ operations }: Recording): number[] =>
  operations.flatMap(({ kind }, index) => (kind === 's' ? [index] : kind === 'S' ? [index + 1] : []));

/** A small generator of random numbers, so that a seed repeats what was found: mulberry32. */
export const randomOf = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};

/** Media that the client had put in by then. */
const insertedBy = ({ lived }: Recording): Insertion[] =>
  lived.insertions.filter(({ folder }) => existsSync(join(folder, 'medium.json')));

/** Drafts whose removal the client may have asked for by then. */
const leftBy = ({ drafts }: Recording, at: number): Set<string> =>
  new Set(drafts.filter((one) => one.leaves && one.at <= at).map(({ id }) => id));

/** No change of a draft that the client was told of is lost. */
const expectDrafts = async (recording: Recording, at: number): Promise<void> => {
  const left = leftBy(recording, at);
  for (const { id, rev } of recording.drafts.filter((one) => one.at <= at && !left.has(one.id))) {
    const { body } = await recording.daemon.api.get(`/v1/images/${id}`);
    expect((body as ImageView).draft!.rev).toBeGreaterThanOrEqual(rev);
  }
};

/** Of what a client was told nothing is taken back: jobs are there, and what had ended is as it was. */
const expectKept = async ({ daemon, told }: Recording, at: number): Promise<void> => {
  for (const { id, state } of told.filter((one) => one.at <= at)) {
    const now = await daemon.api.job(id);
    if (FINAL.includes(state)) expect(now).toMatchObject({ id, state });
  }
};

/** The job that the client wanted is the one that it knew, and what it knew to be done is. */
const expectWanted = async (
  recording: Recording,
  lived: Lived & { job: string },
  at: number,
): Promise<void> => {
  const known = recording.told.filter((one) => one.at <= at && one.id === recording.lived.job);
  if (known.length > 0) expect(lived.job).toBe(recording.lived.job);
  const tries = await triesOf(recording.daemon, lived.job);
  if (known.some(({ state }) => state === 'completed'))
    expect(tries.map(({ state }) => state)).toEqual(lived.drives.map(() => 'good'));
};

export interface Cut {
  /** So many operations were done before the power went. */
  readonly count: number;
  readonly loss: Loss;
  readonly seed: number;
}

/** The power goes, and comes back: what was promised until then holds, and the client gets what it wanted. */
export const tryCut = async (recording: Recording, { count, loss, seed }: Cut): Promise<void> => {
  const { daemon, operations, story } = recording;
  const disk = new ReplayedDisk(daemon.state);
  for (const operation of operations.slice(0, count)) disk.apply(operation);
  for (const folder of [daemon.state, daemon.runtime]) rmSync(folder, { recursive: true, force: true });
  disk.build(loss, join(daemon.state, 'virtual'), randomOf(seed));
  const at = operations[count - 1]?.at ?? 0;
  const found = journalsOf(daemon);
  try {
    await daemon.start();
    await expectKept(recording, at);
    await expectDrafts(recording, at);
    const lies = insertedBy(recording);
    const client = new PatientClient(daemon, story, { lies, left: leftBy(recording, at), isBack: true });
    const lived = await live(client);
    if (lived.job !== undefined) await expectWanted(recording, { ...lived, job: lived.job }, at);
    const all = await Promise.all(lived.jobs.map((job) => triesOf(daemon, job)));
    expectByTable(all.flat(), found);
    await expectMedia(daemon, lived, story.drives);
    await expectFreeDrives(daemon, lived);
    await expectTidy(daemon, await namedImages(daemon));
    await expectGaplessEvents(daemon);
    expect(await daemon.stop()).toBe(0);
    expectWholeDatabase(daemon);
  } catch (error) {
    const { kind, path } = operations[count - 1] ?? {};
    throw new Error(
      `${(error as Error).message}\n--- after ${kind} ${path}\n--- the daemon said\n${daemon.log.slice(-5000)}`,
      { cause: error },
    );
  } finally {
    await endProcesses(() => daemon.processes());
  }
};
