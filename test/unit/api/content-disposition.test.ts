import { describe, expect, it } from 'vitest';
import { asAttachment } from '../../../src/api/content-disposition.js';

describe('Content-Disposition', () => {
  it.each([
    ['plain.iso', 'attachment; filename="plain.iso"'],
    // RFC 6266 §5, of which the fallback is ours.
    ['€ rates', `attachment; filename="_ rates"; filename*=UTF-8''%E2%82%AC%20rates`],
    ['a"b\\c', `attachment; filename="a_b_c"; filename*=UTF-8''a%22b%5Cc`],
    [
      'a\r\nset-cookie: b',
      `attachment; filename="a__set-cookie: b"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20b`,
    ],
    [
      "50%(it's)*\u{1f4bf}",
      `attachment; filename="50_(it's)*_"; filename*=UTF-8''50%25%28it%27s%29%2A%F0%9F%92%BF`,
    ],
  ])('names %j as clients read it', (name, header) => {
    expect(asAttachment(name)).toBe(header);
  });
});
