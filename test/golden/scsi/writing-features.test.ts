/** Features that write, typed from MMC-5 §5.3 with the values of real recorders; DVD+R as tgt 1.0.85 has it. */
import { describe, expect, it } from 'vitest';
import { bdRPow } from '../../../src/scsi/features/bd-r-pow.js';
import { bdWrite } from '../../../src/scsi/features/bd-write.js';
import { cdMastering } from '../../../src/scsi/features/cd-mastering.js';
import { cdRwMediaWrite } from '../../../src/scsi/features/cd-rw-media-write.js';
import { cdTrackAtOnce } from '../../../src/scsi/features/cd-track-at-once.js';
import { dvdPlusRDualLayer } from '../../../src/scsi/features/dvd-plus-r-dual-layer.js';
import { dvdPlusR } from '../../../src/scsi/features/dvd-plus-r.js';
import { dvdPlusRwDualLayer } from '../../../src/scsi/features/dvd-plus-rw-dual-layer.js';
import { dvdPlusRw } from '../../../src/scsi/features/dvd-plus-rw.js';
import { dvdRRwWrite } from '../../../src/scsi/features/dvd-r-rw-write.js';
import { formattable } from '../../../src/scsi/features/formattable.js';
import { hardwareDefectManagement } from '../../../src/scsi/features/hardware-defect-management.js';
import {
  decodeIncrementalStreaming,
  encodeIncrementalStreaming,
} from '../../../src/scsi/features/incremental-streaming.js';
import {
  decodeLayerJumpRecording,
  encodeLayerJumpRecording,
} from '../../../src/scsi/features/layer-jump-recording.js';
import { mrw } from '../../../src/scsi/features/mrw.js';
import { randomWritable } from '../../../src/scsi/features/random-writable.js';
import { restrictedOverwrite } from '../../../src/scsi/features/restricted-overwrite.js';
import { rigidRestrictedOverwrite } from '../../../src/scsi/features/rigid-restricted-overwrite.js';
import { writeOnce } from '../../../src/scsi/features/write-once.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const current = { current: true };

describe('features that write', () => {
  golden(
    'random writable',
    randomWritable,
    {
      ...current,
      lastLogicalBlockAddress: 0x23053f,
      logicalBlockSize: 2048,
      blocking: 16,
      pagePresent: true,
    },
    '00 20 05 0c 00 23 05 3f 00 00 08 00 00 10 01 00',
  );
  it('incremental streaming on CD and DVD', () => {
    const descriptor = unhex('00 21 0d 08 01 00 03 02 07 10 00 00');
    const values = {
      current: true,
      dataBlockTypes: 0x0100,
      arsv: true,
      bufferUnderrunFree: true,
      linkSizes: [7, 16],
    };
    expect(hex(encodeIncrementalStreaming(values))).toBe(hex(descriptor));
    expect(decodeIncrementalStreaming(descriptor)).toMatchObject({
      ...values,
      trio: false,
      persistent: false,
    });
  });
  golden(
    'formattable',
    formattable,
    {
      ...current,
      renosa: true,
      expand: true,
      quickCertification: true,
      certification: true,
      randomRecordingMode: true,
    },
    '00 23 05 08 0f 00 00 00 01 00 00 00',
  );
  golden(
    'defect management',
    hardwareDefectManagement,
    { ...current, supportsSpareAreas: true },
    '00 24 05 04 80 00 00 00',
  );
  golden(
    'write once',
    writeOnce,
    { ...current, logicalBlockSize: 2048, blocking: 32, pagePresent: true },
    '00 25 01 08 00 00 08 00 00 20 01 00',
  );
  golden('restricted overwrite', restrictedOverwrite, current, '00 26 01 00');
  golden(
    'rigid restricted overwrite, in the intermediate state',
    rigidRestrictedOverwrite,
    { ...current, defectStatusDataRead: true, intermediate: true, blank: true },
    '00 2c 01 04 07 00 00 00',
  );
  golden(
    'MRW',
    mrw,
    { ...current, dvdPlusWrite: true, dvdPlusRead: true, cdWrite: true },
    '00 28 05 04 07 00 00 00',
  );
  golden(
    'DVD+RW',
    dvdPlusRw,
    { ...current, write: true, quickStart: true, closeOnly: true },
    '00 2a 05 04 01 03 00 00',
  );
  golden('DVD+R, as tgt has it', dvdPlusR, { ...current, write: true }, '00 2b 01 04 01 00 00 00');
  golden(
    'CD track at once',
    cdTrackAtOnce,
    {
      ...current,
      bufferUnderrunFree: true,
      rwRaw: true,
      rwPack: true,
      testWrite: true,
      cdRw: true,
      rwSubcode: true,
      dataBlockTypes: 0x3f0f,
    },
    '00 2d 09 04 5f 00 3f 0f',
  );
  golden(
    'CD mastering',
    cdMastering,
    {
      ...current,
      bufferUnderrunFree: true,
      sessionAtOnce: true,
      rawMultiSession: true,
      raw: true,
      testWrite: true,
      cdRw: true,
      rwSubcode: true,
      maximumCueSheetLength: 0x000cf8,
    },
    '00 2e 05 04 7f 00 0c f8',
  );
  golden(
    'DVD-R and DVD-RW',
    dvdRRwWrite,
    { ...current, bufferUnderrunFree: true, dualLayerR: true, testWrite: true, dvdRw: true },
    '00 2f 09 04 4e 00 00 00',
  );
  it('layer jump recording', () => {
    expect(hex(encodeLayerJumpRecording({ linkSizes: [16] }))).toBe('00 33 00 08 00 00 00 01 10 00 00 00');
    expect(decodeLayerJumpRecording(unhex('00 33 01 08 00 00 00 01 10 00 00 00'))).toEqual({
      current: true,
      linkSizes: [16],
    });
  });
  golden('CD-RW of three speeds', cdRwMediaWrite, { ...current, subTypes: 7 }, '00 37 01 04 00 07 00 00');
  golden('pseudo-overwrite', bdRPow, current, '00 38 01 04 00 00 00 00');
  golden(
    'DVD+RW of two layers',
    dvdPlusRwDualLayer,
    { write: true, quickStart: true, closeOnly: true },
    '00 3a 00 04 01 03 00 00',
  );
  golden('DVD+R of two layers', dvdPlusRDualLayer, { ...current, write: true }, '00 3b 01 04 01 00 00 00');
  golden(
    'BD write',
    bdWrite,
    {
      ...current,
      supportsVerifyNotRequired: true,
      reClass0: 6,
      reClass1: 4,
      reClass2: 2,
      reClass3: 1,
      rClass0: 2,
      rClass1: 8,
      rClass2: 16,
      rClass3: 32,
    },
    '00 41 01 14 01 00 00 00 00 06 00 04 00 02 00 01 00 02 00 08 00 10 00 20',
  );
});
