import { blocksBefore, unpackMsf } from '../cd/msf.js';
import type { DiscInformation } from '../scsi/structures/disc-information.js';
import type { FormatCapacities } from '../scsi/structures/format-capacities.js';
import type {
  BackgroundFormat,
  DiscStatus,
  KnownMedium,
  LayerBreak,
  Medium,
  SessionStatus,
  Track,
  WritePace,
  WriteProtection,
  WriteSpeed,
} from './medium.js';
import { holdsBlocks } from './holds-blocks.js';
import type { Pregroove } from './read-pregroove.js';
import { isErasable, isOverwritable, isPlusRw, isReadOnly, kindOfProfile } from './medium-kind.js';
import { isCd } from './speeds.js';
import { USER_BLOCK, userBlocksOf } from './user-blocks.js';

/** The answers of a drive about its medium; undefined where it gave none. */
export interface MediumAnswers {
  readonly profile: number;
  readonly disc: DiscInformation | undefined;
  /** The drive could not read what it was to tell of the disc. */
  readonly discUnreadable: boolean;
  readonly tracks: Track[];
  readonly formats: FormatCapacities | undefined;
  /** One more than the last block of READ CAPACITY; 0 when there is none, undefined where it is not answered. */
  readonly readable: number | undefined;
  readonly writeProtections: WriteProtection[];
  /** Of one block, as READ CAPACITY has it. */
  readonly blockBytes: number;
  readonly layerBreak: LayerBreak | undefined;
  readonly writeSpeeds: WriteSpeed[];
  readonly writePace: WritePace | undefined;
  readonly pregroove: Pregroove;
}

/** A medium without what only its blocks tell. */
export type MediumFacts = Omit<
  KnownMedium,
  'contents' | 'sampledPlaces' | 'volumeIdentifier' | 'volumeBlocks' | 'volumeRoom'
>;

const DISC_STATUS: readonly DiscStatus[] = ['empty', 'appendable', 'complete', 'other'];
const SESSION_STATUS: readonly SessionStatus[] = ['empty', 'incomplete', 'damaged', 'complete'];
const BACKGROUND_FORMAT: readonly BackgroundFormat[] = ['none', 'started', 'running', 'complete'];

/** MMC-5 table "Descriptor Type" of READ FORMAT CAPACITIES. */
const UNFORMATTED = 1;
/** Of a DVD-RW: formatted, with an open border. */
const INTERMEDIATE = 3;
/** Formats that a blank medium is given by this program, whose size therefore is the medium's capacity. */
const DVD_PLUS_RW_BASIC = 0x26;
const FULL = 0x00;

const closedSessions = (disc: DiscInformation | undefined): number => {
  if (!disc) return 0;
  return SESSION_STATUS[disc.stateOfLastSession] === 'complete'
    ? disc.numberOfSessions
    : Math.max(0, disc.numberOfSessions - 1);
};

/** On CD the field holds 0, M, S, F, all FFh when the disc is complete. */
const leadOutOfCd = (disc: DiscInformation | undefined): number => {
  const field = disc?.lastPossibleLeadOutStart ?? 0xffff_ffff;
  if (field === 0xffff_ffff) return 0;
  return blocksBefore(unpackMsf(field));
};

const endOfTracks = (tracks: readonly Track[]): number =>
  tracks.reduce((end, track) => Math.max(end, track.start + Math.max(track.length, track.free)), 0);

const formatOf = ({ formats }: MediumAnswers, type: number): number | undefined =>
  formats?.formattable.find(({ formatType }) => formatType === type)?.numberOfBlocks;

/** READ CAPACITY as far as it can be: an overwritable medium that is formatted has blocks, all of them. */
const toldReadable = ({ profile, formats, readable }: MediumAnswers): number | undefined => {
  const kind = kindOfProfile(profile);
  const type = formats?.current.descriptorType;
  // What can be read of a DVD+RW may grow with its background format, and of a DVD-RW with what is recorded.
  const growsFrom0 = isPlusRw(kind) || (kind === 'dvd-rw' && type === INTERMEDIATE);
  const mustHaveSome = isOverwritable(profile) && !growsFrom0 && type !== UNFORMATTED;
  return readable === 0 && mustHaveSome ? undefined : readable;
};

/** Drives tell of media that they read whole that they are unformatted: what holds blocks has a format. */
const isFormatted = ({ disc, formats, readable = 0 }: MediumAnswers, kind: Medium['kind']): boolean => {
  // A drive that does not tell may hold a recorded medium: its blocks are looked at.
  if (isPlusRw(kind)) return disc?.backgroundFormatStatus !== 0;
  return formats?.current.descriptorType !== UNFORMATTED || readable > 0;
};

const currentBlocks = ({ formats, blockBytes }: MediumAnswers): number =>
  userBlocksOf(formats?.current.numberOfBlocks ?? 0, blockBytes);

/** READ CAPACITY of a DVD+RW may grow with its background format, so that the announced size counts. */
const overwritableCapacity = (answers: MediumAnswers, formatted: boolean): number => {
  const readable = toldReadable(answers);
  // A DVD-RW grows up to its full format.
  if (kindOfProfile(answers.profile) === 'dvd-rw')
    return Math.max(readable ?? 0, formatOf(answers, FULL) ?? 0);
  if (formatted)
    return Math.max(readable ?? currentBlocks(answers), formatOf(answers, DVD_PLUS_RW_BASIC) ?? 0);
  return formatOf(answers, DVD_PLUS_RW_BASIC) ?? formatOf(answers, FULL) ?? currentBlocks(answers);
};

const sequentialCapacity = (answers: MediumAnswers, kind: Medium['kind']): number => {
  const { pregroove, disc, tracks, readable = 0 } = answers;
  const announced = pregroove.dataZone ?? (isCd(kind) ? leadOutOfCd(disc) : 0);
  return Math.max(announced, readable, announced > 0 ? 0 : endOfTracks(tracks));
};

/** LG GH22NP20 says that a blank medium has no free blocks. */
const freeBlocks = (open: Track | undefined, blank: boolean, capacity: number): number => {
  if (!open) return blank ? capacity : 0;
  return open.free === 0 && blank ? capacity : open.free;
};

/** The track that goes on, if there is one. */
const openTrack = (tracks: readonly Track[], status: DiscStatus): Track | undefined =>
  status === 'complete' ? undefined : tracks.findLast(({ nextWritable }) => nextWritable !== undefined);

const tracksBySequence = (
  answers: MediumAnswers,
  kind: Medium['kind'],
  status: DiscStatus,
): Pick<Medium, 'capacity' | 'free' | 'nextWritable' | 'formatted'> => {
  const open = openTrack(answers.tracks, status);
  const capacity = sequentialCapacity(answers, kind);
  return {
    formatted: true,
    capacity,
    free: freeBlocks(open, status === 'empty', capacity),
    ...(open?.nextWritable !== undefined && { nextWritable: open.nextWritable }),
  };
};

const blocksInAnyOrder = (
  answers: MediumAnswers,
  kind: Medium['kind'],
): Pick<Medium, 'capacity' | 'free' | 'formatted'> => {
  const formatted = isFormatted(answers, kind);
  const capacity = overwritableCapacity(answers, formatted);
  return { formatted, capacity, free: capacity };
};

const listedFormats = ({ formats }: MediumAnswers): Medium['formats'] =>
  (formats?.formattable ?? []).map(({ formatType, numberOfBlocks, typeDependentParameter }) => ({
    type: formatType,
    blocks: numberOfBlocks,
    typeDependent: typeDependentParameter,
  }));

/** Drives for pressed media do not know READ DISC INFORMATION: those media are complete. */
const COMPLETE = { discStatus: 2, stateOfLastSession: 3, backgroundFormatStatus: 0 } as const;
/** A rewritable medium that lost its tables, by an interrupted blanking say, can be blanked again (cdrecord). */
const TABLES_LOST = { ...COMPLETE, stateOfLastSession: 2 } as const;
/** Some drives for removable disks do not know it either: those are written in place. */
const PLAIN = { ...COMPLETE, discStatus: 3 } as const;

/** No other BD has more than two layers. */
const isBdxl = (kind: Medium['kind'], layers = 1): boolean => kind.startsWith('bd') && layers > 2;

/** How it is laid out, where that is not one layer of blocks of 2,048 bytes. */
const shape = (kind: Medium['kind'], { blockBytes, pregroove, layerBreak }: MediumAnswers) => ({
  ...(blockBytes !== USER_BLOCK && { blockBytes }),
  ...(pregroove.layers !== undefined && { layers: pregroove.layers }),
  ...(isBdxl(kind, pregroove.layers) && { bdxl: true as const }),
  ...(layerBreak !== undefined && { layerBreak }),
});

const withoutDisc = ({
  discUnreadable,
  profile,
}: MediumAnswers): typeof PLAIN | typeof COMPLETE | typeof TABLES_LOST => {
  if (isOverwritable(profile)) return PLAIN;
  return discUnreadable && isErasable(profile) ? TABLES_LOST : COMPLETE;
};

const states = (
  answers: MediumAnswers,
): Pick<Medium, 'status' | 'lastSession' | 'backgroundFormat' | 'sessions'> => {
  const { disc } = answers;
  const { discStatus, stateOfLastSession, backgroundFormatStatus } = disc ?? withoutDisc(answers);
  return {
    status: DISC_STATUS[discStatus] ?? 'other',
    lastSession: SESSION_STATUS[stateOfLastSession] ?? 'complete',
    backgroundFormat: BACKGROUND_FORMAT[backgroundFormatStatus] ?? 'none',
    sessions: closedSessions(disc),
  };
};

/** Of a blank medium that is recorded in sequence nothing can be read, whatever a drive says. */
const readableOf = (
  answers: MediumAnswers,
  status: DiscStatus,
): Pick<Medium, 'readable' | 'readableUnknown'> => {
  const readable = toldReadable(answers);
  if (readable === undefined) return { readable: 0, readableUnknown: true };
  return { readable: status === 'empty' && !isOverwritable(answers.profile) ? 0 : readable };
};

/** What the answers say, decoded and set right where drives are known to be wrong. */
export const mediumFacts = (answers: MediumAnswers): MediumFacts => {
  const { profile, tracks, writeSpeeds, writePace, pregroove } = answers;
  const kind = kindOfProfile(profile);
  const writeProtections = isReadOnly(kind)
    ? [...answers.writeProtections, 'read-only' as const]
    : answers.writeProtections;
  const overwritable = isOverwritable(profile);
  const state = states(answers);
  return {
    kind,
    profile,
    ...state,
    erasable: isErasable(profile),
    overwritable,
    writeProtected: writeProtections.length > 0,
    writeProtections,
    ...shape(kind, answers),
    ...readableOf(answers, state.status),
    tracks,
    formats: listedFormats(answers),
    writeSpeeds,
    ...(writePace && { writePace }),
    ...(pregroove.identity && { identity: pregroove.identity }),
    ...(overwritable ? blocksInAnyOrder(answers, kind) : tracksBySequence(answers, kind, state.status)),
  };
};

/** Where the volume that readers see begins: with the last closed session that holds data. */
export const volumeStart = (facts: MediumFacts): number | undefined => {
  const { overwritable, sessions, tracks } = facts;
  if (overwritable) return holdsBlocks(facts) ? 0 : undefined;
  const session = tracks.filter(({ data, blank, session }) => data && !blank && session <= sessions);
  const last = session.at(-1)?.session;
  return session.find((track) => track.session === last)?.start;
};
