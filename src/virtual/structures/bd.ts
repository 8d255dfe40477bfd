import { bdDiscInformation, bdSpareArea } from '../../scsi/structures/bd-structures.js';
import { type StructureRow, type StructureRows, TOLD_PROTECTION, pregrooveOf } from './structure-row.js';

/** Physical sectors before logical block 0 of a BD (DI of a BD-RE 25). */
const DATA_START = 0x20000 + 0x8000;

const discInformation: StructureRow = {
  read: (drive) => {
    const { manufacturer, type, revision } = pregrooveOf(drive);
    const unit = bdDiscInformation.encode({
      identifier: 'DI',
      format: 1,
      numberOfUnits: 1,
      layer: 0,
      sequenceNumber: 0,
      continuation: 0,
      bytesUsed: bdDiscInformation.size,
      discTypeIdentifier: 'BDW',
      discSize: 0,
      discClass: 0,
      discVersion: 2,
      numberOfLayers: 1,
      lastUserDataAddress: DATA_START + drive.tables.capacity - 1,
      firstAddressOfLayer: DATA_START,
      lastAddressOfLayer: DATA_START + drive.tables.capacity - 1,
      manufacturer,
      mediaType: type,
      timeStamp: 0,
      mediaRevision: revision,
    });
    const payload = new Uint8Array(4096);
    payload.set(unit);
    return payload;
  },
};

const spares: StructureRow = {
  read: ({ tables }) => {
    const spare = tables.capacity - (tables.format?.blocks ?? tables.capacity);
    return bdSpareArea.encode({ freeSpareBlocks: spare, allocatedSpareBlocks: spare });
  },
};

export const BD_STRUCTURES: StructureRows = { 0x00: discInformation, 0x0a: spares, 0xc0: TOLD_PROTECTION };
