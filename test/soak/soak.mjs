import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT_ACTS } from './acts-clients.mjs';
import { CRASH_ACTS } from './acts-crashes.mjs';
import { DRIVE_ACTS } from './acts-drives.mjs';
import { JOB_ACTS } from './acts-jobs.mjs';
import { SOURCE_ACTS } from './acts-sources.mjs';
import { USE_ACTS } from './acts-uses.mjs';
import { HAS_READER } from './expectation.mjs';
import { judgeCeilings, judgeFlatness, memoryOfEach } from './flat.mjs';
import { AFTER_EACH_ACT, AT_REST, leftovers } from './invariants.mjs';
import { databaseFault } from './database.mjs';
import { errorsInLogs } from './logs.mjs';
import { measure } from './measure.mjs';
import { cleanUp, comeToRest, fillDrives, proveDrives } from './quiet.mjs';
import { ceilingLines, flatnessLines, HEADING, minuteLine, tallyLines, violationLines } from './report.mjs';
import { settle, Stuck } from './settle.mjs';
import { World } from './world.mjs';

const ACTS = [...JOB_ACTS, ...USE_ACTS, ...DRIVE_ACTS, ...CRASH_ACTS, ...CLIENT_ACTS, ...SOURCE_ACTS];

const SAMPLE_MS = 5000;
/** How long things go on between two rests. */
const ROUND_MS = 55_000;
/** Kept for the last rest; of a run of less than a minute the same share. */
const RESERVE_MS = 25_000;
/** After so many violations the rest would only be more of them. */
const MOST_VIOLATIONS = 20;
/** Of each stretch the first part is stormy: the daemon is stopped and killed. Then it lives on, so that growth shows. */
const STORMY_SHARE = 0.35;
const LONGEST_STRETCH_MINUTES = 40;
/** The event log keeps a week; its rows take so much at most, with their index. */
const BYTES_PER_EVENT = 2500;
const DATABASE_BASE_MIB = 12;

const say = (line) => console.log(line);

const isStormy = (world, minutes) => {
  const stretch = Math.min(minutes, LONGEST_STRETCH_MINUTES) * 60_000;
  return ((Date.now() - world.startedAt) % stretch) / stretch < STORMY_SHARE;
};

const checkAll = async (world, invariants) => {
  for (const holds of invariants) await holds(world);
};

const oneAct = async (world) => {
  const rows = ACTS.filter(({ stormy }) => !stormy || world.stormy);
  const { name, act } = world.random.weighted(rows);
  const line = world.note(`${name} …`);
  const began = Date.now();
  const said = await act(world);
  if (said === undefined) {
    world.acts.splice(world.acts.indexOf(line), 1);
    return;
  }
  line.text += ` ${said} (${Date.now() - began} ms)`;
  world.count(`act: ${name}`);
  world.actCount += 1;
  await world.head();
  await checkAll(world, AFTER_EACH_ACT);
};

/** A little, mostly; sometimes so long that jobs get on. */
const breathe = ({ random }) => sleep(random.chance(0.1) ? random.int(500, 3000) : random.int(0, 300));

const disturb = async (world, untilMs) => {
  while (Date.now() < untilMs && world.violations.length < MOST_VIOLATIONS) {
    await oneAct(world);
    await breathe(world);
  }
};

const databaseIsSmall = (world, { database, events }) => {
  const limit = DATABASE_BASE_MIB + (events * BYTES_PER_EVENT) / 2 ** 20;
  if (database > limit)
    world.fail('the database grows only with its event log', `${database} MiB with ${events} events`);
};

const rest = async (world, rests) => {
  world.note('come to rest');
  await comeToRest(world);
  await proveDrives(world);
  await world.head();
  await checkAll(world, AT_REST);
  await cleanUp(world);
  await checkAll(world, AFTER_EACH_ACT);
  let left = [];
  await settle(world, 'nothing is left over', async () => (left = leftovers(world)).length === 0).catch(
    (error) => {
      for (const one of left) world.fail('nothing is left over', one);
      throw error;
    },
  );
  const sample = await measure(world);
  databaseIsSmall(world, sample);
  rests.push(sample);
  world.count('rests');
  world.note('at rest, all deleted');
  await fillDrives(world);
};

/** Takes a sample every few seconds and tells of every minute. */
const watch = (world, samples) => {
  let row = { minute: 1, samples: [], acts: 0, good: 0 };
  let ended = false;
  const goodSoFar = () => world.tallies.get('good copies proven') ?? 0;
  const tell = () => {
    if (row.samples.length === 0) return;
    const acts = world.actCount;
    say(minuteLine({ ...row, acts: acts - row.acts, good: goodSoFar() - row.good }));
    row = { minute: row.minute + 1, samples: [], acts, good: goodSoFar() };
  };
  const run = async () => {
    while (!ended) {
      if (world.daemon.alive()) {
        const sample = await measure(world);
        samples.push(sample);
        row.samples.push(sample);
      }
      if (Date.now() - world.startedAt >= row.minute * 60_000) tell();
      await sleep(SAMPLE_MS);
    }
    tell();
  };
  const running = run();
  return () => {
    ended = true;
    return running;
  };
};

const rounds = async (world, { minutes, rests }) => {
  const end = world.startedAt + minutes * 60_000;
  await fillDrives(world);
  do {
    world.stormy = isStormy(world, minutes);
    await disturb(world, Math.min(end - Math.min(minutes, 1) * RESERVE_MS, Date.now() + ROUND_MS));
    await rest(world, rests);
  } while (Date.now() < end - RESERVE_MS && world.violations.length < MOST_VIOLATIONS);
};

const finish = async (world) => {
  world.sockets.close();
  await world.log.stop();
  const code = await world.daemon.stop();
  if (code !== 0) world.fail('a daemon that is told to stop ends with 0', `it ended with ${code}`);
  await world.daemon.destroy();
  const fault = databaseFault(world.places.state);
  if (fault !== undefined) world.fail('the database is sound', fault);
};

/** @param {{ folder: string, seed: number, minutes: number, driveCount: number }} options */
export const soak = async ({ folder, seed, minutes, driveCount }) => {
  const onViolation = (one) => violationLines(one, seed).forEach(say);
  const world = new World({ folder, seed, driveCount, onViolation });
  const samples = [];
  const rests = [];
  say(`soak: ${minutes} min, seed ${seed}, ${driveCount} drives, Node ${process.version}, ${folder}`);
  if (!HAS_READER) say('bsdtar is missing: what lies on discs of trees is compared with the API only');
  say(HEADING);
  await world.start();
  const unwatch = watch(world, samples);
  try {
    await rounds(world, { minutes, rests });
  } catch (error) {
    if (!(error instanceof Stuck)) world.fail('the soak itself goes through', error.stack);
  }
  await unwatch();
  await finish(world).catch((error) => world.fail('the soak itself goes through', error.stack));
  const logErrors = errorsInLogs(world);
  for (const { message, number, foreseen, example } of logErrors)
    if (foreseen === undefined)
      world.fail(
        'logs hold no error that is not foreseen',
        `${number} x ${message}\n  ${example.slice(0, 1500)}`,
      );
  const flatness = judgeFlatness({ samples, rests });
  for (const { name, flat, worst } of flatness)
    if (!flat)
      world.fail(
        'memory, descriptors, disk and delay stay flat',
        `${name}: ${JSON.stringify(worst) ?? 'no life was long enough to be judged'}`,
      );
  const ceilings = judgeCeilings(samples);
  for (const { name, limit, most, held } of ceilings)
    if (!held) world.fail('no process takes more than it may', `${name}: ${most} of ${limit}`);
  return conclude(world, { minutes, samples, rests, flatness, ceilings, logErrors });
};

const conclude = (world, { minutes, samples, rests, flatness, ceilings, logErrors }) => {
  const { tallies, violations, seed, model, log, sockets } = world;
  say(
    '\nflat over the second half of each life of six minutes or more (Theil-Sen); memory, heap and workers of twenty, by their floors',
  );
  flatnessLines(flatness).forEach(say);
  ceilingLines(ceilings).forEach(say);
  say('\nwhat was done, and to what');
  tallyLines(tallies).forEach(say);
  for (const [what, counts] of Object.entries(model.counts)) {
    say(`\n${what}`);
    tallyLines(counts).forEach(say);
  }
  say('\nerrors in logs');
  for (const { message, number, foreseen } of logErrors)
    say(`  ${number} x ${message}${foreseen ? ` (foreseen: ${foreseen})` : ''}`);
  say(`\n${log.received} events by long poll, ${sockets.heard()} by WebSocket`);
  say(
    violations.length === 0
      ? '\nNo invariant was violated.'
      : `\n${violations.length} violations, seed ${seed}:`,
  );
  for (const { invariant, detail } of violations) say(`  ${invariant}: ${detail.split('\n')[0]}`);
  return {
    seed,
    minutes,
    node: process.version,
    violations,
    flatness,
    ceilings,
    memoryOfEach: memoryOfEach(samples),
    tallies: Object.fromEntries(tallies),
    counts: Object.fromEntries(
      Object.entries(model.counts).map(([name, map]) => [name, Object.fromEntries(map)]),
    ),
    logErrors,
    rests,
    samples: samples.map(({ workers, homes, ...sample }) => sample),
    acts: world.lastActs(),
  };
};
