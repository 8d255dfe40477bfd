/** What is left of a recording whose drive lost what its buffer held. Pure: tables in, tables out. */
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { kindOf } from './sequential.js';

/** A session that a cue sheet lays out begins with a pre-gap, and all of it is recorded at once or lost. */
const isAtOnce = ({ tracks }: MediumTables, { session }: MediumTrack): boolean =>
  tracks.some((track) => track.session === session && track.firstUnit < track.start);

/** Blocks came for it that were not flushed; tables of before this was kept do not say for which. */
export const isBeingWritten = (tables: MediumTables, track: MediumTrack): boolean =>
  track.state === 'open' && (tables.writing?.includes(track.number) !== false || isAtOnce(tables, track));

/** How it ended, and of how many blocks the map says that they are recorded. */
interface Ending {
  readonly powerLost: boolean;
  readonly recorded: number;
}

/** A CD track cannot be continued, because nobody knows its last link, unless nothing is recorded of what was kept for later. */
const isDamagedOnCd = (tables: MediumTables, track: MediumTrack, recorded: number): boolean =>
  !track.reserved || recorded > 0 || isAtOnce(tables, track);

/** One of DVD-R cannot before it is repaired; a drive that has its power ends an increment by itself. */
const isDamagedRZone = ({ packets }: MediumTrack, { powerLost, recorded }: Ending): boolean =>
  recorded > 0 && (powerLost || packets !== true);

/** A track that was being written ends with the ECC block that holds its last recorded one. */
export const cutShort = (tables: MediumTables, track: MediumTrack, ending: Ending): MediumTrack => {
  const { family, eccBlocks, writeTypes } = kindOf(tables);
  const end = track.firstUnit + ending.recorded;
  const damaged =
    family === 'cd'
      ? isDamagedOnCd(tables, track, ending.recorded)
      : writeTypes !== undefined && isDamagedRZone(track, ending);
  return {
    ...track,
    nextWritable: Math.min(track.end, Math.ceil(end / eccBlocks) * eccBlocks),
    damaged: track.damaged || damaged,
  };
};
