import { describe, expect, it } from 'vitest';
import { judgeOf, type TreeFilter } from '../../../src/image/globs.js';

const verdict = (filter: Partial<TreeFilter>, path: string): string => {
  const judge = judgeOf({ include: [], exclude: [], ...filter });
  return judge(path.replace(/\/$/, ''), { isDirectory: path.endsWith('/'), isWithinTaken: false });
};

describe('what of a tree is taken', () => {
  it.each([
    // As gitignore(5) has it: without a slash a name at any depth, with one a path.
    ['*.jpg', 'a.jpg', 'taken'],
    ['*.jpg', 'deep/er/a.jpg', 'taken'],
    ['*.jpg', 'a.jpg.txt', 'left-out'],
    ['?.jpg', 'ab.jpg', 'left-out'],
    ['raw/*.jpg', 'raw/a.jpg', 'taken'],
    ['raw/*.jpg', 'raw/x/a.jpg', 'left-out'],
    ['raw/*.jpg', 'other/raw/a.jpg', 'left-out'],
    ['raw/**/*.jpg', 'raw/a.jpg', 'taken'],
    ['raw/**/*.jpg', 'raw/x/y/a.jpg', 'taken'],
    ['**/x/*', 'a/b/x/c', 'taken'],
    ['raw/', 'raw', 'left-out'],
    ['raw/', 'deep/raw/', 'taken'],
    ['raw', 'other/', 'searched'],
    ['*', 'ä', 'taken'],
    ['?', '🎵', 'taken'],
    ['a.jpg', 'axjpg', 'left-out'],
    ['[a]', 'a', 'left-out'],
    ['[a]', '[a]', 'taken'],
  ])('by %s: %s is %s', (pattern, path, expected) => {
    expect(verdict({ include: [pattern] }, path)).toBe(expected);
  });

  it('leaves out what is excluded, whatever is included', () => {
    expect(verdict({ exclude: ['*.o'] }, 'a.o')).toBe('left-out');
    expect(verdict({ exclude: ['*.o'] }, 'a.c')).toBe('taken');
    expect(verdict({ include: ['*'], exclude: ['node_modules/'] }, 'deep/node_modules/')).toBe('left-out');
  });
});
