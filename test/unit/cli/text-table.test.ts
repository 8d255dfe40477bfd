import { describe, expect, it } from 'vitest';
import { textTable } from '../../../src/cli/text-table.js';

describe('a table', () => {
  const table = (width?: number): string[] =>
    textTable(['JOB', 'WHY'], [['1', 'the disc is full, and no other one is there']], width).split('\n');

  it('tells all where nothing bounds it', () => {
    expect(table()).toEqual(['JOB  WHY', '1    the disc is full, and no other one is there']);
  });

  it('is no wider than the terminal, and shows where something is left out', () => {
    expect(table(20)).toEqual(['JOB  WHY', '1    the disc is fu…']);
    expect(table(48)).toEqual(table());
  });
});
