import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';

import { bootRequest } from '../../../../src/image/boot-request.js';
import { validate } from '../../../../src/image/import/validate.js';
import { bootSector } from '../../../support/boot-images.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';
import { SEED } from '../../../support/sample.js';

const RUNS = Number(process.env['SPINDLE_FUZZ'] ?? 100);
const BLOCK = 2048;
/** Reads that an image may cost for each of its blocks, as with damaged volumes of UDF. */
const COST = 400;

const scratch = scratchFolder('damaged-boot');
afterAll(scratch.remove);

const hybrid = async (): Promise<Buffer> => {
  const tree = `${scratch.path}/tree`;
  mkdirSync(tree, { recursive: true });
  writeFileSync(`${tree}/loader`, Buffer.concat([bootSector('none'), Buffer.alloc(7000, 5)]));
  writeFileSync(`${tree}/efi.img`, Buffer.alloc(100_000, 6));
  const boot = bootRequest.parse({
    entries: [
      { image: { at: '/loader' }, bootInfoTable: true },
      { image: { at: '/efi.img' }, platform: 'efi' },
    ],
    hybrid: { table: 'mbr+gpt' },
  });
  return isoBytes(tree, aTreeRequest({ boot, manifest: '/SHA256SUMS' }));
};

/** For a machine that has other things to do. */
const TIME_MS = 60_000 + 1000 * RUNS;

it(
  'A bootable hybrid is valid, and whatever it is damaged to is answered within bounds',
  { timeout: TIME_MS },
  async () => {
    const image = await hybrid();
    expect(await validate(bytesAsBlocks(image), { manifest: '/SHA256SUMS' })).toMatchObject({
      valid: true,
      findings: [],
      manifestFiles: 2,
    });
    const places = Array.from({ length: image.length / BLOCK }, (_, block) => block).filter((block) =>
      image.subarray(block * BLOCK, (block + 1) * BLOCK).some((byte) => byte !== 0),
    );
    const change = fc.record({ at: fc.nat(), offset: fc.nat(BLOCK - 4), giant: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const damaged = Buffer.from(image);
        for (const { at, offset, giant } of changes) {
          const place = (places[at % places.length] ?? 0) * BLOCK + offset;
          if (giant) damaged.writeUInt32LE(0xffff_fff0 + (at % 16), place);
          else damaged[place] = (damaged[place] ?? 0) ^ (1 << (at % 8));
        }
        const reader = bytesAsBlocks(damaged);
        await validate(reader, { manifest: '/SHA256SUMS' });
        expect(reader.count()).toBeLessThan(COST * reader.blocks);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
);
