import type { ClaimedImage } from './claims.js';
import { BLOCK, both16, need, type TreeName, zero } from './rules.js';

const treeOf = (bytes: Buffer): TreeName => {
  if (bytes[0] === 1) return 'primary';
  return bytes[6] === 2 ? 'enhanced' : 'joliet';
};

const checkVolume = (bytes: Buffer, tree: TreeName): void => {
  need(zero(bytes.subarray(72, 80)) && zero(bytes.subarray(1395)), '8.4: what is reserved is zero');
  need(bytes[881] === (tree === 'enhanced' ? 2 : 1), '8.4.31: file structure version');
  if (tree === 'joliet') need(bytes.toString('latin1', 88, 91) === '%/E', 'Joliet: level 3');
  else need(zero(bytes.subarray(88, 120)), 'no escape sequences');
  need(both16(bytes, 128, 'block size') === BLOCK, '8.4.12: block size');
  for (const at of [120, 124]) both16(bytes, at, 'volume set');
};

/** The tree that a descriptor describes; a boot record describes none. */
const checkDescriptor = (bytes: Buffer, block: number): TreeName | undefined => {
  need(bytes.toString('latin1', 1, 6) === 'CD001', `8.1: block ${block} has a standard identifier`);
  if (bytes[0] === 0) {
    need(block === 17, 'El Torito: the boot record is in block 17');
    return undefined;
  }
  need((bytes[0] === 1) === (block === 16), '6.7.1: the primary descriptor is the first');
  const tree = treeOf(bytes);
  checkVolume(bytes, tree);
  return tree;
};

/** 6.7.1: descriptors from block 16 on, until one ends them. */
export const readDescriptors = (image: ClaimedImage): Map<TreeName, Buffer> => {
  const found = new Map<TreeName, Buffer>();
  const { bytes } = image;
  let last = 16;
  for (; bytes[last * BLOCK] !== 255; last++) {
    const descriptor = bytes.subarray(last * BLOCK, (last + 1) * BLOCK);
    const tree = checkDescriptor(descriptor, last);
    if (tree) found.set(tree, descriptor);
  }
  need(zero(bytes.subarray(last * BLOCK + 7, (last + 1) * BLOCK)), '8.3: nothing follows in a terminator');
  image.claim(16 * BLOCK, (last + 1) * BLOCK, 'descriptors');
  return found;
};
