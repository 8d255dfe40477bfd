import {
  dvdCopyright,
  dvdPhysicalFormat,
  dvdRamDiscDefinition,
  dvdRamMediumStatus,
  dvdRamSpareArea,
} from '../../scsi/structures/dvd-structures.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import { protectionOf } from '../protection.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { type StructureRow, type StructureRows, WRITE_PROTECTION } from './structure-row.js';

const BOOK_TYPE = 1;
const REWRITABLE = 4;
const NO_MAXIMUM_RATE = 15;
/** ECMA-330: the data area begins at physical sector 31000h, with the primary spare area of 12,800 sectors before block 0. */
const DATA_START = 0x31000;
const PRIMARY_SPARES = 12_800;
/** ECMA-330: supplementary spares come out of these, which all data and supplementary spares share. */
const DATA_AND_SUPPLEMENTARY = 2_295_072 - PRIMARY_SPARES;
const ZONES = 35;
const MAY_BE_WRITTEN_OUTSIDE = 0x10;

const isInCartridge = ({ tables }: VirtualDrive): boolean => {
  const spec: MediumSpec = MEDIA[tables.blank];
  return spec.cartridge === true;
};

/** A shortened medium has the spares of a whole one, as far as anybody can tell. */
const supplementarySpares = ({ tables }: VirtualDrive): number => {
  const missing = MEDIA[tables.blank].capacity - tables.capacity;
  return Math.max(0, DATA_AND_SUPPLEMENTARY - missing - (tables.format?.blocks ?? tables.capacity));
};

const physical: StructureRow = {
  read: ({ tables }) =>
    dvdPhysicalFormat.encode({
      bookType: BOOK_TYPE,
      partVersion: 6,
      discSize: 0,
      maximumRate: NO_MAXIMUM_RATE,
      numberOfLayers: 0,
      layerType: REWRITABLE,
      linearDensity: 4,
      trackDensity: 2,
      startOfDataZone: DATA_START,
      endOfDataZone: DATA_START + PRIMARY_SPARES + tables.capacity - 1,
      endOfLayer0: 0,
      manufacturer: '',
      mediaType: '',
      mediaRevision: 0,
    }),
};

const definition: StructureRow = {
  read: ({ tables }) =>
    dvdRamDiscDefinition.encode({
      inProcess: tables.underway === 'format',
      manufacturerCertification: true,
      updateCount: 1,
      numberOfGroups: 1,
      numberOfZones: ZONES,
      firstPrimarySpareSector: DATA_START,
      lastPrimarySpareSector: DATA_START + PRIMARY_SPARES - 1,
      firstLogicalSector: DATA_START + PRIMARY_SPARES,
    }),
};

const status: StructureRow = {
  read: (drive) => {
    const { cartridge, persistent } = protectionOf(drive);
    return dvdRamMediumStatus.encode({
      cartridge: isInCartridge(drive),
      cartridgeWriteProtection: cartridge,
      persistentWriteProtection: persistent,
      discType: MAY_BE_WRITTEN_OUTSIDE,
      writeInhibitionReason: 0,
    });
  },
};

/** No block of a virtual medium goes bad: all spares are free. */
const spares: StructureRow = {
  read: (drive) =>
    dvdRamSpareArea.encode({
      freePrimaryBlocks: PRIMARY_SPARES,
      freeSupplementaryBlocks: supplementarySpares(drive),
      allocatedSupplementaryBlocks: supplementarySpares(drive),
    }),
};

export const DVD_RAM_STRUCTURES: StructureRows = {
  0x00: physical,
  0x01: { read: () => dvdCopyright.encode({ copyrightProtection: 0, regionManagement: 0 }) },
  0x08: definition,
  0x09: status,
  0x0a: spares,
  0xc0: WRITE_PROTECTION,
};
