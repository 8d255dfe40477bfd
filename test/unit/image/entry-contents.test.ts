import { describe, expect, it } from 'vitest';
import { fileContents } from '../../../src/image/draft/entry-contents.js';
import { ROOT, Tree } from '../../../src/image/tree.js';

describe('a file that nobody gave contents', () => {
  const contentsOf = (bytes: number) => {
    const tree = new Tree(0n);
    const entry = tree.addFile(ROOT, 'file', bytes);
    tree.adopt(entry);
    return fileContents(tree, entry);
  };

  it('is empty', () => {
    expect(contentsOf(0)).toEqual({ from: 'memory', bytes: new Uint8Array() });
  });

  it('is a bug where it has bytes, rather than served as an empty one', () => {
    expect(() => contentsOf(1)).toThrow('come from nowhere');
  });
});
