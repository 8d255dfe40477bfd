import { fingerprintOf, mediaIn, readFrom, sha256, tablesOfMedium } from './media.mjs';

/**
 * What a write-once medium must keep.
 * @typedef {{ areas: { start: number, bytes: number, digest: string }[], whole: string | undefined }} Sealed
 *   `whole`: of everything, once nothing may be added any more
 */

const sealOf = (world, medium) => {
  if (!world.sealed.has(medium)) world.sealed.set(medium, { areas: [], whole: undefined });
  return world.sealed.get(medium);
};

/** An image was found whole on it. */
export const sealArea = (world, medium, area) => sealOf(world, medium).areas.push(area);

/** It was closed for good. */
export const sealWhole = (world, medium) => {
  sealOf(world, medium).whole = fingerprintOf(world.places.state, medium);
};

const faultOf = ({ places: { state } }, medium, { areas, whole }) => {
  if (whole !== undefined && fingerprintOf(state, medium) !== whole) return 'it is not what it was';
  const { tracks } = tablesOfMedium(state, medium);
  for (const { start, bytes, digest } of areas) {
    const track = tracks.find((one) => one.start === start);
    const { data } = track ? readFrom(state, medium, track, bytes) : {};
    if (data === undefined || sha256(data) !== digest)
      return `the image at block ${start} is not what it was`;
  }
  return undefined;
};

export const sealedMediaStay = (world) => {
  const there = mediaIn(world.places.state);
  for (const [medium, seal] of world.sealed) {
    const fault = there.includes(medium) ? faultOf(world, medium, seal) : undefined;
    if (fault !== undefined) world.fail('a complete write-once medium is not touched', `${medium}: ${fault}`);
  }
};
