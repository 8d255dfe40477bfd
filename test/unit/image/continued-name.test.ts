import { describe, expect, it } from 'vitest';
import { continuedName } from '../../../src/image/continued-name.js';

const PLAIN = { volumeNames: {}, asciiNames: false } as const;

describe('the name of a volume that goes on with another', () => {
  it('is in each file system what it was, unless the client says otherwise', () => {
    const were = { iso9660: 'LETTERS', joliet: 'Letters', udf: 'Letters of 2026' };
    expect(continuedName(were, PLAIN)).toEqual({ volumeIdentifier: 'Letters of 2026', volumeNames: were });
    expect(continuedName(were, { ...PLAIN, volumeNames: { joliet: 'Mail' } })?.volumeNames).toEqual({
      ...were,
      joliet: 'Mail',
    });
  });

  it('is made of the fullest one where a file system may not hold what stood there', () => {
    // genisoimage -V writes small letters and spaces into ISO 9660, too, where ECMA-119 8.4.7 has d-characters.
    expect(continuedName({ iso9660: 'My letters' }, PLAIN)).toEqual({
      volumeIdentifier: 'My letters',
      volumeNames: {},
    });
    expect(continuedName({ iso9660: 'A', joliet: 'a:b' }, PLAIN)?.volumeNames).toEqual({ iso9660: 'A' });
  });

  it('has no more characters than a name may have, and none that nobody shows', () => {
    // OSTA UDF 2.1.1: 126 characters of one byte.
    const { volumeIdentifier, volumeNames } = continuedName({ udf: 'n'.repeat(126) }, PLAIN)!;
    expect([volumeIdentifier, volumeNames]).toEqual(['n'.repeat(32), {}]);
    const split = `${'n'.repeat(31)}\u{1f4bf}`;
    expect(continuedName({ udf: split }, PLAIN)?.volumeIdentifier).toBe(`${'n'.repeat(31)}_`);
    expect(continuedName({ iso9660: 'a\tb' }, PLAIN)?.volumeIdentifier).toBe('a_b');
  });

  it('is in ASCII where that is wanted', () => {
    const were = { iso9660: 'SUED', joliet: 'Süd', udf: 'Sued' };
    expect(continuedName(were, { ...PLAIN, asciiNames: true })?.volumeNames).toEqual({
      iso9660: 'SUED',
      udf: 'Sued',
    });
  });

  it('is none where there was none', () => {
    expect(continuedName({}, PLAIN)).toBeUndefined();
  });
});
