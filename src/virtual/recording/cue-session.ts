/** What a cue sheet lays out: MMC-5 §6.33. Pure: the sheet and the tables in, a session to be recorded out. */
import { decodeList } from '../../binary/list.js';
import { cueSheetEntry } from '../../scsi/structures/cue-sheet.js';
import type { MediumTables, MediumTrack } from '../medium/medium-tables.js';
import { INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { MIN_CD_TRACK_BLOCKS, PRE_GAP_BLOCKS, closedSession, invisibleTrack } from './sequential.js';

/** What the host sends of each sector, and what of it is kept: MMC-5 table "Data Form of Main Data". */
interface MainForm {
  readonly hostBytes: number;
  readonly mainBytes: number;
  /** Offset in what is sent of what is kept; undefined where the drive makes zeros instead. */
  readonly keptFrom: number | undefined;
}

const MAIN_FORMS: Readonly<Record<number, MainForm>> = {
  0x00: { hostBytes: 2352, mainBytes: 2352, keptFrom: 0 },
  0x01: { hostBytes: 0, mainBytes: 2352, keptFrom: undefined },
  0x10: { hostBytes: 2048, mainBytes: 2048, keptFrom: 0 },
  0x11: { hostBytes: 2352, mainBytes: 2048, keptFrom: 16 },
  0x12: { hostBytes: 2048, mainBytes: 2048, keptFrom: undefined },
  0x13: { hostBytes: 2352, mainBytes: 2048, keptFrom: undefined },
  0x14: { hostBytes: 0, mainBytes: 2048, keptFrom: undefined },
};

/** Sectors that are sent alike and belong to one track. */
export interface CueRegion {
  readonly from: number;
  readonly to: number;
  readonly track: number;
  readonly form: MainForm;
}

export interface CueSession {
  readonly tracks: readonly MediumTrack[];
  readonly regions: readonly CueRegion[];
  readonly leadOut: number;
  /** Address of the sector that the host must send next. */
  readonly next: number;
}

/** Sectors that blanks hold behind the last lead-out that they announce, as overburners find them: 90 seconds. */
const OVERBURN_BLOCKS = 90 * 75;

const LEAD_IN = 0;
const LEAD_OUT = 0xaa;
const ADR_POSITION = 1;
const FRAMES_PER_SECOND = 75;

interface Entry {
  readonly track: number;
  readonly index: number;
  readonly control: number;
  readonly form: MainForm;
  readonly address: number;
}

const decodeEntries = (sheet: Uint8Array): Entry[] =>
  decodeList(cueSheetEntry, sheet)
    .filter(({ adr }) => adr === ADR_POSITION)
    .map(({ trackNumber, index, control, mainForm, subchannelForm, minute, second, frame }) => {
      const form = MAIN_FORMS[mainForm];
      if (form === undefined || subchannelForm !== 0) throw refusal(INVALID_FIELD_IN_PARAMETERS);
      const address = (minute * 60 + second) * FRAMES_PER_SECOND + frame - PRE_GAP_BLOCKS;
      return { track: trackNumber, index, control, form, address };
    });

const require = (condition: boolean): void => {
  if (!condition) throw refusal(INVALID_FIELD_IN_PARAMETERS);
};

/** Lead-in first, lead-out last, between them indexes 0 and 1 of consecutive tracks at rising times. */
const checkOrder = (entries: readonly Entry[], first: number): void => {
  require(entries.length >= 4 && entries[0]?.track === LEAD_IN);
  require(entries.at(-1)?.track === LEAD_OUT);
  const positions = entries.slice(1);
  positions.forEach(({ track, index, address }, at) => {
    const before = positions[at - 1];
    if (before === undefined) return;
    require(address > before.address);
    if (track === LEAD_OUT) return;
    require(track === before.track ? index === before.index + 1 : track === before.track + 1 && index <= 1);
  });
  require(positions[0]?.track === first && positions[0].index === 0);
};

const trackOf = (entries: readonly Entry[], number: number, place: MediumTrack): MediumTrack => {
  const own = entries.filter(({ track }) => track === number);
  const start = own.find(({ index }) => index === 1);
  const first = own[0];
  const end = entries[entries.findLastIndex(({ track }) => track === number) + 1];
  if (start === undefined || first === undefined || end === undefined)
    throw refusal(INVALID_FIELD_IN_PARAMETERS);
  require(end.address - start.address >= MIN_CD_TRACK_BLOCKS);
  require(own.every(({ form }) => form.mainBytes === start.form.mainBytes));
  return {
    number,
    session: place.session,
    firstUnit: first.address,
    start: start.address,
    end: end.address,
    nextWritable: first.address,
    unit: { mainBytes: start.form.mainBytes, subchannelBytes: 0 },
    control: start.control,
    state: 'open',
    damaged: false,
    reserved: true,
  };
};

/** Refuses with 5/26/00 what the medium or the rules of CD do not allow, before anything is recorded. */
export const layOutCueSheet = (sheet: Uint8Array, tables: MediumTables): CueSession => {
  const place = invisibleTrack(tables);
  if (place === undefined || tables.sessions.at(-1)?.leadOut === null) throw refusal('5/2C/00');
  const entries = decodeEntries(sheet);
  checkOrder(entries, place.number);
  const positions = entries.slice(1);
  const leadOut = positions.at(-1)?.address ?? 0;
  require(
    positions[0]?.address === place.start - PRE_GAP_BLOCKS && leadOut <= tables.capacity + OVERBURN_BLOCKS,
  );
  const numbers = [...new Set(positions.map(({ track }) => track))].filter((track) => track !== LEAD_OUT);
  return {
    tracks: numbers.map((number) => trackOf(positions, number, place)),
    regions: positions.slice(0, -1).map(({ track, form, address }, at) => ({
      from: address,
      to: positions[at + 1]?.address ?? leadOut,
      track,
      form,
    })),
    leadOut,
    next: place.start - PRE_GAP_BLOCKS,
  };
};

/** The region that the next sector lies in; undefined when all are recorded. */
export const currentRegion = ({ regions, next }: CueSession): CueRegion | undefined =>
  regions.find(({ from, to }) => next >= from && next < to);

/** All tracks of the session are recorded; lead-out and lead-in follow them. */
export const finishedSession = (tables: MediumTables, finalize: boolean): MediumTables => ({
  ...closedSession(tables, finalize),
  tracks: tables.tracks.map((track) => ({ ...track, state: 'closed' })),
});
