/** Whether what the daemon calls good is so, by the bytes of the medium as the model reads them. */
import path from 'node:path';
import { OVERWRITTEN, WRITE_ONCE } from './blanks.mjs';
import { faultOfGrown, faultOfMedium } from './expectation.mjs';
import { isBlank, kindOf, mediaIn, readWhole, tablesOfMedium } from './media.mjs';
import { isOvertaken, nameOf } from './media-use.mjs';
import { faultOfReading } from './reading.mjs';
import { sealArea, sealWhole } from './sealed.mjs';
import { endsDisc, isAppend, kindOfAttempt } from './uses.mjs';

const BLOCK = 2048;

/** A write of this drive may have been lost without a trace, and nobody was asked to read all of it back. */
const isUndetectable = ({ model }, attempt, { request }, kind) => {
  if (kind === 'verify') return request.verify.mode !== 'full';
  if (kind !== 'disc' || request.burn.verify === 'full') return false;
  return (model.drives.get(attempt.drive)?.lossy ?? []).some(
    ({ from, to }) => from < (attempt.to ?? Infinity) && (to === undefined || to >= attempt.from),
  );
};

const toolsOf = (world, job) => ({
  state: world.places.state,
  scratch: path.join(world.places.folder, 'extracted'),
  sources: world.sources,
  known: world.known,
  imageContent: () => world.client.get(`/v1/images/${job.image}/content`),
});

/** Whether blocks of it are overwritten in place, as long as it has this format. */
const isOverwritten = ({ format }, medium) =>
  OVERWRITTEN.has(kindOf(medium)) || (kindOf(medium) === 'dvd-rw' && format !== null);

/** The image lies where a disc begins, or, appended, where one of its tracks does. */
const holdsImage = async (world, job, medium, { everyTrack }) => {
  const bytes = world.model.sizes.get(job.image);
  const wanted = job.wanted.kind === 'copied' ? { ...job.wanted, digest: job.copied.digest } : job.wanted;
  const tables = tablesOfMedium(world.places.state, medium);
  if (wanted.continues === true && isOverwritten(tables, medium))
    return { fault: await faultOfGrown(toolsOf(world, job), wanted, medium) };
  const { tracks } = tables;
  const faults = [];
  for (const track of everyTrack ? tracks.toReversed() : tracks.slice(0, 1)) {
    const previous = tracks.findLast(({ session }) => session < track.session);
    const found = await faultOfMedium(toolsOf(world, job), wanted, { medium, track, bytes, previous });
    if (found.fault === undefined) return { area: { start: track.start, bytes, digest: found.digest } };
    faults.push(found.fault);
  }
  return { fault: faults.at(0) ?? 'nothing is recorded' };
};

const leftUnderway = (world, medium) => {
  const { underway } = tablesOfMedium(world.places.state, medium);
  return underway === null ? undefined : `the medium is left in the middle of a ${underway}`;
};

const disc = async (world, job, medium) => {
  const fault = leftUnderway(world, medium);
  if (fault !== undefined) return fault;
  const found = await holdsImage(world, job, medium, { everyTrack: isAppend(job) });
  if (found.fault !== undefined) return found.fault;
  if (!WRITE_ONCE.has(kindOf(medium))) return undefined;
  sealArea(world, medium, found.area);
  if (endsDisc(job, 'disc')) sealWhole(world, medium);
  return undefined;
};

const verify = async (world, job, medium) =>
  (await holdsImage(world, job, medium, { everyTrack: true })).fault;

const erase = (world, { request }, medium) => {
  const { state } = world.places;
  const tables = tablesOfMedium(state, medium);
  if (!isOverwritten(tables, medium))
    return leftUnderway(world, medium) ?? (isBlank(state, medium) ? undefined : 'something is recorded');
  const isFull = request.erase.method === 'full';
  const bytes = readWhole(state, medium, (isFull ? tables.capacity : 32) * BLOCK);
  const isRight = isFull ? bytes.every((byte) => byte === 0) : !bytes.includes('CD001', 16 * BLOCK);
  return isRight ? leftUnderway(world, medium) : 'what was on it can be found';
};

const format = (world, _, medium) =>
  tablesOfMedium(world.places.state, medium).format === null
    ? 'it has no format'
    : leftUnderway(world, medium);

const hasOpenSession = ({ sessions }) => sessions.some(({ leadOut }) => leadOut === null);

const close = (world, job, medium) => {
  const tables = tablesOfMedium(world.places.state, medium);
  const isRight = endsDisc(job, 'close') ? tables.finalized : !hasOpenSession(tables);
  if (!isRight) return 'it is open';
  if (endsDisc(job, 'close') && WRITE_ONCE.has(kindOf(medium))) sealWhole(world, medium);
  return leftUnderway(world, medium);
};

const recover = (world, _, medium) => {
  const tables = tablesOfMedium(world.places.state, medium);
  return hasOpenSession(tables) && !isOverwritten(tables, medium)
    ? 'a session is open'
    : leftUnderway(world, medium);
};

/** By what an attempt does: what is wrong with the medium if it is called good. */
const FAULTS = { disc, verify, erase, format, close, recover, read: faultOfReading, source: faultOfReading };

/** Why nothing can be said of it. */
const unknowable = ({ model }, job, kind) => {
  if (kind === 'disc' && job.request.burn.simulate) return 'simulated';
  if (kind !== 'disc' && kind !== 'verify') return undefined;
  if (model.sizes.get(job.image) === undefined) return 'image gone';
  return job.wanted.kind === 'copied' && job.copied === undefined ? 'copied from what is gone' : undefined;
};

const seenAs = (world, medium) =>
  kindOf(medium) === 'dvd-rw' && isOverwritten(tablesOfMedium(world.places.state, medium), medium)
    ? 'dvd-rw, formatted'
    : kindOf(medium);

const judge = async (world, attempt) => {
  const { model, places } = world;
  const job = model.jobs.get(attempt.job);
  if (!job?.ours) return 'open'; // the answer that makes it ours is on its way
  const kind = kindOfAttempt(job, attempt);
  const why = unknowable(world, job, kind);
  if (why !== undefined) return why;
  const media = model.mediaOf(attempt);
  let fault = 'no medium lay in the drive';
  for (const medium of media.filter((one) => mediaIn(places.state).includes(one))) {
    fault = await FAULTS[kind](world, job, medium, attempt);
    if (fault === undefined) {
      world.count(`proven ${kind} of ${seenAs(world, medium)}`);
      return 'proven';
    }
  }
  await world.head();
  if (isOvertaken(world, attempt, media)) return 'overwritten';
  if (isUndetectable(world, attempt, job, kind)) return 'undetectable';
  const [medium] = media;
  world.fail(
    'what is called good holds the whole image',
    `${kind} ${nameOf(attempt)} on ${medium}: ${fault}`,
  );
  return 'false';
};

export const goodIsWhole = async (world) => {
  for (const attempt of world.model.attempts.values())
    if (attempt.state === 'good' && attempt.judged === 'open') {
      // The object may be replaced by a later event meanwhile; none comes after the end.
      attempt.judged = await judge(world, attempt);
      if (attempt.judged === 'open') continue;
      const kind = kindOfAttempt(world.model.jobs.get(attempt.job), attempt);
      world.count(kind === 'disc' ? `good copies ${attempt.judged}` : `good ${kind} ${attempt.judged}`);
    }
};
