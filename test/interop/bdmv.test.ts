import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSpindleError } from '../../src/errors.js';
import { validate } from '../../src/image/import/validate.js';
import { type TreeRequest, treeRequest } from '../../src/image/master-request.js';
import { makeBdmv } from '../support/bdmv.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { hasTool } from '../support/has-tool.js';
import { CREATED_AT_NS, masterFolder, scratchFolder, writeIso } from '../support/mastering.js';
import { udfJudge, fnv, judged } from '../support/udf-judge.js';
import { readUdf } from '../support/udf-reader.js';

const scratch = scratchFolder('bdmv');
afterAll(scratch.remove);
const movie = `${scratch.path}/movie`;
const judge = udfJudge();

beforeAll(() => {
  makeBdmv(movie, { clips: { '00000': 3200, '00001': 640, '12345': 32 } });
});

const request = (options: object = {}): TreeRequest =>
  treeRequest.parse({
    sources: [{ at: '/', root: 'tree' }],
    volumeIdentifier: 'MOVIE',
    video: 'bdmv',
    createdAtNs: CREATED_AT_NS,
    ...options,
  });

const imageOf = async (options?: object): Promise<string> => {
  const image = `${scratch.path}/movie.iso`;
  await writeIso(movie, image, request(options));
  return image;
};

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

describe('a Blu-ray movie', () => {
  it.skipIf(!hasTool('bd_info'))('is one to libbluray, on UDF 2.50', async () => {
    const image = await imageOf();
    const info = run('bd_info', image);
    expect(info).toMatch(/^Volume Identifier {3}: MOVIE$/m);
    expect(info).toMatch(/^BluRay detected {5}: yes$/m);
    expect(info).toMatch(/^HDMV titles {9}: 1$/m);
    expect(run('bd_list_titles', image)).toMatch(
      /duration: 00:00:30 .* clips: {3}3 \(playlist: 00000\.mpls\)/,
    );
  });

  it.skipIf(!hasTool('udfinfo'))('is UDF 2.50, closed and read-only, to udfinfo', async () => {
    const info = run('udfinfo', await imageOf());
    for (const line of ['udfrev=2.50', 'integrity=closed', 'accesstype=readonly', 'numfiles=15'])
      expect(info.split('\n')).toContain(line);
  });

  it.skipIf(!judge)('has contents that libudfread finds, which players use', async () => {
    const files = readdirSync(movie, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`);
    const expected = files.map((file) => {
      const bytes = readFileSync(file);
      return `${file.slice(movie.length + 1)} ${bytes.length} ${fnv(bytes)}`;
    });
    expect(judged(judge ?? '', await imageOf())).toEqual(expected.sort());
  });

  it('says of all blocks between its streams that they are free where it can be written over', async () => {
    const image = readFileSync(await imageOf({ udf: { revision: '2.50', access: 'overwritable' } }));
    expect((await validate(bytesAsBlocks(image))).findings).toEqual([]);
    const { free = [], integrity } = readUdf(image);
    expect(free.length).toBeGreaterThan(0);
    expect(integrity.free[0]).toBe(free.length);
  });

  it('has each stream in one piece from the beginning of a cluster on, as a real-time file', async () => {
    const image = readFileSync(await imageOf());
    for (const mirror of [false, true]) {
      const { files, maps } = readUdf(image, { mirror });
      expect(maps).toContain('*UDF Metadata Partition');
      const streams = files.filter(({ path }) => path.endsWith('.m2ts'));
      expect(streams.map(({ type, extents }) => [type, extents])).toEqual([
        [249, 1],
        [249, 1],
        [249, 1],
      ]);
      for (const { content } of streams) expect(image.indexOf(content) % 65_536).toBe(0);
      expect(files.find(({ path }) => path.endsWith('CERTIFICATE'))?.type).toBe(4);
    }
  });

  it('may have UDF 2.60 and a manifest', async () => {
    const image = readFileSync(await imageOf({ udf: { revision: '2.60' }, manifest: '/SHA256SUMS' }));
    const { revision, files } = readUdf(image);
    expect(revision).toBe(0x260);
    expect(files.find(({ path }) => path.endsWith('SHA256SUMS'))?.content.toString()).toContain(
      '  BDMV/STREAM/12345.m2ts\n',
    );
  });
});

const DAMAGES: readonly (readonly [string, (at: string) => void, readonly string[]])[] = [
  [
    'no index',
    (at) => {
      rmSync(`${at}/index.bdmv`);
    },
    ['/BDMV/index.bdmv is missing'],
  ],
  [
    'no backup',
    (at) => {
      rmSync(`${at}/BACKUP`, { recursive: true });
    },
    [
      '/BDMV/BACKUP/index.bdmv is missing',
      '/BDMV/BACKUP/MovieObject.bdmv is missing',
      '/BDMV/BACKUP/PLAYLIST/00000.mpls is missing',
      '/BDMV/BACKUP/CLIPINF/12345.clpi is missing',
    ],
  ],
  [
    'a backup of something else',
    (at) => {
      cpSync(`${at}/CLIPINF/00000.clpi`, `${at}/BACKUP/CLIPINF/00001.clpi`);
    },
    ['/BDMV/BACKUP/CLIPINF/00001.clpi is no copy of /BDMV/CLIPINF/00001.clpi'],
  ],
  [
    'no playlist',
    (at) => {
      rmSync(`${at}/PLAYLIST`, { recursive: true });
    },
    ['/BDMV/PLAYLIST is missing'],
  ],
  [
    'no stream of a clip',
    (at) => {
      rmSync(`${at}/STREAM/00001.m2ts`);
    },
    ['/BDMV/STREAM/00001.m2ts is missing'],
  ],
  [
    'no information of a clip',
    (at) => {
      rmSync(`${at}/CLIPINF/00001.clpi`);
      rmSync(`${at}/BACKUP/CLIPINF/00001.clpi`);
    },
    ['/BDMV/CLIPINF/00001.clpi is missing'],
  ],
  [
    'a stream of half a unit',
    (at) => {
      truncateSync(`${at}/STREAM/00000.m2ts`, 3072);
    },
    ['/BDMV/STREAM/00000.m2ts has 3072 bytes, which is no positive multiple of 6144'],
  ],
  [
    'files of other kinds',
    (at) => {
      writeFileSync(`${at}/MovieObject.bdmv`, 'no objects');
      truncateSync(`${at}/PLAYLIST/00000.mpls`, 100);
    },
    ['/BDMV/MovieObject.bdmv does not begin with MOBJ', '/BDMV/PLAYLIST/00000.mpls is cut off'],
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

describe('what is no Blu-ray movie that plays', () => {
  it.each(DAMAGES)('is refused with all that is wrong: %s', (title, damage, problems) => {
    const folder = `${scratch.path}/damaged ${title}`;
    cpSync(movie, folder, { recursive: true });
    damage(`${folder}/BDMV`);
    const { code, errors } = refusal(folder);
    expect(code).toBe('bdmv-invalid');
    for (const problem of problems) expect(errors).toContain(problem);
  });

  it('is refused where there is no BDMV at all', () => {
    const folder = `${scratch.path}/nothing`;
    mkdirSync(folder);
    const { code, errors } = refusal(folder);
    expect(code).toBe('bdmv-invalid');
    expect(errors).toContain('/BDMV/index.bdmv is missing');
  });

  it.each([
    ['another revision of UDF', { udf: { revision: '2.01' } }],
    ['a virtual allocation table', { udf: { revision: '2.50', access: 'write-once' } }],
    ['a later session', { startBlock: 5000 }],
  ])('is refused with %s', (_, options) => {
    expect(refusal(movie, options).code).toBe('invalid-request');
  });
});
