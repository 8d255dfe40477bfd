import { os } from './native.js';

/** Bytes between the beginning of a page of memory and the first of these bytes, wherever their buffer begins. */
export const pageOffset = (bytes: Uint8Array): number => os.pageOffset(bytes);
