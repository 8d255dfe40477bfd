import { volumeDescriptorHead } from '../../iso9660/descriptor.js';
import { SYSTEM_AREA_BLOCKS } from '../../iso9660/volume-descriptors.js';
import type { BlockReader } from './block-reader.js';

/** Linux looks no further, libudfread neither. */
export const MOST_DESCRIPTORS = 84;
const UDF = new Set(['NSR02', 'NSR03']);
const RECOGNITION = new Set(['BEA01', 'TEA01', 'BOOT2', ...UDF]);
const OTHERS = new Set([...RECOGNITION, 'CD001', 'CDW02']);

/** Whether a descriptor stands around those that name ECMA-167, which may come between or behind those of ISO 9660. */
export const isOfRecognition = (identifier: string): boolean => RECOGNITION.has(identifier);

export type RecognizedStandard = 'NSR02' | 'NSR03';

const isUdf = (identifier: string): identifier is RecognizedStandard => UDF.has(identifier);

/** By which edition of ECMA-167 the volume recognition sequence of the session (2/8.3) names UDF; undefined where it does not. */
export const recognizedUdf = async (
  reader: BlockReader,
  start: number,
): Promise<RecognizedStandard | undefined> => {
  const first = start + SYSTEM_AREA_BLOCKS;
  const end = Math.min(reader.blocks, first + MOST_DESCRIPTORS);
  for (let block = first; block < end; block++) {
    const { standardIdentifier } = volumeDescriptorHead.decode(await reader.read(block, 1));
    if (isUdf(standardIdentifier)) return standardIdentifier;
    if (!OTHERS.has(standardIdentifier)) return undefined;
  }
  return undefined;
};
