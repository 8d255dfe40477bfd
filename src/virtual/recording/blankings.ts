/**
 * What BLANK leaves of a CD-RW and a DVD-RW: MMC-5 §6.2. Pure: the tables in, the tables out. That a part can be blanked in
 * an open session alone, and the tail of a track in packets alone, is unverified, and so are the senses of refusals.
 */
import { MEDIA, type VirtualKind } from '../media.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import { kindOf, openSession, replaceTrack, trackAt } from './sequential.js';

export const BLANKING_TYPE = {
  disc: 0,
  minimal: 1,
  track: 2,
  unreserve: 3,
  tail: 4,
  unclose: 5,
  session: 6,
} as const;

interface Blanking {
  readonly tables: MediumTables;
  /** A track of before that stays, but for its blocks from here on. */
  readonly cut?: { readonly track: MediumTrack; readonly from: number };
}

/** `address`: a track by its number, or a block. */
export interface BlankRequest {
  readonly type: number;
  readonly address: number;
}

type Blank = (tables: MediumTables, request: BlankRequest) => Blanking;

const emptied: Blank = (tables, { type }) => ({
  tables: {
    ...tables,
    layerJump: undefined,
    atOnceOnly: MEDIA[tables.blank].kind === 'dvd-rw' && type === BLANKING_TYPE.minimal,
    finalized: false,
    sessions: [],
    tracks: [],
    format: null,
  },
});

const withoutLastSession: Blank = (tables) => {
  const sessions = tables.sessions.slice(0, -1);
  const tracks = tables.tracks.filter(({ session }) => session <= sessions.length);
  return { tables: { ...tables, finalized: false, sessions, tracks } };
};

const reopened: Blank = (tables) => ({
  tables: {
    ...tables,
    finalized: false,
    sessions: tables.sessions.map((session, at) =>
      at === tables.sessions.length - 1 ? { ...session, leadOut: null } : session,
    ),
  },
});

/** The invisible track takes its place; a session without any track is one that was not begun. */
const withoutTrack = (tables: MediumTables, { number, session }: MediumTrack): MediumTables => {
  const tracks = tables.tracks.filter((track) => track.number !== number);
  const isBegun = tracks.some((track) => track.session === session);
  return { ...tables, tracks, sessions: isBegun ? tables.sessions : tables.sessions.slice(0, -1) };
};

const requireOpenSession = (tables: MediumTables, track: MediumTrack): void => {
  if (track.session !== openSession(tables)?.number) throw refusal('5/2C/00');
};

/** Its place is kept: it can be recorded again, up to where it ended. */
const asReserved = (tables: MediumTables, track: MediumTrack): Blanking => ({
  tables: replaceTrack(tables, {
    ...track,
    firstUnit: track.start,
    nextWritable: track.start,
    state: 'open',
    damaged: false,
    reserved: true,
  }),
  cut: { track, from: track.firstUnit },
});

const blankTrack: Blank = (tables, { address }) => {
  const track = tables.tracks.find(({ number }) => number === address);
  if (track === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  requireOpenSession(tables, track);
  return asReserved(tables, track);
};

/** The last one, if nothing is recorded in it. cdrecord names track 0, whichever it is. */
const unreserveTrack: Blank = (tables, { address }) => {
  const last = tables.tracks.at(-1);
  if (last === undefined || (address !== 0 && address !== last.number)) throw refusal(INVALID_FIELD_IN_CDB);
  requireOpenSession(tables, last);
  const isEmpty = last.reserved && !last.damaged && last.nextWritable <= last.start;
  if (!isEmpty) throw refusal('5/2C/00');
  return { tables: withoutTrack(tables, last) };
};

/** The track that has the block, and something recorded from there on. */
const trackWithTail = (tables: MediumTables, address: number): MediumTrack => {
  const track = trackAt(tables, address);
  const end = track?.state === 'open' ? track.nextWritable : track?.end;
  if (track === undefined || end === undefined || address < track.start || address >= end)
    throw refusal('5/21/00', address);
  requireOpenSession(tables, track);
  return track;
};

/** They can go on from any ECC block. */
const tailOfPackets = (tables: MediumTables, track: MediumTrack, address: number): Blanking => {
  if (address % kindOf(tables).eccBlocks !== 0) throw refusal('5/21/02', address);
  const cut = { track, from: address };
  const isIncomplete = track.state === 'open' && !track.reserved;
  if (isIncomplete && address === track.start) return { tables: withoutTrack(tables, track), cut };
  const shortened = { ...track, nextWritable: address, state: 'open', damaged: false } as const;
  return { tables: replaceTrack(tables, { ...shortened, reserved: !isIncomplete }), cut };
};

/** A track at once begins at its first block, and nowhere else. */
const blankTail: Blank = (tables, { address }) => {
  const track = trackWithTail(tables, address);
  if (track.packets === true) return tailOfPackets(tables, track, address);
  if (kindOf(tables).family === 'cd' && address === track.start) return asReserved(tables, track);
  throw refusal('5/64/00');
};

const WHOLE = { [BLANKING_TYPE.disc]: emptied, [BLANKING_TYPE.minimal]: emptied };
const SESSIONS = { [BLANKING_TYPE.unclose]: reopened, [BLANKING_TYPE.session]: withoutLastSession };
const TRACKS = { [BLANKING_TYPE.unreserve]: unreserveTrack, [BLANKING_TYPE.tail]: blankTail };

/** By blanking type; that of a track is reserved on DVD-RW. A formatted one has a single track, which is never reserved. */
const BLANKINGS: Readonly<Partial<Record<VirtualKind, Readonly<Record<number, Blank>>>>> = {
  'cd-rw': { ...WHOLE, ...SESSIONS, ...TRACKS, [BLANKING_TYPE.track]: blankTrack },
  'dvd-rw': { ...WHOLE, ...SESSIONS, ...TRACKS },
  'dvd-rw-overwrite': { ...WHOLE, ...SESSIONS },
};

export const blankingsOf = (kind: VirtualKind | undefined): Readonly<Record<number, Blank>> | undefined =>
  kind && BLANKINGS[kind];

/** What is on the medium stays, at least in part. */
export const blanksPart = (type: number): boolean => !(type in WHOLE);
