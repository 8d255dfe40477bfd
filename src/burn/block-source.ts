/** Where the blocks of an image come from while it is recorded: a bounded FIFO that a reader keeps full. */
export interface BlockSource {
  /**
   * Up to `units` blocks that lie side by side, or undefined after the last one. The bytes are a view that holds until
   * the next call, which gives their room back to the reader. Rejects with what stopped the reader.
   */
  read(units: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /**
   * Resolves when what still has to be read was compared once more with what was measured, without reading it; rejects with
   * what is not the same any more.
   */
  compareSources(signal: AbortSignal): Promise<void>;
  /** Blocks that can be read without waiting. */
  available(): number;
  /** 0 to 1. */
  fill(): number;
}

/** Of work that records no image: there is nothing to come. */
export const NO_SOURCE: BlockSource = {
  read: () => Promise.resolve(undefined),
  compareSources: () => Promise.resolve(),
  available: () => 0,
  fill: () => 0,
};
