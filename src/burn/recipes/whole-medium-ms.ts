import type { MediumKind } from '../../drive/medium.js';
import { kBpsOfFactor, userBytesPerSecond } from '../../drive/speeds.js';

/** How long a drive takes to go over so many blocks at the single speed of the medium, which is the slowest. In ms. */
export const wholeMediumMs = (kind: MediumKind, blocks: number): number =>
  (blocks * 2048 * 1000) / userBytesPerSecond(kind, kBpsOfFactor(kind, 1));
