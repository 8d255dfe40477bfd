import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { livePast } from './crash-desk.js';
import { liveEarlier } from './crash-upgrade.js';
import { type Cell, type Death, deathsOf, type Victim } from './crash-matrix.js';
import {
  type FoundJournal,
  expectByTable,
  expectFreeDrives,
  expectGaplessEvents,
  expectJobs,
  expectMedia,
  expectTidy,
  expectWholeDatabase,
  journalsOf,
  namedImages,
  triesOf,
  withoutJournal,
} from './crash-oracle.js';
import { live, type Lived, type Story } from './crash-story.js';
import { TestDaemon } from './daemon.js';
import { NamedPoints, type Trap } from './named-points.js';
import { PatientClient } from './patient-client.js';
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

const whereStoreWaits = async (daemon: TestDaemon, { victim, name }: Death, count: number): Promise<void> => {
  if (victim === 'worker' && name.includes('transaction')) await successorsAttached(daemon, count);
};

/** What the journals said when somebody had died, and how many did. */
interface Killed {
  readonly found: readonly FoundJournal[];
  readonly count: number;
}

interface Place {
  readonly daemon: TestDaemon;
  readonly points: NamedPoints;
  readonly story: Story;
}

/** Who comes to the armed point is waited for, and who is to die is killed; what the journals said then. */
const killThere = async (
  { daemon }: Place,
  trap: Trap,
  { victim }: Death,
  enough: AbortSignal,
): Promise<Killed | undefined> => {
  if ((await trap.reached(enough)) === undefined) return undefined;
  await until(`${victim} lives`, () => pidsOf(daemon, victim).length > 0);
  const pids = pidsOf(daemon, victim);
  await Promise.all(pids.map(killProcess));
  return { found: journalsOf(daemon), count: pids.length };
};

/**
 * What must be told of attempts whose worker died, by their journals. Of those without a journal only where all died for
 * the last time: workers that live in between are sent them again.
 */
const toHold = (
  daemon: TestDaemon,
  found: readonly FoundJournal[],
  { victim }: Death,
  next: Death | undefined,
): readonly FoundJournal[] => {
  if (victim === 'all') return next ? found : [...found, ...withoutJournal(daemon)];
  return victim === 'worker' ? found : [];
};

/** One death after the other; what the journals of workers that died have said. Undefined where nobody came to one of them. */
const interfere = async (
  place: Place,
  deaths: readonly Death[],
  enough: AbortSignal,
): Promise<FoundJournal[] | undefined> => {
  const { daemon, points } = place;
  const journals = new Map<string, FoundJournal>();
  const [first, ...rest] = deaths;
  const starting: Promise<unknown>[] = [];
  let trap = points.arm(first!);
  for (const [index, death] of deaths.entries()) {
    const killed = await killThere(place, trap, death, enough);
    if (!killed) return undefined;
    // What settles a first death is come to while a worker is being attached, and nobody attaches to another meanwhile.
    if (index === 0) await whereStoreWaits(daemon, death, killed.count);
    const next = rest[index];
    for (const journal of toHold(daemon, killed.found, death, next)) journals.set(journal.attempt, journal);
    const nextTrap = next && points.arm(next);
    trap.go();
    if (nextTrap) trap = nextTrap;
    if (death.victim !== 'daemon' && death.victim !== 'all') continue;
    await daemon.gone();
    // The next one may come to its end before it serves.
    starting.push(daemon.start().catch((error: unknown) => error));
  }
  const last = await starting.at(-1);
  if (last instanceof Error) throw last;
  return [...journals.values()];
};

/** What other daemons have left before. */
const PASTS: Partial<Record<Story['does'], (daemon: TestDaemon, story: Story) => Promise<void>>> = {
  inherit: livePast,
  upgrade: liveEarlier,
};

const inPlace = async <T>(story: Story, act: (place: Place) => Promise<T>): Promise<T> => {
  const points = new NamedPoints();
  const daemon = new TestDaemon({ workers: { idleExitMs: OUTLASTS_MS } });
  try {
    fillFolder(daemon.source, 'folder', 1);
    await PASTS[story.does]?.(daemon, story);
    Object.assign(daemon.environment, points.environment);
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
    await live(new PatientClient(daemon, story));
    return points.passed();
  });

/** Who is killed has done nothing wrong: what its journal says is so. What goes on without a death becomes good. */
const expectStates = async (
  daemon: TestDaemon,
  { job, jobs, drives }: Lived,
  deaths: readonly Death[],
  found: readonly FoundJournal[],
): Promise<void> => {
  const tries = (await Promise.all(jobs.map((id) => triesOf(daemon, id)))).flat();
  expectByTable(tries, found);
  if (job !== undefined && deaths.every(({ victim }) => victim === 'daemon'))
    expect(tries.filter((one) => one.job === job).map(({ state }) => state)).toEqual(
      drives.map(() => 'good'),
    );
  expect(tries.filter(({ state }) => !FINAL_ATTEMPTS.has(state))).toEqual([]);
};

const FINAL_ATTEMPTS: ReadonlySet<string> = new Set([
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
    const { daemon, story } = place;
    const deaths = deathsOf(cell);
    const enough = new AbortController();
    const interfering = interfere(place, deaths, enough.signal);
    await daemon.start().catch((error: unknown) => error);
    const client = new PatientClient(daemon, story);
    const lived = await Promise.race([live(client), failureOf(interfering)]);
    enough.abort();
    const found = await interfering;
    expect(found, `somebody came to ${deaths.map(({ name }) => name).join(', and to ')}`).toBeDefined();

    await expectStates(daemon, lived, deaths, found ?? []);
    await expectMedia(daemon, lived, story.drives);
    await expectFreeDrives(daemon, lived);
    const more = await client.oneMore(lived.drives);
    expect(await daemon.api.job(more)).toMatchObject({ state: 'completed', outcome: 'ok' });
    await expectTidy(daemon, await namedImages(daemon));
    await expectJobs(daemon, [...lived.jobs, more]);
    await expectGaplessEvents(daemon);
    expect(await daemon.stop()).toBe(0);
    expectWholeDatabase(daemon);
  });

/** Rejects when it does, and never resolves. */
const failureOf = (work: Promise<unknown>): Promise<never> =>
  new Promise((_, reject) => {
    work.catch(reject);
  });
