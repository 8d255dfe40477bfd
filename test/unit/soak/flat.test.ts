import { describe, expect, it } from 'vitest';
import { judgeFlatness } from '../../soak/flat.mjs';

const SECONDS = 1000;
const PID = 7;

/** What a daemon of 20 minutes was seen to take, every 5 s. */
const samplesOf = (rssAt: (second: number) => number) =>
  Array.from({ length: 240 }, (_, index) => ({
    atMs: index * 5 * SECONDS,
    pid: PID,
    rss: rssAt(index * 5),
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

  it('is not judged when the daemon lived for five minutes only', () => {
    const short = samplesOf(() => 100).slice(0, 60);
    expect(judgeFlatness({ samples: short, rests: [] })[0]).toMatchObject({ lives: 0 });
  });
});
