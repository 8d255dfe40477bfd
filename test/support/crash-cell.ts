import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Cell, Victim } from './crash-matrix.js';
import {
  type FoundJournal,
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
import { type Lived, PatientClient, type Story } from './crash-story.js';
import { TestDaemon } from './daemon.js';
import { NamedPoints } from './named-points.js';
import { killProcess, until } from './processes.js';
import { fillFolder } from './sources.js';

/** Idle workers wait for the next daemon, however slow the machine is: nobody but the cell's victim dies. */
const OUTLASTS_MS = 600_000;

const PROGRAMS = {
  worker: ['worker/main'],
  home: ['worker/virtual-home'],
  mastering: ['worker/mastering'],
} as const;

const pidsOf = (daemon: TestDaemon, victim: Victim): number[] => {
  if (victim === 'daemon') return [daemon.pid];
  if (victim !== 'all') return PROGRAMS[victim].flatMap((program) => daemon.pidsOf(program));
  return daemon.processes().map(({ pid }) => pid);
};

const CONNECTED = '03';

/**
 * While the store waits at a point, the daemon starts other workers and attaches to them: what it decides then must hold
 * for them too.
 */
const successorsAttached = ({ runtime }: TestDaemon, count: number): Promise<void> =>
  until('other workers were attached', () => {
    const sockets = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    const attached = sockets.filter(
      (columns) => columns[5] === CONNECTED && columns[7]?.startsWith(`${runtime}/w/`),
    );
    return new Set(attached.map((columns) => columns[7])).size >= count;
  });

/** Kills at the armed point; what the journals said then. Undefined when nobody came there. */
const interfere = async (
  { daemon, points }: Place,
  { victim, name }: Cell,
  enough: AbortSignal,
): Promise<FoundJournal[] | undefined> => {
  if ((await points.reached(enough)) === undefined) return undefined;
  const doomed = pidsOf(daemon, victim);
  expect(doomed, `${victim} lives`).not.toEqual([]);
  await Promise.all(doomed.map(killProcess));
  const found = journalsOf(daemon);
  if (victim === 'worker' && name.includes('transaction')) await successorsAttached(daemon, doomed.length);
  points.go();
  if (victim === 'daemon' || victim === 'all') {
    await daemon.gone();
    await daemon.start();
  }
  return found;
};

interface Place {
  readonly daemon: TestDaemon;
  readonly points: NamedPoints;
  readonly story: Story;
}

const inPlace = async <T>(story: Story, act: (place: Place) => Promise<T>): Promise<T> => {
  const points = new NamedPoints();
  const daemon = new TestDaemon({ workers: { idleExitMs: OUTLASTS_MS } });
  Object.assign(daemon.environment, points.environment);
  try {
    fillFolder(daemon.source, 'folder', 1);
    return await act({ daemon, points, story });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n--- the daemon said\n${daemon.log.slice(-6000)}`, {
      cause: error,
    });
  } finally {
    await daemon.destroy();
    points.remove();
  }
};

/** Names of all points that the story comes to by itself, each as often as it does. */
export const passedIn = (story: Story): Promise<string[]> =>
  inPlace(story, async ({ daemon, points }) => {
    await daemon.start();
    await new PatientClient(daemon, story).live();
    return points.passed();
  });

/** Who is killed has done nothing wrong: what its journal says is so. What goes on without a death becomes good. */
const expectStates = async (
  daemon: TestDaemon,
  lived: Lived,
  { victim }: Cell,
  found: readonly FoundJournal[],
) => {
  const tries = await triesOf(daemon, lived.job);
  if (victim === 'worker' || victim === 'all') expectByTable(tries, found);
  if (victim === 'daemon') expect(tries.map(({ state }) => state)).toEqual(lived.drives.map(() => 'good'));
  expect(tries.filter(({ state }) => !FINAL.has(state))).toEqual([]);
};

const FINAL: ReadonlySet<string> = new Set([
  'good',
  'bad',
  'unproven',
  'interrupted',
  'refused',
  'withdrawn',
]);

/** Lets the story happen, kills whom the cell names where it says so, and asks whether every promise was kept. */
export const tryCell = (cell: Cell): Promise<void> =>
  inPlace(cell.story, async (place) => {
    const { daemon, points, story } = place;
    const enough = new AbortController();
    points.arm(cell);
    const started = daemon.start().catch((error: unknown) => error);
    const interfering = interfere(place, cell, enough.signal);
    await started;
    const client = new PatientClient(daemon, story);
    const lived = await Promise.race([client.live(), failureOf(interfering)]);
    enough.abort();
    const found = await interfering;
    expect(found, `somebody came to ${cell.name}`).toBeDefined();

    await expectStates(daemon, lived, cell, found ?? []);
    await expectMedia(daemon, lived, story.drives);
    await expectFreeDrives(daemon, lived);
    const more = await client.oneMore(lived.drives);
    expect(await daemon.api.job(more)).toMatchObject({ state: 'completed', outcome: 'ok' });
    await expectTidy(daemon, await namedImages(daemon));
    const jobs = (await daemon.api.get('/v1/jobs?limit=100')).body as { items: unknown[] };
    expect(jobs.items).toHaveLength(story.used ? 3 : 2);
    await expectGaplessEvents(daemon);
    expect(await daemon.stop()).toBe(0);
    expectWholeDatabase(daemon);
  });

/** Rejects when it does, and never resolves. */
const failureOf = (work: Promise<unknown>): Promise<never> =>
  new Promise((_, reject) => {
    work.catch(reject);
  });
