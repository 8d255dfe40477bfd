import { describe, expect, it } from 'vitest';
import { checkWhereFrom } from '../../../src/api/origin-guard.js';
import type { SpindleError } from '../../../src/errors.js';

const refusal = (headers: Record<string, string>, method = 'GET'): string | undefined => {
  try {
    checkWhereFrom(
      { method, headers },
      { allowedHosts: ['burner.example'], allowedOrigins: ['https://proxy.example'] },
    );
    return undefined;
  } catch (error) {
    return (error as SpindleError).code;
  }
};

describe('the Host header', () => {
  it.each([
    'localhost',
    'localhost:8470',
    'LOCALHOST:1',
    '127.0.0.1:8470',
    '[::1]:8470',
    'burner.example:80',
  ])('may be %s', (host) => {
    expect(refusal({ host })).toBeUndefined();
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    'xburner.example',
    '[::2]:1',
  ])('may not be %s', (host) => {
    expect(refusal({ host })).toBe('host-not-allowed');
  });
});

describe('the Origin header', () => {
  const host = '127.0.0.1:8470';

  it.each(['http://127.0.0.1:8470', 'https://proxy.example', 'HTTPS://Proxy.Example'])(
    'may be %s',
    (origin) => {
      expect(refusal({ host, origin })).toBeUndefined();
    },
  );

  it.each([
    'http://127.0.0.1:8471',
    'http://localhost:8470',
    'http://evil.example',
    'null',
    '',
    'https://proxy.example.evil',
  ])('may not be %j', (origin) => {
    expect(refusal({ host, origin })).toBe('origin-not-allowed');
  });

  it('is not needed by programs', () => {
    expect(refusal({ host }, 'POST')).toBeUndefined();
  });
});

describe('what browsers say of a request without Origin', () => {
  const host = 'localhost:8470';

  it.each(['cross-site', 'same-site'])('refuses what a page of another site loads (%s)', (site) => {
    expect(refusal({ host, 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).toBe('origin-not-allowed');
  });

  it('lets a person follow a link to the dashboard', () => {
    const link = {
      host,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(refusal(link)).toBeUndefined();
    expect(refusal(link, 'POST')).toBe('origin-not-allowed');
    expect(refusal({ ...link, 'sec-fetch-dest': 'iframe' })).toBe('origin-not-allowed');
  });

  it('lets the dashboard load its own files', () => {
    expect(refusal({ host, 'sec-fetch-site': 'same-origin' })).toBeUndefined();
    expect(refusal({ host, 'sec-fetch-site': 'none' })).toBeUndefined();
  });
});
