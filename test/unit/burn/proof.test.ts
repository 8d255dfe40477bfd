import { describe, expect, it } from 'vitest';
import { differences } from '../../../src/burn/proof.js';
import type { Medium } from '../../../src/drive/medium.js';
import { aMedium } from '../../support/drive-report.js';

describe('a DVD+R that its drive calls a DVD-ROM', () => {
  const rom = (status: 'complete' | 'appendable') => ({
    ...aMedium('dvd+r'),
    kind: 'dvd-rom' as const,
    status,
  });

  it('is what was foretold once it is closed', () => {
    expect(differences({ kind: 'dvd+r', status: 'complete' }, rom('complete'))).toEqual([]);
  });

  it('is another medium before, and instead of a DVD-R', () => {
    expect(differences({ kind: 'dvd+r', status: 'appendable' }, rom('appendable'))).toHaveLength(1);
    expect(differences({ kind: 'dvd-r', status: 'complete' }, rom('complete'))).toHaveLength(1);
  });
});

describe('a format that was to be ended', () => {
  const expected = { kind: 'dvd+rw', formatted: true, formatRunning: false } as const;
  const left = (backgroundFormat: Medium['backgroundFormat']) =>
    differences(expected, aMedium('dvd+rw', { formatted: true, backgroundFormat }));

  it('was not where the medium says that it goes on', () => {
    expect(left('running')).toEqual(['that a format runs in the background is true, not false']);
  });

  it('was where it stopped, or came to its end', () => {
    expect(left('started')).toEqual([]);
    expect(left('complete')).toEqual([]);
  });
});
