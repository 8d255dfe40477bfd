import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
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
import { type Insertion, PatientClient } from './patient-client.js';
import { endProcesses } from './processes.js';
import { type Loss, type Operation, RecordedWrites, ReplayedDisk } from './recorded-writes.js';
import { fillFolder } from './sources.js';

const STORY: Story = {
  name: 'one disc',
  does: 'record',
  blank: 'dvd+r',
  home: 'process',
  drives: 1,
  used: false,
  spool: 'always',
};

/** A story that was recorded, and the moments that a client knows of. */
export interface Recording {
  readonly daemon: TestDaemon;
  readonly operations: readonly Operation[];
  readonly lived: Lived;
  /** When the client had the answer that its job was accepted. */
  readonly accepted: number;
  /** When it had the answer that the disc is good. */
  readonly completed: number;
}

/** Lets the story happen once, and records all that the disk is told meanwhile. */
export const record = async (folder: string): Promise<Recording> => {
  const daemon = new TestDaemon({});
  const writes = new RecordedWrites(folder, daemon.state);
  Object.assign(daemon.environment, writes.environment);
  fillFolder(daemon.source, 'folder', 1);
  try {
    await daemon.start();
    let accepted = 0;
    const client = new PatientClient(daemon, STORY, {
      onAccepted: () => {
        accepted = writes.now();
      },
    });
    const lived = await live(client);
    const completed = writes.now();
    await daemon.stop();
    await writes.quiet();
    const operations = writes.operations();
    await endProcesses(() => daemon.processes());
    return { daemon, lived, accepted, completed, operations };
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

/** What the drive itself knows to lie in it, of the media that the client has put in. */
const stillLying = ({ daemon, lived }: Recording): Insertion[] =>
  lived.insertions.filter(({ drive, folder }) => {
    const path = join(daemon.state, 'virtual', 'drives', drive, 'drive.json');
    return (
      existsSync(path) &&
      (JSON.parse(readFileSync(path, 'utf8')) as { medium: string | null }).medium === folder
    );
  });

export interface Cut {
  /** So many operations were done before the power went. */
  readonly count: number;
  readonly loss: Loss;
  readonly seed: number;
}

/** The power goes, and comes back: what was promised until then holds, and the client gets what it wanted. */
export const tryCut = async (recording: Recording, { count, loss, seed }: Cut): Promise<void> => {
  const { daemon, operations } = recording;
  const disk = new ReplayedDisk(daemon.state);
  for (const operation of operations.slice(0, count)) disk.apply(operation);
  for (const folder of [daemon.state, daemon.runtime]) rmSync(folder, { recursive: true, force: true });
  disk.build(loss, join(daemon.state, 'virtual'), randomOf(seed));
  const at = operations[count - 1]?.at ?? 0;
  const found = journalsOf(daemon);
  try {
    await daemon.start();
    const client = new PatientClient(daemon, STORY, { lies: stillLying(recording) });
    const lived = await live(client);
    if (at >= recording.accepted) expect(lived.job).toBe(recording.lived.job);
    const tries = await triesOf(daemon, lived.job!);
    if (at >= recording.completed) expect(tries.map(({ state }) => state)).toEqual(['good']);
    expectByTable(tries, found);
    await expectMedia(daemon, lived, STORY.drives);
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
