/** Which attempts had which medium, and which of them may follow each other on it. */
import { WRITE_ONCE } from './blanks.mjs';
import { kindOf } from './media.mjs';
import { adds, endsDisc, isAppend, kindOfAttempt } from './uses.mjs';

export const nameOf = ({ job, copy, number }) => `${job}-${copy}-${number}`;

/**
 * The discs of a job are also those of the job that it retries, and so on. Two retries of one job are two requests: what
 * one has recorded is to the other like any other job's.
 */
const hasDiscsOf = (model, job, earlier) => {
  if (job === undefined) return false;
  return job === earlier || hasDiscsOf(model, model.jobs.get(job)?.view?.retryOf, earlier);
};

const periodsOf = ({ model }, attempt) =>
  (model.drives.get(attempt.drive)?.periods ?? []).filter(
    ({ from, to }) => from < (attempt.to ?? Infinity) && (to === undefined || to >= attempt.from),
  );

/** By medium, the attempts that touched it, in their order; only those of which is sure what they touched. */
const touchesByMedium = (world) => {
  const found = new Map();
  const touched = [...world.model.attempts.values()]
    .filter((one) => one.touched)
    .toSorted((a, b) => a.from - b.from);
  for (const attempt of touched) {
    const job = world.model.jobs.get(attempt.job);
    const periods = periodsOf(world, attempt);
    if (periods.length !== 1 || !job?.ours) continue;
    const [period] = periods;
    const list = found.get(period.medium) ?? [];
    list.push({ attempt, period, job, kind: kindOfAttempt(job, attempt) });
    found.set(period.medium, list);
  }
  return found;
};

const pairsOf = (list) => list.slice(1).map((later, index) => [list[index], later]);

/** What is appended or done to a disc may be tried again on that disc, of which there is one. */
const isOnceOnly = (a, b) =>
  b.kind === 'disc' ? !isAppend(b.job) : a.attempt.job === b.attempt.job && a.attempt.state === 'good';

export const usedOnce = (world) => {
  for (const [medium, touches] of touchesByMedium(world))
    for (const [a, b] of pairsOf(touches)) {
      if (!hasDiscsOf(world.model, b.attempt.job, a.attempt.job) || !isOnceOnly(a, b)) continue;
      if (a.period === b.period || (b.kind === 'disc' && a.attempt.state === 'good'))
        world.fail(
          'no medium is used twice by one job',
          `${medium}: ${nameOf(a.attempt)}, then ${nameOf(b.attempt)}`,
        );
    }
};

/** What may follow something good on a write-once medium. */
const mayFollow = (a, b) => {
  if (endsDisc(a.job, a.kind)) return false;
  return a.kind !== 'disc' || adds(b.job, b.kind);
};

export const completeStays = (world) => {
  for (const [medium, touches] of touchesByMedium(world)) {
    if (!WRITE_ONCE.has(kindOf(medium))) continue;
    for (const [a, b] of pairsOf(touches))
      if (a.attempt.state === 'good' && !mayFollow(a, b))
        world.fail(
          'a complete write-once medium is not touched',
          `${medium}: ${nameOf(a.attempt)}, then ${nameOf(b.attempt)}`,
        );
  }
};

/** A job never records on the disc that it copies, as long as that lies where it was read. */
export const originalStays = (world) => {
  for (const job of world.model.jobs.values()) {
    if (!job.ours || job.request.type !== 'copy') continue;
    const attempts = world.model.attemptsOf(job.id);
    const read = attempts.filter((one) => kindOfAttempt(job, one) === 'source' && one.state === 'good');
    const lay = read.flatMap((attempt) => periodsOf(world, attempt));
    for (const attempt of attempts.filter(({ touched }) => touched)) {
      const [period, other] = periodsOf(world, attempt);
      if (other === undefined && lay.length === 1 && lay[0] === period)
        world.fail('a job never records on what it copies', `${period.medium}: ${nameOf(attempt)}`);
    }
  }
};

/** Another attempt has had the medium since, so that it may hold something else by now. */
export const isOvertaken = ({ model }, attempt, media) =>
  [...model.attempts.values()].some(
    (other) => other.from > attempt.to && model.mediaOf(other).some((medium) => media.includes(medium)),
  );
