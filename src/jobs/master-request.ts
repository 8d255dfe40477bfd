import { basename } from 'node:path';
import type { MasterRequest } from '../image/master-request.js';
import type { ImageRequest } from './request.js';

/** Where a client names no volume: the first source, in what a volume identifier can hold. */
const defaultIdentifier = ([first]: Extract<ImageRequest, { type: 'data' }>['sources']): string => {
  const name = basename(first?.path ?? '') || (first?.root ?? '');
  return name.replace(/\p{Cc}/gu, '_').slice(0, 32) || 'SPINDLE';
};

/**
 * What the mastering process is told to make of a request. The volume gets the time of the request, so that the
 * same image comes out when it is mastered again.
 */
export const masterRequestOf = (request: ImageRequest, createdAt: string): MasterRequest => {
  if (request.type === 'image') return { image: request.source };
  const { identifier, iso9660, joliet, rockRidge, strictNames } = request.volume;
  return {
    sources: request.sources,
    volumeIdentifier: identifier ?? defaultIdentifier(request.sources),
    level: iso9660.level,
    joliet,
    rockRidge,
    strictNames,
    skipUnsupported: false,
    createdAtNs: BigInt(Date.parse(createdAt)) * 1_000_000n,
  };
};
