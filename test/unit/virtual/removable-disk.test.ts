import { describe, expect, it } from 'vitest';

import {
  READ_CAPACITY,
  DISC_INFORMATION,
  endOf,
  numberedBlocks,
  replyOf,
  sendRaw,
  untilReady,
  writeBlocks,
} from '../../support/raw-command.js';
import { aVirtualDrive } from '../../support/virtual-drive.js';

describe.each([
  ['removable-disk-512', 512, '02 00'],
  ['removable-disk', 2048, '08 00'],
  ['removable-disk-4096', 4096, '10 00'],
] as const)('a %s', (blank, blockBytes, length) => {
  it('takes and gives blocks of its own size', async () => {
    const { drive } = aVirtualDrive({ blank, model: 'disk-drive', capacity: 1000 });
    await untilReady(drive);
    expect(await replyOf(drive, READ_CAPACITY, 8)).toBe(`00 00 03 e7 00 00 ${length}`);
    const blocks = numberedBlocks(40, 1, blockBytes);
    expect(await writeBlocks(drive, 960, blocks, blockBytes)).toBe('good');
    const answer = await sendRaw(drive, '28 00 00 00 03 c0 00 00 28 00', 40 * blockBytes);
    expect(answer.status === 'good' && Buffer.compare(answer.data, blocks)).toBe(0);
    expect(await writeBlocks(drive, 961, blocks, blockBytes)).toBe('5/21/00');
    expect(await writeBlocks(drive, 0, blocks.subarray(1), blockBytes)).not.toBe('good');
    // Random Writable, current: last block, block length.
    const feature = await replyOf(drive, '46 02 00 20 00 00 00 00 18 00', 24);
    expect(feature).toContain(`00 20 05 0c 00 00 03 e7 00 00 ${length} 00 01`);
    expect(feature.slice(18, 23)).toBe('00 02');
  });
});

describe('a removable disk', () => {
  it('is neither blank nor closed for READ DISC INFORMATION', async () => {
    const { drive } = aVirtualDrive({ blank: 'removable-disk', model: 'disk-drive' });
    await untilReady(drive);
    expect((await replyOf(drive, DISC_INFORMATION, 34)).slice(6, 8)).toBe('1f');
  });

  it('is unknown to READ DISC INFORMATION and READ TRACK INFORMATION of a plain drive', async () => {
    const { drive } = aVirtualDrive({ blank: 'removable-disk', model: 'plain-disk-drive' });
    await untilReady(drive);
    expect(await endOf(drive, DISC_INFORMATION, 34)).toBe('5/20/00');
    expect(await endOf(drive, '52 01 00 00 00 01 00 00 24 00', 36)).toBe('5/20/00');
    expect(await endOf(drive, '43 00 00 00 00 00 00 00 0c 00', 12)).toBe('5/20/00');
  });

  it('is nothing that a writer of discs can read', async () => {
    const { drive } = aVirtualDrive({ blank: 'removable-disk' });
    for (let tries = 0; tries < 5; tries += 1) await endOf(drive, '00 00 00 00 00 00');
    expect(await endOf(drive, '00 00 00 00 00 00')).toBe('2/30/00');
  });
});
