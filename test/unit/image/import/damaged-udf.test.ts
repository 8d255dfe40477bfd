import fc from 'fast-check';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { isSpindleError } from '../../../../src/errors.js';
import { readBase } from '../../../../src/image/import/base.js';
import type { BlockReader } from '../../../../src/image/import/block-reader.js';
import { claimedByUdf } from '../../../../src/image/import/udf-claim.js';
import { roomInUdf } from '../../../../src/image/import/udf-room.js';
import { master } from '../../../../src/image/master.js';
import { openRoots } from '../../../../src/image/roots.js';
import type { UdfRevision } from '../../../../src/udf/revisions.js';
import { validate } from '../../../../src/image/import/validate.js';
import { readUdfVolume } from '../../../../src/image/import/udf-volume.js';
import { udfEntries } from '../../../../src/image/import/udf-tree.js';
import { udfRequest } from '../../../../src/image/udf-request.js';
import { readSession } from '../../../../src/worker/read-session.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { hasTool } from '../../../support/has-tool.js';
import { damageable, someChanges } from '../../../support/damage.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';
import { SEED } from '../../../support/sample.js';
import { attach } from '../../../support/user-attributes.js';

/** SPINDLE_FUZZ is the number of damaged volumes of each kind; `npm run fuzz` tries thousands. */
const RUNS = Number(process.env['SPINDLE_FUZZ'] ?? 60);
const BLOCK = 2048;
/** Reads that a volume may cost for each of its blocks: windows of 32 of them are read for one, over and over where they are damaged. */
const COST = 400;
/** Bytes that the process may grow by, whatever the volumes claim. */
const MOST_MEMORY = 600 * 1024 * 1024;

const scratch = scratchFolder('damaged-udf');
const VOLUMES = [
  ['1.02', 'read-only', true],
  ['1.50', 'write-once', false],
  ['2.01', 'rewritable', false],
  ['2.60', 'read-only', false],
  ['2.50', 'overwritable', false],
  ['2.01', 'overwritable', false],
] as const;
const images: Buffer[] = [];
let memoryBefore = 0;

beforeAll(async () => {
  const tree = `${scratch.path}/tree`;
  mkdirSync(`${tree}/a/b/c`, { recursive: true });
  for (let index = 0; index < 40; index++) writeFileSync(`${tree}/a/b/file ${index}`, `${index}`.repeat(99));
  symlinkSync('../b/file 1', `${tree}/a/link`);
  if (hasTool('python3'))
    for (const path of ['a/b', 'a/b/file 2'])
      attach(`${tree}/${path}`, { note: 'n', long: 'l'.repeat(3000) });
  for (const [revision, access, iso9660] of VOLUMES) {
    const streams = [{ of: '/a/b/file 3', name: 'stream', root: 'tree', path: 'a/b/file 4' }];
    const attached = revision < '2.00' ? {} : { streams, extendedAttributes: true };
    const room = access === 'overwritable' ? { freeBlocks: 300 } : {};
    const udf = udfRequest.parse({ revision, access, ...attached, ...room });
    images.push(await isoBytes(tree, aTreeRequest({ iso9660, udf })));
  }
  memoryBefore = process.resourceUsage().maxRSS;
});

afterAll(scratch.remove);

/** Continues a volume by what is read of its UDF, as far as no bytes of files are needed; refuses with an error that a client understands. */
const proceed = async (reader: BlockReader, revision: UdfRevision): Promise<void> => {
  const roots = openRoots([{ name: 'tree', path: `${scratch.path}/tree` }]);
  try {
    const base = await readBase(reader, { start: 0, view: 'udf' });
    const request = aTreeRequest({ udf: udfRequest.parse({ revision }) });
    master({ ...request, startBlock: 5000 }, { roots, base, onEntries: () => undefined });
  } catch (error) {
    if (!isSpindleError(error)) throw error;
  } finally {
    roots.close();
  }
};

it.each(VOLUMES.map((_, index) => index))(
  'whatever is damaged of volume %i, reading it ends, within bounds, and leads to no path outside',
  async (index) => {
    const blocks = images[index]!.length / BLOCK;
    const damaged = damageable(images[index]!);
    await fc.assert(
      fc.asyncProperty(someChanges, fc.integer({ min: 17, max: blocks }), async (changes, cut) => {
        const reader = bytesAsBlocks(damaged(changes, changes.length % 2 === 0 ? blocks : cut));
        await validate(reader);
        expect(reader.count()).toBeLessThan(COST * reader.blocks + 10_000);
        const volume = await readUdfVolume(reader, 0, () => undefined);
        if (!volume) return;
        for await (const { name, id } of udfEntries(volume, () => undefined))
          expect(id === 0 || (!['', '.', '..'].includes(name) && !/[/\0]/.test(name))).toBe(true);
        await proceed(reader, VOLUMES[index]![0]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(1024 * (process.resourceUsage().maxRSS - memoryBefore)).toBeLessThan(MOST_MEMORY);
  },
  600_000 + 1000 * RUNS,
);

/** Puts a session into what a volume has free, up to where it would be written; refuses with an error that a client understands. */
const putWithin = async (reader: BlockReader, start: number): Promise<void> => {
  const roots = openRoots([{ name: 'tree', path: `${scratch.path}/tree` }]);
  const recording = '0'.repeat(64);
  const session = {
    start: 0,
    end: reader.blocks,
    recording,
    fileSystem: 'udf',
    unit: 16,
    within: true,
  } as const;
  try {
    const { base, grow } = await readSession(reader, session);
    const udf = udfRequest.parse({ revision: '2.01' });
    const request = { ...aTreeRequest({ iso9660: false, udf }), startBlock: start };
    grow?.(master(request, { roots, base, onEntries: () => undefined }).contents);
  } catch (error) {
    if (!isSpindleError(error)) throw error;
  } finally {
    roots.close();
  }
};

// A worker does this whenever a medium is put in, and the drive is its only one.
it.each(VOLUMES.map((_, index) => index))(
  'whatever is damaged of volume %i, a look at what it claims and has free ends, within bounds',
  async (index) => {
    const blocks = images[index]!.length / BLOCK;
    const damaged = damageable(images[index]!);
    const rooms = { found: 0 };
    await fc.assert(
      fc.asyncProperty(someChanges, fc.integer({ min: 17, max: blocks }), async (changes, cut) => {
        const reader = bytesAsBlocks(damaged(changes, changes.length % 2 === 0 ? blocks : cut));
        const claim = await claimedByUdf(reader, 0);
        if (claim) expect(claim.descriptors.length).toBeLessThanOrEqual(32 * BLOCK);
        const room = await roomInUdf(reader);
        expect(reader.count()).toBeLessThan(COST * reader.blocks + 10_000);
        if ('hindrance' in room || room.blocks === 0) return;
        rooms.found++;
        expect(room.start + room.blocks).toBeLessThanOrEqual(reader.blocks);
        await putWithin(reader, room.start);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // The last one alone lets anything be put into it.
    expect(rooms.found > 0).toBe(index === VOLUMES.length - 1);
    expect(1024 * (process.resourceUsage().maxRSS - memoryBefore)).toBeLessThan(MOST_MEMORY);
  },
  600_000 + 1000 * RUNS,
);
