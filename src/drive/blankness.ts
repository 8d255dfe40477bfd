import { holdsBlocks } from './holds-blocks.js';
import { type BlankSign, type Blankness, type KnownMedium, isBlank } from './medium.js';

const CONTENTS: Readonly<Record<KnownMedium['contents'], string>> = {
  none: 'They hold nothing but zeros, or cannot be read.',
  'unknown-data': 'They hold data and no volume that is known, or nothing tells what they hold.',
  volume: 'They hold a volume.',
};

/** Other places are looked at only where the first blocks hold nothing. */
const ofFirstBlocks = ({ contents, sampledPlaces }: KnownMedium): BlankSign => {
  const found = sampledPlaces === undefined ? contents : 'none';
  return { sign: 'first-blocks', blank: found === 'none', detail: CONTENTS[found] };
};

const ofOtherBlocks = ({ contents, sampledPlaces = 0 }: KnownMedium): BlankSign => ({
  sign: 'other-blocks',
  blank: contents === 'none',
  detail:
    contents === 'none'
      ? `All of ${sampledPlaces} other places hold nothing.`
      : `The last of ${sampledPlaces} other places that were looked at holds data.`,
});

/** Nothing but their blocks tells whether overwritable media are in use. */
const ofBlocks = (medium: KnownMedium): BlankSign[] => [
  {
    sign: 'format',
    blank: !medium.formatted,
    detail: medium.formatted ? 'The medium is formatted.' : 'The medium has no format yet.',
  },
  ...(holdsBlocks(medium) ? [ofFirstBlocks(medium)] : []),
  ...(medium.sampledPlaces === undefined ? [] : [ofOtherBlocks(medium)]),
];

const ofSessions = (medium: KnownMedium): BlankSign[] => [
  {
    sign: 'disc-status',
    blank: medium.status === 'empty',
    detail: `The drive says that the medium is ${medium.status}.`,
  },
  {
    sign: 'last-session',
    blank: medium.sessions === 0 && isBlank(medium),
    detail: `The last session is ${medium.lastSession}; ${medium.sessions} are closed.`,
  },
];

const isPhysicallyBlank = (medium: KnownMedium): boolean =>
  medium.overwritable ? !holdsBlocks(medium) : medium.status === 'empty' && medium.lastSession !== 'damaged';

/** Whether a medium is blank by what its drive says, and whether it is to be taken for blank: two answers. */
export const blanknessOf = (medium: KnownMedium): Blankness => ({
  physical: isPhysicallyBlank(medium),
  probable: isBlank(medium),
  evidence: medium.overwritable ? ofBlocks(medium) : ofSessions(medium),
});
