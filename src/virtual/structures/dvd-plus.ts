import { dvdCopyright, dvdLayerBoundary, dvdPhysicalFormat } from '../../scsi/structures/dvd-structures.js';
import type { VirtualKind } from '../media.js';
import { isLayerBreakFixed, layer0BlocksOf, withLayerBreak } from '../recording/layers.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import { requireUnprotected } from '../protection.js';
import type { VirtualDrive } from '../virtual-drive.js';
import {
  type StructureRow,
  type StructureRows,
  TOLD_PROTECTION,
  WRITE_PROTECTION,
  pregrooveOf,
} from './structure-row.js';

/** The data zone of DVD begins at physical sector 30000h. */
const DATA_START = 0x30000;
const BOOK_TYPE: Readonly<Partial<Record<VirtualKind, number>>> = {
  'dvd+rw': 9,
  'dvd+r': 10,
  'dvd+rw-dl': 13,
  'dvd+r-dl': 14,
};
const LAYER_TYPE = { recordable: 2, rewritable: 4 } as const;
const NO_MAXIMUM_RATE = 15;
/** Sectors of layer 1 have the inverted addresses of those below them in layer 0 (ECMA-364). */
const LAYER_1_END = 0xffffff - DATA_START;

const layersOf = ({ kind, tables }: VirtualDrive) =>
  kind?.layers === 2
    ? {
        numberOfLayers: 1,
        oppositeTrackPath: true,
        endOfDataZone: LAYER_1_END,
        endOfLayer0: DATA_START + layer0BlocksOf(tables) - 1,
      }
    : { numberOfLayers: 0, endOfDataZone: DATA_START + tables.capacity - 1, endOfLayer0: 0 };

const physical: StructureRow = {
  read: (drive) => {
    const { manufacturer, type, revision } = pregrooveOf(drive);
    return dvdPhysicalFormat.encode({
      bookType: (drive.kindName && BOOK_TYPE[drive.kindName]) ?? 0,
      partVersion: 1,
      discSize: 0,
      maximumRate: NO_MAXIMUM_RATE,
      layerType: drive.kind?.erasable === true ? LAYER_TYPE.rewritable : LAYER_TYPE.recordable,
      linearDensity: 0,
      trackDensity: 0,
      startOfDataZone: DATA_START,
      manufacturer,
      mediaType: type,
      mediaRevision: revision,
      ...layersOf(drive),
    });
  },
};

const boundary: StructureRow = {
  read: ({ tables }) =>
    dvdLayerBoundary.encode({
      layer0CapacitySet: isLayerBreakFixed(tables),
      layer0DataZoneCapacity: layer0BlocksOf(tables),
    }),
  take: (drive, payload) => {
    if (!drive.canRecord) throw refusal(INVALID_FIELD_IN_CDB);
    requireUnprotected(drive);
    if (payload.length < dvdLayerBoundary.size) throw refusal('5/1A/00');
    const { layer0DataZoneCapacity } = dvdLayerBoundary.decode(payload);
    drive.tables = withLayerBreak(drive.tables, layer0DataZoneCapacity);
  },
};

export const DVD_PLUS_R_STRUCTURES: StructureRows = {
  0x00: physical,
  0x01: { read: () => dvdCopyright.encode({ copyrightProtection: 0, regionManagement: 0 }) },
  0x11: physical,
  0xc0: TOLD_PROTECTION,
};

export const DVD_PLUS_R_DL_STRUCTURES: StructureRows = { ...DVD_PLUS_R_STRUCTURES, 0x20: boundary };

export const DVD_PLUS_RW_STRUCTURES: StructureRows = { ...DVD_PLUS_R_STRUCTURES, 0xc0: WRITE_PROTECTION };
