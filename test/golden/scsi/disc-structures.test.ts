/**
 * Disc structures. Layouts of DVD and BD typed from the tables of MMC-5 with identifications of real media as others'
 * programs print them; the physical format and the list of structures are replies of tgt 1.0.85. Structures of DVD-RAM
 * typed from what Aaru decodes (Disc Definition Structure of ECMA-330).
 */
import { describe, expect, it } from 'vitest';
import {
  bdCartridgeStatus,
  bdDiscDefinition,
  bdDiscInformation,
  bdSpareArea,
} from '../../../src/scsi/structures/bd-structures.js';
import {
  decodeStructureList,
  discStructurePayload,
  encodeDiscStructure,
  encodeStructureList,
  structureListEntry,
} from '../../../src/scsi/structures/disc-structure.js';
import {
  dvdCopyright,
  dvdLayerBoundary,
  dvdLayerJump,
  dvdPhysicalFormat,
  dvdPreRecordedInformation,
  dvdRamDiscDefinition,
  dvdRamMediumStatus,
  dvdRamSpareArea,
  writeProtectionStatus,
} from '../../../src/scsi/structures/dvd-structures.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const zeros = (length: number): string => '00 '.repeat(length);

describe('the frame of a structure', () => {
  it('counts what follows its length', () => {
    const boundary = unhex('00 00 00 00 00 1f d7 c0');
    expect(hex(encodeDiscStructure(boundary))).toBe('00 0a 00 00 00 00 00 00 00 1f d7 c0');
    expect(hex(discStructurePayload(encodeDiscStructure(boundary)))).toBe(hex(boundary));
  });

  it('may announce less than is sent, and more', () => {
    expect(hex(discStructurePayload(unhex('00 04 00 00 01 02 03 04')))).toBe('01 02');
    expect(hex(discStructurePayload(unhex('08 02 00 00 01 02')))).toBe('01 02');
    expect(discStructurePayload(new Uint8Array(0))).toHaveLength(0);
  });

  it('holds the list of structures of tgt', () => {
    const list = unhex('00 40 08 02 01 40 00 06 11 40 01 02');
    const entries = [
      { formatCode: 0x00, sendable: false, readable: true, structureLength: 0x802 },
      { formatCode: 0x01, sendable: false, readable: true, structureLength: 6 },
      { formatCode: 0x11, sendable: false, readable: true, structureLength: 0x102 },
    ];
    expect(decodeStructureList(list)).toEqual(entries);
    expect(hex(encodeStructureList(entries))).toBe(hex(list));
  });

  golden(
    'an entry for a structure that can be sent',
    structureListEntry,
    { formatCode: 0x20, sendable: true, readable: true, structureLength: 12 },
    '20 c0 00 0c',
  );
});

describe('structures of DVD', () => {
  golden(
    'physical format of a blank DVD+R in tgt, with the identification of a real one',
    dvdPhysicalFormat,
    {
      bookType: 0xa,
      partVersion: 1,
      discSize: 0,
      maximumRate: 0xf,
      numberOfLayers: 0,
      layerType: 2,
      linearDensity: 0,
      trackDensity: 0,
      startOfDataZone: 0x30000,
      endOfDataZone: 0x26053f,
      endOfLayer0: 0,
      manufacturer: 'YUDEN000',
      mediaType: 'T02',
      mediaRevision: 0,
    },
    `a1 0f 02 00 00 03 00 00 00 26 05 3f 00 00 00 00 00 00 00 59 55 44 45 4e 30 30 30 54 30 32 00
     ${zeros(2017)}`,
  );
  golden(
    'physical format of a DVD+R DL with a burst cutting area',
    dvdPhysicalFormat,
    {
      bookType: 0xe,
      partVersion: 1,
      discSize: 1,
      maximumRate: 2,
      numberOfLayers: 1,
      oppositeTrackPath: true,
      layerType: 2,
      linearDensity: 1,
      trackDensity: 2,
      startOfDataZone: 0x30000,
      endOfDataZone: 0xfcffff,
      endOfLayer0: 0x22d7bf,
      burstCuttingArea: true,
      manufacturer: 'MKM',
      mediaType: '001',
      mediaRevision: 3,
    },
    `e1 12 32 12 00 03 00 00 00 fc ff ff 00 22 d7 bf 80 00 00 4d 4b 4d 00 00 00 00 00 30 30 31 03
     ${zeros(2017)}`,
  );
  golden(
    'copyright information of a disc with CSS for region 2',
    dvdCopyright,
    { copyrightProtection: 1, regionManagement: 0xfd },
    '01 fd 00 00',
  );
  golden(
    'pre-recorded information of a DVD-R',
    dvdPreRecordedInformation,
    {
      applicationCode: 0x40,
      physicalCode: 0xc1,
      lastAddressOfDataRecordableArea: 0x2612ff,
      partVersion: 5,
      extensionCode: 2,
      manufacturerPart1: 'TYG02',
      manufacturerPart2: 'ABC',
    },
    `01 40 c1 26 12 ff 52 00 02 00 00 00 00 00 00 00 03 54 59 47 30 32 20 00 04 41 42 43 20 20 20 00
     05 00 00 00 00 00 00 00`,
  );
  golden(
    'disc definition of a DVD-RAM that its maker certified, being formatted',
    dvdRamDiscDefinition,
    {
      inProcess: true,
      manufacturerCertification: true,
      updateCount: 7,
      numberOfGroups: 1,
      numberOfZones: 35,
      firstPrimarySpareSector: 0x31000,
      lastPrimarySpareSector: 0x341ff,
      firstLogicalSector: 0x34200,
    },
    `0a 0a 00 81 00 00 00 07 00 01 00 23 ${zeros(68)} 00 03 10 00 00 03 41 ff 00 03 42 00 ${zeros(1956)}`,
  );
  golden(
    'medium status of a DVD-RAM that was taken out of its protected cartridge',
    dvdRamMediumStatus,
    {
      cartridge: true,
      wasOut: true,
      mediaSpecificWriteInhibition: true,
      cartridgeWriteProtection: true,
      persistentWriteProtection: true,
      discType: 0x10,
      writeInhibitionReason: 1,
    },
    'ce 10 00 01',
  );
  golden(
    'spare areas of a DVD-RAM',
    dvdRamSpareArea,
    { freePrimaryBlocks: 12_000, freeSupplementaryBlocks: 45_000, allocatedSupplementaryBlocks: 45_568 },
    '00 00 2e e0 00 00 af c8 00 00 b2 00',
  );
  golden(
    'layer boundary of a DVD+R DL that is set',
    dvdLayerBoundary,
    { layer0CapacitySet: true, layer0DataZoneCapacity: 2_086_912 },
    '80 00 00 00 00 1f d8 00',
  );
  golden(
    'a manual layer jump behind block 2,085,855, as cdrecord sends it',
    dvdLayerJump,
    { blocks: 2_085_855 },
    '00 00 00 00 00 1f d3 df',
  );
  golden(
    'write protection of a medium in a protected cartridge',
    writeProtectionStatus,
    { mediaSpecificWriteInhibition: true, cartridgeWriteProtection: true },
    '0c 00 00 00',
  );
  golden(
    'write protection by software',
    writeProtectionStatus,
    { persistentWriteProtection: true, softwareWriteProtectionUntilPowerDown: true },
    '03 00 00 00',
  );
});

describe('structures of BD', () => {
  golden(
    'disc information of a BD-R',
    bdDiscInformation,
    {
      identifier: 'DI',
      format: 1,
      numberOfUnits: 4,
      layer: 1,
      sequenceNumber: 2,
      continuation: 1,
      bytesUsed: 98,
      discTypeIdentifier: 'BDR',
      discSize: 0,
      discClass: 1,
      discVersion: 3,
      numberOfLayers: 2,
      lastUserDataAddress: 0x00b40a3f,
      firstAddressOfLayer: 0x00020000,
      lastAddressOfLayer: 0x0019207e,
      manufacturer: 'VERBAT',
      mediaType: 'IMe',
      timeStamp: 0x1234,
      mediaRevision: 5,
    },
    `44 49 01 21 00 02 e2 00 42 44 52 13 20 00 00 00 00 00 00 00 00 b4 0a 3f 00 02 00 00 00 19 20 7e
     ${zeros(68)} 56 45 52 42 41 54 49 4d 65 12 34 05`,
  );
  golden(
    'spare areas of a BD-RE',
    bdSpareArea,
    { freeSpareBlocks: 0x5ffe0, allocatedSpareBlocks: 0x60000 },
    '00 00 00 00 00 05 ff e0 00 06 00 00',
  );
  // Field by field where Aaru's decoder of BD structures reads them.
  golden(
    'definition structure of a BD-R with spares',
    bdDiscDefinition,
    {
      identifier: 'DS',
      updateCount: 0x01020304,
      firstUserDataAddress: 0x00048000,
      lastLogicalSector: 0x00b473ff,
      innerSpareSize0: 0x1000,
      outerSpareSize: 0x2000,
      innerSpareSize1: 0x0800,
      spareAreaFullFlags: 3,
    },
    `44 53 00 00 01 02 03 04 ${zeros(24)} 00 04 80 00 00 b4 73 ff 00 00 10 00 00 00 20 00 00 00 08 00
     03 00 00 00`,
  );
  golden(
    'a protected cartridge whose disc was out of it',
    bdCartridgeStatus,
    { cartridge: true, mediumWasOut: true, writeProtected: true },
    'c4 00 00 00',
  );
});
