import { linkSync, mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { isSpindleError } from '../../../src/errors.js';
import { jolietVolumeDescriptor, primaryVolumeDescriptor } from '../../../src/iso9660/volume-descriptors.js';
import { validate } from '../../../src/image/import/validate.js';
import { treeRequest, type TreeRequest } from '../../../src/image/master-request.js';
import { aTreeRequest, CREATED_AT_NS, isoBytes, masterFolder } from '../../support/mastering.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const errorOf = (act: () => unknown): { code: string; pointers: string[] } => {
  try {
    act();
  } catch (error) {
    if (isSpindleError(error))
      return { code: error.code, pointers: error.errors.map(({ pointer }) => pointer) };
    throw error;
  }
  throw new Error('nothing was refused');
};

const fill = (folder: string, names: readonly string[]): string => {
  for (const name of names) {
    writeFileSync(`${folder}/${name}`, `content of ${name}`);
    utimesSync(`${folder}/${name}`, 1_000_000, 1_000_000);
  }
  utimesSync(folder, 1_000_000, 1_000_000);
  return folder;
};

describe('A volume', () => {
  it('is the same bytes for the same tree, however the file system lists it', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `file ${index}`);
    const forth = fill(temporaryFolder(), names);
    const back = fill(temporaryFolder(), [...names].reverse());
    for (const folder of [forth, back]) {
      linkSync(`${folder}/file 7`, `${folder}/again`);
      utimesSync(folder, 1_000_000, 1_000_000);
    }
    expect((await isoBytes(forth)).equals(await isoBytes(back))).toBe(true);
  });

  it('says its name and its time in both descriptors, and its length in whole blocks', async () => {
    const bytes = await isoBytes(
      fill(temporaryFolder(), ['a']),
      aTreeRequest({ volumeIdentifier: 'Häuser 2024' }),
    );
    const primary = primaryVolumeDescriptor.decode(bytes, 16 * 2048);
    const joliet = jolietVolumeDescriptor.decode(bytes, 17 * 2048);
    expect([primary.volumeIdentifier, joliet.volumeIdentifier]).toEqual(['HAUSER_2024', 'Häuser 2024']);
    expect(primary.creationDate).toEqual({ ns: CREATED_AT_NS, zoneMinutes: 0 });
    expect(primary.volumeSpaceSize * 2048).toBe(bytes.length);
    expect(joliet.volumeSpaceSize).toBe(primary.volumeSpaceSize);
  });

  it('has no Joliet where none is wanted', async () => {
    const bytes = await isoBytes(fill(temporaryFolder(), ['a']), aTreeRequest({ joliet: false }));
    expect(bytes[17 * 2048]).toBe(255);
  });

  it('records the content of hard links once', async () => {
    const folder = fill(temporaryFolder(), []);
    writeFileSync(`${folder}/a`, Buffer.alloc(100_000, 'a'));
    const alone = (await isoBytes(folder)).length;
    linkSync(`${folder}/a`, `${folder}/b`);
    expect((await isoBytes(folder)).length).toBe(alone);
    expect(masterFolder(folder).contents.summary).toMatchObject({ files: 2, directories: 1 });
  });

  it('is counted: files, directories, small files', () => {
    const folder = fill(temporaryFolder(), ['a', 'b']);
    mkdirSync(`${folder}/c`);
    symlinkSync('a', `${folder}/d`);
    writeFileSync(`${folder}/c/large`, Buffer.alloc(65_536));
    expect(masterFolder(folder).contents.summary).toMatchObject({ files: 4, directories: 2, smallFiles: 2 });
  });
});

describe('What a volume cannot hold', () => {
  it('is a file of 4 GiB at levels 1 and 2', () => {
    const folder = temporaryFolder();
    writeFileSync(`${folder}/large`, '');
    truncateSync(`${folder}/large`, 2 ** 32);
    expect(errorOf(() => masterFolder(folder, aTreeRequest({ level: 2 })))).toEqual({
      code: 'source-too-large',
      pointers: ['/large'],
    });
    expect(masterFolder(folder).contents.summary.bytes).toBeGreaterThan(2 ** 32);
  });

  it('is more at levels 1 and 2 than one section of whole blocks in 32 bits', () => {
    // ECMA-119 §10.1: a file is one File Section there, so that its name stands once in its directory.
    const sections = (size: number, level: 2 | 3): number => {
      const folder = temporaryFolder();
      writeFileSync(`${folder}/large`, '');
      truncateSync(`${folder}/large`, size);
      const { contents } = masterFolder(folder, aTreeRequest({ level, joliet: false }));
      const metadata = Buffer.concat(
        contents.metadata.runs.flatMap(({ items }) => Array.from(items(), (piece) => Buffer.from(piece))),
      );
      return metadata.toString('latin1').split('LARGE.;1').length - 1;
    };
    expect(sections(0xffff_f800, 2)).toBe(1);
    expect(sections(0xffff_f801, 3)).toBe(2);
    expect(errorOf(() => sections(0xffff_f801, 2))).toEqual({
      code: 'source-too-large',
      pointers: ['/large'],
    });
  });

  it('is a directory at level 9 without Rock Ridge', () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/2/3/4/5/6/7/8/9/10`, { recursive: true });
    expect(errorOf(() => masterFolder(folder, aTreeRequest({ rockRidge: false })))).toEqual({
      code: 'name-invalid',
      pointers: ['/2/3/4/5/6/7/8/9'],
    });
  });
});

describe('Names that a file system changes', () => {
  const names = ['plain.txt', 'Long name with blanks.text', 'colon: forbidden', `${'n'.repeat(250)}.txt`];
  const warned = (differences: Parameters<typeof aTreeRequest>[0]): string[] =>
    Array.from(
      masterFolder(fill(temporaryFolder(), names), aTreeRequest(differences)).warnings(),
      ({ path, fileSystem, recordedAs }) => `${fileSystem} ${path.slice(0, 10)} ${recordedAs.slice(0, 20)}`,
    );

  it('are warned of where Joliet or Rock Ridge readers would see them', () => {
    expect(warned({})).toEqual([
      'joliet /colon: fo colon_ forbidden',
      'joliet /nnnnnnnnn nnnnnnnnnnnnnnnnnnnn',
      'rock-ridge /nnnnnnnnn nnnnnnnnnnnnnnnnnnnn',
    ]);
    expect(warned({ joliet: 'long', rockRidge: false })).toHaveLength(2);
  });

  it('are warned of in plain ISO 9660 only where there is nothing else', () => {
    expect(warned({ joliet: false, rockRidge: false, level: 1 })).toEqual([
      'iso9660 / TEST_VOLUME',
      'iso9660 /colon: fo COLON__F',
      'iso9660 /Long name LONG_NAM.TEX',
      'iso9660 /nnnnnnnnn NNNNNNNN.TXT',
      'iso9660 /plain.txt PLAIN.TXT',
    ]);
  });

  it('are those of the volume too, where nobody would see the whole one', () => {
    const folder = fill(temporaryFolder(), ['FINE']);
    const named = (differences: Parameters<typeof aTreeRequest>[0]): unknown[] => [
      ...masterFolder(
        folder,
        aTreeRequest({ volumeIdentifier: 'Sommer 2024 – Süden & Norden, al', ...differences }),
      ).warnings(),
    ];
    const cut = { path: '/', fileSystem: 'joliet', recordedAs: 'Sommer 2024 – Sü' };
    const plain = { path: '/', fileSystem: 'iso9660', recordedAs: 'SOMMER_2024___SUDEN___NORDEN__AL' };
    expect(named({})).toEqual([cut]);
    expect(named({ joliet: false })).toEqual([plain]);
    expect(named({ volumeIdentifier: 'Sommer 2024 – Sü' })).toEqual([]);
    expect(named({ volumeIdentifier: 'SOMMER_2024', joliet: false })).toEqual([]);
  });

  it('are all listed, for every file system', () => {
    const { contents } = masterFolder(fill(temporaryFolder(), names));
    const listed = [...contents.nameChanges.items];
    expect(listed.map(({ fileSystem }) => fileSystem)).toEqual([
      ...Array<string>(5).fill('iso9660'),
      'joliet',
      'joliet',
      'rock-ridge',
    ]);
    expect(contents.nameChanges.count).toBe(listed.length);
  });

  it('refuse the tree where the request is strict', () => {
    const folder = fill(temporaryFolder(), ['a:b', 'fine']);
    expect(errorOf(() => masterFolder(folder, aTreeRequest({ strictNames: true })))).toEqual({
      code: 'names-mangled',
      pointers: ['/a:b'],
    });
  });

  it('have no characters but those of ASCII where that is wanted, and none is another one by that', () => {
    const folder = fill(temporaryFolder(), ['süß.txt', 's__.txt', 'Д']);
    const udf = treeRequest.shape.udf.parse({ revision: '2.01' });
    const asked = (more: Partial<TreeRequest>) =>
      masterFolder(folder, aTreeRequest({ asciiNames: true, volumeIdentifier: 'Süd', ...more }));
    const shown = [...asked({ udf }).warnings()];
    for (const fileSystem of ['joliet', 'udf'])
      expect(
        shown
          .filter((change) => change.fileSystem === fileSystem)
          .map(({ recordedAs }) => recordedAs)
          .sort(),
      ).toEqual(['S_d', '_', 's__~1.txt'].sort());
    expect(shown.filter(({ fileSystem }) => fileSystem === 'rock-ridge')).toEqual([]);
    expect(errorOf(() => asked({ strictNames: true })).code).toBe('names-mangled');
  });

  it('refuse it for a name of plain ISO 9660, too, where all are to be strict', () => {
    const folder = fill(temporaryFolder(), ['UPPER.TXT', 'lower.txt']);
    const beside = { rockRidge: true, volumeIdentifier: 'VOLUME' } as const;
    const strictly = (strictNames: TreeRequest['strictNames'], more: Partial<TreeRequest> = {}) =>
      masterFolder(folder, aTreeRequest({ ...beside, strictNames, ...more }));
    expect([...strictly(true).warnings()]).toEqual([]);
    expect(errorOf(() => strictly('all'))).toEqual({ code: 'names-mangled', pointers: ['/lower.txt'] });
    expect([...strictly('all', { relaxed: ['lower-case'] }).warnings()]).toEqual([]);
  });

  it('are told with what Joliet has no room for of the texts of its descriptor, or refused', () => {
    const folder = fill(temporaryFolder(), ['FINE']);
    const identifiers = { publisher: 'P'.repeat(65), preparer: 'p'.repeat(64), system: 's'.repeat(17) };
    const asked = (more: Partial<TreeRequest>) =>
      masterFolder(folder, aTreeRequest({ identifiers, volumeIdentifier: 'VOLUME', ...more }));
    expect([...asked({}).warnings()]).toEqual([
      { path: '/:system', fileSystem: 'joliet', recordedAs: 's'.repeat(16) },
      { path: '/:publisher', fileSystem: 'joliet', recordedAs: 'P'.repeat(64) },
    ]);
    expect([...asked({ joliet: false, strictNames: true }).warnings()]).toEqual([]);
    expect(errorOf(() => asked({ strictNames: true }))).toEqual({
      code: 'names-mangled',
      pointers: ['/:system', '/:publisher'],
    });
  });

  it('refuse it also where only that of the volume would be cut', () => {
    const folder = fill(temporaryFolder(), ['fine']);
    const request = aTreeRequest({ strictNames: true, volumeIdentifier: 'more than sixteen characters' });
    expect(errorOf(() => masterFolder(folder, request))).toEqual({ code: 'names-mangled', pointers: ['/'] });
  });
});

describe('A path that is too long', () => {
  // ECMA-119 6.8.2.1: 7 directories of 31 characters, one for each of them, and a file of 33 are 257.
  const deep = (length: number): string => {
    const folder = temporaryFolder();
    const path = Array.from({ length: 7 }, (_, level) => String(level).repeat(length)).join('/');
    mkdirSync(`${folder}/${path}`, { recursive: true });
    writeFileSync(`${folder}/${path}/${'F'.repeat(27)}.TXT`, '');
    return folder;
  };
  const strictly = (folder: string, more: object = {}) =>
    errorOf(() =>
      masterFolder(
        folder,
        aTreeRequest({ volumeIdentifier: 'STRICT', joliet: false, strictNames: true, ...more }),
      ),
    );

  it('for ISO 9660 is refused where names are strict, and told by the validator otherwise', async () => {
    expect(strictly(deep(31))).toEqual({ code: 'path-too-long', pointers: [expect.stringMatching(/TXT$/)] });
    expect(() => strictly(deep(30))).toThrow('nothing was refused');
    expect(() => strictly(deep(31), { relaxed: ['deep-paths'] })).toThrow('nothing was refused');
    const told = async (folder: string): Promise<string[]> => {
      const bytes = await isoBytes(folder, aTreeRequest({ joliet: false }));
      const reader = {
        blocks: bytes.length / 2048,
        read: (first: number, count: number) =>
          Promise.resolve(bytes.subarray(first * 2048, (first + count) * 2048)),
      };
      return (await validate(reader)).findings.map(({ code }) => code);
    };
    expect([await told(deep(31)), await told(deep(30))]).toEqual([['path-too-long'], []]);
    const relaxed = masterFolder(deep(31), aTreeRequest({ joliet: false, rockRidge: false }));
    expect([...relaxed.warnings()]).toContainEqual(
      expect.objectContaining({ fileSystem: 'iso9660', pathBytes: 257 }),
    );
  });

  it('for UDF up to 2.00 is refused where names are strict', () => {
    const folder = temporaryFolder();
    mkdirSync(`${folder}/${Array.from({ length: 6 }, () => 'd'.repeat(200)).join('/')}`, { recursive: true });
    writeFileSync(`${folder}/${Array.from({ length: 6 }, () => 'd'.repeat(200)).join('/')}/file`, '');
    const asked = (revision: string) => ({ iso9660: false, udf: treeRequest.shape.udf.parse({ revision }) });
    expect(strictly(folder, asked('2.00'))).toMatchObject({ code: 'path-too-long' });
    // Six names with the byte that says how they are kept, the separators, and `file`.
    const { warnings } = masterFolder(folder, aTreeRequest(asked('2.00')));
    expect([...warnings()]).toEqual([
      {
        path: expect.stringMatching(/\/file$/) as string,
        fileSystem: 'udf',
        recordedAs: 'file',
        pathBytes: 6 * 201 + 6 + 5,
      },
    ]);
    expect(() => strictly(folder, asked('2.01'))).toThrow('nothing was refused');
  });
});
