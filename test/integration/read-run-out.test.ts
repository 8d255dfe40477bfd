import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import { bootRequest } from '../../src/image/boot-request.js';
import { treeRequest } from '../../src/image/master-request.js';
import type { Lie } from '../../src/virtual/lies.js';
import type { Fault } from '../../src/virtual/faults.js';
import { type Rig, burnRig, useFailure } from '../support/burn-rig.js';
import { hasTool } from '../support/has-tool.js';
import { aTreeRequest, writeIso } from '../support/mastering.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCK = 2048;
/** A session at once, whose only track ends with the image. */
const AT_ONCE: Partial<BurnOptions> = { writeMode: 'sao', postgap: false };

const unreadable = (lba: number): Fault => ({
  when: { lba, access: 'read' },
  do: { action: 'sense', sense: '3/11/00', deferred: false },
});

const discOf = async (
  image: Uint8Array,
  options: Partial<BurnOptions>,
  lies: readonly Lie[] = [],
): Promise<Rig> => {
  const rig = burnRig(temporaryFolder(), { blank: 'cd-r', lies: [...lies] });
  await rig.burn(image, { options });
  return rig;
};

/** A volume of genisoimage, which claims every block of its image. */
const aVolume = (): Uint8Array => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), randomBytes(600_000));
  const file = join(folder, 'volume.iso');
  execFileSync('genisoimage', ['-quiet', '-V', 'WHOLE', '-o', file, join(folder, 'a')]);
  return readFileSync(file);
};

describe.skipIf(!hasTool('genisoimage'))('the last blocks of a CD that a volume claims (genisoimage)', () => {
  it('are no run-out: a reading that has not got them stops, and names them', async () => {
    const image = aVolume();
    const blocks = image.length / BLOCK;
    const rig = await discOf(image, AT_ONCE);
    const failure = await useFailure(
      rig,
      { do: 'read' },
      { faults: [unreadable(blocks - 2), unreadable(blocks - 1)] },
    );
    expect(failure).toMatchObject({
      code: 'read-incomplete',
      errors: [{ pointer: `block ${blocks - 2}` }],
    });
  });

  it('are zeros and told where that is asked for, in an image of full length', async () => {
    const image = aVolume();
    const blocks = image.length / BLOCK;
    const rig = await discOf(image, AT_ONCE);
    const { bytes, result } = await rig.use(
      { do: 'read', options: { onUnreadable: 'zero-fill', retries: 0 } },
      { faults: [unreadable(blocks - 1)] },
    );
    expect(bytes.length / BLOCK).toBe(blocks);
    expect(result).toMatchObject({ unreadable: [{ from: blocks - 1, count: 1 }], leftOut: [] });
  });

  it('are told from the run-out of a track at once, which is left out', async () => {
    const image = aVolume();
    const blocks = image.length / BLOCK;
    // A host that carries 32 KiB at once reads the beginning of the volume in two pieces.
    const rig = await discOf(image, { writeMode: 'tao', postgap: false }, ['short-transfers']);
    const { bytes, result } = await rig.use({ do: 'read' });
    expect(Buffer.from(bytes).equals(Buffer.from(image))).toBe(true);
    expect(result.leftOut).toEqual([{ from: blocks, count: 2, reason: 'run-out' }]);
    // One of the volume's own blocks beside it.
    const failure = await useFailure(rig, { do: 'read' }, { faults: [unreadable(blocks - 1)] });
    expect(failure).toMatchObject({ code: 'read-incomplete' });
  });
});

describe('the run-out of a CD behind a hybrid that is UDF, too', () => {
  it('is left out: the anchors before it, in whatever place they lie, claim no more than the image', async () => {
    const tree = temporaryFolder();
    writeFileSync(join(tree, 'a'), randomBytes(600_000));
    const file = join(temporaryFolder(), 'hybrid.iso');
    const udf = treeRequest.shape.udf.parse({ revision: '2.01' });
    const entries = [{ image: { at: '/a' }, platform: 'efi' }];
    await writeIso(
      tree,
      file,
      aTreeRequest({ udf, boot: bootRequest.parse({ entries, hybrid: { table: 'gpt' } }) }),
    );
    const image = readFileSync(file);
    for (const postgap of [false, true]) {
      const rig = await discOf(image, { writeMode: 'tao', postgap });
      const { bytes, result } = await rig.use({ do: 'read' });
      expect(Buffer.from(bytes.subarray(0, image.length)).equals(image)).toBe(true);
      expect(result).toMatchObject({ unreadable: [], leftOut: [expect.objectContaining({ count: 2 })] });
    }
  });
});

describe('the last blocks of a CD without a volume', () => {
  it('that cannot be read are told to be left out: nobody knows whether they are a run-out', async () => {
    const rig = await discOf(randomBytes(400 * BLOCK), AT_ONCE);
    const { bytes, result } = await rig.use({ do: 'read' }, { faults: [unreadable(398), unreadable(399)] });
    expect(bytes.length / BLOCK).toBe(398);
    expect(result).toMatchObject({ unreadable: [], leftOut: [{ from: 398, count: 2, reason: 'run-out' }] });
  });

  it('are no run-out where the very last one can be read', async () => {
    const rig = await discOf(randomBytes(400 * BLOCK), AT_ONCE);
    const failure = await useFailure(rig, { do: 'read' }, { faults: [unreadable(398)] });
    expect(failure).toMatchObject({ code: 'read-incomplete', errors: [{ pointer: 'block 398' }] });
  });

  it('are told of each track of several sessions', async () => {
    const rig = burnRig(temporaryFolder(), { blank: 'cd-r' });
    await rig.burn(randomBytes(400 * BLOCK), { options: { close: 'session' } });
    await rig.burn(randomBytes(400 * BLOCK), { options: { onNonBlank: 'append' } });
    const { tracks } = (await rig.report()).medium!;
    const { result } = await rig.use({ do: 'read' });
    const runOuts = tracks.map(({ start, length }) => ({
      from: start + length - 2,
      count: 2,
      reason: 'run-out',
    }));
    expect(runOuts).toHaveLength(2);
    expect(result).toMatchObject({ unreadable: [], leftOut: runOuts });
  });
});
