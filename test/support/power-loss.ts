import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Job } from '../../src/jobs/records.js';
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
import { FINAL, type Insertion, PatientClient } from './patient-client.js';
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
}

interface Told extends Pick<Job, 'id' | 'state'> {
  readonly at: number;
}

/** Lets the story happen once, and records all that the disk is told meanwhile. */
export const record = async (folder: string, story: Story): Promise<Recording> => {
  const daemon = new TestDaemon({});
  const writes = new RecordedWrites(folder, daemon.state);
  Object.assign(daemon.environment, writes.environment);
  fillFolder(daemon.source, 'folder', 1);
  try {
    await daemon.start();
    const told: Told[] = [];
    const client = new PatientClient(daemon, story, {
      onTold: ({ id, state }) => {
        told.push({ id, state, at: writes.now() });
      },
    });
    const lived = await live(client);
    await daemon.stop();
    await writes.quiet();
    const operations = writes.operations();
    await endProcesses(() => daemon.processes());
    return { daemon, story, lived, told, operations };
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

/** Of what a client was told nothing is taken back: jobs are there, and what had ended is as it was. */
const expectKept = async ({ daemon, told }: Recording, at: number): Promise<void> => {
  for (const { id, state } of told.filter((one) => one.at <= at)) {
    const now = await daemon.api.job(id);
    if (FINAL.includes(state)) expect(now).toMatchObject({ id, state });
  }
};

export interface Cut {
  /** So many operations were done before the power went. */
  readonly count: number;
  readonly loss: Loss;
  readonly seed: number;
}

/** The power goes, and comes back: what was promised until then holds, and the client gets what it wanted. */
export const tryCut = async (recording: Recording, { count, loss, seed }: Cut): Promise<void> => {
  const { daemon, operations, story, told } = recording;
  const disk = new ReplayedDisk(daemon.state);
  for (const operation of operations.slice(0, count)) disk.apply(operation);
  for (const folder of [daemon.state, daemon.runtime]) rmSync(folder, { recursive: true, force: true });
  disk.build(loss, join(daemon.state, 'virtual'), randomOf(seed));
  const at = operations[count - 1]?.at ?? 0;
  const found = journalsOf(daemon);
  try {
    await daemon.start();
    await expectKept(recording, at);
    const client = new PatientClient(daemon, story, { lies: insertedBy(recording) });
    const lived = await live(client);
    const known = told.filter((one) => one.at <= at && one.id === recording.lived.job);
    if (known.length > 0) expect(lived.job).toBe(recording.lived.job);
    const tries = await triesOf(daemon, lived.job!);
    if (known.some(({ state }) => state === 'completed'))
      expect(tries.map(({ state }) => state)).toEqual(lived.drives.map(() => 'good'));
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
