import { newBlank, roomy } from './blanks.mjs';
import { FAULTS, TRANSIENT } from './fault-table.mjs';
import { isBlank, mediaIn } from './media.mjs';
import { settle } from './settle.mjs';

/** Media that lie in no drive. */
export const shelved = ({ places, drives, mediumIn }) => {
  const inside = new Set(drives().map(mediumIn));
  return mediaIn(places.state).filter((name) => !inside.has(name));
};

export const calm = ({ drives }) =>
  drives().filter(({ holding }) => holding !== 'busy' && holding !== 'recovering');

const exchange = async (world) => {
  const drive = world.random.pick(world.random.chance(0.9) ? calm(world) : world.drives());
  if (!drive) return undefined;
  if (world.mediumIn(drive) !== undefined) {
    const gone = await world.remove(drive);
    if (gone === undefined) return `drive ${drive.number} keeps its medium`;
    if (world.random.chance(0.15)) return `drive ${drive.number} is left empty`;
  }
  const kept = world.random.pick(shelved(world));
  const what = kept !== undefined && world.random.chance(0.25) ? { medium: kept } : newBlank(world, drive);
  const medium = await world.insert(drive, what);
  return `drive ${drive.number} has ${medium}`;
};

/** An operator goes round: what was recorded comes out, and a new disc goes in. */
const goRound = async (world) => {
  let changed = 0;
  for (const drive of calm(world)) {
    const medium = world.mediumIn(drive);
    if (medium !== undefined && isBlank(world.places.state, medium)) continue;
    if (medium !== undefined && (await world.remove(drive)) === undefined) continue;
    if ((await world.insert(drive, newBlank(world, drive))) !== undefined) changed += 1;
  }
  return `${changed} new discs`;
};

const tray = async (world) => {
  const drive = world.random.pick(world.drives());
  const verb = world.random.pick(['eject', 'load', 'load', 'lock', 'unlock', 'rescan']);
  const body = verb === 'rescan' ? undefined : world.leaseOf(drive);
  const { status } = await world.ask('POST', `/v1/drives/${drive.id}/actions/${verb}`, body);
  return `${verb} drive ${drive.number}: ${status}`;
};

const fault = async (world) => {
  const drive = world.random.pick(world.drives());
  const row = world.random.weighted(FAULTS);
  const done = await world.setFaults(drive, row.script(world.random));
  if (done) world.count(`fault: ${row.name}`);
  return `${row.name} in drive ${drive.number}: ${done ? 'set' : 'refused'}`;
};

const repair = async (world) => {
  const drive = world.random.pick(world.drives().filter(({ faulty }) => faulty));
  if (!drive) return undefined;
  return `drive ${drive.number}: ${(await world.setFaults(drive, [])) ? 'repaired' : 'refused'}`;
};

export const STEADY = { kind: 'tree', source: 'steady', floor: 0 };

/** An image that is ready, so that its jobs can begin at once. */
export const steadyImage = async (world) => {
  const known = [...world.model.images.values()].find(
    ({ id, state }) => id === world.steady && state !== 'failed',
  );
  if (!known) {
    const content = { type: 'data', sources: [{ at: '/', root: 'source', path: 'steady' }] };
    world.steady = (await world.ask('POST', '/v1/images', content)).body.id;
  }
  await settle(world, 'the steady image is made', () => {
    const state = world.model.images.get(world.steady)?.state;
    if (state === 'failed')
      world.fail('a fault that passes costs nothing', `the image ${world.steady} failed`);
    return state === 'ready' || state === 'failed';
  });
  return world.steady;
};

/** A drive that only needs a moment must make a good disc, whatever else goes on at other drives. */
const transient = async (world) => {
  const drive = world.random.pick(calm(world).filter(({ id }) => !world.leases.has(id)));
  if (!drive) return undefined;
  const row = world.random.pick(TRANSIENT);
  const image = await steadyImage(world);
  const burn = { verify: world.random.pick(['none', 'quick', 'full']) };
  const request = { type: 'image', image, drives: [drive.id], priority: 100, burn };
  if (!(await world.setFaults(drive, []))) return `drive ${drive.number} is not to be had`;
  if (world.mediumIn(drive) !== undefined && (await world.remove(drive)) === undefined)
    return `drive ${drive.number} is not to be had`;
  if (!(await world.setFaults(drive, row.script(world.random))))
    return `drive ${drive.number} is not to be had`;
  if (!(await world.switchOn(drive))) return `drive ${drive.number} is not to be had`;
  // First of all in the queue before the medium lies there: no other job may get it.
  const { status, body } = await world.ask('POST', '/v1/jobs', request);
  if (status !== 202) return `${status} ${body?.code}`;
  const job = world.accept(body, STEADY);
  await world.insert(drive, roomy(world.random.pick(drive.records)));
  await settle(
    world,
    `job ${job.id} with ${row.name}`,
    () => job.state === 'completed' || job.state === 'failed',
  );
  if (job.view.outcome !== 'ok') {
    const tries = world.model
      .attemptsOf(job.id)
      .map(({ state, problem }) => `${state} ${problem?.code}: ${problem?.detail}`);
    world.fail(
      'a fault that passes costs nothing',
      `${row.name}: job ${job.id} ${job.state} after ${tries.join('; ')}`,
    );
  }
  await world.setFaults(drive, []);
  return `${row.name} in drive ${drive.number}: ${job.state}`;
};

const switches = async (world) => {
  const drive = world.random.pick(world.drives());
  const change = world.random.pick([
    { accepting: false },
    { accepting: true },
    { enabled: true },
    { enabled: false },
  ]);
  const { headers } = await world.ask('GET', `/v1/drives/${drive.id}`);
  const { status } = await world.ask('PATCH', `/v1/drives/${drive.id}`, change, {
    'if-match': headers.etag ?? '"0"',
  });
  return `drive ${drive.number} ${JSON.stringify(change)}: ${status}`;
};

/** A drive is removed and another one comes in its place. */
const replace = async (world) => {
  const drive = world.random.pick(calm(world));
  if (!drive || world.leases.has(drive.id)) return undefined;
  const { status, body } = await world.ask('DELETE', `/v1/virtual-drives/${drive.id}`);
  if (status !== 204) return `drive ${drive.number}: ${status} ${body?.code}`;
  const now = await world.head();
  for (const period of drive.periods) period.to ??= now;
  drive.removed = true;
  await world.addDrive(drive.number);
  return `drive ${drive.number} is another one`;
};

export const DRIVE_ACTS = [
  { name: 'change the medium', weight: 14, act: exchange },
  { name: 'go round with new discs', weight: 7, act: goRound },
  { name: 'move a tray', weight: 3, act: tray },
  { name: 'set a fault', weight: 13, act: fault },
  { name: 'repair a drive', weight: 10, act: repair },
  { name: 'a fault that passes', weight: 2, act: transient },
  { name: 'switch a drive', weight: 1, act: switches },
  { name: 'replace a drive', weight: 0.4, act: replace },
];
