import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BlankName } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import { type Rig, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const anImage = (blocks: number): Uint8Array => randomBytes(blocks * 2048);

/** The user data of the medium, by the virtual drive's own export, which shares no code with recording. */
const recorded = async (rig: Rig, folder: string, name = 'export.iso'): Promise<Uint8Array> => {
  await rig.drive.close();
  const file = join(folder, name);
  await exportImage(rig.mediumFolder, file);
  return readFileSync(file);
};

const holds = (medium: Uint8Array, image: Uint8Array): boolean =>
  Buffer.from(medium.buffer, medium.byteOffset, image.length).equals(image);

describe('burning', () => {
  it.each(['cd-r', 'cd-rw', 'dvd+r', 'dvd+rw', 'bd-re'] as const)(
    'records, proves and verifies an image on a blank %s',
    async (blank) => {
      const folder = temporaryFolder();
      const rig = burnRig(folder, { blank });
      const image = anImage(1333);
      const { result, plan, phases } = await rig.burn(image);
      expect(result.blocksWritten).toBeGreaterThanOrEqual(1333);
      expect(result.verified).toEqual({ blocks: 1333 });
      expect(result.medium).toMatchObject(
        plan.writeOnce || blank === 'cd-rw' ? { status: 'complete', sessions: 1 } : { formatted: true },
      );
      expect(phases).toEqual(plan.phases);
      expect(holds(await recorded(rig, folder), image)).toBe(true);
    },
  );
});

export type { BlankName };
