/**
 * A whole volume of UDF 2.50, typed by hand after ECMA-167 (3rd edition) and OSTA UDF 2.50, of what no other program reads, a real-time file,
 * a named stream, times of creation, and of metadata with its mirror. Where things lie is ours to choose; what stands there is not.
 * The second decoder reads what was typed, our reader finds nothing wrong with it, and our master makes the same bytes.
 */
import { lstatSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { validate } from '../../../src/image/import/validate.js';
import { treeRequest } from '../../../src/image/master-request.js';
import { bytesAsBlocks } from '../../support/bytes-as-blocks.js';
import { aTreeRequest, CREATED_AT_NS, isoBytes, scratchFolder } from '../../support/mastering.js';
import {
  ascii,
  bytes,
  charspec,
  descriptor,
  dstring,
  fileIdentifier,
  longAd,
  regid,
  shortAd,
  timestamp,
  u16,
  u32,
  u64,
  volume,
  zeros,
} from '../../support/typed-volume.js';
import { readUdf } from '../../support/udf-reader.js';

const SECTOR = 2048;
const scratch = scratchFolder('typed');

/** Two seconds after 2001-02-03 04:05:06, and 2105: what was modified after it was created. */
const MODIFIED = 981_173_108;
const IN_THE_FUTURE = 4_260_000_000;

beforeAll(() => {
  mkdirSync(`${scratch.path}/disc/dir`, { recursive: true });
  mkdirSync(`${scratch.path}/aside`);
  writeFileSync(`${scratch.path}/disc/rt.m2ts`, 'movie');
  writeFileSync(`${scratch.path}/disc/with`, 'content');
  writeFileSync(`${scratch.path}/aside/cover`, 'art');
  for (const [path, at] of [
    ['disc/with', IN_THE_FUTURE],
    ['disc/rt.m2ts', MODIFIED],
    ['disc/dir', MODIFIED],
    ['disc', MODIFIED],
  ] as const)
    utimesSync(`${scratch.path}/${path}`, at, at);
});

afterAll(scratch.remove);

const ours = (): Promise<Buffer> =>
  isoBytes(
    scratch.path,
    aTreeRequest({
      iso9660: false,
      volumeIdentifier: 'Golden',
      sources: [{ at: '/', root: 'tree', path: 'disc' }],
      posix: {
        ...treeRequest.shape.posix.parse({}),
        user: 1000,
        group: 100,
        fileMode: '0644',
        directoryMode: '0755',
      },
      udf: treeRequest.shape.udf.parse({
        revision: '2.50',
        realTimeFiles: ['/rt.m2ts'],
        streams: [{ of: '/with', name: 'cover', root: 'tree', path: 'aside/cover' }],
      }),
    }),
  );

/** Who writes: UNIX, Linux. */
const developer = regid('*Spindle', 4, 5);
const domain = regid('*OSTA UDF Compliant', 0x50, 0x02);
const recorded = timestamp(CREATED_AT_NS);

/** ECMA-167 3/9.1: type 0, identifier, version 1. */
const recognition = (identifier: string): Buffer => Buffer.concat([bytes(0), ascii(identifier), bytes(1)]);

const PARTITION = 288;
const METADATA = 320;
const MOVIE = 352;
const ART = 353;
const MIRROR = 384;
const MIRROR_FILE = 416;
const RESERVE = 448;
const SECTORS = 640;

/** ECMA-167 3/10 and OSTA UDF 2.2, for a sequence that begins with this sector. */
const sequence = (first: number, identity: string): Map<number, Buffer> =>
  new Map(
    [
      // 3/10.1
      (at: number) =>
        descriptor(
          1,
          at,
          ...[u32(1), u32(0), dstring('Golden', 32), u16(1), u16(1), u16(2), u16(2), u32(1), u32(1)],
          ...[dstring(`${identity}Golden`, 128), charspec(), charspec(), zeros(8), zeros(8)],
          ...[developer, recorded, developer, zeros(64), u32(0), u16(1), zeros(22)],
        ),
      // 3/10.6: the file set is block 0 of partition 1. Maps: 3/10.7.2, and OSTA UDF 2.50 2.2.10.
      (at: number) =>
        descriptor(
          6,
          at,
          ...[u32(2), charspec(), dstring('Golden', 128), u32(SECTOR), domain, longAd(SECTOR, 0, 1)],
          ...[u32(70), u32(2), developer, zeros(128), u32(8192), u32(64)],
          bytes(1, 6, 1, 0, 0, 0),
          ...[bytes(2, 64, 0, 0), regid('*UDF Metadata Partition', 0x50, 0x02, 4, 5), u16(1), u16(0)],
          // Metadata file, its mirror, no bitmap; units of 32 blocks; the mirror has blocks of its own.
          ...[u32(0), u32(MIRROR_FILE - PARTITION), u32(0xffff_ffff), u32(32), u16(32), bytes(1), zeros(5)],
        ),
      // 3/10.5: allocated, read only.
      (at: number) =>
        descriptor(
          5,
          at,
          ...[u32(3), u16(1), u16(0), regid('+NSR03'), zeros(128), u32(1), u32(PARTITION)],
          ...[u32(MIRROR_FILE + 1 - PARTITION), developer, zeros(128), zeros(156)],
        ),
      // 3/10.8
      (at: number) => descriptor(7, at, u32(4), u32(0)),
      // 3/10.4 and OSTA UDF 2.2.7
      (at: number) =>
        descriptor(
          4,
          at,
          ...[u32(5), regid('*UDF LV Info', 0x50, 0x02, 4, 5), charspec(), dstring('Golden', 128)],
          ...[zeros(108), developer, zeros(128)],
        ),
      // 3/10.9
      (at: number) => descriptor(8, at, zeros(496)),
    ].map((typed, index) => [first + index, typed(first + index)]),
  );

/** 3/10.10 and OSTA UDF 2.2.6: closed, next unique id 19, nothing free; two files, two directories. */
const integrity = (): Buffer =>
  descriptor(
    9,
    64,
    ...[recorded, u32(1), zeros(8), u64(19), zeros(24), u32(2), u32(46)],
    ...[u32(0), u32(0), u32(MIRROR_FILE + 1 - PARTITION), u32(32)],
    ...[developer, u32(2), u32(2), u16(0x0250), u16(0x0250), u16(0x0250)],
  );

/** 3/10.2 */
const anchor = (at: number): Buffer =>
  descriptor(2, at, u32(32_768), u32(32), u32(32_768), u32(RESERVE), zeros(480));

interface Typed {
  readonly block: number;
  /** 4/14.6.6 and OSTA UDF 2.2.3.1 ff.; 4/14.6.8: 0 short, 1 long, 3 in the entry, 2000h a stream. */
  readonly type: number;
  readonly flags: number;
  readonly owner: readonly [user: number, group: number, permissions: number];
  readonly links: number;
  readonly length: number;
  readonly object: number;
  readonly blocks: number;
  /** Of access, modification, creation, attributes. */
  readonly times: Buffer;
  readonly streams?: Buffer;
  readonly uniqueId: number;
  readonly allocation: Buffer;
}

/** 4/14.17 */
const entry = (of: Typed): Buffer =>
  descriptor(
    266,
    of.block,
    ...[u32(0), u16(4), zeros(2), u16(1), zeros(1), bytes(of.type), zeros(6), u16(of.flags)],
    ...[...of.owner.map(u32), u16(of.links), bytes(0, 0), u32(0)],
    ...[u64(of.length), u64(of.object), u64(of.blocks), of.times, u32(1), zeros(4), zeros(16)],
    ...[of.streams ?? zeros(16), developer, u64(of.uniqueId), u32(0), u32(of.allocation.length)],
    of.allocation,
  );

/** rwxr-xr-x and rw-r--r-- (4/14.9.5): who may write may also delete and change attributes. */
const DIRECTORY = [1000, 100, 0x7ca5] as const;
const FILE = [1000, 100, 0x7884] as const;

const timesOf = (path: string): Buffer => {
  const { mtimeNs, birthtimeNs, ctimeNs } = lstatSync(`${scratch.path}/disc/${path}`, { bigint: true });
  const created = birthtimeNs < mtimeNs ? birthtimeNs : mtimeNs;
  return Buffer.concat([mtimeNs, mtimeNs, created, ctimeNs].map(timestamp));
};

const icb = (block: number, uniqueId: number): Buffer => longAd(SECTOR, block, 1, uniqueId);
const [CHILD, DIRECTORY_CHILD, PARENT] = [0, 2, 0x0a];

/** The blocks of the metadata partition. */
const metadata = (): Buffer[] => {
  const root = Buffer.concat([
    fileIdentifier(2, PARENT, icb(2, 0), ''),
    fileIdentifier(2, DIRECTORY_CHILD, icb(7, 16), 'dir'),
    fileIdentifier(2, CHILD, icb(3, 17), 'rt.m2ts'),
    fileIdentifier(2, CHILD, icb(4, 18), 'with'),
  ]);
  const streams = Buffer.concat([
    fileIdentifier(5, PARENT, icb(4, 18), ''),
    fileIdentifier(5, CHILD, icb(6, 18), 'cover'),
  ]);
  const parent = fileIdentifier(7, PARENT, icb(2, 0), '');
  const directory = { type: 4, flags: 3, owner: DIRECTORY, blocks: 0 };
  const names = (of: Buffer) => ({ length: of.length, object: of.length, allocation: of });
  return [
    // 4/14.1 and OSTA UDF 2.3.2
    descriptor(
      256,
      0,
      ...[recorded, u16(3), u16(3), u32(1), u32(1), u32(0), u32(0), charspec(), dstring('Golden', 128)],
      ...[charspec(), dstring('Golden', 32), zeros(32), zeros(32), longAd(SECTOR, 2, 1), domain],
      ...[zeros(16), zeros(16), zeros(32)],
    ),
    descriptor(8, 1, zeros(496)),
    // Its own parent, and that of one directory beneath it: 4/14.9.6.
    entry({ block: 2, ...directory, links: 2, times: timesOf(''), uniqueId: 0, ...names(root) }),
    entry({
      ...{ block: 3, type: 249, flags: 1, owner: FILE, links: 1, length: 5, object: 5, blocks: 1 },
      ...{ times: timesOf('rt.m2ts'), uniqueId: 17, allocation: longAd(5, MOVIE - PARTITION, 0) },
    }),
    entry({
      // One name, and the parent of its streams.
      ...{ block: 4, type: 5, flags: 3, owner: FILE, links: 2, length: 7, object: 10, blocks: 0 },
      ...{ times: timesOf('with'), streams: icb(5, 18), uniqueId: 18, allocation: ascii('content') },
    }),
    entry({
      ...{ block: 5, type: 13, flags: 3, owner: FILE, links: 0, blocks: 0 },
      ...{ times: timesOf('with'), uniqueId: 18, ...names(streams) },
    }),
    entry({
      ...{ block: 6, type: 5, flags: 0x2001, owner: FILE, links: 1, length: 3, object: 3, blocks: 1 },
      ...{ times: timesOf('with'), uniqueId: 18, allocation: longAd(3, ART - PARTITION, 0) },
    }),
    entry({ block: 7, ...directory, links: 1, times: timesOf('dir'), uniqueId: 16, ...names(parent) }),
  ];
};

/** OSTA UDF 2.50 2.2.13.1: types 250 and 251, nobody's, in no directory. */
const metadataFile = (block: number, type: number, first: number): Buffer =>
  entry({
    ...{ block, type, flags: 0, owner: [0xffff_ffff, 0xffff_ffff, 0], links: 0 },
    ...{ length: 32 * SECTOR, object: 32 * SECTOR, blocks: 32, uniqueId: 0 },
    ...{
      times: Buffer.concat(Array<Buffer>(4).fill(recorded)),
      allocation: shortAd(32 * SECTOR, first - PARTITION),
    },
  });

const typedVolume = (identity: string): Buffer => {
  const blocks = metadata();
  const anchors = Array.from({ length: SECTORS - RESERVE - 16 }, (_, index) => RESERVE + 16 + index);
  return volume(
    SECTORS,
    new Map([
      ...['BEA01', 'NSR03', 'TEA01'].map((id, index): [number, Buffer] => [16 + index, recognition(id)]),
      ...sequence(32, identity),
      ...new Map([
        [64, integrity()],
        [65, descriptor(8, 65, zeros(496))],
      ]),
      ...[256, ...anchors].map((at): [number, Buffer] => [at, anchor(at)]),
      [PARTITION, metadataFile(0, 250, METADATA)],
      ...blocks.map((block, index): [number, Buffer] => [METADATA + index, block]),
      [MOVIE, ascii('movie')],
      [ART, ascii('art')],
      ...blocks.map((block, index): [number, Buffer] => [MIRROR + index, block]),
      [MIRROR_FILE, metadataFile(MIRROR_FILE - PARTITION, 251, MIRROR)],
      ...sequence(RESERVE, identity),
    ]),
  );
};

const IDENTITY = '0123456789abcdef';

describe('A volume with metadata, a mirror, a real-time file and a stream, typed by hand', () => {
  it.each([false, true])('is read by the second decoder, by the mirror: %s', (mirror) => {
    const read = readUdf(typedVolume(IDENTITY), { mirror });
    expect(read).toMatchObject({
      revision: 0x0250,
      maps: ['physical', '*UDF Metadata Partition'],
      volumeSetIdentifier: `${IDENTITY}Golden`,
      integrity: { closed: true, nextUniqueId: 19, files: 2, directories: 2, sizes: [129, 32] },
    });
    const shown = read.files.map(({ path, type, content, streams, created }) => ({
      path,
      type,
      created,
      content: type === 4 ? '' : content.toString(),
      streams: streams.map((stream) => `${stream.path}=${stream.content.toString()}`),
    }));
    const { birthtimeNs } = lstatSync(`${scratch.path}/disc/with`, { bigint: true });
    const then = BigInt(MODIFIED) * 1_000_000n;
    expect(shown).toEqual([
      { path: '', type: 4, content: '', streams: [], created: then },
      { path: '/dir', type: 4, content: '', streams: [], created: then },
      { path: '/rt.m2ts', type: 249, content: 'movie', streams: [], created: then },
      {
        path: '/with',
        type: 5,
        content: 'content',
        streams: ['/with:cover=art'],
        created: birthtimeNs / 1000n,
      },
    ]);
  });

  it('is none to the second decoder any more when its mirror says something else', () => {
    const image = typedVolume(IDENTITY);
    image[MIRROR * SECTOR + SECTOR - 1] = 1;
    expect(() => readUdf(image)).toThrow('metadata and mirror are equal');
  });

  it('has nothing that our reader objects to', async () => {
    const { views, findings } = await validate(bytesAsBlocks(typedVolume(IDENTITY)));
    expect(findings).toEqual([]);
    expect(views).toMatchObject([{ view: 'udf', volumeIdentifier: 'Golden', files: 2, directories: 2 }]);
  });

  it('is what our master makes, byte for byte', async () => {
    const made = await ours();
    // Volume set identifier, 3/10.1.11: sixteen characters that are unique.
    const identity = made.toString('latin1', 32 * SECTOR + 73, 32 * SECTOR + 89);
    expect(identity).toMatch(/^[0-9a-f]{16}$/);
    const typed = typedVolume(identity);
    const sector = (image: Buffer, at: number): string =>
      image.toString('hex', at * SECTOR, (at + 1) * SECTOR).replace(/(?:00)+$/, '');
    for (let at = 0; at < SECTORS; at++) expect(sector(made, at), `sector ${at}`).toBe(sector(typed, at));
    expect(made.length).toBe(typed.length);
  });
});
