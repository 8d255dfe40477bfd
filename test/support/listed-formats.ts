import { expect } from 'vitest';
import type { Transport } from '../../src/transport/transport.js';
import { type Descriptor, hexOf } from './any-act.js';
import { READ_FORMAT_CAPACITIES, sendRaw } from './raw-command.js';

/** The rows behind the current capacity: MMC-5 §6.24.3. */
export const listedFormats = async (drive: Transport): Promise<Descriptor[]> => {
  const answer = await sendRaw(drive, READ_FORMAT_CAPACITIES, 255);
  if (answer.status !== 'good') return [];
  const rows = Math.max(0, (answer.data[3] ?? 0) / 8 - 1);
  return Array.from({ length: rows }, (_, row) => {
    const bytes = answer.data.subarray(12 + row * 8, 20 + row * 8);
    expect((bytes[4] ?? 0) & 3, 'the list has no sub-types').toBe(0);
    return {
      blocks: hexOf(bytes.subarray(0, 4)),
      type: (bytes[4] ?? 0) >> 2,
      subType: 0,
      parameter: hexOf(bytes.subarray(5)),
    };
  });
};

/** Of what was recorded, the blocks that such a format leaves: grown borders (11h, 13h), a format taken up again, more spares. */
export const keeps = (list: Uint8Array): ((block: number) => boolean) => {
  const type = (list[8] ?? 0) >> 2;
  const blocks = new DataView(list.buffer, list.byteOffset).getUint32(4);
  if (type === 0x11 || type === 0x13 || (type === 0x26 && list[11] === 1)) return () => true;
  return (block) => type === 0x01 && block < blocks;
};

export const retain = (blocks: Map<number, number>, stays: (block: number) => boolean): void => {
  for (const block of blocks.keys()) if (!stays(block)) blocks.delete(block);
};
