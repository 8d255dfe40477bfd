import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { goodIsWhole } from './judge.mjs';
import { sha256 } from './media.mjs';
import { completeStays, originalStays, usedOnce } from './media-use.mjs';
import { sealedMediaStay } from './sealed.mjs';
import { isFinal } from './states.mjs';
import { kindOfAttempt } from './uses.mjs';

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
    // What a copying job reads first is none of its copies.
    const isCopy = (number) => kindOfAttempt(job, { copy: number }) !== 'source';
    const attempts = model.attemptsOf(job.id).filter(({ state, copy }) => state === 'good' && isCopy(copy));
    const good = new Set(attempts.map(({ copy }) => copy));
    const told = [...job.copies].filter(([number, state]) => state === 'good' && isCopy(number));
    if (told.length !== good.size || job.view.copies.good !== good.size)
      world.fail(
        'good copies are those with a good attempt',
        `${job.id}: ${told.length}, ${job.view.copies.good}, ${good.size}`,
      );
    const all = Object.values(job.view.copies).reduce((sum, count) => sum + count, 0);
    if (all !== (job.request.copies ?? 1))
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
  const locks = listOf(inState('workers'));
  const sockets = (folder) =>
    listOf(path.join(places.runtime, folder)).filter((name) => name.endsWith('.sock'));
  return [
    ...['journal', 'images', 'staging', 'transcripts', 'virtual/media'].flatMap((folder) =>
      listOf(inState(folder)).map((name) => `${folder}/${name}`),
    ),
    ...among(inState('promises'), (name) => name === 'lock').map((name) => `promises/${name}`),
    ...among(inState('virtual/drives'), isDrive).map((name) => `virtual/drives/${name}`),
    ...drives.flatMap(({ id }) =>
      among(inState(`virtual/drives/${id}`), (name) => /^(drive\.json|lock)$/.test(name)),
    ),
    ...among(places.state, (name) =>
      /^(daemon\.lock|spindle\.db(-wal|-shm)?|images|journal|log|promises|staging|transcripts|virtual|workers)$/.test(
        name,
      ),
    ),
    ...among(places.runtime, (name) => /^(w|v|api\.sock|runtime\.lock)$/.test(name)),
    ...(counted('daemon') === 1 ? [] : [`${counted('daemon')} daemons`]),
    ...(counted('worker') <= drives.length
      ? []
      : [`${counted('worker')} workers of ${drives.length} drives`]),
    ...(counted('home') === homes ? [] : [`${counted('home')} homes of ${homes} drives`]),
    ...(counted('mastering') === 0 ? [] : ['a mastering process']),
    ...processes.filter(({ program }) => program === undefined).map(({ argv }) => argv.join(' ')),
    ...(locks.length <= drives.length ? [] : [`${locks.length} locks of workers`]),
    ...(sockets('w').length <= drives.length ? [] : [`${sockets('w').length} sockets of workers`]),
    ...(sockets('v').length <= homes ? [] : [`${sockets('v').length} sockets of homes`]),
  ];
};

/** Each holds after every act. */
export const AFTER_EACH_ACT = [
  goodIsWhole,
  usedOnce,
  completeStays,
  originalStays,
  allJobsAreThere,
  socketsAgree,
];
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
