import type { Cdb } from '../scsi/cdb.js';
import { blank } from '../scsi/commands/blank.js';
import { closeTrackSession } from '../scsi/commands/close-track-session.js';
import { formatUnit } from '../scsi/commands/format-unit.js';
import { getConfiguration } from '../scsi/commands/get-configuration.js';
import { getEventStatusNotification } from '../scsi/commands/get-event-status-notification.js';
import { getPerformance } from '../scsi/commands/get-performance.js';
import { inquiry } from '../scsi/commands/inquiry.js';
import { mechanismStatus as mechanismStatusCdb } from '../scsi/commands/mechanism-status.js';
import { modeSelect10 } from '../scsi/commands/mode-select-10.js';
import { modeSelect6 } from '../scsi/commands/mode-select-6.js';
import { modeSense10 } from '../scsi/commands/mode-sense-10.js';
import { modeSense6 } from '../scsi/commands/mode-sense-6.js';
import { preventAllowMediumRemoval } from '../scsi/commands/prevent-allow-medium-removal.js';
import { read10 } from '../scsi/commands/read-10.js';
import { read12 } from '../scsi/commands/read-12.js';
import { readBufferCapacity } from '../scsi/commands/read-buffer-capacity.js';
import { readCapacity } from '../scsi/commands/read-capacity.js';
import { readCdMsf } from '../scsi/commands/read-cd-msf.js';
import { readCd } from '../scsi/commands/read-cd.js';
import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { readDiscStructure } from '../scsi/commands/read-disc-structure.js';
import { readFormatCapacities } from '../scsi/commands/read-format-capacities.js';
import { readTocPmaAtip } from '../scsi/commands/read-toc-pma-atip.js';
import { readTrackInformation } from '../scsi/commands/read-track-information.js';
import { requestSense } from '../scsi/commands/request-sense.js';
import { repairTrack } from '../scsi/commands/repair-track.js';
import { reserveTrack } from '../scsi/commands/reserve-track.js';
import { sendDiscStructure } from '../scsi/commands/send-disc-structure.js';
import { sendCueSheet } from '../scsi/commands/send-cue-sheet.js';
import { sendOpcInformation } from '../scsi/commands/send-opc-information.js';
import { setCdSpeed } from '../scsi/commands/set-cd-speed.js';
import { setStreaming } from '../scsi/commands/set-streaming.js';
import { startStopUnit } from '../scsi/commands/start-stop-unit.js';
import { synchronizeCache } from '../scsi/commands/synchronize-cache.js';
import { testUnitReady as testUnitReadyCdb } from '../scsi/commands/test-unit-ready.js';
import { verify10 } from '../scsi/commands/verify-10.js';
import { write10 } from '../scsi/commands/write-10.js';
import { write12 } from '../scsi/commands/write-12.js';
import { writeAndVerify10 } from '../scsi/commands/write-and-verify-10.js';
import { answerCapacity, answerFormatCapacities } from './handlers/capacity.js';
import { closeTrackOrSession, flush } from './handlers/close.js';
import { reserve } from './handlers/reserve.js';
import { answerConfiguration } from './handlers/configuration.js';
import { takeCueSheet } from './handlers/cue.js';
import { answerDiscInformation } from './handlers/disc-information.js';
import { blankMedium } from './handlers/blank.js';
import { format } from './handlers/format.js';
import { answerInquiry } from './handlers/identity.js';
import { answerModeSense10, answerModeSense6, selectModePages10, selectModePages6 } from './handlers/mode.js';
import { read, verify } from './handlers/read.js';
import { readSectors, readSectorsMsf } from './handlers/read-cd.js';
import { answerSense, testUnitReady } from './handlers/readiness.js';
import { repair } from './handlers/repair.js';
import { type Handler, whenIdle, whenReady, whenTablesRead, whenWritable } from './handlers/request.js';
import {
  answerBufferCapacity,
  answerPerformance,
  answerSetCdSpeed,
  answerSetStreaming,
  sendOpc,
} from './handlers/speed.js';
import { answerDiscStructure, takeDiscStructure } from './handlers/structures.js';
import { answerTocPmaAtip } from './handlers/toc.js';
import { answerTrackInformation } from './handlers/track-information.js';
import { getEvent, mechanismStatus, preventRemoval, startStop } from './handlers/tray.js';
import { write, writeAndVerify } from './handlers/write.js';

interface CommandRow {
  readonly cdb: Cdb<unknown, never>;
  readonly handle: Handler;
  /** Answered in spite of a unit attention or a deferred error, which waits on (MMC-5 §4.1.6, SPC-3 §5.9.4). */
  readonly quiet?: true;
}

/** Everything the drive can do; an absent opcode is 5/20/00. */
const ROWS: readonly CommandRow[] = [
  { cdb: testUnitReadyCdb, handle: testUnitReady },
  { cdb: requestSense, handle: answerSense, quiet: true },
  { cdb: inquiry, handle: answerInquiry, quiet: true },
  { cdb: getConfiguration, handle: answerConfiguration, quiet: true },
  { cdb: getEventStatusNotification, handle: getEvent, quiet: true },
  { cdb: modeSense6, handle: answerModeSense6 },
  { cdb: modeSense10, handle: answerModeSense10 },
  { cdb: modeSelect6, handle: whenIdle(selectModePages6) },
  { cdb: modeSelect10, handle: whenIdle(selectModePages10) },
  { cdb: startStopUnit, handle: startStop },
  { cdb: preventAllowMediumRemoval, handle: preventRemoval },
  { cdb: mechanismStatusCdb, handle: mechanismStatus },

  { cdb: readCapacity, handle: whenReady(answerCapacity) },
  { cdb: readFormatCapacities, handle: whenIdle(answerFormatCapacities) },
  { cdb: readDiscInformation, handle: whenTablesRead(answerDiscInformation) },
  { cdb: readTrackInformation, handle: whenTablesRead(answerTrackInformation) },
  { cdb: readTocPmaAtip, handle: whenReady(answerTocPmaAtip) },
  { cdb: readDiscStructure, handle: whenReady(answerDiscStructure) },

  { cdb: getPerformance, handle: answerPerformance },
  { cdb: setStreaming, handle: whenIdle(answerSetStreaming) },
  { cdb: setCdSpeed, handle: whenIdle(answerSetCdSpeed) },
  { cdb: readBufferCapacity, handle: answerBufferCapacity },
  { cdb: sendOpcInformation, handle: whenReady(sendOpc) },

  { cdb: read10, handle: whenReady(read) },
  { cdb: read12, handle: whenReady(read) },
  { cdb: readCd, handle: whenReady(readSectors) },
  { cdb: readCdMsf, handle: whenReady(readSectorsMsf) },
  { cdb: verify10, handle: whenReady(verify) },

  { cdb: write10, handle: whenWritable(write) },
  { cdb: write12, handle: whenWritable(write) },
  { cdb: writeAndVerify10, handle: whenWritable(writeAndVerify) },
  { cdb: sendCueSheet, handle: whenWritable(takeCueSheet) },
  { cdb: sendDiscStructure, handle: whenReady(takeDiscStructure) },
  { cdb: reserveTrack, handle: whenWritable(reserve) },
  { cdb: repairTrack, handle: whenWritable(repair) },
  { cdb: synchronizeCache, handle: whenReady(flush) },
  { cdb: closeTrackSession, handle: whenWritable(closeTrackOrSession) },
  { cdb: blank, handle: whenWritable(blankMedium) },
  { cdb: formatUnit, handle: whenWritable(format) },
];

export const COMMANDS: ReadonlyMap<number, CommandRow> = new Map(ROWS.map((row) => [row.cdb.opcode, row]));
