import type { Medium } from '../drive/medium.js';
import { kBpsOfFactor, userBytesPerSecond } from '../drive/speeds.js';

/** Reading at a moderate speed; drives tell only how fast they record. */
export const readingMs = ({ kind }: Medium, blocks: number): number =>
  10_000 + (blocks * 2048 * 1000) / userBytesPerSecond(kind, kBpsOfFactor(kind, 4));
