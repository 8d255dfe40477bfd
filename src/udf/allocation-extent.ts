import { uint32le } from '../binary/codec.js';
import { layout, rbp } from '../binary/layout.js';
import { BLOCK } from './block.js';
import { seal, TAG } from './tag.js';

/** ECMA-167 4/14.5, Allocation Extent Descriptor, up to its allocation descriptors. */
const header = layout('Allocation Extent Descriptor', 24, {
  allocationLength: rbp(20, 4, uint32le),
});

/** Room for allocation descriptors in one of a block. */
export const ALLOCATION_EXTENT_ROOM = BLOCK - header.size;

/** Writes one into a block of zeros. OSTA UDF 2.01 2.3.11: the CRC covers the descriptors too; older readers go by its length. */
export const encodeAllocationExtent = (
  target: Uint8Array,
  allocation: Uint8Array,
  tag: { readonly version: 2 | 3; readonly location: number },
): void => {
  header.encodeInto(target, 0, { allocationLength: allocation.length });
  target.set(allocation, header.size);
  seal(target.subarray(0, header.size + allocation.length), { ...tag, identifier: TAG.allocationExtent });
};
