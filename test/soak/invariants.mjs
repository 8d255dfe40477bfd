import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { faultOfMedium } from './expectation.mjs';
import { fingerprintOf, kindOf, mediaIn, sha256, WRITE_ONCE } from './media.mjs';
import { isFinal } from './states.mjs';

const nameOf = ({ job, copy, number }) => `${job}-${copy}-${number}`;

/** A write of this drive may have been lost without a trace, and nobody was asked to read all of it back. */
const isUndetectable = ({ model }, attempt, job) =>
  job.request.burn.verify !== 'full' &&
  (model.drives.get(attempt.drive)?.lossy ?? []).some(
    ({ from, to }) => from < (attempt.to ?? Infinity) && (to === undefined || to >= attempt.from),
  );

/** Another attempt has had the medium since, so that it may hold something else by now. */
const isOvertaken = ({ model }, attempt, media) =>
  [...model.attempts.values()].some(
    (other) => other.from > attempt.to && model.mediaOf(other).some((medium) => media.includes(medium)),
  );

const judge = async (world, attempt) => {
  const { model, places, sources, known, sealed } = world;
  const job = model.jobs.get(attempt.job);
  if (!job?.ours) return 'open'; // the answer that makes it ours is on its way
  if (job.request.burn.simulate) return 'simulated';
  const media = model.mediaOf(attempt);
  const { bytes } = model.images.get(job.view.image) ?? {};
  if (bytes === undefined) return 'image gone';
  const scratch = path.join(places.folder, 'extracted');
  const imageContent = () => world.client.get(`/v1/images/${job.view.image}/content`);
  const tools = { state: places.state, scratch, sources, known, imageContent };
  let fault = 'no medium lay in the drive';
  for (const medium of media.filter((one) => mediaIn(places.state).includes(one))) {
    fault = await faultOfMedium(tools, job.wanted, medium, bytes);
    if (fault === undefined) {
      if (WRITE_ONCE.has(kindOf(medium))) sealed.set(medium, fingerprintOf(places.state, medium));
      return 'proven';
    }
  }
  await world.head();
  if (isOvertaken(world, attempt, media)) return 'overwritten';
  if (isUndetectable(world, attempt, job)) return 'undetectable';
  const [medium] = media;
  world.fail('what is called good holds the whole image', `${nameOf(attempt)} on ${medium}: ${fault}`);
  return 'false';
};

const goodIsWhole = async (world) => {
  for (const attempt of world.model.attempts.values())
    if (attempt.state === 'good' && attempt.judged === 'open') {
      // The object may be replaced by a later event meanwhile; none comes after the end.
      attempt.judged = await judge(world, attempt);
      if (attempt.judged !== 'open') world.count(`good copies ${attempt.judged}`);
    }
};

/**
 * The discs of a job are also those of the job that it retries, and so on. Two retries of one job are two requests: what
 * one has recorded is to the other like any other job's.
 */
const hasDiscsOf = (model, job, earlier) => {
  if (job === undefined) return false;
  return job === earlier || hasDiscsOf(model, model.jobs.get(job)?.view?.retryOf, earlier);
};

/** By medium, the attempts that touched it, in their order; only those of which is sure what they touched. */
const touchesByMedium = ({ model }) => {
  const found = new Map();
  const touched = [...model.attempts.values()]
    .filter((one) => one.touched)
    .toSorted((a, b) => a.from - b.from);
  for (const attempt of touched) {
    const periods = (model.drives.get(attempt.drive)?.periods ?? []).filter(
      ({ from, to }) => from < (attempt.to ?? Infinity) && (to === undefined || to >= attempt.from),
    );
    if (periods.length !== 1) continue;
    const [period] = periods;
    const list = found.get(period.medium) ?? [];
    list.push({ attempt, period });
    found.set(period.medium, list);
  }
  return found;
};

const pairsOf = (list) => list.slice(1).map((later, index) => [list[index], later]);

const usedOnce = (world) => {
  for (const [medium, touches] of touchesByMedium(world))
    for (const [a, b] of pairsOf(touches)) {
      if (!hasDiscsOf(world.model, b.attempt.job, a.attempt.job)) continue;
      if (a.period === b.period || a.attempt.state === 'good')
        world.fail(
          'no medium is used twice by one job',
          `${medium}: ${nameOf(a.attempt)}, then ${nameOf(b.attempt)}`,
        );
    }
};

const completeStays = (world) => {
  for (const [medium, touches] of touchesByMedium(world)) {
    if (!WRITE_ONCE.has(kindOf(medium))) continue;
    for (const [a, b] of pairsOf(touches))
      if (a.attempt.state === 'good')
        world.fail(
          'a complete write-once medium is not touched',
          `${medium}: ${nameOf(a.attempt)}, then ${nameOf(b.attempt)}`,
        );
  }
};

const allJobsAreThere = async (world) => {
  const listed = new Set((await world.client.all('/v1/jobs')).map(({ id }) => id));
  for (const { id, state, ours, wasDeleted } of world.model.jobs.values())
    if (ours && !wasDeleted && !listed.has(id))
      world.fail('every accepted job is there', `${id}, last known as ${state}`);
};

const socketsAgree = (world) => world.sockets.settle();

// --- at rest, when everything has ended

const goodCopiesWereProven = (world) => {
  const { model } = world;
  for (const job of model.jobs.values()) {
    if (!job.ours || job.deleted) continue;
    const good = new Set(
      model
        .attemptsOf(job.id)
        .filter(({ state }) => state === 'good')
        .map(({ copy }) => copy),
    );
    const told = [...job.copies].filter(([, state]) => state === 'good').map(([number]) => number);
    if (told.length !== good.size || job.view.copies.good !== good.size)
      world.fail(
        'good copies are those with a good attempt',
        `${job.id}: ${told.length}, ${job.view.copies.good}, ${good.size}`,
      );
    const all = Object.values(job.view.copies).reduce((sum, count) => sum + count, 0);
    if (all !== job.request.copies)
      world.fail('no copy is lost', `${job.id}: ${JSON.stringify(job.view.copies)}`);
  }
};

const cancelHolds = (world) => {
  for (const job of world.model.jobs.values()) {
    if (!job.ours || job.canceledBy === undefined) continue;
    const { pending, active, canceled } = job.view.copies;
    const open = world.model.attemptsOf(job.id).filter(({ to }) => to === undefined);
    const isRight = isFinal('job', job.state) && (job.state === 'canceled') === canceled > 0;
    if (!isRight || pending + active + open.length > 0)
      world.fail(
        'canceled means canceled',
        `${job.id} in ${job.canceledBy}: ${job.state} ${JSON.stringify(job.view.copies)}`,
      );
  }
};

const apiAgreesWithEvents = async (world) => {
  for (const view of await world.client.all('/v1/jobs')) {
    const job = world.model.jobs.get(view.id);
    if (!job?.ours) world.fail('no job comes from nowhere', view.id);
    else if (job.state !== view.state)
      world.fail('events tell what is the case', `${view.id} is ${view.state}, the events say ${job.state}`);
  }
};

const sealedMediaStay = (world) => {
  const there = mediaIn(world.places.state);
  for (const [medium, fingerprint] of world.sealed)
    if (there.includes(medium) && fingerprintOf(world.places.state, medium) !== fingerprint)
      world.fail('a complete write-once medium is not touched', `${medium} is not what it was`);
};

const rowsNameTheirMedia = async (world) => {
  const { items } = await world.client.get('/v1/virtual-drives');
  for (const row of items) {
    const drive = world.model.drives.get(row.id);
    const held = drive && world.heldBy(drive);
    if (drive && row.medium !== held)
      world.fail(
        'the API names the medium that lies in a drive',
        `drive ${drive.number}: ${row.medium}, not ${held}`,
      );
  }
};

/** What the API gives back of the proven drives is the image as the API gives it out. */
const downloadsAgree = async (world) => {
  const content = await world.client.get(`/v1/images/${world.steady}/content`);
  for (const drive of world.drives()) {
    const { status, bytes } = await world.client.ask('GET', `/v1/virtual-drives/${drive.id}/medium/image`);
    if (status !== 200 || sha256(bytes.subarray(0, content.length)) !== sha256(content))
      world.fail('a medium gives back its image', `drive ${drive.number}: ${status}, ${bytes.length} bytes`);
  }
};

// --- when all jobs, images and media are deleted

const listOf = (folder) => (existsSync(folder) ? readdirSync(folder) : []);
const among = (folder, fits) => listOf(folder).filter((name) => !fits(name));

/** What lies in the state and runtime directories that nothing is the owner of any more. */
export const leftovers = (world) => {
  const { places, daemon } = world;
  const drives = world.drives();
  const inState = (name) => path.join(places.state, name);
  const processes = daemon.processes();
  const counted = (program) => processes.filter((one) => one.program === program).length;
  const homes = drives.filter(({ home }) => home === 'process').length;
  const isDrive = (name) => drives.some(({ id }) => name.includes(id));
  const sockets = (folder) =>
    listOf(path.join(places.runtime, folder)).filter((name) => name.endsWith('.sock'));
  return [
    ...['journal', 'images', 'transcripts', 'virtual/media'].flatMap((folder) =>
      listOf(inState(folder)).map((name) => `${folder}/${name}`),
    ),
    ...among(inState('virtual/drives'), isDrive).map((name) => `virtual/drives/${name}`),
    ...drives.flatMap(({ id }) =>
      among(inState(`virtual/drives/${id}`), (name) => /^(drive\.json|lock)$/.test(name)),
    ),
    ...among(places.state, (name) =>
      /^(daemon\.lock|spindle\.db(-wal|-shm)?|images|journal|log|transcripts|virtual)$/.test(name),
    ),
    ...among(places.runtime, (name) => /^(w|v|api\.sock)$/.test(name)),
    ...(counted('daemon') === 1 ? [] : [`${counted('daemon')} daemons`]),
    ...(counted('worker') <= drives.length
      ? []
      : [`${counted('worker')} workers of ${drives.length} drives`]),
    ...(counted('home') === homes ? [] : [`${counted('home')} homes of ${homes} drives`]),
    ...(counted('mastering') === 0 ? [] : ['a mastering process']),
    ...processes.filter(({ program }) => program === undefined).map(({ argv }) => argv.join(' ')),
    ...(sockets('w').length <= drives.length ? [] : [`${sockets('w').length} sockets of workers`]),
    ...(sockets('v').length <= homes ? [] : [`${sockets('v').length} sockets of homes`]),
  ];
};

/** Each holds after every act. */
export const AFTER_EACH_ACT = [goodIsWhole, usedOnce, completeStays, allJobsAreThere, socketsAgree];
/** Each holds when everything that was asked for has ended. */
export const AT_REST = [
  goodIsWhole,
  goodCopiesWereProven,
  cancelHolds,
  apiAgreesWithEvents,
  sealedMediaStay,
  rowsNameTheirMedia,
  downloadsAgree,
];
