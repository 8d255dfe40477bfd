/**
 * RESERVE TRACK and GET EVENT STATUS NOTIFICATION are not known to every recorder (tgt knows neither): no medium may need
 * them, in whichever way it is recorded.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BurnOptions } from '../../src/burn/options.js';
import { BLANK_NAMES, type BlankName } from '../../src/virtual/media.js';
import { exportImage } from '../../src/virtual/medium/export-image.js';
import type { ModelName } from '../../src/virtual/models.js';
import { type Rig, burnFailure, burnRig } from '../support/burn-rig.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BLOCKS = 400;
const image = (): Uint8Array => randomBytes(BLOCKS * 2048);

const modelOf = (blank: BlankName): ModelName => {
  if (blank.startsWith('removable-disk')) return 'disk-drive';
  return blank.includes('-xl') ? 'bdxl-writer' : 'bd-writer';
};

const rigFor = (blank: BlankName): Rig =>
  burnRig(temporaryFolder(), { blank, model: modelOf(blank), lies: ['no-reservation', 'no-events'] });

/** Burns, and finds on the medium what was sent. */
const record = async (rig: Rig, options: Partial<BurnOptions> = {}, session = 1): Promise<void> => {
  const sent = image();
  const { result } = await rig.burn(sent, { options });
  expect(result.verified).toEqual({ blocks: BLOCKS });
  const file = join(temporaryFolder(), 'exported.iso');
  await exportImage(rig.mediumFolder, file, session === 1 ? undefined : { session });
  expect(readFileSync(file).subarray(0, sent.length).equals(sent)).toBe(true);
};

describe('a drive that knows neither RESERVE TRACK nor GET EVENT STATUS NOTIFICATION', () => {
  it.each(BLANK_NAMES)('records %s', async (blank) => {
    await record(rigFor(blank));
  });

  it.each([
    ['cd-r', 'sao'],
    ['dvd-r', 'incremental'],
    ['dvd-rw', 'incremental'],
    ['dvd-r-dl', 'layer-jump'],
  ] as const)('records %s by %s', async (blank, writeMode) => {
    await record(rigFor(blank), { writeMode });
  });

  // Disc at once is a matter of reservation: the drive refuses before anything is recorded, and the disc is as good as before.
  it.each(['dvd-r', 'dvd-rw', 'dvd-r-dl'] as const)(
    'loses no %s that is to be recorded at once',
    async (blank) => {
      const rig = rigFor(blank);
      const { code } = await burnFailure(rig, image(), { options: { writeMode: 'dao' } });
      expect(code).toBe('reservation-unsupported');
      expect(rig.commands.filter(({ cdb }) => cdb[0] === 0x2a)).toEqual([]);
      await record(rig);
    },
  );

  it.each(['cd-r', 'cd-rw', 'dvd-r', 'dvd-rw', 'dvd+r', 'dvd+r-dl', 'bd-r'] as const)(
    'appends sessions to %s',
    async (blank) => {
      const rig = rigFor(blank);
      await record(rig, { close: 'session' });
      await record(rig, { close: 'session', onNonBlank: 'append' }, 2);
      await record(rig, { close: 'disc', onNonBlank: 'append' }, 3);
    },
  );

  it.each(['cd-rw', 'dvd+rw', 'dvd-ram', 'bd-re'] as const)(
    'erases %s and records it again',
    async (blank) => {
      const rig = rigFor(blank);
      await record(rig);
      await record(rig, { onNonBlank: 'erase' });
    },
  );

  // A DVD-RW that is blanked minimally takes one recording at once, which has to be reserved.
  it('erases a DVD-RW and records it again, as soon as it is blanked in full', async () => {
    const rig = rigFor('dvd-rw');
    await record(rig);
    const { code } = await burnFailure(rig, image(), { options: { onNonBlank: 'erase' } });
    expect(code).toBe('reservation-unsupported');
    await rig.use({ do: 'erase', options: { method: 'full' } });
    await record(rig);
  });
});
