import { execFileSync } from 'node:child_process';
import {
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSpindleError } from '../../src/errors.js';
import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import { authorDvd, canAuthor } from '../support/dvd-video.js';
import { hasTool } from '../support/has-tool.js';
import { CREATED_AT_NS, masterFolder, scratchFolder, writeIso } from '../support/mastering.js';

const scratch = scratchFolder('dvd-video');
afterAll(scratch.remove);

const DISCS = { plain: { titleSets: 2, menus: false }, menus: { titleSets: 2, menus: true } } as const;
type Disc = keyof typeof DISCS;
const NAMES = Object.keys(DISCS) as Disc[];

const folderOf = (disc: Disc): string => `${scratch.path}/${disc}`;

const request = (options: object = {}): TreeRequest =>
  treeRequest.parse({
    sources: [{ at: '/', root: 'tree' }],
    volumeIdentifier: 'MOVIE',
    video: 'dvd-video',
    createdAtNs: CREATED_AT_NS,
    ...options,
  });

beforeAll(() => {
  if (!canAuthor) return;
  for (const disc of NAMES) authorDvd(folderOf(disc), DISCS[disc]);
}, 120_000);

const imageOf = async (disc: Disc): Promise<string> => {
  const image = `${scratch.path}/${disc}.iso`;
  await writeIso(folderOf(disc), image, request());
  return image;
};

/** First sectors of the files of VIDEO_TS, as isoinfo lists them. */
const sectorsIn = (image: string): Map<string, number> => {
  const listed = execFileSync('isoinfo', ['-l', '-i', image], { encoding: 'latin1' });
  const rows = listed.matchAll(/\[\s*(\d+) \d\d\]\s+((?:VIDEO_TS|VTS_\d\d_\d)\.(?:IFO|VOB|BUP));1/g);
  return new Map([...rows].map(([, sector, name]) => [name!, Number(sector)]));
};

/** The same, counted from VIDEO_TS.IFO, in their order. */
const order = (sectors: Map<string, number>): [string, number][] => {
  const first = sectors.get('VIDEO_TS.IFO')!;
  return [...sectors]
    .map(([name, sector]): [string, number] => [name, sector - first])
    .sort(([, a], [, b]) => a - b);
};

const judges = canAuthor && ['genisoimage', 'isoinfo'].every(hasTool);

describe('a DVD-Video', () => {
  it.skipIf(!judges).each(NAMES)('has its files where genisoimage puts them: %s', async (disc) => {
    const theirs = `${scratch.path}/${disc}-genisoimage.iso`;
    execFileSync('genisoimage', ['-quiet', '-dvd-video', '-o', theirs, folderOf(disc)]);
    expect(order(sectorsIn(await imageOf(disc)))).toEqual(order(sectorsIn(theirs)));
  });

  it.skipIf(!judges).each(NAMES)(
    'keeps each IFO and its BUP in ECC blocks of their own: %s',
    async (disc) => {
      const sectors = sectorsIn(await imageOf(disc));
      const ifos = [...sectors].filter(([name]) => name.endsWith('.IFO'));
      expect(ifos.length).toBe(3);
      for (const [name, sector] of ifos) {
        const last = sector + readFileSync(`${folderOf(disc)}/VIDEO_TS/${name}`).length / 2048 - 1;
        const backup = sectors.get(name.replace('.IFO', '.BUP'))!;
        expect(Math.floor(backup / 16)).toBeGreaterThan(Math.floor(last / 16));
      }
    },
  );

  it.skipIf(!canAuthor || !hasTool('lsdvd')).each(NAMES)('has titles that lsdvd finds: %s', async (disc) => {
    const listed = execFileSync('lsdvd', [await imageOf(disc)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(listed).toContain('Disc Title: MOVIE');
    expect(listed.match(/^Title: \d\d, Length: 00:00:00\.5/gm)?.length).toBe(2);
  });

  it.skipIf(!canAuthor || !hasTool('dvdbackup')).each(NAMES)(
    'is read through UDF by libdvdread, file by file: %s',
    async (disc) => {
      const copies = `${scratch.path}/${disc}-dvdbackup`;
      mkdirSync(copies);
      execFileSync('dvdbackup', ['-M', '-i', await imageOf(disc), '-o', copies, '-n', 'copy'], {
        stdio: 'ignore',
      });
      const folder = `${folderOf(disc)}/VIDEO_TS`;
      const names = readdirSync(folder);
      expect(readdirSync(`${copies}/copy/VIDEO_TS`).sort()).toEqual(names.sort());
      for (const name of names)
        expect(
          readFileSync(`${copies}/copy/VIDEO_TS/${name}`).equals(readFileSync(`${folder}/${name}`)),
        ).toBe(true);
    },
  );

  it.skipIf(!judges)('gets AUDIO_TS where there is none, and keeps what else lies beside', async () => {
    const folder = `${scratch.path}/with more`;
    cpSync(folderOf('plain'), folder, { recursive: true });
    rmSync(`${folder}/AUDIO_TS`, { recursive: true });
    writeFileSync(`${folder}/READ.ME`, 'more');
    const image = `${scratch.path}/more.iso`;
    await writeIso(folder, image, request({ manifest: '/SUMS' }));
    const paths = execFileSync('isoinfo', ['-f', '-i', image], { encoding: 'utf8' }).split('\n');
    expect(paths).toEqual(expect.arrayContaining(['/AUDIO_TS', '/READ.ME;1', '/SUMS.;1']));
    expect(order(sectorsIn(image))).toEqual(order(sectorsIn(await imageOf('plain'))));
  });
});

type Damage = (videoTs: string) => void;

const DAMAGES: readonly (readonly [string, Damage, readonly string[]])[] = [
  [
    'without a backup',
    (at) => {
      rmSync(`${at}/VTS_01_0.BUP`);
    },
    ['/VIDEO_TS/VTS_01_0.BUP is missing'],
  ],
  [
    'with names in small letters',
    (at) => {
      renameSync(`${at}/VIDEO_TS.IFO`, `${at}/video_ts.ifo`);
    },
    ['/VIDEO_TS/VIDEO_TS.IFO is missing', '/VIDEO_TS/video_ts.ifo must be named VIDEO_TS.IFO'],
  ],
  [
    'with half a sector',
    (at) => {
      truncateSync(`${at}/VTS_02_1.VOB`, 1024);
    },
    ['/VIDEO_TS/VTS_02_1.VOB has 1024 bytes, which is no positive multiple of 2048'],
  ],
  [
    'with a backup of something else',
    (at) => {
      cpSync(`${at}/VTS_01_1.VOB`, `${at}/VTS_01_0.BUP`);
    },
    ['/VIDEO_TS/VTS_01_0.BUP is no copy of /VIDEO_TS/VTS_01_0.IFO'],
  ],
  [
    'with a VOB file that is longer than its IFO says',
    (at) => {
      writeFileSync(`${at}/VTS_01_1.VOB`, Buffer.alloc(4_000_000 - (4_000_000 % 2048)));
    },
    ['/VIDEO_TS/VTS_01_0.IFO has its backup at sector', '/VIDEO_TS/VTS_01_0.IFO'],
  ],
  [
    'with a title set too few',
    (at) => {
      for (const name of ['0.IFO', '0.BUP', '1.VOB']) rmSync(`${at}/VTS_02_${name}`);
    },
    [
      '/VIDEO_TS/VIDEO_TS.IFO lists 2 title sets, and there are 1',
      '/VIDEO_TS/VIDEO_TS.IFO has a title in set 2, which is not there',
    ],
  ],
  [
    'with a gap between its VOB files',
    (at) => {
      cpSync(`${at}/VTS_01_1.VOB`, `${at}/VTS_01_3.VOB`);
    },
    ['/VIDEO_TS/VTS_01_2.VOB is missing'],
  ],
  [
    'with an IFO that is none',
    (at) => {
      for (const kind of ['IFO', 'BUP']) writeFileSync(`${at}/VTS_01_0.${kind}`, Buffer.alloc(12288));
    },
    ['/VIDEO_TS/VTS_01_0.IFO does not begin with DVDVIDEO-VTS'],
  ],
  [
    'with links',
    (at) => {
      rmSync(`${at}/VIDEO_TS.BUP`);
      linkSync(`${at}/VIDEO_TS.IFO`, `${at}/VIDEO_TS.BUP`);
      rmSync(`${at}/VTS_02_1.VOB`);
      symlinkSync('VTS_01_1.VOB', `${at}/VTS_02_1.VOB`);
    },
    ['/VIDEO_TS/VIDEO_TS.IFO is the same file as', '/VIDEO_TS/VTS_02_1.VOB is a link'],
  ],
  [
    'with a menu that its IFO does not know',
    (at) => {
      cpSync(`${at}/VTS_01_1.VOB`, `${at}/VTS_01_0.VOB`);
    },
    ['/VIDEO_TS/VTS_01_0.VOB is a menu that its information file does not know'],
  ],
];

const refusal = (folder: string, options: object = {}): { code: string; errors: string[] } => {
  try {
    masterFolder(folder, request(options));
  } catch (error) {
    if (!isSpindleError(error)) throw error;
    return { code: error.code, errors: error.errors.map(({ pointer, message }) => `${pointer} ${message}`) };
  }
  return { code: 'mastered', errors: [] };
};

describe('what is no DVD-Video that plays', () => {
  it.skipIf(!canAuthor).each(DAMAGES)('is refused with all that is wrong: %s', (title, damage, problems) => {
    const folder = `${scratch.path}/damaged ${title}`;
    cpSync(folderOf('plain'), folder, { recursive: true });
    damage(`${folder}/VIDEO_TS`);
    const { code, errors } = refusal(folder);
    expect(code).toBe('dvd-video-invalid');
    for (const problem of problems) expect(errors.join('\n')).toContain(problem);
  });

  it('is refused where there is no VIDEO_TS at all', () => {
    const folder = `${scratch.path}/nothing`;
    mkdirSync(folder);
    expect(refusal(folder)).toEqual({ code: 'dvd-video-invalid', errors: ['/VIDEO_TS is missing'] });
  });

  it.each([
    ['another revision of UDF', { udf: { revision: '2.01' } }],
    ['no ISO 9660', { iso9660: false, udf: { revision: '1.02' } }],
    ['a later session', { startBlock: 5000 }],
  ])('is refused with %s', (_, options) => {
    const folder = `${scratch.path}/any`;
    mkdirSync(folder, { recursive: true });
    expect(refusal(folder, options).code).toBe('invalid-request');
  });
});
