/** What other programs sent to a drive of ours: cdrskin and xorriso 1.5.4, wodim 1.1.11, growisofs and dvd+rw-format 7.1, cdrdao 1.2.4. */
import { describe, expect, it } from 'vitest';
import { writeParameters } from '../../../src/scsi/mode-pages/write-parameters.js';
import { cueSheetCode, cueSheetEntry } from '../../../src/scsi/structures/cue-sheet.js';
import { formatUnitParameterList } from '../../../src/scsi/structures/format-unit-parameter-list.js';
import { modeParameterHeader10 } from '../../../src/scsi/structures/mode-parameter-header.js';
import { streamingPerformance } from '../../../src/scsi/structures/streaming-performance.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

describe('lists of FORMAT UNIT', () => {
  const immediate = { immediate: true, formatSubType: 0 };
  golden(
    'of growisofs for DVD+RW',
    formatUnitParameterList,
    { ...immediate, numberOfBlocks: 2_295_104, formatType: 0x26, typeDependentParameter: 0 },
    '00 02 00 08 00 23 05 40 98 00 00 00',
  );
  golden(
    'of growisofs for BD-R with spare areas',
    formatUnitParameterList,
    { ...immediate, numberOfBlocks: 12_088_320, formatType: 0x32, typeDependentParameter: 0 },
    '00 02 00 08 00 b8 74 00 c8 00 00 00',
  );
  golden(
    'of xorriso for DVD-RW, quick',
    formatUnitParameterList,
    { ...immediate, numberOfBlocks: 0, formatType: 0x15, typeDependentParameter: 16 },
    '00 02 00 08 00 00 00 00 54 00 00 10',
  );
  golden(
    'of xorriso for BD-RE with full certification',
    formatUnitParameterList,
    {
      formatOptionsValid: true,
      immediate: true,
      numberOfBlocks: 11_826_176,
      formatType: 0x30,
      formatSubType: 2,
      typeDependentParameter: 0x3000,
    },
    '00 82 00 08 00 b4 74 00 c2 00 30 00',
  );
  golden(
    'of xorriso for BD-R without pseudo-overwrite',
    formatUnitParameterList,
    {
      formatOptionsValid: true,
      immediate: true,
      numberOfBlocks: 11_826_176,
      formatType: 0,
      formatSubType: 1,
      typeDependentParameter: 2048,
    },
    '00 82 00 08 00 b4 74 00 01 00 08 00',
  );
  golden(
    'of dvd+rw-format for DVD-RAM without certification',
    formatUnitParameterList,
    {
      formatOptionsValid: true,
      disableCertification: true,
      immediate: true,
      numberOfBlocks: 2_236_704,
      formatType: 0,
      formatSubType: 0,
      typeDependentParameter: 2048,
    },
    '00 a2 00 08 00 22 21 20 00 00 08 00',
  );
});

describe('the streaming performance of cdrskin', () => {
  golden(
    'for reading at 24 and writing at 3 times the speed of DVD',
    streamingPerformance,
    {
      writeRotationControl: 0,
      startLba: 0,
      endLba: 2_295_104,
      readSize: 33_240,
      readTime: 1000,
      writeSize: 0x10000000,
      writeTime: 1000,
    },
    '00 00 00 00 00 00 00 00 00 23 05 40 00 00 81 d8 00 00 03 e8 10 00 00 00 00 00 03 e8',
  );
});

describe('lists of MODE SELECT with the Write Parameters page', () => {
  const zeros = {
    linkSize: 0,
    hostApplicationCode: 0,
    sessionFormat: 0,
    packetSize: 0,
    audioPauseLength: 0,
    mediaCatalogNumber: new Uint8Array(16),
    internationalStandardRecordingCode: new Uint8Array(16),
    subHeader: new Uint8Array(4),
  };
  const rest = (length: number): string => '00 '.repeat(length).trim();

  it.each([
    [
      'cdrskin for CD-R track at once, data, to stay open',
      `05 32 41 c4 08 ${rest(9)} 00 96 ${rest(36)}`,
      {
        bufferUnderrunFree: true,
        writeType: 1,
        multiSession: 3,
        trackMode: 4,
        dataBlockType: 8,
        audioPauseLength: 150,
      },
    ],
    [
      'cdrskin for CD-R session at once, audio',
      `05 32 42 00 00 ${rest(9)} 00 96 ${rest(36)}`,
      {
        bufferUnderrunFree: true,
        writeType: 2,
        multiSession: 0,
        trackMode: 0,
        dataBlockType: 0,
        audioPauseLength: 150,
      },
    ],
    [
      'wodim for CD-R raw with subchannel',
      `05 32 43 00 03 08 ${rest(8)} 00 96 ${rest(36)}`,
      {
        bufferUnderrunFree: true,
        writeType: 3,
        multiSession: 0,
        trackMode: 0,
        dataBlockType: 3,
        linkSize: 8,
        audioPauseLength: 150,
      },
    ],
    [
      'cdrskin for DVD-R at once',
      `05 32 42 05 08 ${rest(47)}`,
      { bufferUnderrunFree: true, writeType: 2, multiSession: 0, trackMode: 5, dataBlockType: 8 },
    ],
    [
      'xorriso for DVD-RW incremental',
      `05 32 60 25 08 10 ${rest(7)} 10 ${rest(38)}`,
      {
        bufferUnderrunFree: true,
        linkSizeValid: true,
        writeType: 0,
        multiSession: 0,
        fixedPacket: true,
        trackMode: 5,
        dataBlockType: 8,
        linkSize: 16,
        packetSize: 16,
      },
    ],
    [
      'dvd+rw-format before BLANK',
      `05 32 60 c4 08 10 ${rest(46)}`,
      {
        bufferUnderrunFree: true,
        linkSizeValid: true,
        writeType: 0,
        multiSession: 3,
        trackMode: 4,
        dataBlockType: 8,
        linkSize: 16,
      },
    ],
  ])('of %s', (_, text, values) => {
    const page = unhex(text);
    expect(hex(writeParameters.encode({ ...zeros, ...values }))).toBe(hex(page));
    expect(writeParameters.decode(page)).toMatchObject({ ...zeros, ...values });
  });

  it('of tgt, with all the fields that a program would change', () => {
    const reply = unhex(
      `00 3a 00 00 00 00 00 00 05 32 62 05 08 10 00 00 00 00 00 00 00 10 00 96 ${rest(36)}`,
    );
    expect(modeParameterHeader10.decode(reply).modeDataLength).toBe(58);
    expect(writeParameters.decode(reply, modeParameterHeader10.size)).toMatchObject({
      linkSizeValid: true,
      writeType: 2,
      trackMode: 5,
      dataBlockType: 8,
      linkSize: 16,
      packetSize: 16,
      audioPauseLength: 150,
    });
  });

  golden(
    'typed from MMC-5 §7.5: every field that recorders of CD use',
    writeParameters,
    {
      testWrite: true,
      writeType: 0,
      multiSession: 1,
      fixedPacket: true,
      copy: true,
      trackMode: 1,
      dataBlockType: 13,
      linkSize: 7,
      hostApplicationCode: 0x3f,
      sessionFormat: 0x20,
      packetSize: 32,
      audioPauseLength: 150,
      mediaCatalogNumber: unhex('80 30 37 32 34 33 35 33 30 30 30 35 32 33 00 00'),
      internationalStandardRecordingCode: unhex('80 44 45 41 42 43 30 35 31 32 33 34 35 00 00 00'),
      subHeader: unhex('00 00 08 00'),
    },
    `05 32 10 71 0d 07 00 3f 20 00 00 00 00 20 00 96 80 30 37 32 34 33 35 33 30 30 30 35 32 33 00 00
     80 44 45 41 42 43 30 35 31 32 33 34 35 00 00 00 00 00 08 00`,
  );
});

describe('cue sheets', () => {
  it('of cdrdao with a catalog number, an ISRC and two tracks', () => {
    const sheet = unhex(
      `02 30 37 32 34 33 35 33 02 30 30 30 35 32 33 00 01 00 00 01 00 00 00 00 03 01 44 45 41 42 43 30
       03 01 35 31 32 33 34 35 01 01 00 00 00 00 00 00 01 01 01 00 00 00 02 00 01 02 00 00 00 00 07 19
       01 02 01 00 00 00 08 19 01 aa 01 01 00 00 0c 32`,
    );
    const audio = { control: 0, adr: 1, subchannelForm: 0, mainForm: 0, serialCopyManagement: 0 };
    const parts = [
      cueSheetCode.encode({ control: 0, adr: 2, code: unhex('30 37 32 34 33 35 33') }),
      cueSheetCode.encode({ control: 0, adr: 2, code: unhex('30 30 30 35 32 33 00') }),
      cueSheetEntry.encode({
        ...audio,
        trackNumber: 0,
        index: 0,
        mainForm: 1,
        minute: 0,
        second: 0,
        frame: 0,
      }),
      cueSheetCode.encode({ control: 0, adr: 3, code: unhex('01 44 45 41 42 43 30') }),
      cueSheetCode.encode({ control: 0, adr: 3, code: unhex('01 35 31 32 33 34 35') }),
      cueSheetEntry.encode({ ...audio, trackNumber: 1, index: 0, minute: 0, second: 0, frame: 0 }),
      cueSheetEntry.encode({ ...audio, trackNumber: 1, index: 1, minute: 0, second: 2, frame: 0 }),
      cueSheetEntry.encode({ ...audio, trackNumber: 2, index: 0, minute: 0, second: 7, frame: 25 }),
      cueSheetEntry.encode({ ...audio, trackNumber: 2, index: 1, minute: 0, second: 8, frame: 25 }),
      cueSheetEntry.encode({
        ...audio,
        trackNumber: 0xaa,
        index: 1,
        mainForm: 1,
        minute: 0,
        second: 12,
        frame: 50,
      }),
    ];
    expect(parts.map(hex).join(' ')).toBe(hex(sheet));
  });

  golden(
    'typed from MMC-5 §6.33: a lead-in with CD-TEXT and a copy that is used up',
    cueSheetEntry,
    {
      control: 4,
      adr: 1,
      trackNumber: 0,
      index: 0,
      subchannelForm: 1,
      mainForm: 0x14,
      serialCopyManagement: 0x80,
      minute: 97,
      second: 34,
      frame: 23,
    },
    '41 00 00 54 80 61 22 17',
  );
});
