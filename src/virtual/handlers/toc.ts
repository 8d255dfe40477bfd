import { readTocPmaAtip, requestedTocFormat } from '../../scsi/commands/read-toc-pma-atip.js';
import { atip } from '../../scsi/structures/atip.js';
import { type RawToc, encodeRawToc, encodeToc } from '../../scsi/structures/toc.js';
import { packedTimeOf, timeOf } from '../cd-time.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { hasPseudoOverwrite } from '../recording/blu-ray.js';
import { PRE_GAP_BLOCKS, invisibleTrack, kindOf } from '../recording/sequential.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';
import { readableBlocks } from './capacity.js';

const FORMAT = { toc: 0, sessions: 1, full: 2, pma: 3, atip: 4, cdText: 5 } as const;
const LEAD_OUT = 0xaa;
const ADR_POSITION = 1;
const ADR_SESSIONS = 5;
const DATA = 4;

interface Query {
  readonly msf: boolean;
  readonly number: number;
}

type Answer = (drive: VirtualDrive, query: Query) => Uint8Array;
type RawEntry = RawToc['entries'][number];

/** What the lead-ins list: tracks of complete sessions. Media that are overwritten in place show one. */
const listed = (tables: MediumTables): MediumTrack[] => {
  if (kindOf(tables).recording === 'random') return tables.format === null ? [] : [...tables.tracks];
  // growisofs leaves the session of such a medium open, and reads it by its table of contents all the same.
  if (hasPseudoOverwrite(tables))
    return tables.tracks.filter(({ start, nextWritable }) => nextWritable > start);
  const complete = tables.sessions.filter(({ leadOut }) => leadOut !== null).map(({ number }) => number);
  return tables.tracks.filter(({ session }) => complete.includes(session));
};

const requireTracks = (tables: MediumTables): MediumTrack[] => {
  const tracks = listed(tables);
  if (tracks.length === 0) throw refusal(INVALID_FIELD_IN_CDB);
  return tracks;
};

const place = (address: number, msf: boolean): number => (msf ? packedTimeOf(address) : address);

const answerToc: Answer = ({ tables }, { msf, number }) => {
  const tracks = requireTracks(tables);
  const last = tracks.at(-1)?.number ?? 1;
  if (number > last && number !== LEAD_OUT) throw refusal(INVALID_FIELD_IN_CDB);
  const entries = tracks.map((track) => ({
    adr: ADR_POSITION,
    control: track.control,
    trackNumber: track.number,
    trackStartAddress: place(track.start, msf),
  }));
  entries.push({
    adr: ADR_POSITION,
    control: tracks.at(-1)?.control ?? DATA,
    trackNumber: LEAD_OUT,
    trackStartAddress: place(readableBlocks(tables), msf),
  });
  const asked = entries.filter(({ trackNumber }) => trackNumber >= number);
  return encodeToc({ first: tracks[0]?.number ?? 1, last, entries: asked });
};

const answerSessions: Answer = ({ tables }, { msf }) => {
  const tracks = requireTracks(tables);
  const last = tracks.at(-1)?.session ?? 1;
  const first = tracks.find(({ session }) => session === last);
  return encodeToc({
    first: 1,
    last,
    entries: [
      {
        adr: ADR_POSITION,
        control: first?.control ?? DATA,
        trackNumber: first?.number ?? 1,
        trackStartAddress: place(first?.start ?? 0, msf),
      },
    ],
  });
};

const raw = (
  session: number,
  adr: number,
  control: number,
  values: Partial<RawEntry> & { point: number },
): RawEntry => ({
  sessionNumber: session,
  adr,
  control,
  tno: 0,
  min: 0,
  sec: 0,
  frame: 0,
  zero: 0,
  pMin: 0,
  pSec: 0,
  pFrame: 0,
  ...values,
});

const timed = (address: number): Pick<RawEntry, 'pMin' | 'pSec' | 'pFrame'> => {
  const { minute, second, frame } = timeOf(address);
  return { pMin: minute, pSec: second, pFrame: frame };
};

/** Points A0h to A2h and the tracks of one session (ECMA-130 §22.3.4.2). */
const sessionPoints = (tables: MediumTables, session: number, tracks: readonly MediumTrack[]): RawEntry[] => {
  const [first, last] = [tracks[0], tracks.at(-1)];
  const leadOut = tables.sessions[session - 1]?.leadOut ?? readableBlocks(tables);
  const control = first?.control ?? DATA;
  return [
    raw(session, ADR_POSITION, control, { point: 0xa0, pMin: first?.number ?? 1, pSec: tables.discType }),
    raw(session, ADR_POSITION, control, { point: 0xa1, pMin: last?.number ?? 1 }),
    raw(session, ADR_POSITION, control, { point: 0xa2, ...timed(leadOut) }),
    ...tracks.map((track) =>
      raw(session, ADR_POSITION, track.control, { point: track.number, ...timed(track.start) }),
    ),
  ];
};

/** The first block behind a session that another one has, or may have. */
const startBehind = (tables: MediumTables, session: number): number | undefined => {
  const known = tables.tracks.find((track) => track.session === session + 1);
  const next = known ?? (session === tables.sessions.length ? invisibleTrack(tables) : undefined);
  return next?.start;
};

/**
 * Points of mode 5, of which ZERO tells how many there are: B0h, where the program of the next session may begin and the last possible
 * lead-out, and in the first session C0h, where the disc's first lead-in begins. A session that no other can follow has none.
 */
const nextSessionPoints = (tables: MediumTables, session: number): RawEntry[] => {
  const start = startBehind(tables, session);
  if (start === undefined) return [];
  const isFirst = session === 1;
  const { minute, second, frame } = timeOf(start - PRE_GAP_BLOCKS);
  const behind = { min: minute, sec: second, frame, zero: isFirst ? 2 : 1, ...timed(tables.capacity) };
  return [
    raw(session, ADR_SESSIONS, DATA, { point: 0xb0, ...behind }),
    ...(isFirst ? [raw(session, ADR_SESSIONS, DATA, { point: 0xc0, ...firstLeadIn(tables) })] : []),
  ];
};

const firstLeadIn = ({ blank }: MediumTables): Pick<RawEntry, 'pMin' | 'pSec' | 'pFrame'> => {
  const spec: MediumSpec = MEDIA[blank];
  const [pMin, pSec, pFrame] = spec.atip?.leadIn ?? [0, 0, 0];
  return { pMin, pSec, pFrame };
};

const answerFullToc: Answer = ({ tables }, { number }) => {
  const tracks = requireTracks(tables);
  const last = tracks.at(-1)?.session ?? 1;
  if (number > last) throw refusal(INVALID_FIELD_IN_CDB);
  const sessions = Array.from({ length: last }, (_, index) => index + 1).filter((one) => one >= number);
  const entries = sessions.flatMap((session) => [
    ...sessionPoints(
      tables,
      session,
      tracks.filter((track) => track.session === session),
    ),
    ...(kindOf(tables).family === 'cd' ? nextSessionPoints(tables, session) : []),
  ]);
  return encodeRawToc({ first: 1, last, entries });
};

const requireCd = (tables: MediumTables): void => {
  if (kindOf(tables).family !== 'cd') throw refusal(INVALID_FIELD_IN_CDB);
};

/** The program memory area: the closed and reserved tracks of sessions that are open, too, but none of a cue sheet. */
const answerPma: Answer = ({ tables, cue }) => {
  requireCd(tables);
  const entries = tables.tracks
    .filter(({ state, reserved }) => state === 'closed' || (reserved && cue === undefined))
    .map((track) => {
      const end = timeOf(track.end);
      return raw(track.session, ADR_POSITION, track.control, {
        point: track.number,
        min: end.minute,
        sec: end.second,
        frame: end.frame,
        ...timed(track.start),
      });
    });
  return encodeRawToc({ first: 0, last: 0, entries });
};

const CD_RW_REFERENCE_SPEED = 2;
const TARGET_POWER = 4;
/** A1 of a high speed CD-RW: 4x to 10x. */
const HIGH_SPEED_A1 = Uint8Array.of(0x24, 0x58, 0xc2);

const answerAtip: Answer = (drive) => {
  const { tables } = drive;
  const { atip: groove }: MediumSpec = MEDIA[tables.blank];
  if (groove === undefined || !drive.canRecord) throw refusal(INVALID_FIELD_IN_CDB);
  const { erasable } = kindOf(tables);
  const time = ([minute, second, frame]: readonly [number, number, number]) => ({ minute, second, frame });
  return atip.encode({
    indicativeTargetWritingPower: TARGET_POWER,
    referenceSpeed: erasable ? CD_RW_REFERENCE_SPEED : 0,
    rewritable: erasable,
    discSubType: groove.subType,
    a1Valid: erasable,
    leadInStart: time(groove.leadIn),
    lastPossibleLeadOutStart: timeOf(tables.capacity),
    a1: erasable ? HIGH_SPEED_A1 : new Uint8Array(3),
    a2: new Uint8Array(3),
    a3: new Uint8Array(3),
  });
};

/** Nothing that a virtual drive records has CD-Text in its lead-in: a list without packs, as CDEmu answers. */
const answerCdText: Answer = ({ tables }) => {
  requireCd(tables);
  requireTracks(tables);
  return encodeToc({ first: 0, last: 0, entries: [] });
};

const ANSWERS: Readonly<Record<number, Answer>> = {
  [FORMAT.toc]: answerToc,
  [FORMAT.sessions]: answerSessions,
  [FORMAT.full]: answerFullToc,
  [FORMAT.pma]: answerPma,
  [FORMAT.atip]: answerAtip,
  [FORMAT.cdText]: answerCdText,
};

/** READ TOC/PMA/ATIP, the format also where ATAPI drives of old had it: the kernel asks like that. */
export const answerTocPmaAtip: Handler = (drive, { cdb }) => {
  const { msf, trackSessionNumber } = readTocPmaAtip.decode(cdb);
  const answer = ANSWERS[requestedTocFormat(cdb)];
  if (answer === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  return answer(drive, { msf, number: trackSessionNumber });
};
