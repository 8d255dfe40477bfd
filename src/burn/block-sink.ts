/** Where the blocks go that are read from a medium: an image that is being made. */
export interface BlockSink {
  /** Room for so many blocks; said once, before the first of them. */
  begin(blocks: number): Promise<void>;
  /** Whole blocks, one after the other. The bytes may be used again once this has resolved. */
  write(blocks: Uint8Array): Promise<void>;
}

/** Of work that reads nothing into an image. */
export const NO_SINK: BlockSink = {
  begin: () => Promise.reject(new TypeError('nothing was to be read into an image')),
  write: () => Promise.reject(new TypeError('nothing was to be read into an image')),
};
