import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import { finishRecording } from '../finish-recording.js';
import { CLUSTER_BLOCKS } from '../media/bd.js';
import { MEDIA, formatsOf } from '../media.js';
import type { FormatSpec } from '../media/specification.js';
import { formattedBdR, isBdR, recordingModeOf } from '../recording/blu-ray.js';
import { DVD_PLUS_RW_FORMAT, backgroundRestarted, formatted } from '../recording/overwritable.js';
import { INVALID_FIELD_IN_CDB, INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { MEDIA_EVENT } from '../news.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { QUICK_MS, wholeDiscMs } from './blank.js';
import { startRestrictedFormat } from './format-restricted.js';
import type { Handler } from './request.js';

type FormatRequest = ReturnType<typeof formatUnitParameterList.decode>;

const FULL_FORMAT = 0x00;
const MAXIMUM_BLOCKS = 0xffffffff;
const RESTART = 1;
/** Types whose number of spare clusters the host may choose. */
const BD_SPARES = [0x30, 0x32];
const BD_RE_FORMATS = [0x30, 0x31];
const FULL_CERTIFICATION = 2;
const QUICK_CERTIFICATION = 3;
/** DVD-RAM: the last blocks become spares, and the others stay as they are. */
const EXPANDED_SPARES = 0x01;

/** Pioneer's rule: with FOV set, all other options must be off. DVD-RAM can be spared the certification (libburn). */
const hasForbiddenOptions = (drive: VirtualDrive, request: FormatRequest): boolean =>
  request.formatOptionsValid &&
  [
    request.disablePrimary,
    request.disableCertification && drive.kindName !== 'dvd-ram',
    request.stopFormat,
    request.initializationPattern,
    request.tryOut,
    request.vendorSpecific,
  ].includes(true);

/** BD takes any number of spare clusters between the least and the most that it offers. */
const withSpares = (sizes: readonly FormatSpec[], blocks: number): FormatSpec | undefined => {
  const sample = sizes[0];
  if (sample === undefined) return undefined;
  const total = sample.blocks + sample.typeDependent * CLUSTER_BLOCKS;
  const inRange =
    blocks >= Math.min(...sizes.map((row) => row.blocks)) &&
    blocks <= Math.max(...sizes.map((row) => row.blocks));
  const typeDependent = (total - blocks) / CLUSTER_BLOCKS;
  return inRange && Number.isInteger(typeDependent)
    ? { type: sample.type, blocks, typeDependent }
    : undefined;
};

/** Pioneer's rule: the number of blocks of type 00h is not looked at. On DVD+RW all ones stand for all blocks. */
const takesFirst = (drive: VirtualDrive, { formatType, numberOfBlocks }: FormatRequest): boolean =>
  formatType === DVD_PLUS_RW_FORMAT
    ? numberOfBlocks === MAXIMUM_BLOCKS
    : formatType === FULL_FORMAT && isBdR(drive.tables);

const isSubTypeKnown = (drive: VirtualDrive, { formatType, formatSubType }: FormatRequest): boolean => {
  const quick = formatType === BD_SPARES[0] && formatSubType === QUICK_CERTIFICATION;
  if (quick && drive.lies('no-quick-certification')) return false;
  if (isBdR(drive.tables)) return recordingModeOf(formatSubType) !== undefined;
  // Sub-type 0 is what Pioneer (BDR-203) calls a quick reformat; growisofs sends it to blank media as well.
  return formatSubType === 0 || BD_RE_FORMATS.includes(formatType);
};

const chooseFormat = (drive: VirtualDrive, request: FormatRequest): FormatSpec => {
  const offered = formatsOf(drive.tables.blank, drive.tables.capacity);
  const rows = offered.filter(({ type }) => type === request.formatType);
  const asked = request.numberOfBlocks;
  const chosen = takesFirst(drive, request)
    ? rows[0]
    : (rows.find(({ blocks }) => blocks === asked) ??
      (BD_SPARES.includes(request.formatType) ? withSpares(rows, asked) : undefined));
  if (chosen === undefined || !isSubTypeKnown(drive, request)) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  return chosen;
};

const restart = (drive: VirtualDrive): void => {
  if (drive.tables.format?.background !== 'stopped') throw refusal(INVALID_FIELD_IN_PARAMETERS);
  drive.tables = backgroundRestarted(drive.tables);
  drive.news.raise(MEDIA_EVENT.formatRestarted);
};

const decodeList = (drive: VirtualDrive, data: Uint8Array): FormatRequest => {
  if (data.length !== formatUnitParameterList.size) throw refusal('5/1A/00');
  const request = formatUnitParameterList.decode(data);
  if (hasForbiddenOptions(drive, request)) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  return request;
};

/** DVD-RAM is certified unless it is told not to, or only gives up blocks to its spares. */
const certifies = ({ kindName }: VirtualDrive, request: FormatRequest): boolean =>
  kindName === 'dvd-ram'
    ? request.formatType !== EXPANDED_SPARES && !request.disableCertification
    : request.formatSubType === FULL_CERTIFICATION;

const startFormat = async (drive: VirtualDrive, request: FormatRequest): Promise<void> => {
  const format = chooseFormat(drive, request);
  // What was taken before is recorded, where what is on the medium stays.
  if (format.type === EXPANDED_SPARES) finishRecording(drive);
  const before = drive.tables;
  if (format.type === EXPANDED_SPARES && (before.format?.blocks ?? 0) < format.blocks)
    throw refusal(INVALID_FIELD_IN_PARAMETERS);
  const mode = isBdR(before) ? recordingModeOf(request.formatSubType) : undefined;
  drive.buffer.clear();
  await drive.announce({ ...before, underway: 'format', format: null, tracks: [], sessions: [] });
  const finish = async (): Promise<void> => {
    const after =
      mode === undefined ? formatted(drive.tables, format) : formattedBdR(drive.tables, format, mode);
    const keeps =
      format.type === EXPANDED_SPARES || (mode === undefined && drive.lies('format-keeps-blocks'));
    await drive.medium?.discardAllBut(keeps ? after.tracks : []);
    drive.tables = after;
    drive.news.raise(MEDIA_EVENT.newMedia);
  };
  const durationMs = certifies(drive, request) ? wholeDiscMs(drive) : QUICK_MS;
  await drive.operations.start({ sense: '2/04/04', durationMs, finish }, request.immediate);
};

/** On DVD+RW the type dependent parameter chooses between a new format and the restart of a stopped one. */
const isRestart = (drive: VirtualDrive, { formatType, typeDependentParameter }: FormatRequest): boolean => {
  if (formatType !== DVD_PLUS_RW_FORMAT || drive.kind?.formatsInBackground !== true) return false;
  if (typeDependentParameter > RESTART) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  return typeDependentParameter === RESTART;
};

/** A BD-R is formatted while it is blank. */
const isFormattable = ({ canRecord, tables, kindName }: VirtualDrive): boolean => {
  if (!canRecord || kindName === undefined) return false;
  if (isBdR(tables)) return tables.format === null && tables.sessions.length === 0;
  return MEDIA[tables.blank].kind === 'dvd-rw' || formatsOf(tables.blank, tables.capacity).length > 0;
};

export const format: Handler = async (drive, { cdb, data }) => {
  const { formatData, formatCode } = formatUnit.decode(cdb);
  if (!isFormattable(drive)) throw refusal('5/30/06');
  if (!formatData || formatCode !== 1) throw refusal(INVALID_FIELD_IN_CDB);
  const request = decodeList(drive, data);
  if (MEDIA[drive.tables.blank].kind === 'dvd-rw') await startRestrictedFormat(drive, request);
  else if (isRestart(drive, request)) restart(drive);
  else await startFormat(drive, request);
  return undefined;
};
