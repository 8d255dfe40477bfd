import { z } from 'zod';
import { listedVolumes } from '../image/import/listed-volumes.js';
import type { Medium, Track } from './medium.js';

const block = z.int().min(0);

const recordedSession = z.strictObject({
  number: z.int().min(1),
  closed: z.boolean(),
  start: block.meta({ description: 'First block of its first track' }),
  blocks: block,
});

/** A session of a medium, and what it holds. */
export const listedSession = recordedSession.extend(listedVolumes.shape).meta({
  id: 'ListedSession',
  description: 'A session of a medium, and the file systems that begin with it',
});
export type ListedSession = z.infer<typeof listedSession>;

/** One of which is known where it lies, and not what it holds. */
export interface RecordedSession extends z.infer<typeof recordedSession> {
  /** Where readers look for a volume: its first track of data. Undefined where it has none. */
  readonly volumeStart: number | undefined;
}

/** Media that keep no sessions have one volume, whoever has written how much of it. */
const oneSession = ({ contents, used, readable }: Medium): RecordedSession[] =>
  contents === 'none' || readable === 0
    ? []
    : [{ number: 1, closed: true, start: 0, blocks: Math.min(used, readable), volumeStart: 0 }];

const sessionOf = (number: number, tracks: readonly Track[], { sessions }: Medium): RecordedSession[] => {
  const [first, last] = [tracks[0], tracks.at(-1)];
  if (!first || !last) return [];
  const start = Math.max(0, first.start);
  return [
    {
      number,
      closed: number <= sessions,
      start,
      blocks: last.start + last.length - start,
      volumeStart: tracks.find(({ data }) => data)?.start,
    },
  ];
};

/** The sessions of a medium in which anything was recorded, the first one first. */
export const recordedSessions = (medium: Medium): RecordedSession[] => {
  const { overwritable, tracks } = medium;
  const recorded = tracks.filter(({ blank }) => !blank);
  if (overwritable || recorded.length === 0) return oneSession(medium);
  const numbers = new Set(recorded.map(({ session }) => session));
  return [...numbers].flatMap((number) =>
    sessionOf(
      number,
      recorded.filter(({ session }) => session === number),
      medium,
    ),
  );
};
