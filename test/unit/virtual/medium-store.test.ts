import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { exportImage, openExport } from '../../../src/virtual/medium/export-image.js';
import { createMedium, readMediumTables } from '../../../src/virtual/medium/medium-store.js';
import { unhex } from '../../support/hex.js';
import {
  MODE_SELECT,
  SYNCHRONIZE_CACHE,
  closeCommand,
  endOf,
  numberedBlocks,
  untilReady,
  writeBlocks,
  writeParameters,
} from '../../support/raw-command.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { aVirtualDrive } from '../../support/virtual-drive.js';

const exported = async (
  mediumFolder: string,
  ...rest: [Parameters<typeof exportImage>[2]?]
): Promise<Buffer> => {
  const file = join(temporaryFolder(), 'image');
  await exportImage(mediumFolder, file, ...rest);
  return readFileSync(file);
};

describe('the folder of a medium', () => {
  it('is refused where there is none, or where its tables are damaged', () => {
    const folder = temporaryFolder();
    expect(() => readMediumTables(folder)).toThrow(
      expect.objectContaining({ code: 'virtual-medium-unknown' }),
    );
    const medium = join(folder, 'm');
    createMedium(medium, 'cd-r');
    writeFileSync(join(medium, 'medium.json'), '{"version":1}');
    expect(() => readMediumTables(medium)).toThrow(
      expect.objectContaining({ code: 'virtual-medium-damaged' }),
    );
  });

  it('of another version is refused', () => {
    const medium = join(temporaryFolder(), 'm');
    const tables = createMedium(medium, 'cd-r');
    writeFileSync(join(medium, 'medium.json'), JSON.stringify({ ...tables, version: 2 }));
    expect(() => readMediumTables(medium)).toThrow(
      expect.objectContaining({ code: 'virtual-medium-damaged' }),
    );
  });

  it('holds whole units of a track in a sparse file, with one bit for each', async () => {
    const { drive, mediumFolder } = aVirtualDrive({ blank: 'bd-re' });
    await untilReady(drive);
    await endOf(drive, '04 11 00 00 00 00', unhex('00 82 00 08 00 ba 74 00 c5 00 08 00'));
    await writeBlocks(drive, 12_000_000, numberedBlocks(2, 0x41));
    await drive.close();
    const data = statSync(join(mediumFolder, 'track-01.data'));
    expect(data.size).toBe(12_000_002 * 2048);
    expect(data.blocks * 512).toBeLessThan(1024 * 1024);
    const map = readFileSync(join(mediumFolder, 'track-01.map'));
    expect(map).toHaveLength(12_000_002 / 8 + 0.75);
    expect(map.at(-1)).toBe(0xc0);
  });

  it('keeps 2,352 bytes a sector for audio', async () => {
    const { drive, mediumFolder } = aVirtualDrive({ blank: 'cd-r' });
    await untilReady(drive);
    await endOf(drive, MODE_SELECT, writeParameters(0x41, 0x00, 0x00));
    await writeBlocks(drive, 0, numberedBlocks(300, 1, 2352), 2352);
    await endOf(drive, SYNCHRONIZE_CACHE);
    expect(statSync(join(mediumFolder, 'track-01.data')).size).toBe(300 * 2352);
    expect((await exported(mediumFolder, { track: 1 })).equals(numberedBlocks(300, 1, 2352))).toBe(true);
  });

  it('loses its data files when it is blanked', async () => {
    const { drive, mediumFolder } = aVirtualDrive({ blank: 'cd-rw' });
    await untilReady(drive);
    await endOf(drive, MODE_SELECT, writeParameters(0x41, 0x04, 0x08));
    await writeBlocks(drive, 0, numberedBlocks(300));
    await endOf(drive, SYNCHRONIZE_CACHE);
    await endOf(drive, 'a1 01 00 00 00 00 00 00 00 00 00 00');
    expect(readdirSync(mediumFolder).sort()).toEqual(['lock', 'medium.json']);
  });
});

describe('the image of a medium', () => {
  it('is what was recorded, without run-out, with zeros between sessions', async () => {
    const { drive, mediumFolder } = aVirtualDrive({ blank: 'cd-r' });
    await untilReady(drive);
    await endOf(drive, MODE_SELECT, writeParameters(0x41, 0xc4, 0x08));
    for (const lba of [0, 11_702]) {
      await writeBlocks(drive, lba, numberedBlocks(300, lba & 0xff));
      await endOf(drive, SYNCHRONIZE_CACHE);
      await endOf(drive, closeCommand(2));
    }
    const image = await exported(mediumFolder);
    expect(image).toHaveLength((11_702 + 300) * 2048);
    expect(image.subarray(0, 300 * 2048).equals(numberedBlocks(300, 0))).toBe(true);
    expect(image.subarray(300 * 2048, 11_702 * 2048).every((byte) => byte === 0)).toBe(true);
    expect(image.subarray(11_702 * 2048).equals(numberedBlocks(300, 0xb6))).toBe(true);
    const second = await exported(mediumFolder, { session: 2 });
    expect(second.equals(numberedBlocks(300, 0xb6))).toBe(true);
    expect(openExport(mediumFolder).bytes).toBe(image.length);
  });

  it('is refused where nothing is recorded, and never replaces a file', async () => {
    const { drive, mediumFolder } = aVirtualDrive({ blank: 'dvd+r' });
    await expect(exported(mediumFolder)).rejects.toMatchObject({ code: 'medium-blank' });
    await untilReady(drive);
    await writeBlocks(drive, 0, numberedBlocks(16));
    const file = join(temporaryFolder(), 'kept');
    writeFileSync(file, 'mine');
    await expect(exportImage(mediumFolder, file)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await exported(mediumFolder)).equals(numberedBlocks(16))).toBe(true);
  });
});
