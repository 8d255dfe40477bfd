/** Mode pages of tgt 1.0.85, and of a Pioneer BDR-203 as far as its command reference prints them; the rest typed from MMC and SPC. */
import { describe, expect, it } from 'vitest';
import { decodeShort } from '../../../src/binary/layout.js';
import { caching } from '../../../src/scsi/mode-pages/caching.js';
import {
  capabilities,
  decodeCapabilities,
  encodeCapabilities,
  writeSpeedPerformance,
} from '../../../src/scsi/mode-pages/capabilities.js';
import { cdAudioControl } from '../../../src/scsi/mode-pages/cd-audio-control.js';
import { cdDeviceParameters } from '../../../src/scsi/mode-pages/cd-device-parameters.js';
import { encodeModePage, splitModePages } from '../../../src/scsi/mode-pages/mode-page.js';
import { powerCondition } from '../../../src/scsi/mode-pages/power-condition.js';
import { readWriteErrorRecovery } from '../../../src/scsi/mode-pages/read-write-error-recovery.js';
import { timeoutAndProtect } from '../../../src/scsi/mode-pages/timeout-and-protect.js';
import { writeParameters } from '../../../src/scsi/mode-pages/write-parameters.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const zeros = (length: number): string => '00 '.repeat(length);

const tgtPages = unhex(
  `01 0a 00 08 00 00 00 00 08 00 00 00 03 06 00 00 00 00 00 00 08 0a 00 00 00 00 00 00 00 00 00 00
   0a 0a 02 00 00 00 00 00 00 00 02 00 4a 01 00 1c 04 00 00 00 00`,
);

const tgtCapabilities = unhex(
  `2a 3e 3f 37 f3 f3 29 23 10 8a 01 00 08 00 10 8a 00 00 10 8a 10 8a 00 01 00 00 00 00 10 8a 00 05
   00 00 10 8a 00 00 0b 06 00 00 08 45 00 00 05 83 00 00 02 c2 ${zeros(12)}`,
);

describe('a list of mode pages', () => {
  it('is taken apart by the lengths of the pages', () => {
    expect([...splitModePages(tgtPages.subarray(0, 44))].map(([code, page]) => [code, page.length])).toEqual([
      [0x01, 12],
      [0x03, 8],
      [0x08, 12],
      [0x0a, 12],
    ]);
  });

  it('is cut off where the drive stopped', () => {
    expect([...splitModePages(unhex('08 0a 00 04')).values()].map(hex)).toEqual(['08 0a 00 04']);
  });
});

describe('mode pages', () => {
  golden(
    'error recovery of tgt',
    readWriteErrorRecovery,
    { readRetryCount: 8, writeRetryCount: 8 },
    hex(tgtPages.subarray(0, 12)),
  );
  golden(
    'error recovery with all switches',
    readWriteErrorRecovery,
    {
      parametersSaveable: true,
      automaticWriteReallocation: true,
      automaticReadReallocation: true,
      transferBlock: true,
      readContinuous: true,
      postError: true,
      disableTransferOnError: true,
      disableCorrection: true,
      readRetryCount: 0x20,
      writeRetryCount: 1,
    },
    '81 0a f7 20 00 00 00 00 01 00 00 00',
  );
  golden(
    'caching',
    caching,
    { writeCacheEnable: true, readCacheDisable: true },
    '08 0a 05 00 00 00 00 00 00 00 00 00',
  );
  golden(
    "device parameters of CD as the manual of Pioneer's SCSI-2 drives has their defaults",
    cdDeviceParameters,
    { inactivityTimerMultiplier: 0x0d, secondsPerMinute: 60, framesPerSecond: 75 },
    '0d 06 00 0d 00 3c 00 4b',
  );
  golden(
    'audio control',
    cdAudioControl,
    {
      immediate: true,
      stopOnTrackCrossing: true,
      port0Channel: 1,
      port0Volume: 0xff,
      port1Channel: 2,
      port1Volume: 0xfe,
      port2Channel: 4,
      port2Volume: 0xfd,
      port3Channel: 8,
      port3Volume: 0xfc,
    },
    '0e 0e 06 00 00 00 00 00 01 ff 02 fe 04 fd 08 fc',
  );
  golden(
    'power condition',
    powerCondition,
    { idle: true, standby: true, idleConditionTimer: 0x4b0, standbyConditionTimer: 0x2328 },
    '1a 0a 00 03 00 00 04 b0 00 00 23 28',
  );
  golden(
    'time-out and protect',
    timeoutAndProtect,
    {
      disableUntilPowerCycle: true,
      softwareWriteProtect: true,
      group1MinimumTimeout: 7,
      group2MinimumTimeout: 120,
    },
    '1d 08 00 00 03 00 00 07 00 78',
  );

  it('are lengthened by the vendor specific bytes that a drive wants back', () => {
    const values = writeParameters.decode(unhex(`05 32 41 c4 08 ${zeros(47)}`));
    const page = encodeModePage(writeParameters, values, 0x36);
    expect(hex(page)).toBe(hex(unhex(`05 36 41 c4 08 ${zeros(51)}`)));
  });

  it('are read as far as an older drive has them', () => {
    expect(decodeShort(readWriteErrorRecovery, unhex('01 06 20 03 00 00 00 00'))).toMatchObject({
      transferBlock: true,
      readRetryCount: 3,
      writeRetryCount: 0,
    });
  });
});

describe('capabilities', () => {
  it('of tgt, with five write speeds and the spare room of a real drive', () => {
    const page = decodeCapabilities(tgtCapabilities);
    expect(page).toMatchObject({
      bufferSize: 2048,
      numberOfVolumeLevels: 256,
      maximumReadSpeed: 4234,
      currentReadSpeed: 4234,
      maximumWriteSpeed: 4234,
      formerCurrentWriteSpeed: 4234,
      currentWriteSpeed: 4234,
      copyManagementRevision: 1,
      readBarCode: true,
      composite: true,
    });
    expect(page.writeSpeeds.map(({ writeSpeed }) => writeSpeed)).toEqual([4234, 2822, 2117, 1411, 706]);
    const { length } = encodeCapabilities(page);
    expect(hex(encodeCapabilities(page))).toBe(`2a 32 ${hex(tgtCapabilities.subarray(2, length))}`);
  });

  golden(
    'of a Pioneer BDR-203, the bytes that its command reference prints',
    capabilities,
    {
      dvdRamRead: true,
      dvdRRead: true,
      dvdRomRead: true,
      method2: true,
      cdRwRead: true,
      cdRRead: true,
      dvdRamWrite: true,
      dvdRWrite: true,
      testWrite: true,
      cdRwWrite: true,
      cdRWrite: true,
      bufferUnderrunFree: true,
      multiSession: true,
      mode2Form2: true,
      mode2Form1: true,
      audioPlay: true,
      upc: true,
      isrc: true,
      cdDaStreamAccurate: true,
      cdDaCommands: true,
      loadingMechanismType: 1,
      eject: true,
      lockState: true,
      lock: true,
      rwInLeadIn: true,
      separateChannelMute: true,
      separateVolume: true,
      maximumReadSpeed: 0,
      numberOfVolumeLevels: 0,
      bufferSize: 0x1000,
      currentReadSpeed: 0,
      maximumWriteSpeed: 0,
      formerCurrentWriteSpeed: 0,
      copyManagementRevision: 1,
      rotationControlSelected: 1,
      currentWriteSpeed: 0x1b90,
      numberOfWriteSpeeds: 0,
    },
    `2a 1e 3f 37 f1 63 2b 23 00 00 00 00 10 00 00 00 00 00 00 00 00 00 00 01 00 00 00 01 1b 90 00 00`,
  );

  it('of a drive of MMC-1, without write speeds', () => {
    const page = decodeCapabilities(
      unhex('2a 14 07 07 71 63 29 23 10 89 01 00 02 00 10 89 00 00 02 c2 02 c2'),
    );
    expect(page).toMatchObject({ cdRWrite: true, cdRwWrite: true, maximumWriteSpeed: 706, writeSpeeds: [] });
  });

  golden(
    'a write speed, CAV',
    writeSpeedPerformance,
    { rotationControl: 1, writeSpeed: 8467 },
    '00 01 21 13',
  );
});
