import { describe, expect, it } from 'vitest';
import { type DescribedSet, phaseOf, placeSets } from '../../../src/image/dvd-video-layout.js';
import { VideoProblems } from '../../../src/image/video-problems.js';

/** A set whose backup follows at once. */
const bare = (ifoSectors: number, start?: number): DescribedSet => ({
  path: '/VIDEO_TS/x.IFO',
  start,
  lastSector: 2 * ifoSectors - 1,
  ifoSectors,
  menu: { at: 0, sectors: 0 },
  titles: { at: 0, sectors: [] },
});

const placed = (sets: readonly DescribedSet[]) => placeSets(sets, new VideoProblems());

describe('where VIDEO_TS.IFO begins', () => {
  it('is an ECC block where it may', () => {
    expect(phaseOf([bare(16)], placed([bare(16)]))).toBe(0);
  });

  it('is so far behind one that the backup lies in the next', () => {
    expect(phaseOf([bare(2)], placed([bare(2)]))).toBe(14);
    expect(phaseOf([bare(5)], placed([bare(5)]))).toBe(11);
  });

  it('is nowhere where two sets want different places', () => {
    const sets = [bare(2), bare(2, 4)];
    expect(phaseOf(sets, placed(sets))).toBeUndefined();
  });
});

describe('sets', () => {
  it('lie where titles say, or behind each other', () => {
    const sets = [bare(16), bare(2, 100), bare(3)];
    expect(placed(sets).map(({ ifo, bup }) => [ifo, bup])).toEqual([
      [0, 16],
      [100, 102],
      [104, 107],
    ]);
  });

  it('that would overlap are a problem', () => {
    const problems = new VideoProblems();
    placeSets([bare(16), bare(2, 31)], problems);
    expect(() => {
      problems.refuse('dvd-video-invalid');
    }).toThrow('is to begin at sector 31, where what comes before reaches up to sector 32');
  });
});
