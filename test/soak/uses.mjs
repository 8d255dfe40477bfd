/** What the copies of a job are, as the API documents it; nothing here is learned from src/jobs. */

/** @param {{ request: any }} job */
export const isAppend = ({ request }) => request.burn?.onNonBlank === 'append';

/** What an attempt does: `disc`, `source`, `read`, `verify`, `erase`, `format`, `close` or `recover`. */
export const kindOfAttempt = (job, { copy }) => job.kinds.get(copy);

/** What a copying job copies was read; other jobs have nothing to read first. */
const hasItsSource = ({ request, kinds, copies }) => {
  if (request.type !== 'copy') return true;
  return [...kinds].some(([number, kind]) => kind === 'source' && copies.get(number) === 'good');
};

/** A new disc is what it needs; any other use is about a disc that was there when it was asked for. */
export const wantsBlank = (job) => job.request.burn !== undefined && !isAppend(job) && hasItsSource(job);

/** After it nothing may be added to the disc. */
export const endsDisc = (job, kind) =>
  (kind === 'disc' && job.request.burn.close === 'disc') ||
  (kind === 'close' && job.request.close.what === 'disc');

/** It leaves on the disc what is there. */
export const adds = (job, kind) => (kind === 'disc' ? isAppend(job) : kind === 'close' || kind === 'recover');
