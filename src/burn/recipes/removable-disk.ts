import { eraseByZeros } from './erase-by-zeros.js';
import type { Recipe } from './recipe.js';
import { check, overwrite, synchronize } from './shared-steps.js';

/**
 * Removable disks: any block at any time, in blocks of 512, 2,048 or 4,096 bytes. There is no speed to choose, no format
 * and nothing to close.
 */
export const removableDisk: Recipe = {
  name: 'removable-disk',
  features: [0x20],
  blocksPerCommand: 32,
  /** Of which one block of 4,096 bytes is made. */
  unit: 2,
  hasSessions: false,
  canSimulate: false,
  onWrite: ['verify'],
  padding: (blocks) => blocks & 1,
  needed: (blocks) => blocks & 1,
  steps: (burn) => [check, ...overwrite(burn, removableDisk.blocksPerCommand), synchronize],
  recovery: () => [synchronize],
  erase: eraseByZeros(32),
  overheadMs: () => 5000,
};
