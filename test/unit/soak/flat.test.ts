import { describe, expect, it } from 'vitest';
import { judgeCeilings, judgeFlatness } from '../../soak/flat.mjs';

const SECONDS = 1000;
const PID = 7;

/** What a daemon of 26 minutes was seen to take, every 5 s. */
const samplesOf = (rssAt: (second: number) => number) =>
  Array.from({ length: 312 }, (_, index) => ({
    atMs: index * 5 * SECONDS,
    pid: PID,
    besideHeap: rssAt(index * 5),
    workers: [],
    homes: [],
  }));

const memory = (rssAt: (second: number) => number) =>
  judgeFlatness({ samples: samplesOf(rssAt), rests: [] }).find(({ name }) =>
    name.startsWith('memory of the daemon'),
  );

describe('the memory of a daemon', () => {
  it('is flat when it grew at first and jumps about since', () => {
    const saw = (second: number) => Math.min(second, 200) / 4 + 100 + (second % 60) / 3;
    expect(memory(saw)).toMatchObject({ lives: 1, flat: true });
  });

  it('is flat when single samples are far off', () => {
    expect(memory((second) => (second % 200 === 195 ? 900 : 120))).toMatchObject({ flat: true });
  });

  it('is not flat when it grows by 3 MiB a minute, however much it jumps about', () => {
    expect(memory((second) => 100 + second / 20 + (second % 60) / 3)).toMatchObject({
      lives: 1,
      flat: false,
    });
  });

  it('is not judged when the daemon lived for 19 minutes only', () => {
    const short = samplesOf(() => 100).slice(0, 19 * 12);
    expect(judgeFlatness({ samples: short, rests: [] })[0]).toMatchObject({ lives: 0 });
  });
});

describe('a measure of which no life was judged', () => {
  const withoutHomes = (minutes: number) =>
    judgeFlatness({ samples: workerOf(minutes, () => 90), rests: [] }).find(
      ({ name }) => name === 'memory of a home, MiB',
    );

  it('is no violation of a short run, and one from an hour on', () => {
    expect(withoutHomes(59)).toMatchObject({ lives: 0, flat: true });
    expect(withoutHomes(61)).toMatchObject({ lives: 0, flat: false });
  });
});

/** What a worker was seen to take, every 5 s for so many minutes. */
const workerOf = (minutes: number, mibAt: (second: number) => number) =>
  Array.from({ length: minutes * 12 }, (_, index) => ({
    atMs: index * 5 * SECONDS,
    pid: PID,
    workers: [{ pid: 9, rssKiB: mibAt(index * 5) * 1024, descriptors: 20, threads: 12 }],
    homes: [],
  }));

const memoryOfWorker = (minutes: number, mibAt: (second: number) => number) =>
  judgeFlatness({ samples: workerOf(minutes, mibAt), rests: [] }).find(
    ({ name }) => name === 'memory of a worker, MiB',
  );

describe('the memory of a worker', () => {
  const fillsAt4 = (second: number) => (second < 4 * 60 ? 80 : 130);

  it('is not judged by the minutes in which its first burn fills its buffers', () => {
    expect(memoryOfWorker(12, fillsAt4)).toMatchObject({ lives: 0 });
    expect(memoryOfWorker(25, fillsAt4)).toMatchObject({ lives: 1, flat: true });
  });

  it('is flat when it is a saw whose teeth take minutes, wherever its life ends', () => {
    const saw = (second: number) => 90 + (second % 400) / 10;
    for (const minutes of [21, 23, 26, 31])
      expect(memoryOfWorker(minutes, saw)).toMatchObject({ lives: 1, flat: true });
  });

  it('is not flat when such a saw drifts upwards', () => {
    const drifting = (second: number) => 90 + (second % 400) / 10 + second / 30;
    expect(memoryOfWorker(31, drifting)).toMatchObject({ lives: 1, flat: false });
  });

  it('is not flat when it goes on growing', () => {
    expect(memoryOfWorker(25, (second) => 80 + second / 20)).toMatchObject({ lives: 1, flat: false });
  });

  it('may at no moment be more than its ceiling, not even in a short life', () => {
    const most = (mib: number) => judgeCeilings(workerOf(1, (second) => (second === 30 ? mib : 90)))[0];
    expect(most(170)).toMatchObject({ held: true, most: 170 });
    expect(most(300)).toMatchObject({ held: false });
  });
});

describe('the processor time of a daemon', () => {
  /** Shares of a core, second by second. */
  const held = (shareAt: (second: number) => number) => {
    let cpu = 0;
    const samples = samplesOf(() => 100).map((sample, index) => {
      cpu += 5 * shareAt(index * 5);
      return { ...sample, cpu };
    });
    return judgeCeilings(samples).find(({ name }) => name.startsWith('share of a core'));
  };

  it('may be all of a core for a minute', () => {
    expect(held((second) => (second % 300 < 60 ? 1 : 0.2))).toMatchObject({ held: true });
  });

  it('may not be most of a core for three, as of a daemon that comes never to rest', () => {
    expect(held((second) => (second > 600 && second < 800 ? 0.88 : 0.2))).toMatchObject({ held: false });
  });
});
