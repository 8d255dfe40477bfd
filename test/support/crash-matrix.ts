import type { Story } from './crash-story.js';

/** Who can be killed; `all` at once. */
export type Victim = 'daemon' | 'worker' | 'home' | 'mastering' | 'all';

/** One thing to try: who dies, and where somebody is at that moment. */
export interface Cell {
  readonly story: Story;
  /** Of the point, with its side. */
  readonly name: string;
  readonly nth: number;
  readonly victim: Victim;
}

const STORIES = {
  one: { name: 'one disc', blank: 'dvd+r', home: 'process', drives: 1, used: false, spool: 'always' },
  erase: { name: 'an erased disc', blank: 'cd-rw', home: 'worker', drives: 1, used: true, spool: 'never' },
  two: { name: 'two discs', blank: 'dvd+r', home: 'process', drives: 2, used: false, spool: 'always' },
} as const satisfies Record<string, Story>;

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
];

const SIDES = ['before', 'after'];

export const CELLS: readonly Cell[] = ROWS.flatMap(({ story, point, nth, victims }) =>
  nth.flatMap((one) =>
    SIDES.flatMap((side) => victims.map((victim) => ({ story, name: `${side} ${point}`, nth: one, victim }))),
  ),
);

export const ALL_STORIES: readonly Story[] = Object.values(STORIES);

/** As many cells, others each day, spread over the whole. */
export const sampleOf = (count: number, seed: number): Cell[] => {
  const step = CELLS.length / count;
  const shift = (seed * 7919) % CELLS.length;
  return Array.from({ length: count }, (_, index) => CELLS[Math.floor(shift + index * step) % CELLS.length]!);
};
