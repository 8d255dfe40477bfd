import { expect, it } from 'vitest';

import { loadAddon } from '../../../src/os/native.js';
import { pageOffset } from '../../../src/os/page-offset.js';

it('bytes of memory that the C library aligned begin at a page, those behind them do not', () => {
  const { alignedBuffer } = loadAddon('sg') as { alignedBuffer: (bytes: number) => Uint8Array };
  const bytes = alignedBuffer(10_000);
  expect([0, 1, 4095, 5000].map((at) => pageOffset(bytes.subarray(at)) % 4096)).toEqual([0, 1, 4095, 904]);
});
