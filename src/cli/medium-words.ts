import { isBlank, type Medium } from '../drive/medium.js';
import { count, formatBlocks } from './quantities.js';

const isOverwritableInUse = (medium: Medium): boolean => medium.overwritable && !isBlank(medium);

/** Overwritable media keep no sessions, so that their disc status does not tell whether they are in use. */
export const statusOf = (medium: Medium): string => {
  if (!medium.overwritable) return medium.status;
  return isOverwritableInUse(medium) ? 'in use' : 'blank';
};

/** All blocks of an overwritable medium count as free: with a recording on it, that would mislead. */
export const roomOn = (medium: Medium): string =>
  isOverwritableInUse(medium)
    ? `holds ${formatBlocks(medium.capacity)}`
    : `${formatBlocks(medium.free)} free`;

export const freeOf = (medium: Medium): string =>
  isOverwritableInUse(medium)
    ? 'none without overwriting'
    : `${count(medium.free, 'block')}, ${formatBlocks(medium.free)}`;

/** What a list of drives says beside the status, which tells the others. */
const REMARKABLE: ReadonlySet<Medium['states'][number]> = new Set([
  'damaged',
  'erase-required',
  'final-session',
  'non-empty-session',
  'write-protected',
  'unsupported',
]);

export const remarksOn = ({ states }: Medium): string[] => states.filter((state) => REMARKABLE.has(state));
