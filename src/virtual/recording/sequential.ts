/**
 * Where a sequential medium (CD, DVD+R, BD-R) records next, and what its tables are after a track or a session has been
 * begun, reserved or closed. Pure: tables in, tables out.
 *
 *   session open ──track 1── run-out │ pre-gap ──track 2── run-out │ lead-out ║ lead-in of the next session …
 *                            └─ end                                └─ leadOut
 */
import { KINDS } from '../media.js';
import type { KindSpec } from '../media/specification.js';
import type { MediumSession, MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { kindNameOf } from './kind-name.js';

/** Two run-out blocks follow a track written at once (ECMA-394 §9); they count into its length. */
const RUN_OUT_BLOCKS = 2;
/** Two seconds before every track of a CD but those that a cue sheet lays out (ECMA-130 §20.2). */
export const PRE_GAP_BLOCKS = 150;
/** Four seconds: no track of a CD is shorter (ECMA-130 §20.2). */
export const MIN_CD_TRACK_BLOCKS = 300;
/** Lead-out, lead-in and pre-gap between two sessions of a CD: after the first, after each later one. */
const CD_FIRST_SESSION_GAP = 6750 + 4500 + PRE_GAP_BLOCKS;
const CD_LATER_SESSION_GAP = 2250 + 4500 + PRE_GAP_BLOCKS;
/** Closure of one session of a DVD+R and intro of the next: 256 ECC blocks (unverified). */
const DVD_SESSION_GAP = 4096;

export const kindOf = (tables: MediumTables): KindSpec => KINDS[kindNameOf(tables)];

const alignUp = (address: number, { eccBlocks }: KindSpec): number =>
  Math.ceil(address / eccBlocks) * eccBlocks;

/** The last session if it is open. */
export const openSession = (tables: MediumTables): MediumSession | undefined => {
  const last = tables.sessions.at(-1);
  return last?.leadOut === null ? last : undefined;
};

/** Number of the session that the next track goes to. */
export const currentSession = (tables: MediumTables): number =>
  openSession(tables)?.number ?? tables.sessions.length + 1;

/** Sessions of BD-R are entries in its management area: nothing lies between them (libburn adds nothing either). */
const sessionGap = (tables: MediumTables): number => {
  const { family, borderGaps } = kindOf(tables);
  if (borderGaps !== undefined) return tables.sessions.length === 1 ? borderGaps.first : borderGaps.later;
  if (family === 'bd') return 0;
  if (family !== 'cd') return DVD_SESSION_GAP;
  return tables.sessions.length === 1 ? CD_FIRST_SESSION_GAP : CD_LATER_SESSION_GAP;
};

/** One more than the last block that the host can use: a format may have set some aside. */
const userEnd = ({ format, capacity }: MediumTables): number => format?.blocks ?? capacity;

const nextStart = (tables: MediumTables): number => {
  const leadOut = tables.sessions.at(-1)?.leadOut;
  if (typeof leadOut === 'number') return leadOut + sessionGap(tables);
  const last = tables.tracks.at(-1);
  if (last === undefined) return 0;
  const kind = kindOf(tables);
  return kind.family === 'cd' ? last.end + PRE_GAP_BLOCKS : alignUp(last.end, kind);
};

/** The track that takes writes and has no fixed end, if there is one. */
export const incompleteTrack = (tables: MediumTables): MediumTrack | undefined =>
  tables.tracks.find((track) => track.state === 'open' && !track.reserved);

/** The track that is being written; reserved ones are open before they are begun, too. */
export const begunTrack = (tables: MediumTables): MediumTrack | undefined =>
  tables.tracks.find(({ state, firstUnit, nextWritable }) => state === 'open' && nextWritable > firstUnit);

const hasRoomForTrack = (tables: MediumTables): boolean => {
  const kind = kindOf(tables);
  const session = currentSession(tables);
  const inSession = tables.tracks.filter((track) => track.session === session).length;
  const limit = kind.family === 'cd' ? tables.tracks.length : inSession;
  return session <= kind.maxSessions && limit < kind.maxTracksPerSession;
};

/** What is recorded at once is the whole disc: nothing can follow it. */
const isAtOnce = ({ tracks }: MediumTables): boolean =>
  tracks.some(({ state, packets }) => state === 'open' && packets === false);

/** The invisible track: what follows the last one and can be recorded; blank as long as it is not begun. */
export const invisibleTrack = (tables: MediumTables): MediumTrack | undefined => {
  if (tables.finalized || tables.underway === 'blank' || tables.underway === 'format') return undefined;
  if (incompleteTrack(tables) !== undefined || isAtOnce(tables) || !hasRoomForTrack(tables)) return undefined;
  const start = nextStart(tables);
  if (start >= userEnd(tables)) return undefined;
  return {
    number: tables.tracks.length + 1,
    session: currentSession(tables),
    firstUnit: start,
    start,
    end: userEnd(tables),
    nextWritable: start,
    unit: { mainBytes: 2048, subchannelBytes: 0 },
    control: 4,
    state: 'open',
    damaged: false,
    reserved: false,
  };
};

/** Adds a track, and its session if that is not open yet. */
export const addTrack = (tables: MediumTables, track: MediumTrack): MediumTables => ({
  ...tables,
  sessions:
    openSession(tables) === undefined
      ? [...tables.sessions, { number: track.session, leadOut: null }]
      : tables.sessions,
  tracks: [...tables.tracks, track],
});

export const replaceTrack = (tables: MediumTables, track: MediumTrack): MediumTables => ({
  ...tables,
  tracks: tables.tracks.map((other) => (other.number === track.number ? track : other)),
});

/** RESERVE TRACK: as many blocks, in whole ECC blocks, of the invisible track become one with a fixed end. */
export const reserveTrack = (tables: MediumTables, invisible: MediumTrack, blocks: number): MediumTables =>
  addTrack(tables, {
    ...invisible,
    end: invisible.start + alignUp(blocks, kindOf(tables)),
    reserved: true,
  });

/**
 * RESERVE TRACK on BD-R: the last track ends after so many blocks, and what follows becomes the last one. Undefined
 * where it is shorter, or holds more already.
 */
export const splitLastTrack = (tables: MediumTables, blocks: number): MediumTables | undefined => {
  const begun = incompleteTrack(tables);
  const last = begun ?? invisibleTrack(tables);
  if (last === undefined) return undefined;
  const end = last.start + alignUp(blocks, kindOf(tables));
  if (end <= last.nextWritable || end >= last.end) return undefined;
  const reserved = { ...last, end, reserved: true };
  return begun === undefined ? addTrack(tables, reserved) : replaceTrack(tables, reserved);
};

/** Up to where a track must be filled before it can be closed. */
export const paddedEnd = (tables: MediumTables, track: MediumTrack): number => {
  if (track.reserved) return track.end;
  const kind = kindOf(tables);
  return kind.family === 'cd'
    ? Math.min(track.end, Math.max(track.nextWritable, track.start + MIN_CD_TRACK_BLOCKS))
    : alignUp(track.nextWritable, kind);
};

/** The track as it is once closed; it must be filled up to `paddedEnd` before. */
export const closedTrack = (tables: MediumTables, track: MediumTrack): MediumTrack => {
  const runOut = kindOf(tables).family === 'cd' && !track.reserved ? RUN_OUT_BLOCKS : 0;
  return {
    ...track,
    end: track.reserved ? track.end : track.nextWritable + runOut,
    state: 'closed',
  };
};

/** Fewer ECC blocks than these are no room for another session (Pioneer's command references, of DVD+R DL). */
const LEAST_ECC_BLOCKS = 65;

/** On DVD+R DL the last session that fits finalizes the disc; so does the last one of DVD+R, which has no number left. */
const isLastSession = (tables: MediumTables, leadOut: number): boolean => {
  const { family, layers, maxSessions, eccBlocks } = kindOf(tables);
  if (family !== 'dvd') return false;
  const left = tables.capacity - leadOut;
  return tables.sessions.length >= maxSessions || (layers === 2 && left < LEAST_ECC_BLOCKS * eccBlocks);
};

/** Writes the lead-out behind the last track of the open session; `finalize` leaves no room for another. */
export const closedSession = (tables: MediumTables, finalize: boolean): MediumTables => {
  const leadOut = alignUp(tables.tracks.at(-1)?.end ?? 0, kindOf(tables));
  return {
    ...tables,
    finalized: finalize || isLastSession(tables, leadOut),
    sessions: tables.sessions.map((session) =>
      session.leadOut === null ? { ...session, leadOut } : session,
    ),
  };
};

/** READ CAPACITY: one more than the last block of the last complete session; 0 where there is none. */
export const readableEnd = (tables: MediumTables): number =>
  tables.format?.recordingMode === 'srm+pow'
    ? recordedEnd(tables)
    : (tables.sessions.findLast((session) => session.leadOut !== null)?.leadOut ?? 0);

/** With pseudo overwrite a medium is read while its session is open, as growisofs leaves it (unverified). */
const recordedEnd = (tables: MediumTables): number =>
  tables.tracks.reduce(
    (end, track) =>
      Math.max(end, track.state === 'closed' ? track.end : alignUp(track.nextWritable, kindOf(tables))),
    0,
  );

/** The track that an address lies in, its pre-gap as far as the host recorded one included. */
export const trackAt = (tables: MediumTables, address: number): MediumTrack | undefined =>
  tables.tracks.find((track) => address >= track.firstUnit && address < track.end);
