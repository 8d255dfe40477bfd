import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../src/api/range.js';
import { SpindleError } from '../../../src/errors.js';

describe('a Range header, RFC 9110 §14', () => {
  // The examples of §14.1.2 for a representation of 10,000 bytes.
  it.each([
    ['bytes=0-499', { first: 0, last: 499 }],
    ['bytes=500-999', { first: 500, last: 999 }],
    ['bytes=-500', { first: 9500, last: 9999 }],
    ['bytes=9500-', { first: 9500, last: 9999 }],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=-1', { first: 9999, last: 9999 }],
    ['bytes=0-99999', { first: 0, last: 9999 }],
    ['bytes=-99999', { first: 0, last: 9999 }],
    ['Bytes=1-2', { first: 1, last: 2 }],
    [`bytes=3-${'9'.repeat(400)}`, { first: 3, last: 9999 }],
    [`bytes=-${'9'.repeat(400)}`, { first: 0, last: 9999 }],
  ])('%s names bytes', (header, range) => {
    expect(parseRange(header, 10_000)).toEqual(range);
  });

  it.each([
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=9-1',
    'bytes=0-1,5-6',
    'lines=0-1',
    'bytes=a-b',
    'bytes=1 2-30',
    'bytes=1-2;',
    '=1-2',
  ])('%s asks for the whole', (header) => {
    expect(parseRange(header, 10_000)).toBeUndefined();
  });

  it.each(['bytes=10000-', 'bytes=10000-10001', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    '%s lies outside',
    (header) => {
      expect(() => parseRange(header, 10_000)).toThrow(SpindleError);
    },
  );
});
