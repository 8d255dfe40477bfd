import { describe, expect, it } from 'vitest';
import { differences } from '../../../src/burn/proof.js';
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
