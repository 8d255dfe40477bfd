import type { BlockReader } from './block-reader.js';

/**
 * What reading a volume may cost: descriptors lead to descriptors, and a few bytes can claim any length. What is wholesome has each block once
 * or twice; what needs more is a trap, and reading it ends.
 */
export class UdfBudget {
  #left: number;

  constructor({ blocks }: BlockReader) {
    this.#left = 4 * blocks + 1000;
  }

  /** False where so much is not left. */
  spend(amount: number): boolean {
    this.#left -= amount;
    return this.#left >= 0;
  }
}
