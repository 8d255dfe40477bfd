import { STORIES } from './crash-stories.js';
import type { Story } from './crash-story.js';

/** Who can be killed; `all` at once. */
export type Victim = 'daemon' | 'worker' | 'home' | 'mastering' | 'all';

/** Who dies, and where somebody is at that moment. */
export interface Death {
  /** Of the point, with its side. */
  readonly name: string;
  readonly nth: number;
  readonly victim: Victim;
}

/** One thing to try. */
export interface Cell extends Death {
  readonly story: Story;
  /** Another death, while what the first one left is being settled. */
  readonly then?: Death;
}

export const deathsOf = ({ name, nth, victim, then }: Cell): Death[] => [
  { name, nth, victim },
  ...(then ? [then] : []),
];

const PHASES = ['load', 'calibrate', 'write', 'close', 'verify', 'unload'];
const EVENTFUL: readonly Victim[] = ['daemon', 'worker', 'home', 'all'];
/** Nobody but the daemon lives yet. */
const EARLY: readonly Victim[] = ['daemon'];
const MASTERED: readonly Victim[] = [...EVENTFUL, 'mastering'];

interface Row {
  readonly story: Story;
  readonly point: string;
  /** Which passages of it. */
  readonly nth: readonly number[];
  readonly victims: readonly Victim[];
}

const rowsOf = (story: Story, points: readonly string[], victims: readonly Victim[], nth = [1]): Row[] =>
  points.map((point) => ({ story, point, victims, nth }));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Every point that the stories come to, and who is killed there. */
const ROWS: readonly Row[] = [
  ...rowsOf(
    STORIES.one,
    [
      'transaction beginGeneration',
      'transaction announce server.changed',
      'transaction beginIdempotent',
      'transaction createVirtualDrive',
      'file drive.json',
    ],
    EARLY,
  ),
  ...rowsOf(STORIES.one, ['transaction seeDrives'], EARLY),
  ...rowsOf(STORIES.one, ['migration'], EARLY, [1, 2]),
  // Its drive is there, and whoever is about it.
  ...rowsOf(STORIES.earlier, ['file spindle.db.version-8', 'migration'], EVENTFUL),
  ...rowsOf(STORIES.one, ['transaction announce drive.changed'], EVENTFUL, [2, 4]),
  ...rowsOf(STORIES.one, ['file drive.json'], EVENTFUL, [2]),
  ...rowsOf(STORIES.one, ['transaction finishIdempotent'], EVENTFUL),
  ...rowsOf(STORIES.one, ['file medium.json'], EVENTFUL, upTo(5)),
  ...rowsOf(STORIES.one, ['transaction patchVirtualDrive', 'transaction announce medium.changed'], EVENTFUL),
  ...rowsOf(
    STORIES.one,
    ['createJob', 'prepareImage', 'setReasons', 'imageReady', 'assign'].map((verb) => `transaction ${verb}`),
    EVENTFUL,
  ),
  ...rowsOf(STORIES.one, ['file image', 'file image.spool', 'file image.sha256'], MASTERED),
  ...rowsOf(
    STORIES.one,
    ['accepted', 'touching', 'ended', ...PHASES.map((phase) => `phase ${phase}`)].flatMap((entry) => [
      `journal ${entry}`,
      `transaction fold ${entry}`,
    ]),
    EVENTFUL,
  ),
  // The second time is that of the job that erases.
  ...rowsOf(
    STORIES.erase,
    ['journal phase format', 'transaction fold phase format'],
    ['daemon', 'worker', 'all'],
  ),
  ...rowsOf(
    STORIES.erase,
    [
      'transaction assign',
      ...['accepted', 'touching', 'ended'].flatMap((entry) => [
        `journal ${entry}`,
        `transaction fold ${entry}`,
      ]),
    ],
    ['daemon', 'worker', 'all'],
    [2],
  ),
  ...rowsOf(STORIES.erase, ['file medium.json'], ['daemon', 'worker', 'all'], [6, 7, 8]),
  ...rowsOf(
    STORIES.two,
    [
      'transaction assign',
      ...['accepted', 'touching', 'ended'].flatMap((entry) => [
        `journal ${entry}`,
        `transaction fold ${entry}`,
      ]),
    ],
    EVENTFUL,
    [1, 2],
  ),
  ...rowsOf(STORIES.two, ['transaction imageReady', 'transaction prepareImage'], EVENTFUL),
  // The other drive is there by then.
  ...rowsOf(STORIES.two, ['transaction seeDrives'], EVENTFUL, [2]),
  ...rowsOf(STORIES.appended, ['transaction dropImage'], ['daemon', 'all']),
  // The first time is that of the job that records; then the disc is read, verified and erased.
  ...rowsOf(STORIES.used, ['journal accepted', 'journal ended'], EVENTFUL, [2, 3, 4]),
  ...rowsOf(
    STORIES.used,
    ['assign', 'fold accepted', 'fold ended'].map((verb) => `transaction ${verb}`),
    ['daemon', 'all'],
    [2, 3, 4],
  ),
  ...rowsOf(STORIES.used, ['journal phase read', 'journal phase format'], EVENTFUL),
  ...rowsOf(STORIES.used, ['transaction giveUpJob'], ['daemon', 'all']),
  ...rowsOf(STORIES.used, ['journal phase verify', 'journal touching'], EVENTFUL, [2]),
  ...rowsOf(STORIES.used, ['file image', 'file image.sha256'], EVENTFUL, [2]),
  ...rowsOf(STORIES.used, ['file medium.json'], EVENTFUL, [5]),
  ...rowsOf(
    STORIES.used,
    ['transaction fold phase read', 'transaction fold phase format'],
    ['daemon', 'all'],
  ),
  ...rowsOf(
    STORIES.used,
    ['transaction fold phase verify', 'transaction fold touching'],
    ['daemon', 'all'],
    [2],
  ),
  ...rowsOf(
    STORIES.canceled,
    [
      'transaction cancelJob',
      'transaction retryJob',
      'journal phase write',
      'journal ended',
      'transaction fold ended',
    ],
    EVENTFUL,
  ),
  ...rowsOf(STORIES.canceled, ['transaction assign', 'journal touching'], EVENTFUL, [2]),
  ...rowsOf(
    STORIES.canceledErase,
    ['transaction cancelJob', 'transaction retryJob'],
    ['daemon', 'worker', 'all'],
  ),
  ...rowsOf(
    STORIES.canceledErase,
    ['journal ended', 'transaction fold ended'],
    ['daemon', 'worker', 'all'],
    [2],
  ),
  ...rowsOf(
    STORIES.desk,
    [
      'expireLeases',
      'purge',
      'removeVirtualDrive',
      'createVirtualDrive',
      'beginIdempotent',
      'finishIdempotent',
    ].map((verb) => `transaction ${verb}`),
    ['daemon', 'all'],
  ),
  ...rowsOf(
    STORIES.desk,
    [
      'createToken',
      'touchToken',
      'revokeToken',
      'patchDrive',
      'takeLease',
      'renewLease',
      'releaseLease',
      'abandonIdempotent',
    ].map((verb) => `transaction ${verb}`),
    EVENTFUL,
  ),
  ...rowsOf(
    STORIES.queue,
    [
      'takeLease',
      'planImage',
      'createImage',
      'imageReady',
      'imageFailed',
      'deleteImage',
      'createJob',
      'prepareImage',
      'setReasons',
      'holdJob',
      'patchJob',
      'releaseJob',
      'cancelJob',
      'retryJob',
      'deleteJob',
      'breakLease',
    ].map((verb) => `transaction ${verb}`),
    EVENTFUL,
  ),
  ...rowsOf(
    STORIES.draft,
    ['createImage', 'editDraft', 'lockDraft', 'undoDraft', 'sealDraft', 'imageReady', 'deleteImage'].map(
      (verb) => `transaction ${verb}`,
    ),
    EVENTFUL,
  ),
  ...rowsOf(STORIES.draft, ['transaction editDraft'], ['daemon', 'all'], [2, 3]),
  // Of a plan, of an image, of a draft: who masters them lives when their file is there, and not yet while they are noted.
  ...rowsOf(STORIES.queue, ['file image'], ['daemon', 'mastering', 'all'], [1, 2]),
  ...rowsOf(STORIES.draft, ['file image'], ['daemon', 'mastering', 'all']),
  ...rowsOf(STORIES.draft, ['file freeing.json'], ['daemon', 'all']),
  ...rowsOf(
    STORIES.queue,
    ['deleteImage', 'cancelJob', 'deleteJob'].map((verb) => `transaction ${verb}`),
    ['daemon', 'all'],
    [2],
  ),
];

/** What is left by a first death, and where those who settle it come to. */
interface Second {
  readonly first: Death;
  readonly points: readonly string[];
  /** Who dies there; some daemon, or everybody, where nothing else is said. */
  readonly victims?: readonly Victim[];
}

const SECOND: readonly Second[] = [
  {
    first: { victim: 'worker', name: 'before journal touching', nth: 1 },
    points: ['transaction withdraw'],
    victims: EVENTFUL,
  },
  {
    first: { victim: 'worker', name: 'after journal touching', nth: 1 },
    points: ['transaction interrupt', 'transaction noteMedium'],
    victims: EVENTFUL,
  },
  {
    first: { victim: 'all', name: 'before journal touching', nth: 1 },
    points: ['transaction beginGeneration'],
  },
  {
    first: { victim: 'all', name: 'before journal touching', nth: 1 },
    points: ['transaction withdraw'],
    victims: EVENTFUL,
  },
  {
    first: { victim: 'all', name: 'after journal touching', nth: 1 },
    points: ['transaction fold touching', 'transaction interrupt', 'transaction noteMedium'],
    victims: EVENTFUL,
  },
  // Its worker goes on meanwhile.
  {
    first: { victim: 'daemon', name: 'after journal touching', nth: 1 },
    points: ['transaction beginGeneration'],
    victims: ['worker', 'home'],
  },
  {
    first: { victim: 'all', name: 'after journal ended', nth: 1 },
    points: ['transaction beginGeneration', 'transaction fold ended'],
  },
  {
    first: { victim: 'all', name: 'after transaction assign', nth: 1 },
    points: ['transaction withdraw'],
  },
  {
    first: { victim: 'daemon', name: 'after transaction assign', nth: 1 },
    points: ['journal accepted', 'transaction fold accepted'],
  },
  {
    first: { victim: 'daemon', name: 'after journal ended', nth: 1 },
    points: ['transaction fold ended'],
  },
  {
    first: { victim: 'home', name: 'after journal phase write', nth: 1 },
    points: ['journal ended', 'transaction fold ended'],
  },
  {
    first: { victim: 'all', name: 'after file image', nth: 1 },
    points: ['file image', 'transaction imageReady'],
  },
];

const SIDES = ['before', 'after'];

const ONCE: readonly Cell[] = ROWS.flatMap(({ story, point, nth, victims }) =>
  nth.flatMap((one) =>
    SIDES.flatMap((side) => victims.map((victim) => ({ story, name: `${side} ${point}`, nth: one, victim }))),
  ),
);

const TWICE: readonly Cell[] = SECOND.flatMap(({ first, points, victims = ['daemon', 'all'] }) =>
  points.flatMap((point) =>
    SIDES.flatMap((side) =>
      victims.map((victim) => ({
        story: STORIES.one,
        ...first,
        then: { victim, name: `${side} ${point}`, nth: 1 },
      })),
    ),
  ),
);

export const CELLS: readonly Cell[] = [...ONCE, ...TWICE];
