import { describe, expect, it } from 'vitest';
import { recordedSessions } from '../../../src/drive/recorded-sessions.js';
import type { Track } from '../../../src/drive/medium.js';
import { aMedium } from '../../support/drive-report.js';

const track = (number: number, session: number, start: number, more: Partial<Track> = {}): Track => ({
  number,
  session,
  start,
  length: 1000,
  free: 0,
  blank: false,
  reserved: false,
  damaged: false,
  data: true,
  ...more,
});

describe('the sessions of a medium', () => {
  it('are those in which anything was recorded, the open one too', () => {
    const tracks = [
      track(1, 1, 0),
      track(2, 2, 12_400),
      track(3, 3, 20_300),
      track(4, 3, 21_300, { blank: true }),
    ];
    const medium = { ...aMedium('cd-r'), sessions: 2, tracks, readable: 21_300 };
    expect(recordedSessions(medium)).toEqual([
      { number: 1, closed: true, start: 0, blocks: 1000, volumeStart: 0 },
      { number: 2, closed: true, start: 12_400, blocks: 1000, volumeStart: 12_400 },
      { number: 3, closed: false, start: 20_300, blocks: 1000, volumeStart: 20_300 },
    ]);
  });

  it('have a volume where their first track of data begins', () => {
    // An enhanced CD: music, then a session of data. A mixed one has data behind or before its music.
    const tracks = [
      track(1, 1, 0, { data: false }),
      track(2, 1, 1000, { data: false }),
      track(3, 2, 13_400),
      track(4, 2, 14_400, { data: false }),
    ];
    const medium = { ...aMedium('cd-r'), sessions: 2, tracks, readable: 15_400 };
    expect(recordedSessions(medium).map(({ blocks, volumeStart }) => [blocks, volumeStart])).toEqual([
      [2000, undefined],
      [2000, 13_400],
    ]);
  });

  it('are one where a medium is overwritten in place, and none where nothing is on it', () => {
    const { overwritable, ...blank } = aMedium('dvd+rw');
    expect(recordedSessions({ overwritable, ...blank, contents: 'none' })).toEqual([]);
    const used = { contents: 'volume', readable: 5000, used: 700 } as const;
    expect(recordedSessions({ overwritable, ...blank, ...used })).toEqual([
      { number: 1, closed: true, start: 0, blocks: 700, volumeStart: 0 },
    ]);
  });
});
