const median = (numbers) => {
  const known = numbers.filter(Number.isFinite).toSorted((a, b) => a - b);
  return known[known.length >> 1] ?? NaN;
};
/** Share of a core between the first and the last sample of the last daemon, if it has two. */
const shareOf = (samples) => {
  const last = samples.at(-1);
  const first = samples.find(({ pid }) => pid === last.pid);
  const share = (last.cpu - first.cpu) / ((last.atMs - first.atMs) / 1000);
  return Number.isFinite(share) ? (100 * share).toFixed(0) : '-';
};
const most = (numbers) => Math.max(...numbers.filter(Number.isFinite), 0);

const COLUMNS = [
  ['min', 4, ({ minute }) => minute],
  ['acts', 5, ({ acts }) => acts],
  ['good', 5, ({ good }) => good],
  ['open', 4, ({ samples }) => samples.at(-1).open],
  ['daemon', 7, ({ samples }) => median(samples.map(({ rss }) => rss)).toFixed(0)],
  ['heap', 5, ({ samples }) => median(samples.map(({ heap }) => heap)).toFixed(0)],
  ['cpu %', 5, ({ samples }) => shareOf(samples)],
  ['fds', 4, ({ samples }) => median(samples.map(({ descriptors }) => descriptors))],
  ['thr', 4, ({ samples }) => median(samples.map(({ threads }) => threads))],
  ['lag p99', 8, ({ samples }) => median(samples.map(({ lag }) => lag)).toFixed(0)],
  ['lag max', 8, ({ samples }) => most(samples.map(({ lagMax }) => lagMax)).toFixed(0)],
  ['worker', 7, ({ samples }) => most(samples.map(({ workerRss }) => workerRss)).toFixed(0)],
  ['w.fds', 6, ({ samples }) => most(samples.map(({ workerDescriptors }) => workerDescriptors))],
  ['procs', 6, ({ samples }) => most(samples.map(({ processes }) => processes))],
  ['state', 6, ({ samples }) => median(samples.map(({ state }) => state)).toFixed(0)],
  ['db', 6, ({ samples }) => most(samples.map(({ database }) => database)).toFixed(1)],
  ['log', 6, ({ samples }) => most(samples.map(({ log }) => log)).toFixed(1)],
  ['events', 8, ({ samples }) => most(samples.map(({ events }) => events))],
];

export const HEADING = COLUMNS.map(([name, width]) => name.padStart(width)).join(' ');
/** @param {{ minute: number, acts: number, good: number, samples: any[] }} row */
export const minuteLine = (row) => COLUMNS.map(([, width, of]) => String(of(row)).padStart(width)).join(' ');

const number = (value) => (value === undefined ? '-' : value.toFixed(2));

export const flatnessLines = (rows) =>
  rows.map(({ name, limit, lives, worst, flat }) => {
    const state = lives === 0 ? (flat ? 'too short to judge' : 'NOT JUDGED') : flat ? 'flat' : 'GROWS';
    const said =
      lives === 0
        ? ': no life was judged'
        : `, worst of ${lives} lives: ${number(worst.growth)} in ${number(worst.minutes)} min (limit ${limit}; ${number(worst.perHour)} per hour; middle ${number(worst.middle)}; ${worst.of})`;
    return `  ${state.padEnd(18)} ${name}${said}`;
  });

export const ceilingLines = (rows) =>
  rows.map(
    ({ name, limit, most, held }) =>
      `  ${(held ? 'held' : 'EXCEEDED').padEnd(18)} ${name}: ${number(most)} (limit ${limit})`,
  );

export const tallyLines = (tallies) =>
  [...tallies]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `  ${String(count).padStart(7)}  ${what}`);

/** @param {{ invariant: string, detail: string, atMs: number, acts: string[] }} violation @param {number} seed */
export const violationLines = ({ invariant, detail, atMs, acts }, seed) => [
  `VIOLATED: ${invariant} (seed ${seed}, ${(atMs / 1000).toFixed(1)} s)`,
  `  ${detail}`,
  ...acts.map((act) => `    ${act}`),
];
