import { type KnownMedium, type MediumState, isBlank } from './medium.js';
import { isUnsupported } from './medium-kind.js';

const hasDamage = ({ lastSession, tracks }: KnownMedium): boolean =>
  lastSession === 'damaged' || tracks.some(({ damaged }) => damaged);

/** A session is open, and something is in it. */
const isHalfWritten = (medium: KnownMedium): boolean =>
  !medium.overwritable && medium.lastSession === 'incomplete' && !isBlank(medium);

const isFinalized = ({ overwritable, status }: KnownMedium): boolean =>
  !overwritable && status === 'complete';

const takesMore = ({ overwritable, status, nextWritable }: KnownMedium): boolean =>
  !overwritable && status === 'appendable' && nextWritable !== undefined;

/** Where a state is the case. Of a blank medium nothing is to be appended to; a pressed one is finalized, not write protected by chance. */
const STATES: Readonly<Record<MediumState, (medium: KnownMedium) => boolean>> = {
  blank: isBlank,
  appendable: (medium) => takesMore(medium) && !isBlank(medium),
  'final-session': (medium) => medium.singleSession === true && (isBlank(medium) || takesMore(medium)),
  overwritable: ({ overwritable }) => overwritable,
  /** DVD-RW in restricted overwrite takes its blocks in any order up to its border alone: feature 0026h, not 0020h. */
  'randomly-writable': ({ overwritable, formatted, kind }) => overwritable && formatted && kind !== 'dvd-rw',
  damaged: hasDamage,
  'erase-required': (medium) =>
    medium.erasable && !medium.overwritable && (isFinalized(medium) || hasDamage(medium)),
  'non-empty-session': isHalfWritten,
  'write-protected': ({ writeProtected }) => writeProtected,
  finalized: isFinalized,
  unsupported: isUnsupported,
};

const NAMES = Object.keys(STATES) as MediumState[];

/** All states that are the case, in the order of the table. */
export const statesOf = (medium: KnownMedium): MediumState[] => NAMES.filter((name) => STATES[name](medium));
