/**
 * Whether a measure stays flat. Most are judged by the Theil-Sen estimator: the median of the slopes between all pairs of
 * samples, which a few outliers do not move. Only the second half of a process's life is judged: the first one fills caches.
 *
 * What a collector frees is a saw instead, whose teeth take minutes: the heap of the daemon, whose other memory is judged by itself, and
 * the memory of a worker, which has a buffer of 32 MiB for each burn. The slope of half a life would tell at which tooth that half began. What a leak lifts is
 * the floor under the teeth, so that the floors of two halves are compared.
 */
const SHORTEST_LIFE_MS = 6 * 60_000;
/** Whose halves hold several teeth each. */
const SHORTEST_SAW_MS = 20 * 60_000;
/** The buffers are filled for the first time whenever the first disc comes. */
const WARM_UP_MS = 5 * 60_000;
const FEWEST_SAMPLES = 20;
/** Rests come once in a minute or two, and are all alike. */
const FEWEST_RESTS = 8;
const MOST_SAMPLES = 400;
/** A run so long has lives that can be judged, of every kind; where it has none, nobody has looked. */
const LONG_RUN_MS = 60 * 60_000;

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1];
};

/** @param {readonly { at: number, value: number }[]} points @returns {number} per unit of `at` */
export const theilSen = (points) => {
  const slopes = [];
  for (let i = 0; i < points.length; i += 1)
    for (let j = i + 1; j < points.length; j += 1)
      if (points[j].at > points[i].at)
        slopes.push((points[j].value - points[i].value) / (points[j].at - points[i].at));
  return median(slopes);
};

const thinned = (points) => {
  const step = Math.ceil(points.length / MOST_SAMPLES);
  return points.filter((_, index) => index % step === 0);
};

const growthAt = (perMs, spanMs, points) => ({
  growth: perMs * spanMs,
  perHour: perMs * 3_600_000,
  minutes: spanMs / 60_000,
  middle: median(points.map(({ value }) => value)),
});

/** @param {readonly { at: number, value: number }[]} points */
const halvesOf = (points) => {
  const middle = (points[0].at + points.at(-1).at) / 2;
  return [points.filter(({ at }) => at < middle), points.filter(({ at }) => at >= middle)];
};

/** By how much the second half of a life grew from its begin to its end. */
export const bySlope = (points) => {
  const [, half] = halvesOf(points);
  return growthAt(theilSen(thinned(half)), half.at(-1).at - half[0].at, half);
};

/** What a tenth lies below: the least of all may be one look at a process of which the kernel has just taken pages back. */
const floorOf = (points) => {
  const values = points.map(({ value }) => value).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 10)];
};

/** By how much the floor of the second half of a life lies above that of the first one, warming up left out. */
export const byFloor = (points) => {
  const warm = points.filter(({ at }) => at >= points[0].at + WARM_UP_MS);
  const floors = halvesOf(warm).map(floorOf);
  const apartMs = (warm.at(-1).at - warm[0].at) / 2;
  return growthAt((floors[1] - floors[0]) / apartMs, apartMs, warm);
};

/** @param {readonly { at: number, value: number }[]} all */
const growthOf = (all, { growth, fewest }) => {
  const known = all.filter(({ value }) => Number.isFinite(value));
  return known.length < fewest ? undefined : growth(known);
};

/** A series for each process, those that lived long enough. */
const lives = (samples, partsOf, shortestMs = SHORTEST_LIFE_MS) => {
  const series = new Map();
  for (const sample of samples)
    for (const { pid, value } of partsOf(sample)) {
      const list = series.get(pid) ?? [];
      list.push({ at: sample.atMs, value });
      series.set(pid, list);
    }
  return [...series].filter(([, list]) => list.at(-1).at - list[0].at >= shortestMs);
};

const ofDaemon = (field, shortestMs) => (samples) =>
  lives(samples, (sample) => [{ pid: sample.pid, value: sample[field] }], shortestMs);
const ofEach =
  (group, field, { scale = 1, shortestMs = SHORTEST_LIFE_MS } = {}) =>
  (samples) =>
    lives(
      samples,
      (sample) => sample[group].map((one) => ({ pid: one.pid, value: one[field] * scale })),
      shortestMs,
    );
const ofRun = (field) => (samples) => [
  ['run', samples.map((sample) => ({ at: sample.atMs, value: sample[field] }))],
];

/**
 * How much each may grow over the judged half of a life. The limits leave room for a machine that is shared: a heap that is
 * collected late, a page cache that is counted in, a database that checkpoints.
 */
const MEASURES = [
  {
    name: 'memory of the daemon beside its heap, MiB',
    series: ofDaemon('besideHeap', SHORTEST_SAW_MS),
    growth: byFloor,
    limit: 24,
  },
  { name: 'heap of the daemon, MiB', series: ofDaemon('heap', SHORTEST_SAW_MS), growth: byFloor, limit: 12 },
  { name: 'descriptors of the daemon', series: ofDaemon('descriptors'), limit: 4 },
  { name: 'threads of the daemon', series: ofDaemon('threads'), limit: 2 },
  { name: 'event-loop delay of the daemon (p99), ms', series: ofDaemon('lag'), limit: 50 },
  {
    name: 'memory of a worker, MiB',
    series: ofEach('workers', 'rssKiB', { scale: 1 / 1024, shortestMs: SHORTEST_SAW_MS }),
    growth: byFloor,
    limit: 16,
  },
  { name: 'descriptors of a worker', series: ofEach('workers', 'descriptors'), limit: 4 },
  { name: 'threads of a worker', series: ofEach('workers', 'threads'), limit: 3 },
  { name: 'memory of a home, MiB', series: ofEach('homes', 'rssKiB', { scale: 1 / 1024 }), limit: 16 },
  { name: 'descriptors of a home', series: ofEach('homes', 'descriptors'), limit: 4 },
];

/** At rest, when everything was deleted: what the disk still holds, beside logs and the event log, which have limits of their own. */
const AT_REST = [
  { name: 'state directory at rest, MiB', series: ofRun('state'), limit: 2 },
  { name: 'processes at rest', series: ofRun('processes'), limit: 1 },
];

const worst = (rows) => rows.toSorted((a, b) => b.growth - a.growth)[0];

const isLong = (samples) => samples.length > 0 && samples.at(-1).atMs - samples[0].atMs >= LONG_RUN_MS;

/** Of a short run that nothing can be judged by, that is no violation. */
const isFlat = (rows, limit, mustBeJudged) =>
  rows.length > 0 ? rows.every(({ growth }) => growth <= limit) : !mustBeJudged;

const judge = (measures, samples, fewest, mustBeJudged) =>
  measures.map(({ name, series, limit, growth = bySlope }) => {
    const judged = series(samples).map(([of, list]) => ({ of, ...growthOf(list, { growth, fewest }) }));
    const rows = judged.filter(({ growth }) => growth !== undefined);
    return {
      name,
      limit,
      lives: rows.length,
      worst: worst(rows),
      flat: isFlat(rows, limit, mustBeJudged),
    };
  });

/**
 * @param {{ samples: any[], rests: any[] }} taken
 * @returns {{ name: string, limit: number, lives: number, worst: any, flat: boolean }[]}
 */
export const judgeFlatness = ({ samples, rests }) => [
  ...judge(MEASURES, samples, FEWEST_SAMPLES, isLong(samples)),
  ...judge(AT_REST, rests, FEWEST_RESTS, isLong(samples)),
];

const mostOfEach = (group) => (samples) =>
  samples.flatMap((sample) => sample[group].map(({ rssKiB }) => rssKiB / 1024));

const STRETCH_MS = 3 * 60_000;

/** Of each daemon, from each sample to the first one that lies a stretch behind it. */
const sharesOfACore = (samples) =>
  ofDaemon(
    'cpu',
    STRETCH_MS,
  )(samples).flatMap(([, points]) =>
    points.flatMap(({ at, value }, index) => {
      const end = points.slice(index).find((point) => point.at - at >= STRETCH_MS);
      return end === undefined ? [] : [(end.value - value) / ((end.at - at) / 1000)];
    }),
  );

/**
 * What no process of a kind may ever take, however short its life: a buffer of 32 MiB for the burn, one for what is read back, Node itself. And
 * what a daemon may take that has eight drives at work: 0.34 were seen at most, and 0.9 where it asked the drives in vain for ever.
 */
const CEILINGS = [
  { name: 'most memory of a worker, MiB', taken: mostOfEach('workers'), limit: 256 },
  { name: 'most memory of a home, MiB', taken: mostOfEach('homes'), limit: 192 },
  { name: 'share of a core of the daemon in three minutes', taken: sharesOfACore, limit: 0.6 },
];

/**
 * @param {any[]} samples
 * @returns {{ name: string, limit: number, most: number, held: boolean }[]}
 */
export const judgeCeilings = (samples) =>
  CEILINGS.map(({ name, taken, limit }) => {
    const most = Math.max(0, ...taken(samples).filter(Number.isFinite));
    return { name, limit, most, held: most <= limit };
  });

/** How the memory of each went on: seconds of the run and MiB, for who wants to see why a verdict fell. */
export const memoryOfEach = (samples) =>
  Object.fromEntries(
    ['workers', 'homes'].map((group) => {
      const series = {};
      for (const sample of samples)
        for (const { pid, rssKiB } of sample[group])
          (series[pid] ??= []).push([Math.round(sample.atMs / 1000), Math.round(rssKiB / 1024)]);
      return [group, series];
    }),
  );
