/**
 * What a shop with a mixed shelf puts into its drives: names of blanks as the API takes them. Kinds that can be erased are
 * shortened, so that erasing, formatting or reading a whole one takes seconds, also in a drive of real speed.
 */
const CD = ['cd-r', 'cd-r-74', 'cd-rw'];
const DVD = ['dvd-r', 'dvd-rw', 'dvd-r-dl', 'dvd-ram', 'dvd+r', 'dvd+r-dl', 'dvd+rw'];
const BD = ['bd-r', 'bd-r-dl', 'bd-re'];

/** What each model records. */
export const RECORDS = {
  'cd-writer': CD,
  'dvd-writer': [...CD, ...DVD],
  'bd-writer': [...CD, ...DVD, ...BD],
};

export const WRITE_ONCE = new Set([
  'cd-r',
  'cd-r-74',
  'dvd-r',
  'dvd-r-dl',
  'dvd+r',
  'dvd+r-dl',
  'bd-r',
  'bd-r-dl',
]);
/** Kinds of which each block can be overwritten; a DVD-RW once it is formatted. */
export const OVERWRITTEN = new Set(['dvd-ram', 'dvd+rw', 'bd-re']);
export const ERASABLE = new Set(['cd-rw', 'dvd-rw', ...OVERWRITTEN]);
export const FORMATTED = new Set(['dvd-rw', 'bd-r', 'bd-r-dl', ...OVERWRITTEN]);
/** Kinds that keep more than one session. */
export const SESSIONS = new Set([
  'cd-r',
  'cd-r-74',
  'cd-rw',
  'dvd-r',
  'dvd-rw',
  'dvd+r',
  'dvd+r-dl',
  'bd-r',
  'bd-r-dl',
]);

const SMALL_BLOCKS = 700;
/** Small blanks only of kinds without spares, which would take it all. */
const SHORTENED = new Set(['cd-r', 'cd-rw', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+rw']);
/** Enough for two sessions of a DVD-R with the border between them. */
const ROOM_BLOCKS = 60_000;

/** A new blank with room for everything. @param {string} blank */
export const roomy = (blank) => ({ blank, ...(ERASABLE.has(blank) && { capacity: ROOM_BLOCKS }) });

/** What a person puts in: mostly a new disc, sometimes one that is too small. */
export const newBlank = ({ random }, drive) => {
  const blank = random.pick(drive.records);
  return SHORTENED.has(blank) && random.chance(0.05) ? { blank, capacity: SMALL_BLOCKS } : roomy(blank);
};

const TEST_WRITE = new Set(['cd-r', 'cd-r-74', 'cd-rw', 'dvd-r', 'dvd-rw']);
const AT_4X = new Set([...SESSIONS, 'dvd+rw']);
/** Kinds of media that can do what was asked for; without any of these fields all can. */
const SUITED = [
  { asks: ({ simulate }) => simulate, kinds: TEST_WRITE },
  { asks: ({ close }) => close === 'session', kinds: SESSIONS },
  { asks: ({ speed }) => speed === '4x', kinds: AT_4X },
];

export const suits = ({ request }, kind) =>
  SUITED.every(({ asks, kinds }) => !asks(request.burn ?? {}) || kinds.has(kind));
