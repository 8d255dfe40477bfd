import { describe, expect, it } from 'vitest';
import { runOutAtEnd } from '../../../src/drive/run-out.js';

describe('what may be run-out at the end of a medium', () => {
  it.each([
    ['cd-r', 2],
    ['cd-rw', 2],
    ['cd-rom', 2],
    ['dvd+r', 0],
    ['dvd-rw', 0],
    ['bd-r', 0],
  ] as const)('is of %s: %i', (kind, expected) => {
    expect(runOutAtEnd(kind)).toBe(expected);
  });
});
