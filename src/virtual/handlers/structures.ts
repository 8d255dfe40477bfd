import { readDiscStructure } from '../../scsi/commands/read-disc-structure.js';
import { bdDiscInformation, bdSpareArea } from '../../scsi/structures/bd-structures.js';
import { encodeDiscStructure, encodeStructureList } from '../../scsi/structures/disc-structure.js';
import {
  dvdCopyright,
  dvdPhysicalFormat,
  writeProtectionStatus,
} from '../../scsi/structures/dvd-structures.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const MEDIA_TYPE = { dvd: 0, bd: 1 } as const;
const LIST = 0xff;
const HEADER_BYTES = 4;

type Encode = (drive: VirtualDrive) => Uint8Array;

/** The data zone of DVD begins at physical sector 30000h. */
const DVD_DATA_START = 0x30000;
const BOOK_TYPE = { 'dvd+rw': 9, 'dvd+r': 10 } as const;
const LAYER_TYPE = { 'dvd+rw': 4, 'dvd+r': 2 } as const;
const NO_MAXIMUM_RATE = 15;
/** Physical sectors before logical block 0 of a BD (DI of a BD-RE 25). */
const BD_DATA_START = 0x20000 + 0x8000;

const pregroove = ({ tables }: VirtualDrive): NonNullable<MediumSpec['pregroove']> => {
  const spec: MediumSpec = MEDIA[tables.blank];
  return spec.pregroove ?? { manufacturer: '', type: '', revision: 0 };
};

const encodePhysical: Encode = (drive) => {
  const { manufacturer, type, revision } = pregroove(drive);
  const kind = drive.kindName === 'dvd+rw' ? 'dvd+rw' : 'dvd+r';
  return dvdPhysicalFormat.encode({
    bookType: BOOK_TYPE[kind],
    partVersion: 1,
    discSize: 0,
    maximumRate: NO_MAXIMUM_RATE,
    numberOfLayers: 0,
    layerType: LAYER_TYPE[kind],
    linearDensity: 0,
    trackDensity: 0,
    startOfDataZone: DVD_DATA_START,
    endOfDataZone: DVD_DATA_START + drive.tables.capacity - 1,
    endOfLayer0: 0,
    manufacturer,
    mediaType: type,
    mediaRevision: revision,
  });
};

const encodeDi: Encode = (drive) => {
  const { manufacturer, type, revision } = pregroove(drive);
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
    lastUserDataAddress: BD_DATA_START + drive.tables.capacity - 1,
    firstAddressOfLayer: BD_DATA_START,
    lastAddressOfLayer: BD_DATA_START + drive.tables.capacity - 1,
    manufacturer,
    mediaType: type,
    timeStamp: 0,
    mediaRevision: revision,
  });
  const payload = new Uint8Array(4096);
  payload.set(unit);
  return payload;
};

const encodeSpares: Encode = ({ tables }) => {
  const spares = tables.capacity - (tables.format?.blocks ?? tables.capacity);
  return bdSpareArea.encode({ freeSpareBlocks: spares, allocatedSpareBlocks: spares });
};

const STRUCTURES: Readonly<Record<'dvd' | 'bd', Readonly<Record<number, Encode>>>> = {
  dvd: {
    0x00: encodePhysical,
    0x01: () => dvdCopyright.encode({ copyrightProtection: 0, regionManagement: 0 }),
    0x11: encodePhysical,
    0xc0: () => writeProtectionStatus.encode({}),
  },
  bd: {
    0x00: encodeDi,
    0x0a: encodeSpares,
    0xc0: () => writeProtectionStatus.encode({}),
  },
};

const list = (drive: VirtualDrive, structures: Readonly<Record<number, Encode>>): Uint8Array =>
  encodeStructureList(
    Object.entries(structures).map(([format, encode]) => ({
      formatCode: Number(format),
      sendable: false,
      readable: true,
      structureLength: HEADER_BYTES + encode(drive).length,
    })),
  );

export const answerDiscStructure: Handler = (drive, { cdb }) => {
  const { mediaType, format } = readDiscStructure.decode(cdb);
  const family = drive.kind?.family ?? 'cd';
  if (family === 'cd') throw refusal('5/30/02');
  if (mediaType !== MEDIA_TYPE[family]) throw refusal(INVALID_FIELD_IN_CDB);
  const structures = STRUCTURES[family];
  if (format === LIST) return encodeDiscStructure(list(drive, structures));
  const encode = structures[format];
  if (encode === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  return encodeDiscStructure(encode(drive));
};
