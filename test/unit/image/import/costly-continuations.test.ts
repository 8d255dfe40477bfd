import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';

import { validate } from '../../../../src/image/import/validate.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';

/** SUSP 1.12 §5.1: CE has 28 bytes; block, offset and length of the next area follow its four, each in both byte orders. */
const CE = [0x43, 0x45, 28, 1];
const CE_BYTES = 28;
const BLOCK = 2048;
const FILES = 400;
/** The longest chain that is no finding by itself. */
const CHAIN = 190;
const PER_BLOCK = Math.floor(BLOCK / CE_BYTES);

const scratch = scratchFolder('costly-continuations');
afterAll(scratch.remove);

const bothEndian = (bytes: Buffer, offset: number, value: number): void => {
  bytes.writeUInt32LE(value, offset);
  bytes.writeUInt32BE(value, offset + 4);
};

const continuation = (bytes: Buffer, at: number, [block, offset, length]: [number, number, number]): void => {
  bytes.set(CE, at);
  for (const [index, value] of [block, offset, length].entries())
    bothEndian(bytes, at + 4 + 8 * index, value);
};

/** A volume in which every name goes on elsewhere. */
const volume = async (): Promise<Buffer> => {
  const tree = `${scratch.path}/tree`;
  mkdirSync(tree, { recursive: true });
  for (let index = 0; index < FILES; index++) writeFileSync(`${tree}/${'n'.repeat(240)}${index}`, '');
  return isoBytes(tree, aTreeRequest({ joliet: false }));
};

/** The same where each of these names is said to go on in one chain of areas that lies behind the volume. */
const trapOf = (image: Buffer): Buffer => {
  const first = image.length / BLOCK;
  const trap = Buffer.concat([image, Buffer.alloc(Math.ceil(CHAIN / PER_BLOCK) * BLOCK)]);
  const placeOf = (link: number): [block: number, offset: number] => [
    first + Math.floor(link / PER_BLOCK),
    (link % PER_BLOCK) * CE_BYTES,
  ];
  for (let link = 0; link < CHAIN - 1; link++) {
    const [block, offset] = placeOf(link);
    continuation(trap, block * BLOCK + offset, [...placeOf(link + 1), CE_BYTES]);
  }
  for (let at = image.indexOf(Buffer.from(CE)); at !== -1 && at < image.length;) {
    continuation(trap, at, [first, 0, CE_BYTES]);
    at = image.indexOf(Buffer.from(CE), at + CE_BYTES);
  }
  return trap;
};

it('Chains of continuation areas that all records share are not followed for ever', async () => {
  const image = await volume();
  expect((await validate(bytesAsBlocks(image))).findings).toEqual([]);
  const { valid, findings } = await validate(bytesAsBlocks(trapOf(image)));
  expect(valid).toBe(false);
  expect(findings.filter(({ code }) => code === 'continuations-too-many')).toHaveLength(1);
});
