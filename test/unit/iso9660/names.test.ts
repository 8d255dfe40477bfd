import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isoNaming as namingByRules, volumeIdentifier } from '../../../src/iso9660/iso-names.js';
import { enhancedNaming } from '../../../src/iso9660/enhanced-names.js';
import { compareIso } from '../../../src/iso9660/identifier-order.js';
import { isoRules, type Relaxation } from '../../../src/iso9660/iso-rules.js';
import { compareStrings, jolietNaming, nameEntries } from '../../../src/iso9660/names.js';

const isoNaming = (level: 1 | 2 | 3, ...relaxed: Relaxation[]) => namingByRules(isoRules(level, relaxed));

const file = (name: string) => ({ name, directory: false });
const directory = (name: string) => ({ name, directory: true });
const files = (level: 1 | 2 | 3, ...names: string[]): string[] =>
  nameEntries(names.map(file), isoNaming(level));
const joliet = (...names: string[]): string[] => nameEntries(names.map(file), jolietNaming(64));

const shownByReaders = (identifier: string): string => identifier.replace(/;1$/, '').replace(/(?<=.)\.$/, '');

const anyName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((name) => !/[/\0]/.test(name));
const anyDirectory = fc.uniqueArray(fc.record({ name: anyName, directory: fc.boolean() }), {
  selector: ({ name }) => name,
  maxLength: 30,
});

describe('ISO 9660 identifiers', () => {
  it.each([
    ['readme.txt', 'README.TXT;1'],
    ['Makefile', 'MAKEFILE.;1'],
    ['archive.tar.gz', 'ARCHIVE_.GZ;1'],
    ['.profile', '_PROFILE.;1'],
    ['ends with dot.', 'ENDS_WIT.;1'],
    ['éclair.jpeg', 'ECLAIR.JPE;1'],
    ['日本.txt', '__.TXT;1'],
  ])('level 1 makes 8.3 of %s', (name, expected) => {
    expect(files(1, name)).toEqual([expected]);
  });

  it('level 2 keeps 30 characters, and those of a usual extension rather than of the stem', () => {
    expect(files(2, `${'a'.repeat(40)}.jpeg`)).toEqual([`${'A'.repeat(26)}.JPEG;1`]);
    expect(files(2, `a.${'b'.repeat(40)}`)).toEqual([`A.${'B'.repeat(29)};1`]);
  });

  it('directories have neither dot nor version', () => {
    expect(nameEntries([directory('lib.so.1')], isoNaming(1))).toEqual(['LIB_SO_1']);
    expect(nameEntries([directory('d'.repeat(40))], isoNaming(3))).toEqual(['D'.repeat(31)]);
  });

  it('numbers all but the first of those that want one name', () => {
    expect(files(1, 'long name a.txt', 'long name b.txt', 'long name c.txt')).toEqual([
      'LONG_NAM.TXT;1',
      'LONG_NA1.TXT;1',
      'LONG_NA2.TXT;1',
    ]);
  });

  it('leaves its name to a file that has it already, wherever it stands', () => {
    expect(files(1, 'readme', 'README')).toEqual(['README1.;1', 'README.;1']);
    expect(files(1, 'long name a.txt', 'long_na1.txt', 'long name b.txt', 'LONG_NA1.TXT')).toEqual([
      'LONG_NAM.TXT;1',
      'LONG_NA2.TXT;1',
      'LONG_NA3.TXT;1',
      'LONG_NA1.TXT;1',
    ]);
  });

  // What bsdtar and the kernel show: no version, then no dot at the end.
  it('are told apart by what readers show of them, files and directories together', () => {
    expect(nameEntries([directory('FOO'), file('foo')], isoNaming(1))).toEqual(['FOO', 'FOO1.;1']);
    expect(nameEntries([file('FOO'), directory('foo'), directory('foo1')], isoNaming(1))).toEqual([
      'FOO.;1',
      'FOO2',
      'FOO1',
    ]);
  });

  it('takes room for its number from a long extension where the stem has none', () => {
    const names = Array.from({ length: 12 }, (_, index) => `a.${'b'.repeat(40)}${index}`);
    expect(files(2, ...names).at(-1)).toBe(`A11.${'B'.repeat(27)};1`);
  });

  it('is quick when a hundred thousand names want the same eight characters', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `photograph ${index}.jpg`);
    expect(new Set(files(1, ...names)).size).toBe(names.length);
  });

  it.each([1, 2, 3] as const)('level %i: d-characters only, never too long, never twice', (level) => {
    fc.assert(
      fc.property(anyDirectory, (entries) => {
        const identifiers = nameEntries(entries, isoNaming(level));
        expect(new Set(identifiers.map(shownByReaders)).size).toBe(entries.length);
        for (const [index, identifier] of identifiers.entries()) {
          if (entries[index]?.directory === true)
            expect(identifier).toMatch(level === 1 ? /^[A-Z0-9_]{1,8}$/ : /^[A-Z0-9_]{1,31}$/);
          else {
            expect(identifier).toMatch(
              level === 1 ? /^[A-Z0-9_]{0,8}\.[A-Z0-9_]{0,3};1$/ : /^[A-Z0-9_]*\.[A-Z0-9_]*;1$/,
            );
            expect(identifier.length).toBeLessThanOrEqual(33);
          }
        }
      }),
    );
  });

  // ECMA-119 §9.3, word for word: name, extension, version, each filled with spaces to the length of the longer one
  it('sorts as the standard compares', () => {
    const parts = (identifier: string): string[] => {
      const [stem = '', extension = ''] = identifier.replace(/;1$/, '').split('.');
      return [stem.padEnd(31, ' '), extension.padEnd(31, ' ')];
    };
    const standard = (a: string, b: string): number => {
      const [stemA = '', extensionA = ''] = parts(a);
      const [stemB = '', extensionB = ''] = parts(b);
      return compareStrings(stemA, stemB) || compareStrings(extensionA, extensionB);
    };
    const { sortKey } = isoNaming(3);
    const identifier = fc.stringMatching(/^[A-Z0-9_]{0,4}\.[A-Z0-9_]{0,4};1$/);
    fc.assert(
      fc.property(identifier, identifier, (a, b) => {
        expect(compareStrings(sortKey(a), sortKey(b))).toBe(standard(a, b));
      }),
    );
    expect(
      ['A.T1;1', 'A.T;1', 'A.;1', 'A0.;1'].sort((a, b) => compareStrings(sortKey(a), sortKey(b))),
    ).toEqual(['A.;1', 'A.T;1', 'A.T1;1', 'A0.;1']);
  });
});

describe('Joliet identifiers', () => {
  it('keep what is legal, and case, and characters beyond the basic plane', () => {
    expect(joliet('ReadMe', 'readme', 'Жук 🎵.ogg')).toEqual(['ReadMe', 'readme', 'Жук 🎵.ogg']);
  });

  it.each([
    ['what?*.txt', 'what__.txt'],
    ['a:b;c\\d', 'a_b_c_d'],
    ['tab\there', 'tab_here'],
    ['half \ud83c pair', 'half _ pair'],
    ['ends with a dot.', 'ends with a dot_'],
    ['ends with a space ', 'ends with a space_'],
  ])('replace what is not: %j', (name, expected) => {
    expect(joliet(name)).toEqual([expected]);
  });

  it('shorten the stem and keep the extension', () => {
    expect(joliet(`${'x'.repeat(80)}.jpeg`)).toEqual([`${'x'.repeat(59)}.jpeg`]);
    expect(nameEntries([file('y'.repeat(120))], jolietNaming(103))).toEqual(['y'.repeat(103)]);
  });

  it('never cut a pair of surrogates in two', () => {
    const [identifier = ''] = joliet(`${'z'.repeat(63)}🎵`);
    expect(identifier).toBe('z'.repeat(63));
  });

  it('number names that become one', () => {
    expect(joliet(`${'x'.repeat(80)}1.txt`, `${'x'.repeat(80)}2.txt`)).toEqual([
      `${'x'.repeat(60)}.txt`,
      `${'x'.repeat(58)}~1.txt`,
    ]);
  });
});

describe('The volume identifier', () => {
  it('is 32 d-characters', () => {
    expect(volumeIdentifier('Café photos, 2024 – a long title indeed')).toBe(
      'CAFE_PHOTOS__2024___A_LONG_TITLE',
    );
  });
});

describe('Relaxed identifiers', () => {
  const relaxed = (name: string, ...rules: Relaxation[]): string =>
    nameEntries([file(name)], isoNaming(3, ...rules))[0] ?? '';

  it.each<[string, Relaxation[], string]>([
    ['Makefile.am', ['lower-case'], 'Makefile.am;1'],
    ['a b+c.txt', ['ascii'], 'A B+C.TXT;1'],
    ['a b+c;d.txt', ['ascii', 'lower-case'], 'a b+c_d.txt;1'],
    ['a.b.tar.gz', ['many-dots'], 'A.B.TAR.GZ;1'],
    ['readme.txt', ['no-version'], 'README.TXT'],
    ['makefile', ['no-version'], 'MAKEFILE'],
    ['x'.repeat(50), ['long-names', 'no-version'], 'X'.repeat(36)],
    [`${'x'.repeat(50)}.html`, ['long-names'], `${'X'.repeat(32)}.HTML;1`],
  ])('of %s, %j, are %s', (name, rules, expected) => {
    expect(relaxed(name, ...rules)).toBe(expected);
  });

  it('of directories may have dots and 37 characters', () => {
    const naming = isoNaming(3, 'many-dots', 'long-names');
    expect(nameEntries([directory(`lib.so.${'1'.repeat(40)}`)], naming)).toEqual([
      `LIB.SO.${'1'.repeat(30)}`,
    ]);
  });

  const RULES: readonly Relaxation[] = ['lower-case', 'ascii', 'many-dots', 'long-names', 'no-version'];

  it('of whatever rules look different to readers, and end in no dot of their own', () => {
    fc.assert(
      fc.property(fc.subarray([...RULES]), anyDirectory, (rules, entries) => {
        const identifiers = nameEntries(entries, isoNaming(3, ...rules));
        expect(new Set(identifiers.map(shownByReaders)).size).toBe(entries.length);
        expect(identifiers.filter((identifier) => identifier.endsWith('.'))).toEqual([]);
      }),
    );
  });

  it.each<[string, string]>([
    ['a.', 'A_'],
    ['...', '.._'],
    [`${'x'.repeat(29)}..y.`, `${'X'.repeat(29)}_`],
  ])('without version, of %s, do not end in a dot: %s', (name, expected) => {
    expect(relaxed(name, 'many-dots', 'no-version')).toBe(expected);
    expect(nameEntries([directory('a.')], isoNaming(3, 'many-dots'))).toEqual(['A_']);
    expect(
      nameEntries([file('a'), file('a.'), directory('a_')], isoNaming(3, 'many-dots', 'no-version')),
    ).toEqual(['A', 'A_', 'A_1']);
  });

  // facts of ECMA-119 §9.3: names are compared before extensions, as if spaces filled them
  it('are sorted by name and then extension, also where a character comes before the dot', () => {
    const { sortKey } = isoNaming(3, 'ascii');
    const sorted = ['A-B.TXT;1', 'A.TXT;1', 'A!.TXT;1', 'A;1'].sort((a, b) =>
      compareStrings(sortKey(a), sortKey(b)),
    );
    expect(sorted).toEqual(['A;1', 'A.TXT;1', 'A!.TXT;1', 'A-B.TXT;1']);
  });

  it('stand in the order in which the validator compares them, however many dots they have', () => {
    const { sortKey } = isoNaming(3, 'ascii', 'many-dots', 'lower-case');
    const bytes = (identifier: string) => new TextEncoder().encode(identifier);
    const identifier = fc.stringMatching(/^[ .a-]{1,6};1$/);
    fc.assert(
      fc.property(identifier, identifier, (a, b) => {
        expect(Math.sign(compareIso(bytes(a), bytes(b)))).toBe(compareStrings(sortKey(a), sortKey(b)));
      }),
    );
    const names = ['a.b-c.x;1', 'a.b.x;1', 'a.b;1'];
    expect(names.sort((a, b) => compareStrings(sortKey(a), sortKey(b)))).toEqual([
      'a.b;1',
      'a.b.x;1',
      'a.b-c.x;1',
    ]);
    expect(compareIso(bytes('a.b.x;1'), bytes('a.b-c.x;1'))).toBeLessThan(0);
  });
});

describe('Identifiers of ISO 9660:1999', () => {
  const naming = enhancedNaming(
    (name) => new TextEncoder().encode(name),
    (bytes) => new TextDecoder().decode(bytes),
  );
  const named = (...names: string[]): string[] => nameEntries(names.map(file), naming).map(naming.shown);

  it('are the names as they are, up to 207 bytes', () => {
    const names = ['Ünïcode.tar.gz', 'a;b:c*', 'x'.repeat(207)];
    expect(named(...names)).toEqual(names);
  });

  it('are cut between characters, keep their extension and get numbers', () => {
    const name = `${'ж'.repeat(120)}.txt`;
    expect(named(name)).toEqual([`${'ж'.repeat(101)}.txt`]);
    expect(named(name, `ж${name}`)[1]).toBe(`${'ж'.repeat(100)}~1.txt`);
  });
});
