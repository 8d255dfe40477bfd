import { setTimeout as sleep } from 'node:timers/promises';
import { chooseContent } from './acts-jobs.mjs';
import { newBlank } from './blanks.mjs';
import { kill } from './processes.mjs';
import { Unanswered } from './client.mjs';

/** What the drive of a process was doing when it was hit. */
const phaseAt = ({ model }, argv) => {
  const drive = [...model.drives.values()].find(({ id }) => argv.some((word) => word.includes(id)));
  const attempt =
    drive && [...model.attempts.values()].find((one) => one.drive === drive.id && one.to === undefined);
  return attempt ? (attempt.phase ?? attempt.state) : 'idle';
};

const killOne = (program) => async (world) => {
  const found = world.daemon.processes().filter((one) => one.program === program);
  const busy = found.filter(({ argv }) => phaseAt(world, argv) !== 'idle');
  const victim = world.random.pick(busy.length > 0 && world.random.chance(0.7) ? busy : found);
  if (!victim) return undefined;
  const phase = program === 'mastering' ? 'mastering' : phaseAt(world, victim.argv);
  world.count(`killed ${program} in ${phase}`);
  await kill(victim.pid);
  return `${program} ${victim.pid} in ${phase}`;
};

const countOpen = (world, how) => {
  for (const { to, phase, state } of world.model.attempts.values())
    if (to === undefined) world.count(`${how} in ${phase ?? state}`);
};

/** A moment without a daemon, in which the drives go on. */
const pause = (random) => sleep(random.pick([0, 0, 100, 1000, 3000]));

const resume = async (world) => {
  await world.daemon.start();
  await world.head();
};

const restart = async (world) => {
  countOpen(world, 'daemon stopped');
  const code = await world.daemon.stop();
  if (code !== 0) world.fail('a daemon that is told to stop ends with 0', `it ended with ${code}`);
  await pause(world.random);
  await resume(world);
  return `it had ended with ${code}`;
};

const killDaemon = async (world) => {
  countOpen(world, 'daemon killed');
  await world.daemon.kill();
  await pause(world.random);
  await resume(world);
  return 'killed';
};

/** Power loss of everything but the disk. */
const killAll = async (world) => {
  countOpen(world, 'all killed');
  await world.daemon.destroy();
  await resume(world);
  return 'killed';
};

/** Requests are underway when the daemon is killed: each must have had its effect in full or not at all. */
const killAmid = async (world) => {
  const { random } = world;
  const key = `soak-${world.seed}-${world.actCount}-${random.int(0, 1e9)}`;
  const { content, wanted } = chooseContent(world);
  const request = { ...content, copies: 1, label: key };
  const submit = () => world.client.ask('POST', '/v1/jobs', request, { 'idempotency-key': key });
  const from = await world.head();
  const drive = random.pick(world.drives().filter((one) => one.holding !== 'busy'));
  const others = drive
    ? [
        world.mediumIn(drive) === undefined
          ? world.client.ask('PUT', `/v1/virtual-drives/${drive.id}/medium`, newBlank(world, drive))
          : world.client.ask('DELETE', `/v1/virtual-drives/${drive.id}/medium`),
      ]
    : [];
  const underway = Promise.allSettled([submit(), ...others]);
  await sleep(random.int(0, 30));
  await world.daemon.kill();
  const [first] = await underway;
  await resume(world);
  const { status, body } = await submit();
  if (status !== 202) return `${status} ${body?.code}`;
  if (first.status === 'fulfilled' && first.value.body.id !== body.id)
    world.fail('a key has its effect once', `${key} made ${first.value.body.id} and ${body.id}`);
  world.accept(body, wanted);
  const made = (await world.client.all('/v1/jobs')).filter(({ label }) => label === key);
  if (made.length !== 1) world.fail('a key has its effect once', `${key} made ${made.length} jobs`);
  if (drive) await world.follow(drive, from);
  return `${first.status === 'fulfilled' ? 'answered' : first.reason instanceof Unanswered ? 'unanswered' : 'broken'}; job ${body.id}`;
};

export const CRASH_ACTS = [
  { name: 'kill a worker', weight: 3, act: killOne('worker') },
  { name: 'kill the home of a drive', weight: 2, act: killOne('home') },
  { name: 'kill the mastering process', weight: 4, act: killOne('mastering') },
  { name: 'restart the daemon', weight: 2, act: restart, stormy: true },
  { name: 'kill the daemon', weight: 2, act: killDaemon, stormy: true },
  { name: 'kill the daemon amid requests', weight: 2, act: killAmid, stormy: true },
  { name: 'kill everything', weight: 1, act: killAll, stormy: true },
];
