import { describe, expect, it } from 'vitest';
import { formerRecordingMark, recordingMark } from '../../../src/drive/medium-fingerprint.js';
import type { Track } from '../../../src/drive/medium.js';

const track = (number: number, start: number, change: Partial<Track> = {}): Track => ({
  number,
  session: number,
  start,
  length: 1000,
  free: 0,
  blank: false,
  reserved: false,
  damaged: false,
  data: true,
  ...change,
});

const FIRST = 'ab'.repeat(32);
const RECORDED = [track(1, 0), track(2, 11_400)];
const INVISIBLE = track(3, 20_000, { blank: true });

describe('the mark of a recording', () => {
  it('is the same where a drive tells no track that is blank, and where it takes the medium for a pressed one', () => {
    const mark = recordingMark({ kind: 'cd-r', sessions: 2, tracks: [...RECORDED, INVISIBLE] }, FIRST);
    expect(recordingMark({ kind: 'cd-r', sessions: 2, tracks: RECORDED }, FIRST)).toBe(mark);
    expect(recordingMark({ kind: 'cd-rom', sessions: 2, tracks: RECORDED }, FIRST)).toBe(mark);
  });

  it('is another one after another session, on another family of media, and of other first blocks', () => {
    const of = (change: Partial<Parameters<typeof recordingMark>[0]>, first = FIRST): string =>
      recordingMark({ kind: 'dvd+r', sessions: 2, tracks: RECORDED, ...change }, first);
    const marks = [
      of({}),
      of({ sessions: 3, tracks: [...RECORDED, track(3, 20_000)] }),
      of({ kind: 'bd-r' }),
      of({}, 'cd'.repeat(32)),
    ];
    expect(new Set(marks).size).toBe(marks.length);
  });

  it('was made with the kind and with all tracks before', () => {
    // SHA-256 of {"firstBlocks":"abab…","kind":"cd-r","sessions":2,"starts":[0,11400,20000]}, by sha256sum.
    expect(formerRecordingMark({ kind: 'cd-r', sessions: 2, tracks: [...RECORDED, INVISIBLE] }, FIRST)).toBe(
      '4db9e9a00b783ebe41677b9fc5bd551f54eac8a06f159266904451a00da93552',
    );
  });
});
