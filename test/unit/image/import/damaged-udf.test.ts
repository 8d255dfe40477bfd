import fc from 'fast-check';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { validate } from '../../../../src/image/import/validate.js';
import { readUdfVolume } from '../../../../src/image/import/udf-volume.js';
import { udfEntries } from '../../../../src/image/import/udf-tree.js';
import { udfRequest } from '../../../../src/image/udf-request.js';
import { bytesAsBlocks } from '../../../support/bytes-as-blocks.js';
import { aTreeRequest, isoBytes, scratchFolder } from '../../../support/mastering.js';
import { SEED } from '../../../support/sample.js';

/** SPINDLE_FUZZ is the number of damaged volumes of each kind; `npm run fuzz` tries thousands. */
const RUNS = Number(process.env['SPINDLE_FUZZ'] ?? 60);
const BLOCK = 2048;
/** Reads that a volume may cost for each of its blocks: windows of 32 of them are read for one, over and over where they are damaged. */
const COST = 400;

const scratch = scratchFolder('damaged-udf');
const VOLUMES = [
  ['1.02', 'read-only', true],
  ['1.50', 'write-once', false],
  ['2.01', 'rewritable', false],
  ['2.60', 'read-only', false],
] as const;
const images: Buffer[] = [];

beforeAll(async () => {
  const tree = `${scratch.path}/tree`;
  mkdirSync(`${tree}/a/b/c`, { recursive: true });
  for (let index = 0; index < 40; index++) writeFileSync(`${tree}/a/b/file ${index}`, `${index}`.repeat(99));
  for (const [revision, access, iso9660] of VOLUMES)
    images.push(await isoBytes(tree, aTreeRequest({ iso9660, udf: udfRequest.parse({ revision, access }) })));
});

afterAll(scratch.remove);

/** A bit that is flipped, a number that becomes giant, or a block that is that of another place. */
const change = fc.record({
  kind: fc.constantFrom('flip', 'giant', 'copy'),
  at: fc.nat(),
  value: fc.nat(),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Where there is something, so that few changes are in vain. */
const placesOf = (image: Buffer): number[] =>
  Array.from({ length: image.length / BLOCK }, (_, block) => block).filter((block) =>
    image.subarray(block * BLOCK, (block + 1) * BLOCK).some((byte) => byte !== 0),
  );

const damage = (bytes: Buffer, places: readonly number[], { kind, at, value }: Change): void => {
  const block = places[at % places.length]! * BLOCK;
  const offset = block + (value % (BLOCK - 4));
  if (kind === 'flip') bytes[offset] = bytes[offset]! ^ (1 << (at % 8));
  else if (kind === 'giant') bytes.writeUInt32LE(0xffff_ffff - (at % 3), offset);
  else
    bytes.copy(
      bytes,
      block,
      places[value % places.length]! * BLOCK,
      places[value % places.length]! * BLOCK + BLOCK,
    );
};

it.each(VOLUMES.map((_, index) => index))(
  'whatever is damaged of volume %i, reading it ends, within bounds, and leads to no path outside',
  async (index) => {
    const whole = images[index]!;
    const places = placesOf(whole);
    const damages = fc.array(change, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        damages,
        fc.integer({ min: 17, max: whole.length / BLOCK }),
        async (changes, blocks) => {
          const bytes = Buffer.from(whole);
          for (const one of changes) damage(bytes, places, one);
          const reader = bytesAsBlocks(changes.length % 2 === 0 ? bytes : bytes.subarray(0, blocks * BLOCK));
          await validate(reader);
          expect(reader.count()).toBeLessThan(COST * reader.blocks + 10_000);
          const volume = await readUdfVolume(reader, 0, () => undefined);
          if (!volume) return;
          for await (const { name, id } of udfEntries(volume, () => undefined))
            expect(id === 0 || (!['', '.', '..'].includes(name) && !/[/\0]/.test(name))).toBe(true);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
  },
  600_000,
);
