import { crc32 } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { encodeMode1Sector } from '../../../src/cd/sector.js';
import { hex } from '../../support/hex.js';

/** CRC-32 of whole sectors that cdrdao's encoder and one written apart from ours agree on. */
describe('mode 1 sector', () => {
  it('has the EDC and ECC of other encoders around zeros at 00:02:00', () => {
    const sector = encodeMode1Sector(0, new Uint8Array(2048));
    expect(hex(sector.subarray(0, 16))).toBe('00 ff ff ff ff ff ff ff ff ff ff 00 00 02 00 01');
    expect(hex(sector.subarray(2064, 2068))).toBe('c5 13 68 2b');
    expect(crc32(sector)).toBe(0xd12ad343);
  });

  it('has the EDC and ECC of other encoders around counting bytes at 00:02:16', () => {
    const sector = encodeMode1Sector(
      16,
      Uint8Array.from({ length: 2048 }, (_, at) => at),
    );
    expect(hex(sector.subarray(2064, 2068))).toBe('5e 93 51 92');
    expect(crc32(sector)).toBe(0x2f696cc4);
  });
});
