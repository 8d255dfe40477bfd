import { uint32le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';

/** ECMA-167 4/14.12, Space Bitmap Descriptor, up to the bitmap. */
export const foreignBitmapHead = layout('Space Bitmap Descriptor', 24, {
  bitCount: rbp(16, 4, uint32le),
  byteCount: rbp(20, 4, uint32le),
});

/** ECMA-167 4/14.11, Unallocated Space Entry, up to its allocation descriptors, which say what is free. */
export const foreignSpaceEntry = layout('Unallocated Space Entry', 40, {
  allocationBytes: rbp(36, 4, uint32le),
});
