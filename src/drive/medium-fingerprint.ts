import { createHash } from 'node:crypto';
import type { Medium, MediumKind } from './medium.js';

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

type Recorded = Pick<Medium, 'kind' | 'sessions' | 'tracks'>;

/** A recorded disc is another kind of medium to a drive that only reads. */
export const familyOf = (kind: MediumKind): string => /^(?:hd-dvd|dvd|cd|bd)/.exec(kind)?.[0] ?? kind;

/**
 * Where tracks of closed sessions begin, as far as not at block 0: what is open or blank only some drives tell, and of
 * media that are overwritten not all tell their one track.
 */
const startsOf = ({ sessions, tracks }: Recorded): number[] =>
  tracks
    .filter(({ session, blank, start }) => session <= sessions && !blank && start > 0)
    .map(({ start }) => start);

/**
 * By what a recording is known in whatever drive it is read: where its tracks begin and the digest of its first
 * blocks. Speeds, formats and lengths are left out, of which each drive has its own idea.
 */
export const recordingMark = (recorded: Recorded, firstBlocks: string): string =>
  digestOf({ family: familyOf(recorded.kind), starts: startsOf(recorded), firstBlocks });

/** As it was made until database version 7: with the kind that the drive says, and with tracks that are blank. */
export const formerRecordingMark = ({ kind, sessions, tracks }: Recorded, firstBlocks: string): string =>
  digestOf({ kind, sessions, starts: tracks.map(({ start }) => start), firstBlocks });
