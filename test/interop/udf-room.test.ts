import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type UdfHindrance, roomInUdf } from '../../src/image/import/udf-room.js';
import { udfRequest } from '../../src/image/udf-request.js';
import { bytesAsBlocks } from '../support/bytes-as-blocks.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../support/mastering.js';

/** What room volumes have for something that is put into them, and what keeps it out. Offsets are those of ECMA-167 3/10.10 and OSTA UDF 1.50 2.2.11. */

const BLOCK = 2048;
const scratch = scratchFolder('udf-room');
const tree = `${scratch.path}/tree`;

beforeAll(() => {
  mkdirSync(tree);
  writeFileSync(`${tree}/file`, 'file');
});

afterAll(scratch.remove);

const ofMkudffs = (media: string, revision: string, ...options: string[]): Buffer => {
  const image = `${scratch.path}/volume.udf`;
  writeFileSync(image, '');
  truncateSync(image, 8000 * BLOCK);
  const about = [`--media-type=${media}`, '--blocksize=2048', `--udfrev=${revision}`];
  execFileSync('mkudffs', [...about, ...options, image], { stdio: 'ignore' });
  return readFileSync(image);
};

/** A tag whose checksum is made right again, without a CRC of what it covers. */
const resealed = (bytes: Buffer, block: number): Buffer => {
  const tag = bytes.subarray(block * BLOCK, block * BLOCK + 16);
  tag.writeUInt32LE(0, 8);
  tag[4] = tag.reduce((sum, byte, at) => (at === 4 ? sum : (sum + byte) % 256), 0);
  return bytes;
};

const opened = (bytes: Buffer): Buffer => {
  bytes.writeUInt32LE(0, 128 * BLOCK + 28);
  return resealed(bytes, 128);
};

const spared = (bytes: Buffer): Buffer => {
  bytes.writeUInt32LE(32, 112 * BLOCK + 56);
  return bytes;
};

/** The partition is said to reach to the end of the medium, over anchors and the reserve sequence, and to be free there. */
const overreaching = (bytes: Buffer): Buffer => {
  const length = 8000 - 257;
  const bits = 257 * BLOCK + 24;
  for (const sequence of [96, 7840])
    for (let block = sequence; block < sequence + 16; block++) {
      if (bytes.readUInt16LE(block * BLOCK) !== 5) continue;
      bytes.writeUInt32LE(length, block * BLOCK + 192);
      resealed(bytes, block);
    }
  bytes.writeUInt32LE(length, 257 * BLOCK + 16);
  bytes.writeUInt32LE(Math.ceil(length / 8), 257 * BLOCK + 20);
  bytes.fill(0xff, bits + 7480 / 8, bits + Math.ceil(length / 8));
  return resealed(bytes, 257);
};

const ofOurs = (revision: string, access: string): Promise<Buffer> =>
  isoBytes(tree, aTreeRequest({ iso9660: false, udf: udfRequest.parse({ revision, access }) }));

const KEPT_OUT: [what: string, hindrance: UdfHindrance, volume: () => Buffer | Promise<Buffer>][] = [
  ['blocks that must be prepared', 'space-table', () => ofMkudffs('hd', '2.01', '--space=freedbitmap')],
  ['a table of free space', 'space-table', () => ofMkudffs('hd', '1.02', '--space=unalloctable')],
  ['a write protected domain', 'write-protected', () => ofMkudffs('hd', '2.01', '--read-only')],
  ['a virtual allocation table', 'virtual-table', () => ofOurs('1.50', 'write-once')],
  ['a later revision', 'revision', () => ofOurs('2.50', 'rewritable')],
  ['an integrity descriptor that is open', 'open', () => opened(ofMkudffs('hd', '2.01'))],
  ['a packet that is kept elsewhere', 'spared', () => spared(ofMkudffs('dvdrw', '2.01'))],
  ['a metadata partition', 'metadata-partition', () => ofOurs('2.50', 'overwritable')],
  ['a partition for reading', 'read-only', () => ofOurs('2.01', 'read-only')],
];

describe.skipIf(!hasTool('mkudffs'))('The room in a volume', () => {
  it.each(['hd', 'dvdram'])('is its longest run of whole ECC blocks, for media like %s', async (media) => {
    const room = await roomInUdf(bytesAsBlocks(ofMkudffs(media, '1.50')));
    // The partition reaches from block 257 to 7,736; mkudffs takes its first three blocks.
    expect(room).toEqual({ start: 288, blocks: 7424, free: 7477 });
  });

  it('leaves out what leads to the volume, whatever is said to be free', async () => {
    const room = await roomInUdf(bytesAsBlocks(overreaching(ofMkudffs('hd', '1.50'))));
    expect(room).toMatchObject({ start: 288, blocks: 7424 });
  });

  it('is found in a sparable partition of which no packet is kept elsewhere', async () => {
    const room = await roomInUdf(bytesAsBlocks(ofMkudffs('dvdrw', '1.50')));
    expect(room).toMatchObject({ free: 6428 });
  });

  it.each(KEPT_OUT)('with %s is none, which is said (%s)', async (_what, hindrance, volume) => {
    expect(await roomInUdf(bytesAsBlocks(await volume()))).toEqual({ hindrance });
  });
});
