import { createHash } from 'node:crypto';
import type { Medium } from './medium.js';

/** JSON with the keys of all objects in order, so that equal values have equal text. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** Hex SHA-256 of a value's canonical text. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

/**
 * By what a recording is known in whatever drive it is read: where its tracks begin and the digest of its first
 * blocks. Speeds, formats and lengths are left out, of which each drive has its own idea.
 */
export const recordingMark = (
  { kind, sessions, tracks }: Pick<Medium, 'kind' | 'sessions' | 'tracks'>,
  firstBlocks: string,
): string => digestOf({ kind, sessions, starts: tracks.map(({ start }) => start), firstBlocks });
