/**
 * Replies with a list in them. Format capacities are those of a real BD-RE (libburn's cookbook), performance and structure
 * lists those of tgt 1.0.85; what is not named is typed from the tables of MMC-5.
 */
import { describe, expect, it } from 'vitest';
import { decodeEventStatus, encodeEventStatus } from '../../../src/scsi/structures/event-status.js';
import {
  currentCapacityDescriptor,
  decodeFormatCapacities,
  encodeFormatCapacities,
  formattableCapacityDescriptor,
} from '../../../src/scsi/structures/format-capacities.js';
import {
  announcedDescriptors,
  decodeNominalPerformance,
  decodeWriteSpeeds,
  encodeNominalPerformance,
  encodeWriteSpeeds,
  nominalPerformanceDescriptor,
  writeSpeedDescriptor,
} from '../../../src/scsi/structures/performance.js';
import {
  decodeRawToc,
  decodeToc,
  encodeRawToc,
  encodeToc,
  rawTocDescriptor,
  tocTrackDescriptor,
} from '../../../src/scsi/structures/toc.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

describe('format capacities', () => {
  const reply = unhex(
    `00 00 00 30 00 ba 74 00 01 00 08 00 00 b4 74 00 00 00 30 00 00 b4 74 00 c0 00 30 00
     00 b0 74 00 c0 00 50 00 00 b8 74 00 c0 00 10 00 00 ba 74 00 c4 00 08 00`,
  );
  const capacities = {
    current: { numberOfBlocks: 12_219_392, descriptorType: 1, blockLength: 2048 },
    formattable: [
      { numberOfBlocks: 11_826_176, formatType: 0x00, typeDependentParameter: 0x3000 },
      { numberOfBlocks: 11_826_176, formatType: 0x30, typeDependentParameter: 0x3000 },
      { numberOfBlocks: 11_564_032, formatType: 0x30, typeDependentParameter: 0x5000 },
      { numberOfBlocks: 12_088_320, formatType: 0x30, typeDependentParameter: 0x1000 },
      { numberOfBlocks: 12_219_392, formatType: 0x31, typeDependentParameter: 0x0800 },
    ],
  };

  it('of an unformatted BD-RE', () => {
    expect(decodeFormatCapacities(reply)).toEqual(capacities);
    expect(hex(encodeFormatCapacities(capacities))).toBe(hex(reply));
  });

  it('of which only the first twelve bytes were asked for, as growisofs does', () => {
    expect(decodeFormatCapacities(reply.subarray(0, 12))).toEqual({ ...capacities, formattable: [] });
  });

  golden(
    'current capacity of a formatted DVD+RW',
    currentCapacityDescriptor,
    { numberOfBlocks: 2_295_104, descriptorType: 2, blockLength: 2048 },
    '00 23 05 40 02 00 08 00',
  );
  golden(
    'formattable capacity of a DVD+RW',
    formattableCapacityDescriptor,
    { numberOfBlocks: 2_295_104, formatType: 0x26, typeDependentParameter: 0 },
    '00 23 05 40 98 00 00 00',
  );
});

describe('performance', () => {
  const nominal = unhex('00 00 00 14 02 00 00 00 00 00 00 00 00 00 15 a4 00 23 05 3f 00 00 15 a4');
  const nominalValues = { startLba: 0, startPerformance: 5540, endLba: 0x23053f, endPerformance: 5540 };
  const speeds = unhex('00 00 00 14 00 00 00 00 01 00 00 00 00 23 05 3f 00 00 0c fc 00 00 0c fc');
  const speedValues = {
    writeRotationControl: 0,
    restoreDriveDefaults: false,
    exact: false,
    mixedReadWrite: true,
    endLba: 0x23053f,
    readSpeed: 3324,
    writeSpeed: 3324,
  };

  it('of writing, nominal, as tgt tells it', () => {
    expect(decodeNominalPerformance(nominal)).toEqual([nominalValues]);
    expect(hex(encodeNominalPerformance([nominalValues], true))).toBe(hex(nominal));
  });

  it('by write speeds, as tgt tells it', () => {
    expect(decodeWriteSpeeds(speeds)).toEqual([speedValues]);
    expect(hex(encodeWriteSpeeds([speedValues]))).toBe(hex(speeds));
  });

  it('of which less was sent than announced', () => {
    const header = unhex('00 00 00 44 00 00 00 00');
    expect(announcedDescriptors(header)).toBe(4);
    expect(decodeWriteSpeeds(header)).toEqual([]);
    expect(announcedDescriptors(new Uint8Array(0))).toBe(0);
  });

  golden(
    'one nominal descriptor',
    nominalPerformanceDescriptor,
    { startLba: 0, startPerformance: 9107, endLba: 0xba73ff, endPerformance: 22_200 },
    '00 00 00 00 00 00 23 93 00 ba 73 ff 00 00 56 b8',
  );
  golden(
    'one write speed descriptor, CAV and exact',
    writeSpeedDescriptor,
    {
      writeRotationControl: 1,
      restoreDriveDefaults: true,
      exact: true,
      endLba: 0xba73ff,
      readSpeed: 26_970,
      writeSpeed: 53_940,
    },
    '0e 00 00 00 00 ba 73 ff 00 00 69 5a 00 00 d2 b4',
  );
});

describe('tables of contents', () => {
  it('of one data track and the lead-out, in blocks', () => {
    const reply = unhex('00 12 01 01 00 14 01 00 00 00 00 00 00 14 aa 00 00 00 02 5b');
    const toc = {
      first: 1,
      last: 1,
      entries: [
        { adr: 1, control: 4, trackNumber: 1, trackStartAddress: 0 },
        { adr: 1, control: 4, trackNumber: 0xaa, trackStartAddress: 603 },
      ],
    };
    expect(decodeToc(reply)).toEqual(toc);
    expect(hex(encodeToc(toc))).toBe(hex(reply));
  });

  it('of which only the header was sent', () => {
    expect(decodeToc(unhex('00 12 01 02'))).toEqual({ first: 1, last: 2, entries: [] });
  });

  it('in full, of two sessions, as the lead-in has it', () => {
    const reply = unhex(
      `00 23 01 02 01 14 00 a0 00 00 00 00 01 00 00 01 14 00 b0 02 05 32 01 4f 3b 4a
       02 10 00 a2 00 00 00 00 0a 1e 4a`,
    );
    const time = { min: 0, sec: 0, frame: 0, zero: 0 };
    const toc = {
      first: 1,
      last: 2,
      entries: [
        { sessionNumber: 1, adr: 1, control: 4, tno: 0, point: 0xa0, ...time, pMin: 1, pSec: 0, pFrame: 0 },
        {
          sessionNumber: 1,
          adr: 1,
          control: 4,
          tno: 0,
          point: 0xb0,
          min: 2,
          sec: 5,
          frame: 50,
          zero: 1,
          pMin: 79,
          pSec: 59,
          pFrame: 74,
        },
        {
          sessionNumber: 2,
          adr: 1,
          control: 0,
          tno: 0,
          point: 0xa2,
          ...time,
          pMin: 10,
          pSec: 30,
          pFrame: 74,
        },
      ],
    };
    expect(decodeRawToc(reply)).toEqual(toc);
    expect(hex(encodeRawToc(toc))).toBe(hex(reply));
  });

  golden(
    'an audio track that may be copied, before the first block',
    tocTrackDescriptor,
    { adr: 1, control: 2, trackNumber: 1, trackStartAddress: -150 },
    '00 12 01 00 ff ff ff 6a',
  );
  golden(
    'a track in the full table',
    rawTocDescriptor,
    {
      sessionNumber: 1,
      adr: 1,
      control: 4,
      tno: 0,
      point: 1,
      min: 0,
      sec: 0,
      frame: 0,
      zero: 0,
      pMin: 0,
      pSec: 2,
      pFrame: 0,
    },
    '01 14 00 01 00 00 00 00 00 02 00',
  );
});

describe('events', () => {
  it.each([
    [
      'a new medium',
      '00 06 04 5e 02 02 00 00',
      {
        notificationClass: 4,
        eventCode: 2,
        mediaPresent: true,
        doorOrTrayOpen: false,
        startSlot: 0,
        endSlot: 0,
      },
    ],
    [
      'a request to eject with the tray open',
      '00 06 04 5e 01 01 01 02',
      {
        notificationClass: 4,
        eventCode: 1,
        mediaPresent: false,
        doorOrTrayOpen: true,
        startSlot: 1,
        endSlot: 2,
      },
    ],
    [
      'a changed feature',
      '00 06 01 5e 02 83 00 01',
      {
        notificationClass: 1,
        eventCode: 2,
        persistentPrevented: true,
        operationalStatus: 3,
        operationalChange: 1,
      },
    ],
    ['standby', '00 06 02 5e 01 03 00 00', { notificationClass: 2, eventCode: 1, powerStatus: 3 }],
    [
      'a pressed button',
      '00 06 03 5e 01 81 01 01',
      {
        notificationClass: 3,
        eventCode: 1,
        persistentPrevented: true,
        externalRequestStatus: 1,
        externalRequest: 0x0101,
      },
    ],
    [
      'a busy drive',
      '00 06 06 5e 01 02 01 2c',
      { notificationClass: 6, eventCode: 1, deviceBusyStatus: 2, time: 300 },
    ],
  ] as const)('of %s', (_, text, event) => {
    expect(decodeEventStatus(unhex(text))).toEqual({ supportedEventClasses: 0x5e, event });
    expect(hex(encodeEventStatus({ supportedEventClasses: 0x5e, event }))).toBe(text);
  });

  it('of a class that the drive does not know', () => {
    expect(decodeEventStatus(unhex('00 02 80 12'))).toEqual({ supportedEventClasses: 0x12 });
    expect(hex(encodeEventStatus({ supportedEventClasses: 0x12 }))).toBe('00 02 80 12');
  });

  it('that a drive cut off after the header', () => {
    expect(decodeEventStatus(unhex('00 06 04 5e'))).toEqual({ supportedEventClasses: 0x5e });
  });
});
