import { volumeDescriptorHead } from '../../iso9660/descriptor.js';
import { SYSTEM_AREA_BLOCKS } from '../../iso9660/volume-descriptors.js';
import type { BlockReader } from './block-reader.js';

/** Linux looks no further, libudfread neither. */
const MOST_DESCRIPTORS = 84;
const UDF = new Set(['NSR02', 'NSR03']);
const OTHERS = new Set(['BEA01', 'TEA01', 'BOOT2', 'CD001', 'CDW02']);

/** Whether the volume recognition sequence of the session (ECMA-167 2/8.3) names UDF. */
export const hasUdf = async (reader: BlockReader, start: number): Promise<boolean> => {
  const first = start + SYSTEM_AREA_BLOCKS;
  const end = Math.min(reader.blocks, first + MOST_DESCRIPTORS);
  for (let block = first; block < end; block++) {
    const { standardIdentifier } = volumeDescriptorHead.decode(await reader.read(block, 1));
    if (UDF.has(standardIdentifier)) return true;
    if (!OTHERS.has(standardIdentifier)) return false;
  }
  return false;
};
