import { describe, expect, it } from 'vitest';
import { warnOfChangedNames } from '../../../src/cli/changed-names.js';

const changed = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    path: `/${index}`,
    fileSystem: 'joliet',
    recordedAs: `${index}_`,
  }));

describe('names that are changed', () => {
  it('are told one by one', () => {
    expect([...warnOfChangedNames(changed(2))]).toEqual([
      'warning: /0 becomes 0_ in joliet',
      'warning: /1 becomes 1_ in joliet',
    ]);
  });

  it('are counted where there are too many to be read', () => {
    const lines = [...warnOfChangedNames(changed(1002))];
    expect(lines).toHaveLength(1001);
    expect(lines.at(-1)).toBe('warning: 2 more names are changed or left out');
  });

  it('are counted where not all of them are listed', () => {
    expect([...warnOfChangedNames(changed(1), 8)].at(-1)).toBe(
      'warning: 7 more names are changed or left out',
    );
  });
});
