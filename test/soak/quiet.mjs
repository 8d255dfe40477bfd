import { shelved, STEADY, steadyImage } from './acts-drives.mjs';
import { newBlank, roomy, suits } from './blanks.mjs';
import { isBlank, kindOf } from './media.mjs';
import { settle } from './settle.mjs';
import { isFinal } from './states.mjs';
import { wantsBlank } from './uses.mjs';

const isIdle = ({ holding }) => holding !== 'busy' && holding !== 'recovering';

/** The state of all drives as the daemon tells it to whoever asks. */
export const lookAtDrives = async (world) => {
  const { items } = await world.client.get('/v1/drives');
  for (const view of items) {
    const drive = world.model.drives.get(view.id);
    if (drive)
      Object.assign(drive, { holding: view.holding, contents: view.contents, problem: view.problem });
  }
  return items;
};

/** Repairs everything that an act has left behind; a drive that is at work is come back to. */
const repairAll = async (world) => {
  for (const [drive, lease] of [...world.leases]) {
    await world.client.ask('DELETE', `/v1/drives/${drive}/lease?lease=${lease}`);
    world.endLease(drive);
  }
  const left = new Set(world.drives());
  await settle(
    world,
    'every drive can be repaired',
    () => left.size === 0,
    async () => {
      for (const drive of [...left])
        if ((await world.setFaults(drive, [])) && (await world.switchOn(drive))) left.delete(drive);
    },
  );
};

const releaseAll = async (world) => {
  for (const job of world.model.openJobs().filter(({ state }) => state === 'held'))
    await world.ask('POST', `/v1/jobs/${job.id}/actions/release`);
};

/** The medium that lies in a drive has been of use to somebody since it was put there. */
const isUsed = (world, drive, medium) => {
  const since = drive.periods.find(({ to }) => to === undefined)?.from ?? 0;
  const touched = [...world.model.attempts.values()].some(
    (attempt) => attempt.drive === drive.id && attempt.touched && (attempt.to ?? Infinity) > since,
  );
  return touched || !isBlank(world.places.state, medium);
};

/** What this drive could do for an open job if it had the right disc. */
const wanting = (world, drive) =>
  world.model
    .openJobs()
    .filter((job) => wantsBlank(job) && (job.view?.copies.pending ?? 1) > 0)
    .filter(({ request }) => request.drives === undefined || request.drives.includes(drive.id));

const blankFor = ({ random }, drive, jobs) => {
  const job = random.pick(jobs);
  return random.pick(drive.records.filter((kind) => suits(job, kind)));
};

/** How long a disc that suits may lie there before another one is tried. */
const PATIENCE_MS = 70_000;

/** Puts a new disc into a drive that somebody waits for, as an operator would. */
const feed = async (world, drive) => {
  const jobs = wanting(world, drive);
  if (!isIdle(drive) || jobs.length === 0) return;
  if (drive.contents === 'open') await world.ask('POST', `/v1/drives/${drive.id}/actions/load`);
  const medium = world.mediumIn(drive);
  const isRight = medium !== undefined && jobs.some((job) => suits(job, kindOf(medium)));
  if (
    isRight &&
    !isUsed(world, drive, medium) &&
    drive.fedWith === medium &&
    Date.now() - drive.fedAt < PATIENCE_MS
  )
    return;
  if (medium !== undefined && (await world.remove(drive)) === undefined) return;
  drive.fedWith = await world.insert(drive, roomy(blankFor(world, drive, jobs)));
  drive.fedAt = Date.now();
};

/** It waits for a recorded disc that nobody brings again, or the drive to copy from or all drives that it may have were removed. */
const waitsInVain = ({ model }, job) => {
  const { state, request } = job;
  const isGone = (id) => model.drives.get(id)?.removed === true;
  const isHeldUp = state === 'waiting' || state === 'queued';
  return (
    (state === 'waiting' && !wantsBlank(job)) ||
    (isHeldUp && isGone(request.from?.drive)) ||
    (request.drives?.every(isGone) ?? false)
  );
};

const giveUpWaiting = async (world) => {
  for (const job of world.model.openJobs().filter((one) => waitsInVain(world, one))) {
    const { status } = await world.ask('POST', `/v1/jobs/${job.id}/actions/cancel`);
    if (status === 202) job.canceledBy ??= 'waiting';
  }
};

/** Everything that jobs wait for is given until none is left. */
export const feedAll = async (world) => {
  await settle(
    world,
    'every accepted job has ended',
    async () => {
      await world.head();
      return world.model.openJobs().length === 0;
    },
    async () => {
      await lookAtDrives(world);
      await giveUpWaiting(world);
      for (const drive of world.drives()) await feed(world, drive);
      await releaseAll(world);
    },
  );
};

export const allFree = (world) =>
  settle(world, 'every drive is free', async () => {
    await lookAtDrives(world);
    return world.drives().every(({ holding }) => holding === 'free');
  });

/** Nothing is disturbed any more, and all that was asked for is given. */
export const comeToRest = async (world) => {
  for (const name of world.sources.broken()) world.sources.make(name);
  await repairAll(world);
  world.note('all is repaired');
  await feedAll(world);
  world.note('all jobs have ended');
  await allFree(world);
};

/** After all that was done to it, each drive makes a good disc. */
export const proveDrives = async (world) => {
  const image = await steadyImage(world);
  for (const drive of world.drives()) {
    if (world.mediumIn(drive) !== undefined) await world.remove(drive);
    await world.insert(drive, roomy(world.random.pick(drive.records)));
    const { status, body } = await world.ask('POST', '/v1/jobs', {
      type: 'image',
      image,
      drives: [drive.id],
    });
    if (status === 202) drive.proof = world.accept(body, STEADY);
    else
      world.fail(
        'every drive comes back and burns well',
        `drive ${drive.number}: ${status} ${JSON.stringify(body)}`,
      );
  }
  const jobs = world.drives().map(({ proof }) => proof);
  await settle(world, 'every drive has made a good disc', () =>
    jobs.every(({ state }) => isFinal('job', state ?? 'queued')),
  );
  for (const drive of world.drives())
    if (drive.proof.view?.outcome !== 'ok')
      world.fail(
        'every drive comes back and burns well',
        `drive ${drive.number}: ${drive.proof.state} ${JSON.stringify(drive.proof.view?.problem)}`,
      );
  await allFree(world);
  world.note('every drive has made a good disc');
};

/** Jobs, images and media go; what then is left is too much. */
export const cleanUp = async (world) => {
  let left = world.model.endedJobs();
  while (left.length > 0) {
    const before = left.length;
    // A job that was retried goes after the job that retries it.
    for (const job of left.toReversed()) {
      const { status } = await world.ask('DELETE', `/v1/jobs/${job.id}`);
      if (status === 204) job.wasDeleted = true;
    }
    await world.head();
    left = world.model.endedJobs();
    if (left.length === before) break;
  }
  for (const { id } of left) world.fail('an ended job can be deleted', id);
  for (const { id } of await world.client.all('/v1/images')) await world.ask('DELETE', `/v1/images/${id}`);
  world.ownImages.clear();
  for (const drive of world.drives()) if (world.mediumIn(drive) !== undefined) await world.remove(drive);
  for (const medium of shelved(world)) world.discard(medium);
  await world.head();
  world.model.forget();
  world.known.clear();
  world.sources.clear();
};

/** Something to begin with. */
export const fillDrives = async (world) => {
  for (const drive of world.drives()) await world.insert(drive, newBlank(world, drive));
};
