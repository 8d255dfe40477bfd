import { BLOCK } from '../iso9660/block.js';
import { volumeDescriptorHead } from '../iso9660/descriptor.js';
import { SYSTEM_AREA_BLOCKS } from '../iso9660/volume-descriptors.js';

const OF_UDF = /^(?:BEA01|NSR0[23]|TEA01)$/;

/**
 * The structures at the beginning of a session by which its volumes are recognized: descriptors of ISO 9660 with their terminator, and those of
 * UDF with a block of zeros behind them, where the ones before may have gone on.
 */
export const descriptorsIn = (session: Uint8Array): Uint8Array => {
  const first = SYSTEM_AREA_BLOCKS * BLOCK;
  let ofUdf = false;
  for (let at = first; at + BLOCK <= session.length; at += BLOCK) {
    const { standardIdentifier } = volumeDescriptorHead.decode(session, at);
    if (OF_UDF.test(standardIdentifier)) ofUdf = true;
    else if (standardIdentifier !== 'CD001') return session.subarray(first, ofUdf ? at + BLOCK : at);
  }
  throw new Error('a session whose descriptors do not end');
};
