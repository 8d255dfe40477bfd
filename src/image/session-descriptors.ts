import { BLOCK } from '../iso9660/block.js';
import { DESCRIPTOR_TYPE, volumeDescriptorHead } from '../iso9660/descriptor.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';

/** The volume descriptors at the beginning of a session, their terminator included. */
export const descriptorsIn = (session: Uint8Array): Uint8Array => {
  const first = SYSTEM_AREA_BLOCKS * BLOCK;
  for (let at = first; at + BLOCK <= session.length; at += BLOCK)
    if (volumeDescriptorHead.decode(session, at).type === DESCRIPTOR_TYPE.terminator)
      return session.subarray(first, at + BLOCK);
  throw new Error('a session without terminator');
};
