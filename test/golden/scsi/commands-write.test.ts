/**
 * Commands as other programs sent them to a drive of ours: cdrskin and xorriso 1.5.4 (libburn), wodim 1.1.11, growisofs
 * and dvd+rw-format 7.1, cdrdao 1.2.4; where no program is named, typed from the tables of MMC-5.
 */
import { describe } from 'vitest';
import { blank } from '../../../src/scsi/commands/blank.js';
import { closeTrackSession } from '../../../src/scsi/commands/close-track-session.js';
import { formatUnit } from '../../../src/scsi/commands/format-unit.js';
import { modeSelect10 } from '../../../src/scsi/commands/mode-select-10.js';
import { modeSelect6 } from '../../../src/scsi/commands/mode-select-6.js';
import { preventAllowMediumRemoval } from '../../../src/scsi/commands/prevent-allow-medium-removal.js';
import { repairTrack } from '../../../src/scsi/commands/repair-track.js';
import { reserveTrack } from '../../../src/scsi/commands/reserve-track.js';
import { sendCueSheet } from '../../../src/scsi/commands/send-cue-sheet.js';
import { sendDiscStructure } from '../../../src/scsi/commands/send-disc-structure.js';
import { sendOpcInformation } from '../../../src/scsi/commands/send-opc-information.js';
import { setCdSpeed } from '../../../src/scsi/commands/set-cd-speed.js';
import { setStreaming } from '../../../src/scsi/commands/set-streaming.js';
import { startStopUnit } from '../../../src/scsi/commands/start-stop-unit.js';
import { synchronizeCache } from '../../../src/scsi/commands/synchronize-cache.js';
import { write10 } from '../../../src/scsi/commands/write-10.js';
import { write12 } from '../../../src/scsi/commands/write-12.js';
import { writeAndVerify10 } from '../../../src/scsi/commands/write-and-verify-10.js';
import { golden } from '../../support/golden.js';

describe('commands that prepare', () => {
  golden(
    'START STOP UNIT of cdrskin',
    startStopUnit,
    { immediate: true, powerCondition: 0, start: true },
    '1b 01 00 00 01 00',
  );
  golden(
    'START STOP UNIT of growisofs, eject',
    startStopUnit,
    { immediate: true, powerCondition: 0, loadEject: true },
    '1b 01 00 00 02 00',
  );
  golden(
    'START STOP UNIT of wodim, load',
    startStopUnit,
    { powerCondition: 0, loadEject: true, start: true },
    '1b 00 00 00 03 00',
  );
  golden('START STOP UNIT to sleep', startStopUnit, { powerCondition: 5 }, '1b 00 00 00 50 00');
  golden(
    'PREVENT ALLOW MEDIUM REMOVAL of cdrskin',
    preventAllowMediumRemoval,
    { prevent: true },
    '1e 00 00 00 01 00',
  );
  golden(
    'PREVENT ALLOW MEDIUM REMOVAL, persistent',
    preventAllowMediumRemoval,
    { persistent: true, prevent: true },
    '1e 00 00 00 03 00',
  );
  golden(
    'MODE SELECT (10) of growisofs',
    modeSelect10,
    { pageFormat: true, parameterListLength: 60 },
    '55 10 00 00 00 00 00 00 3c 00',
  );
  golden(
    'MODE SELECT (6)',
    modeSelect6,
    { pageFormat: true, savePages: true, parameterListLength: 14 },
    '15 11 00 00 0e 00',
  );
  golden(
    'SET CD SPEED of wodim',
    setCdSpeed,
    { rotationalControl: 0, logicalUnitReadSpeed: 8467, logicalUnitWriteSpeed: 8496 },
    'bb 00 21 13 21 30 00 00 00 00 00 00',
  );
  golden(
    'SET CD SPEED of cdrdao',
    setCdSpeed,
    { rotationalControl: 0, logicalUnitReadSpeed: 0xffff, logicalUnitWriteSpeed: 0xffff },
    'bb 00 ff ff ff ff 00 00 00 00 00 00',
  );
  golden(
    'SET STREAMING of cdrskin',
    setStreaming,
    { type: 0, parameterListLength: 28 },
    'b6 00 00 00 00 00 00 00 00 00 1c 00',
  );
  golden(
    'SEND OPC INFORMATION of growisofs',
    sendOpcInformation,
    { doOpc: true, parameterListLength: 0 },
    '54 01 00 00 00 00 00 00 00 00',
  );
  golden('RESERVE TRACK of cdrskin', reserveTrack, { reservationSize: 649 }, '53 00 00 00 00 00 00 02 89 00');
  golden(
    'REPAIR TRACK of track 3, typed from the table of MMC-5',
    repairTrack,
    { immediate: true, logicalTrackNumber: 3 },
    '58 01 00 00 00 03 00 00 00 00',
  );
  golden('SEND CUE SHEET of cdrskin', sendCueSheet, { cueSheetSize: 56 }, '5d 00 00 00 00 00 00 00 38 00');
  golden(
    'BLANK of wodim',
    blank,
    { blankingType: 1, startAddressTrackNumber: 0 },
    'a1 01 00 00 00 00 00 00 00 00 00 00',
  );
  golden(
    'BLANK of dvd+rw-format',
    blank,
    { immediate: true, blankingType: 1, startAddressTrackNumber: 0 },
    'a1 11 00 00 00 00 00 00 00 00 00 00',
  );
  golden('FORMAT UNIT of growisofs', formatUnit, { formatData: true, formatCode: 1 }, '04 11 00 00 00 00');
  golden(
    'FORMAT UNIT of dvd+rw-format on DVD-RAM',
    formatUnit,
    { formatData: true, completeList: true, formatCode: 1 },
    '04 19 00 00 00 00',
  );
  golden(
    'SEND DISC STRUCTURE, layer boundary',
    sendDiscStructure,
    { mediaType: 0, format: 0x20, structureDataLength: 12 },
    'bf 00 00 00 00 00 00 20 00 0c 00 00',
  );
});

describe('commands that write', () => {
  golden(
    'WRITE (10) of growisofs',
    write10,
    { logicalBlockAddress: 16, transferLength: 16 },
    '2a 00 00 00 00 10 00 00 10 00',
  );
  golden(
    'WRITE (10) of cdrskin to the pregap',
    write10,
    { logicalBlockAddress: -150, transferLength: 13 },
    '2a 00 ff ff ff 6a 00 00 0d 00',
  );
  golden(
    'WRITE (10) of wodim to the lead-in',
    write10,
    { logicalBlockAddress: -11_077, transferLength: 26 },
    '2a 00 ff ff d4 bb 00 00 1a 00',
  );
  golden(
    'WRITE (12) streaming',
    write12,
    { logicalBlockAddress: 32, transferLength: 32, streaming: true },
    'aa 00 00 00 00 20 00 00 00 20 80 00',
  );
  golden(
    'WRITE AND VERIFY (10)',
    writeAndVerify10,
    { logicalBlockAddress: 32, transferLength: 16 },
    '2e 00 00 00 00 20 00 00 10 00',
  );
  golden(
    'SYNCHRONIZE CACHE of cdrskin',
    synchronizeCache,
    { immediate: true, logicalBlockAddress: 0, numberOfBlocks: 0 },
    '35 02 00 00 00 00 00 00 00 00',
  );
  golden(
    'CLOSE TRACK/SESSION of growisofs, track 1',
    closeTrackSession,
    { immediate: true, closeFunction: 1, logicalTrackNumber: 1 },
    '5b 01 01 00 00 01 00 00 00 00',
  );
  golden(
    'CLOSE TRACK/SESSION of wodim, session',
    closeTrackSession,
    { closeFunction: 2, logicalTrackNumber: 0 },
    '5b 00 02 00 00 00 00 00 00 00',
  );
});
