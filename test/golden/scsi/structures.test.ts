/**
 * Replies of tgt 1.0.85, a recorder that others wrote, with a blank and a closed DVD+R in it; where it is not named, typed
 * from the tables of MMC-5, with the numbers of real media.
 */
import { describe, expect, it } from 'vitest';
import { atip } from '../../../src/scsi/structures/atip.js';
import { bufferCapacity } from '../../../src/scsi/structures/buffer-capacity.js';
import { capacity } from '../../../src/scsi/structures/capacity.js';
import { powResources, trackResources } from '../../../src/scsi/structures/disc-resources.js';
import { mechanismStatusHeader } from '../../../src/scsi/structures/mechanism-status-header.js';
import {
  modeParameterHeader10,
  modeParameterHeader6,
} from '../../../src/scsi/structures/mode-parameter-header.js';
import { msf } from '../../../src/scsi/structures/msf.js';
import { standardInquiryData } from '../../../src/scsi/structures/standard-inquiry-data.js';
import { golden } from '../../support/golden.js';
import { unhex } from '../../support/hex.js';

describe('what a drive says of itself', () => {
  golden(
    'INQUIRY data of a drive with the ATAPI version of present drives',
    standardInquiryData,
    {
      peripheralQualifier: 0,
      peripheralDeviceType: 5,
      removableMedium: true,
      version: 0,
      atapiVersion: 3,
      responseDataFormat: 2,
      additionalLength: 0x5b,
      vendorIdentification: 'PIONEER',
      productIdentification: 'BD-RW   BDR-203',
      productRevisionLevel: '1.10',
    },
    `05 80 00 32 5b 00 00 00 50 49 4f 4e 45 45 52 20 42 44 2d 52 57 20 20 20 42 44 52 2d 32 30 33 20
     31 2e 31 30`,
  );

  it('INQUIRY data of tgt', () => {
    const reply = unhex(
      `05 80 05 12 3d 00 00 02 49 45 54 20 20 20 20 20 56 49 52 54 55 41 4c 2d 43 44 52 4f 4d 20 20 20
       30 30 30 31`,
    );
    expect(standardInquiryData.decode(reply)).toMatchObject({
      peripheralDeviceType: 5,
      removableMedium: true,
      version: 5,
      atapiVersion: 1,
      vendorIdentification: 'IET',
      productIdentification: 'VIRTUAL-CDROM',
      productRevisionLevel: '0001',
    });
  });

  golden(
    'mode parameter header (6) of a write protected medium',
    modeParameterHeader6,
    { modeDataLength: 0x1f, mediumType: 0x70, writeProtect: true, blockDescriptorLength: 8 },
    '1f 70 80 08',
  );
  golden(
    'mode parameter header (10) of tgt',
    modeParameterHeader10,
    { modeDataLength: 0x3a, mediumType: 0, blockDescriptorLength: 0 },
    '00 3a 00 00 00 00 00 00',
  );
  golden(
    'mode parameter header (10) of a write protected medium',
    modeParameterHeader10,
    { modeDataLength: 0x3a, mediumType: 0x70, writeProtect: true, blockDescriptorLength: 8 },
    '00 3a 70 80 00 00 00 08',
  );
  golden(
    'mechanism status with the door open',
    mechanismStatusHeader,
    {
      changerState: 0,
      currentSlot: 0,
      mechanismState: 0,
      doorOpen: true,
      currentLba: 0x010203,
      numberOfSlots: 1,
      lengthOfSlotTables: 4,
    },
    '00 10 01 02 03 01 00 04',
  );
  golden(
    'mechanism status of a changer that is stuck',
    mechanismStatusHeader,
    {
      fault: true,
      changerState: 2,
      currentSlot: 5,
      mechanismState: 1,
      currentLba: 0,
      numberOfSlots: 6,
      lengthOfSlotTables: 24,
    },
    'c5 20 00 00 00 06 00 18',
  );
  golden(
    'buffer capacity of tgt',
    bufferCapacity,
    { lengthOfBuffer: 0x800000, availableLengthOfBuffer: 0x400000 },
    '00 0a 00 00 00 80 00 00 00 40 00 00',
  );
  golden(
    'buffer capacity in blocks',
    bufferCapacity,
    { block: true, lengthOfBuffer: 0, availableLengthOfBuffer: 0x310 },
    '00 0a 00 01 00 00 00 00 00 00 03 10',
  );
});

describe('what a drive says of the medium', () => {
  golden(
    'capacity of a DVD+RW',
    capacity,
    { lastLogicalBlockAddress: 0x23053f, blockLength: 2048 },
    '00 23 05 3f 00 00 08 00',
  );
  golden(
    'track resources',
    trackResources,
    {
      maximumTracks: 99,
      assignedTracks: 3,
      maximumAppendableTracks: 16,
      currentAppendableTracks: 1,
    },
    '00 0a 20 00 00 63 00 03 00 10 00 01',
  );
  golden(
    'pseudo-overwrite resources',
    powResources,
    {
      remainingReplacements: 0x10000,
      remainingReallocationMapEntries: 0x2000,
      remainingUpdates: 0x300,
    },
    '00 0e 40 00 00 01 00 00 00 00 20 00 00 00 03 00',
  );
  golden('a time', msf, { minute: 79, second: 59, frame: 74 }, '4f 3b 4a');
  golden(
    'ATIP of a CD-R of 80 minutes, as cdrdao shows it by name of its maker',
    atip,
    {
      indicativeTargetWritingPower: 4,
      referenceSpeed: 4,
      rewritable: false,
      discSubType: 0,
      leadInStart: { minute: 97, second: 34, frame: 23 },
      lastPossibleLeadOutStart: { minute: 79, second: 59, frame: 74 },
      a1: new Uint8Array(3),
      a2: new Uint8Array(3),
      a3: new Uint8Array(3),
    },
    '00 1a 00 00 c4 00 80 00 61 22 17 00 4f 3b 4a 00 00 00 00 00 00 00 00 00 00 00 00 00',
  );
  golden(
    'ATIP of a high speed CD-RW',
    atip,
    {
      indicativeTargetWritingPower: 3,
      referenceSpeed: 1,
      unrestrictedUse: true,
      rewritable: true,
      discSubType: 1,
      a1Valid: true,
      leadInStart: { minute: 97, second: 27, frame: 0 },
      lastPossibleLeadOutStart: { minute: 79, second: 59, frame: 74 },
      a1: unhex('24 1a d8'),
      a2: new Uint8Array(3),
      a3: new Uint8Array(3),
    },
    '00 1a 00 00 b1 40 cc 00 61 1b 00 00 4f 3b 4a 00 24 1a d8 00 00 00 00 00 00 00 00 00',
  );
});
