import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';

import { readBase } from '../../../../src/image/import/base.js';
import { udfRequest } from '../../../../src/image/udf-request.js';
import { countedWork } from '../../../support/counted-work.js';
import { seal } from '../../../support/damage.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';

/** Directories of UDF that cost whoever reads them memory. Offsets are those of ECMA-167 3/10.5. */
const BLOCK = 2048;

const scratch = scratchFolder('costly-directories');
afterAll(scratch.remove);

describe('A directory of UDF', () => {
  /** Blocks of a DVD: what a volume may cost follows from how many the medium has. */
  const DISC_BLOCKS = 2_295_104;
  const MIB = 1024 * 1024;
  /** ECMA-167 4/14.14.1.1. */
  const [RECORDED, NOT_ALLOCATED] = [0, 2];

  /** A volume with a directory that has one extent, and zeros behind it. */
  const claiming = async (bytes: number, type: number) => {
    mkdirSync(`${scratch.path}/deep/hollow`, { recursive: true });
    const udf = udfRequest.parse({ revision: '1.02' });
    const trap = await isoBytes(`${scratch.path}/deep`, aTreeRequest({ iso9660: false, udf }));
    for (let at = 32 * BLOCK; at < 64 * BLOCK; at += BLOCK)
      if (trap.readUInt16LE(at) === 5) {
        trap.writeUInt32LE(DISC_BLOCKS - 1000, at + 192);
        seal(trap, at);
      }
    const descriptor = [...Array(16).keys()].map((index) => (32 + index) * BLOCK);
    const partition = trap.readUInt32LE(descriptor.find((at) => trap.readUInt16LE(at) === 5)! + 188);
    // ECMA-167 4/14.4: the ICB of a name is 20 bytes into its identifier, which has 38 before its name and the id of its compression.
    const entry = (partition + trap.readUInt32LE(trap.indexOf('hollow', 'latin1') - 39 + 24)) * BLOCK;
    // 4/14.9: what it has of extents becomes one.
    trap.writeUInt16LE(trap.readUInt16LE(entry + 34) & ~7, entry + 34);
    trap.writeBigUInt64LE(BigInt(bytes), entry + 56);
    trap.writeUInt32LE(8, entry + 172);
    const extent = entry + 176 + trap.readUInt32LE(entry + 168);
    trap.writeUInt32LE(type * 2 ** 30 + bytes, extent);
    trap.writeUInt32LE(trap.length / BLOCK, extent + 4);
    trap.writeUInt16LE(extent + 8 - entry - 16, entry + 10);
    seal(trap, entry);
    const read = (first: number, count: number): Promise<Uint8Array> => {
      const found = new Uint8Array(count * BLOCK);
      found.set(trap.subarray(first * BLOCK, (first + count) * BLOCK));
      return Promise.resolve(found);
    };
    return { blocks: DISC_BLOCKS, read };
  };

  it.each([
    ['half a gibibyte that was never written', { mib: 512, type: NOT_ALLOCATED, most: 1 }, 'never written'],
    ['more than half a gibibyte', { mib: 513, type: RECORDED, most: 1 }, `has ${513 * MIB} bytes`],
    ['more than other tables may', { mib: 129, type: RECORDED, most: 129 }, 'no file identifier'],
  ])('that claims %s is refused for what it is, and takes no memory for more', async (_what, claim, why) => {
    const { mib, type, most } = claim;
    const disc = await claiming(mib * MIB, type);
    const { largest } = await countedWork(() =>
      expect(readBase(disc, { start: 0, view: 'udf' })).rejects.toMatchObject({
        code: 'base-unreadable',
        errors: [{ pointer: '/hollow', message: expect.stringContaining(why) as string }],
      }),
    );
    expect(largest).toBeLessThanOrEqual(most * MIB);
  });
});
