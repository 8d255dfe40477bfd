import { crc16 } from '../binary/checksum.js';
import { descriptorTag } from './tag.js';

/** What is wrong with a tag: what stands there is no descriptor, or not the one that was written there. */
export type TagProblem = 'checksum' | 'crc' | 'location';

export interface ForeignTag {
  readonly identifier: number;
  readonly problem: TagProblem | undefined;
}

const sum = (source: Uint8Array, offset: number): number => {
  let total = 0;
  for (let at = 0; at < descriptorTag.size; at++) if (at !== 4) total += source[offset + at] ?? 0;
  return total % 256;
};

/**
 * The tag at `offset`, checked by ECMA-167 3/7.2: its checksum, the CRC of what follows as far as that is there, and where it says
 * that it stands; `location` is undefined where that does not matter.
 */
export const readTag = (source: Uint8Array, offset: number, location: number | undefined): ForeignTag => {
  const tag = descriptorTag.decode(source, offset);
  const body = source.subarray(offset + descriptorTag.size, offset + descriptorTag.size + tag.crcLength);
  const problem = ((): TagProblem | undefined => {
    if (tag.checksum !== sum(source, offset)) return 'checksum';
    if (body.length !== tag.crcLength || crc16(body) !== tag.crc) return 'crc';
    return location !== undefined && tag.location !== location ? 'location' : undefined;
  })();
  return { identifier: tag.identifier, problem };
};
