import {
  bdCartridgeStatus,
  bdDiscDefinition,
  bdDiscInformation,
  bdSpareArea,
} from '../../scsi/structures/bd-structures.js';
import { CLUSTER_BLOCKS } from '../media/bd.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import type { MediumTables } from '../medium/medium-tables.js';
import { freeSpareClusters, isBdR, spareClusters } from '../recording/blu-ray.js';
import { refusal } from '../refusal.js';
import { type StructureRow, type StructureRows, TOLD_PROTECTION, pregrooveOf } from './structure-row.js';

/** Physical sectors before logical block 0 of a BD (DI of a BD-RE 25). */
const DATA_START = 0x20000 + 0x8000;

const layersOf = ({ blank }: MediumTables): number => {
  const spec: MediumSpec = MEDIA[blank];
  return spec.layers ?? 1;
};

/** One unit for each layer. Where the layers of a real medium end is not known: they are of one size here. */
const discInformation: StructureRow = {
  read: (drive) => {
    const { tables } = drive;
    const { manufacturer, type, revision } = pregrooveOf(drive);
    const layers = layersOf(tables);
    const perLayer = Math.ceil(tables.capacity / layers);
    const payload = new Uint8Array(4096);
    for (let layer = 0; layer < layers; layer++) {
      const unit = bdDiscInformation.encode({
        identifier: 'DI',
        format: 1,
        numberOfUnits: layers,
        layer,
        sequenceNumber: layer,
        continuation: 0,
        bytesUsed: bdDiscInformation.size,
        discTypeIdentifier: isBdR(tables) ? 'BDR' : 'BDW',
        discSize: 0,
        discClass: 0,
        discVersion: isBdR(tables) ? 1 : 2,
        numberOfLayers: layers,
        lastUserDataAddress: DATA_START + tables.capacity - 1,
        firstAddressOfLayer: DATA_START + layer * perLayer,
        lastAddressOfLayer: DATA_START + (layer + 1) * perLayer - 1,
        manufacturer,
        mediaType: type,
        timeStamp: 0,
        mediaRevision: revision,
      });
      payload.set(unit, layer * unit.length);
    }
    return payload;
  },
};

const INNER_SPARE_CLUSTERS = 4096;
const ALL_SPARES_FULL = 0b11;

/** The inner spares of the first layer are of one size; the outer ones take the rest. An unformatted medium has none. */
const discDefinition: StructureRow = {
  read: ({ tables }) => {
    if (tables.format === null) throw refusal('3/02/00');
    const spares = spareClusters(tables);
    const inner = Math.min(INNER_SPARE_CLUSTERS, spares);
    return bdDiscDefinition.encode({
      identifier: 'DS',
      updateCount: tables.format.overwritten?.length ?? 0,
      firstUserDataAddress: DATA_START + inner * CLUSTER_BLOCKS,
      lastLogicalSector: tables.format.blocks - 1,
      innerSpareSize0: inner,
      outerSpareSize: spares - inner,
      innerSpareSize1: 0,
      spareAreaFullFlags: spares > 0 && freeSpareClusters(tables) === 0 ? ALL_SPARES_FULL : 0,
    });
  },
};

/** Before a format there are no spares to tell of. */
const spares: StructureRow = {
  read: ({ tables }) =>
    bdSpareArea.encode({
      freeSpareBlocks: freeSpareClusters(tables) * CLUSTER_BLOCKS,
      allocatedSpareBlocks: spareClusters(tables) * CLUSTER_BLOCKS,
    }),
};

export const BD_STRUCTURES: StructureRows = {
  0x00: discInformation,
  0x08: discDefinition,
  0x09: { read: () => bdCartridgeStatus.encode({}) },
  0x0a: spares,
  /** Physical access control: no medium here has any. */
  0x30: { read: () => new Uint8Array() },
  0xc0: TOLD_PROTECTION,
};
