import { isOvertaken } from './media-use.mjs';
import { kindOf, readWhole, recordedEnd, sha256, tablesOfMedium } from './media.mjs';
import { OVERWRITTEN } from './blanks.mjs';
import { kindOfAttempt } from './uses.mjs';

const BLOCK = 2048;
/** Blocks of run-out at the end of a CD track, which belong to it and cannot be read. */
const RUN_OUT = 2;

/** What the image says could not be read is zeros in it. */
const fillHoles = (whole, holes) => {
  for (const { from, count } of holes) whole.fill(0, from * BLOCK, (from + count) * BLOCK);
};

const firstDifference = (a, b) => {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return `block ${Math.floor(at / BLOCK)} differs`;
};

/** Blocks that whoever reads the whole disc must have: up to the end of what is closed. */
const leastBlocks = ({ places: { state } }, medium) => {
  const { tracks, sessions, format } = tablesOfMedium(state, medium);
  if (OVERWRITTEN.has(kindOf(medium)) || (kindOf(medium) === 'dvd-rw' && format !== null)) return 0;
  const closed = new Set(sessions.filter(({ leadOut }) => leadOut !== null).map(({ number }) => number));
  const ends = tracks
    .filter(({ session }) => closed.has(session))
    .map((one) => recordedEnd(state, medium, one));
  return Math.max(0, ...ends) - RUN_OUT;
};

/** What is wrong with the image that an attempt has read, and what is then copied: both by the bytes of the medium. */
export const faultOfReading = async (world, job, medium, attempt) => {
  const { model, places, client } = world;
  const bytes = model.sizes.get(job.image);
  if (bytes === undefined) return 'there is no image';
  const whole = readWhole(places.state, medium, bytes);
  const least = leastBlocks(world, medium);
  await world.head();
  // What it holds by now is not what was read.
  if (isOvertaken(world, attempt, [medium])) return 'another attempt has had it since';
  if (kindOfAttempt(job, attempt) === 'source') job.copied = { digest: sha256(whole) };
  if (bytes / BLOCK < least) return `${bytes / BLOCK} of ${least} blocks were read`;
  const holes = await client.ask('GET', `/v1/images/${job.image}/unreadable?limit=200`);
  const { status, bytes: content } = await client.ask('GET', `/v1/images/${job.image}/content`);
  if (status === 200 && holes.status === 200) {
    fillHoles(whole, holes.body.items);
    return content.equals(whole) ? undefined : firstDifference(content, whole);
  }
  // With a copying job that is done its image goes, at any moment.
  await world.head();
  return model.images.has(job.image) ? `the image is not given out: ${holes.status}, ${status}` : undefined;
};
