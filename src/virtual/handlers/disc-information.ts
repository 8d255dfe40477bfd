import { readDiscInformation } from '../../scsi/commands/read-disc-information.js';
import { encodeDiscInformation } from '../../scsi/structures/disc-information.js';
import { powResources, trackResources } from '../../scsi/structures/disc-resources.js';
import { packMsf } from '../../cd/msf.js';
import { packedTimeOf } from '../cd-time.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import type { MediumTables } from '../medium/medium-tables.js';
import { freeSpareClusters, hasPseudoOverwrite } from '../recording/blu-ray.js';
import { isIntermediate, isRestricted } from '../recording/restricted-overwrite.js';
import {
  PRE_GAP_BLOCKS,
  currentSession,
  incompleteTrack,
  invisibleTrack,
  kindOf,
  openSession,
} from '../recording/sequential.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const DISC_STATUS = { empty: 0, appendable: 1, complete: 2, others: 3 } as const;
const SESSION_STATE = { empty: 0, incomplete: 1, damaged: 2, complete: 3 } as const;
const BACKGROUND_STATUS = { none: 0, stopped: 1, running: 2, complete: 3 } as const;

const NO_ADDRESS = 0xffffffff;
const CD_NO_ADDRESS = 0x00ffffff;
const LEAD_IN_BLOCKS = 4500;

/** Finalized, or all sessions are closed and none fits behind them. */
const isComplete = (tables: MediumTables): boolean => {
  if (tables.finalized) return true;
  const closed = tables.sessions.length > 0 && openSession(tables) === undefined;
  return closed && tables.underway !== 'blank' && invisibleTrack(tables) === undefined;
};

/** A formatted DVD-RW tells by its status whether its border is open. */
const restrictedStatus = (tables: MediumTables): number =>
  isIntermediate(tables) ? DISC_STATUS.appendable : DISC_STATUS.complete;

const discStatus = (tables: MediumTables): number => {
  if (isRestricted(tables)) return restrictedStatus(tables);
  if (kindOf(tables).recording === 'random')
    return tables.format === null ? DISC_STATUS.empty : DISC_STATUS.others;
  if (isComplete(tables)) return DISC_STATUS.complete;
  const formatted = tables.format !== null;
  return tables.sessions.length === 0 && !formatted ? DISC_STATUS.empty : DISC_STATUS.appendable;
};

const overwritableSessionState = (tables: MediumTables): number => {
  const { format, underway } = tables;
  if (underway === 'format') return SESSION_STATE.damaged;
  if (format === null) return SESSION_STATE.empty;
  if (isIntermediate(tables)) return SESSION_STATE.incomplete;
  const formatting = format.background === 'running' || format.background === 'stopped';
  return formatting ? SESSION_STATE.incomplete : SESSION_STATE.complete;
};

const sessionState = (tables: MediumTables): number => {
  if (kindOf(tables).recording === 'random') return overwritableSessionState(tables);
  if (tables.underway === 'blank' || tables.underway === 'format') return SESSION_STATE.damaged;
  if (isComplete(tables)) return SESSION_STATE.complete;
  if (openSession(tables) === undefined) return SESSION_STATE.empty;
  return tables.tracks.some(({ damaged, state }) => damaged && state === 'open')
    ? SESSION_STATE.damaged
    : SESSION_STATE.incomplete;
};

/** The session and tracks that are last, the empty session and the invisible track of an appendable medium counted. */
const lastSession = (tables: MediumTables): { sessions: number; firstTrack: number; lastTrack: number } => {
  const open = isComplete(tables) || openSession(tables) !== undefined;
  const sessions = Math.max(1, tables.sessions.length + (open ? 0 : 1));
  const own = tables.tracks.filter(({ session }) => session === sessions);
  const invisible = invisibleTrack(tables);
  const last = invisible?.number ?? Math.max(1, tables.tracks.length);
  return { sessions, firstTrack: own[0]?.number ?? last, lastTrack: last };
};

/** ATIP of a CD says where its first lead-in begins. */
const firstLeadIn = ({ blank }: MediumTables): number => {
  const spec: MediumSpec = MEDIA[blank];
  const [minute, second, frame] = spec.atip?.leadIn ?? [0, 0, 0];
  return packMsf({ minute, second, frame });
};

const isFirstSession = ({ sessions }: MediumTables): boolean => (sessions[0]?.leadOut ?? null) === null;

/** Where the lead-in of the next session, on DVD+R its intro, will begin. */
const leadInStart = (tables: MediumTables): number => {
  const cd = kindOf(tables).family === 'cd';
  if (isComplete(tables)) return cd ? CD_NO_ADDRESS : NO_ADDRESS;
  if (isFirstSession(tables)) return cd ? firstLeadIn(tables) : 0;
  const start = (incompleteTrack(tables) ?? invisibleTrack(tables))?.start ?? tables.capacity;
  return cd ? packedTimeOf(start - PRE_GAP_BLOCKS - LEAD_IN_BLOCKS) : start;
};

const lastPossibleLeadOut = (tables: MediumTables): number => {
  const cd = kindOf(tables).family === 'cd';
  if (isComplete(tables)) return cd ? CD_NO_ADDRESS : NO_ADDRESS;
  return cd ? packedTimeOf(tables.capacity) : tables.capacity;
};

const standardInformation = (drive: VirtualDrive): Uint8Array => {
  const { tables, kind } = drive;
  const { sessions, firstTrack, lastTrack } = lastSession(tables);
  return encodeDiscInformation({
    erasable: drive.lies('always-erasable') || (kind?.erasable === true && drive.canRecord),
    stateOfLastSession: sessionState(tables),
    discStatus: discStatus(tables),
    numberOfFirstTrack: 1,
    numberOfSessions: sessions,
    firstTrackInLastSession: firstTrack,
    lastTrackInLastSession: lastTrack,
    unrestrictedUse: true,
    backgroundFormatStatus: BACKGROUND_STATUS[tables.format?.background ?? 'none'],
    discType: tables.sessions.length === 0 ? 0xff : tables.discType,
    discIdentification: 0,
    lastSessionLeadInStart: leadInStart(tables),
    lastPossibleLeadOutStart: lastPossibleLeadOut(tables),
    discBarCode: new Uint8Array(8),
    discApplicationCode: 0,
    opcTables: [],
  });
};

/** Of the whole medium: CDs number their tracks through all sessions. */
const mostTracks = (tables: MediumTables): number => {
  const { family, maxTracksPerSession, maxSessions } = kindOf(tables);
  return family === 'cd' ? maxTracksPerSession : maxTracksPerSession * maxSessions;
};

const resources = ({ tables }: VirtualDrive): Uint8Array => {
  const maximumTracks = mostTracks(tables);
  const assignedTracks = tables.tracks.length;
  const left = Math.max(0, maximumTracks - assignedTracks);
  const session = currentSession(tables);
  const inSession = tables.tracks.filter((track) => track.session === session).length;
  return trackResources.encode({
    maximumTracks,
    assignedTracks,
    maximumAppendableTracks: left,
    currentAppendableTracks: isComplete(tables)
      ? 0
      : Math.min(left, Math.max(0, kindOf(tables).maxTracksPerSession - inSession)),
  });
};

/** Only of a BD-R that was formatted for it: each replacement takes a spare cluster. */
const powInformation = ({ tables }: VirtualDrive): Uint8Array => {
  if (!hasPseudoOverwrite(tables)) throw refusal(INVALID_FIELD_IN_CDB);
  const left = freeSpareClusters(tables);
  return powResources.encode({
    remainingReplacements: left,
    remainingReallocationMapEntries: left,
    remainingUpdates: left,
  });
};

/** By data type. */
const INFORMATION: readonly ((drive: VirtualDrive) => Uint8Array)[] = [
  standardInformation,
  resources,
  powInformation,
];

export const answerDiscInformation: Handler = (drive, { cdb }) => {
  const answer = INFORMATION[readDiscInformation.decode(cdb).dataType];
  if (answer === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  return answer(drive);
};
