import { concatenate } from '../../binary/list.js';
import { modeSelect10 } from '../../scsi/commands/mode-select-10.js';
import { modeSelect6 } from '../../scsi/commands/mode-select-6.js';
import { modeSense10 } from '../../scsi/commands/mode-sense-10.js';
import { modeSense6 } from '../../scsi/commands/mode-sense-6.js';
import { capabilities, encodeCapabilities } from '../../scsi/mode-pages/capabilities.js';
import { splitModePages } from '../../scsi/mode-pages/mode-page.js';
import { WRITE_TYPE, writeParameters } from '../../scsi/mode-pages/write-parameters.js';
import { modeParameterHeader10, modeParameterHeader6 } from '../../scsi/structures/mode-parameter-header.js';
import { PAGE_CONTROL } from '../mode-pages.js';
import type { DriveModel } from '../models.js';
import { isProtected } from '../protection.js';
import { INVALID_FIELD_IN_CDB, INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import { KINDS, MEDIA, speedsOf } from '../media.js';
import { rotationControl } from '../turning.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const ALL_PAGES = 0x3f;
const SAVED = 3;
/** What the drive reads with, in kB/s of 1,000 bytes: 48x CD. Pages and performance replies agree on it. */
const CD_READ_SPEED = 8467;
const MAX_UINT16 = 0xffff;

/** What drives tell of an empty tray: the page is of the days of CDs. */
const fastestOfCd = ({ model }: VirtualDrive): number =>
  Math.max(
    0,
    ...model.writes
      .filter((name) => KINDS[name].family === 'cd')
      .map((name) => speedsOf(KINDS[name])[0] ?? 0),
  );

/** Page 2Ah: what the drive can do in general, and the speeds of the medium that is in it. */
const capabilitiesPage = (drive: VirtualDrive): Uint8Array => {
  const { pace } = drive;
  const { reads, writes }: DriveModel = drive.model;
  const records = writes.length > 0;
  const speeds = drive.canRecord ? pace.offered : [];
  const current = drive.canRecord || drive.medium === undefined ? pace.writeKBps : 0;
  const word = (speed: number): number => Math.min(MAX_UINT16, speed);
  return encodeCapabilities({
    cdRRead: reads.includes('cd-r'),
    cdRwRead: reads.includes('cd-rw'),
    method2: reads.includes('cd-rw'),
    dvdRomRead: reads.includes('dvd-r'),
    dvdRRead: reads.includes('dvd-r'),
    dvdRamRead: reads.includes('dvd-ram'),
    cdRWrite: writes.includes('cd-r'),
    cdRwWrite: writes.includes('cd-rw'),
    dvdRWrite: writes.includes('dvd-r'),
    dvdRamWrite: writes.includes('dvd-ram'),
    testWrite: records,
    multiSession: true,
    mode2Form1: true,
    bufferUnderrunFree: records,
    cdDaCommands: true,
    cdDaStreamAccurate: true,
    lock: true,
    lockState: drive.locked,
    eject: true,
    loadingMechanismType: 1,
    maximumReadSpeed: CD_READ_SPEED,
    numberOfVolumeLevels: 0,
    bufferSize: Math.floor(drive.buffer.size / 1024),
    currentReadSpeed: CD_READ_SPEED,
    maximumWriteSpeed: word(speeds[0]?.kBps ?? (drive.medium === undefined ? fastestOfCd(drive) : 0)),
    formerCurrentWriteSpeed: word(current),
    copyManagementRevision: 1,
    rotationControlSelected: rotationControl(pace.chosen?.turning),
    currentWriteSpeed: word(current),
    writeSpeeds: speeds.map(({ kBps, turning }) => ({
      rotationControl: rotationControl(turning),
      writeSpeed: word(kBps),
    })),
  });
};

const pageOf = (drive: VirtualDrive, code: number, control: 0 | 1 | 2): Uint8Array => {
  if (code === capabilities.code) {
    const page = capabilitiesPage(drive);
    if (control === PAGE_CONTROL.changeable) page.fill(0, 2);
    return page;
  }
  const page = drive.pages.page(code, control);
  if (page === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  return page;
};

const sense = (drive: VirtualDrive, code: number, control: number): Uint8Array => {
  if (control === SAVED) throw refusal('5/39/00');
  const codes = code === ALL_PAGES ? [...drive.pages.codes(), capabilities.code] : [code];
  return concatenate(...codes.map((page) => pageOf(drive, page, control as 0 | 1 | 2)));
};

/** Also where the drive presents the medium as one that nobody can record. */
const cannotWrite = (drive: VirtualDrive): boolean =>
  drive.medium !== undefined && ((!drive.canRecord && drive.model.tellsKinds !== true) || isProtected(drive));

export const answerModeSense10: Handler = (drive, { cdb }) => {
  if (drive.lies('short-mode-commands')) throw refusal('5/20/00');
  const { pageCode, pageControl } = modeSense10.decode(cdb);
  const pages = sense(drive, pageCode, pageControl);
  const header = modeParameterHeader10.encode({
    modeDataLength: modeParameterHeader10.size - 2 + pages.length,
    mediumType: 0,
    writeProtect: cannotWrite(drive),
    blockDescriptorLength: 0,
  });
  return concatenate(header, pages);
};

export const answerModeSense6: Handler = (drive, { cdb }) => {
  const { pageCode, pageControl } = modeSense6.decode(cdb);
  const pages = sense(drive, pageCode, pageControl);
  const header = modeParameterHeader6.encode({
    modeDataLength: Math.min(0xff, modeParameterHeader6.size - 1 + pages.length),
    mediumType: 0,
    writeProtect: cannotWrite(drive),
    blockDescriptorLength: 0,
  });
  return concatenate(header, pages);
};

/** Data block types that a track of its own can have: raw audio, mode 1. */
const TRACK_BLOCK_TYPES = [0, 8];
/** CD-DA and CD-ROM, CD-I, CD-ROM XA. */
const SESSION_FORMATS = [0x00, 0x10, 0x20];
const MAX_SUPPORTED_WRITE_TYPE = WRITE_TYPE.atOnce;

type WriteParameters = ReturnType<typeof writeParameters.decode>;

const fitsCd = ({ writeType, dataBlockType }: WriteParameters): boolean =>
  writeType <= MAX_SUPPORTED_WRITE_TYPE &&
  writeType !== WRITE_TYPE.packet &&
  (writeType !== WRITE_TYPE.trackAtOnce || TRACK_BLOCK_TYPES.includes(dataBlockType));

/** Link and packet size of DVD, in blocks; Pioneer's drives refuse any other. */
const DVD_LINK_BLOCKS = 16;

/** On DVD-R, DVD-RW and DVD-R DL: their write types, whole ECC blocks as links and packets. */
const fitsDvdMinus = (drive: VirtualDrive, values: WriteParameters): boolean => {
  const { writeTypes = [] } = KINDS[MEDIA[drive.tables.blank].kind];
  const jumps = drive.tables.layerJump !== undefined || canJump(drive);
  return (
    (writeTypes.includes(values.writeType) || (jumps && values.writeType === WRITE_TYPE.layerJump)) &&
    (!values.linkSizeValid || values.linkSize === DVD_LINK_BLOCKS) &&
    (!values.fixedPacket || values.writeType === WRITE_TYPE.atOnce || values.packetSize === DVD_LINK_BLOCKS)
  );
};

const canJump = ({ tables }: VirtualDrive): boolean =>
  KINDS[MEDIA[tables.blank].kind].jumpingKind !== undefined && tables.tracks.length === 0;

/** A blank DVD-R DL becomes what the page says: recorded layer after layer, or in jumps (profiles 0015h, 0016h). */
const followWriteType = (drive: VirtualDrive, { writeType }: WriteParameters): void => {
  if (!drive.canRecord || !canJump(drive)) return;
  const jumping = writeType === WRITE_TYPE.layerJump;
  if (jumping === (drive.tables.layerJump !== undefined)) return;
  drive.tables = { ...drive.tables, layerJump: jumping ? { interval: 0 } : undefined };
};

const FITS: Readonly<Record<'cd' | 'dvd-minus', (drive: VirtualDrive, values: WriteParameters) => boolean>> =
  {
    cd: (_, values) => fitsCd(values),
    'dvd-minus': fitsDvdMinus,
  };

const fitsMedium = (drive: VirtualDrive, values: WriteParameters): boolean => {
  const { kind } = drive;
  const family = kind?.family === 'cd' ? 'cd' : kind?.writeTypes === undefined ? undefined : 'dvd-minus';
  return family === undefined ? values.writeType <= MAX_SUPPORTED_WRITE_TYPE : FITS[family](drive, values);
};

/** Page 05h as the medium allows it; on media that have no use for it, what a writer of CD would take. */
const checkWriteParameters = (drive: VirtualDrive, page: Uint8Array): void => {
  const values = writeParameters.decode(page);
  const { kind } = drive;
  const isMore = values.bufferUnderrunFree || values.linkSizeValid;
  const possible =
    !(isMore && drive.lies('few-write-parameters')) &&
    fitsMedium(drive, values) &&
    SESSION_FORMATS.includes(values.sessionFormat) &&
    (!values.testWrite || kind === undefined || kind.testWrite);
  if (!possible) throw refusal(INVALID_FIELD_IN_PARAMETERS);
};

const checkPage = (drive: VirtualDrive, code: number, page: Uint8Array): void => {
  if (code === writeParameters.code && page.length >= writeParameters.size) checkWriteParameters(drive, page);
  drive.pages.check(code, page);
};

const selectPage = (drive: VirtualDrive, code: number, page: Uint8Array): void => {
  drive.pages.select(code, page);
  if (code !== writeParameters.code) return;
  const values = drive.pages.writeParameters;
  if (!values.testWrite) drive.endSimulation();
  followWriteType(drive, values);
};

/** Header and pages; block descriptors are for drives with blocks of several sizes. */
const pagesOf = (list: Uint8Array, header: typeof modeParameterHeader10 | typeof modeParameterHeader6) => {
  const isValid = list.length >= header.size && header.decode(list).blockDescriptorLength === 0;
  if (!isValid) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  return splitModePages(list.subarray(header.size));
};

/** MODE SELECT, of either length. */
const selectModePages =
  (command: typeof modeSelect10 | typeof modeSelect6): Handler =>
  (drive, { cdb, data }) => {
    const { parameterListLength, savePages, pageFormat } = command.decode(cdb);
    if (savePages || !pageFormat) throw refusal(INVALID_FIELD_IN_CDB);
    if (parameterListLength === 0) return undefined;
    const list = data.subarray(0, parameterListLength);
    if (list.length < parameterListLength) throw refusal('5/1A/00');
    const header = command === modeSelect10 ? modeParameterHeader10 : modeParameterHeader6;
    const pages = pagesOf(list, header);
    // One that is refused leaves the others as they were, too.
    for (const [code, page] of pages) checkPage(drive, code, page);
    for (const [code, page] of pages) selectPage(drive, code, page);
    return undefined;
  };

const selectLong = selectModePages(modeSelect10);

export const selectModePages10: Handler = (drive, request) => {
  if (drive.lies('short-mode-commands')) throw refusal('5/20/00');
  return selectLong(drive, request);
};

export const selectModePages6 = selectModePages(modeSelect6);
