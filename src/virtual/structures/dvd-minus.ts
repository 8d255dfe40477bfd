/** Disc structures of DVD-R, DVD-RW and DVD-R DL. */
import {
  dvdCopyright,
  dvdLayerJump,
  dvdPhysicalFormat,
  dvdPreRecordedInformation,
} from '../../scsi/structures/dvd-structures.js';
import { MEDIA } from '../media.js';
import type { MediumSpec } from '../media/specification.js';
import type { LayerJump } from '../medium/medium-tables.js';
import { readableBlocks } from '../handlers/capacity.js';
import { INVALID_FIELD_IN_PARAMETERS, refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';
import { type StructureRow, type StructureRows, TOLD_PROTECTION } from './structure-row.js';

type Encode = NonNullable<StructureRow['read']>;
type Take = NonNullable<StructureRow['take']>;

/** The data zone of DVD begins at physical sector 30000h. */
const DATA_START = 0x30000;
const BOOK = { dvdR: 2, dvdRw: 3 } as const;
const LAYER = { recordable: 2, rewritable: 4 } as const;
const NO_MAXIMUM_RATE = 15;

type Prerecorded = NonNullable<MediumSpec['prerecorded']>;

const prerecordedOf = ({ tables }: VirtualDrive): Prerecorded => {
  const spec: MediumSpec = MEDIA[tables.blank];
  if (spec.prerecorded === undefined) throw new TypeError(`${tables.blank} has no pre-recorded information`);
  return spec.prerecorded;
};

/** Physical sectors of layer 1 are those of layer 0 with all bits of the address inverted, 24 in number. */
const endOfLayer0 = (capacity: number): number => DATA_START + capacity / 2 - 1;

/** Of layer 0; of a disc with two layers the last sector is that of layer 1 that lies above the first of layer 0. */
const endOfDataZone = (blocks: number, layers: number): number =>
  layers === 1 ? DATA_START + blocks - 1 : 0xffffff - DATA_START;

const physical =
  (blocksOf: (drive: VirtualDrive) => number): Encode =>
  (drive) => {
    const { partVersion, layers } = prerecordedOf(drive);
    const rewritable = drive.kind?.erasable === true;
    const blocks = blocksOf(drive);
    return dvdPhysicalFormat.encode({
      bookType: rewritable ? BOOK.dvdRw : BOOK.dvdR,
      partVersion,
      discSize: 0,
      maximumRate: NO_MAXIMUM_RATE,
      numberOfLayers: layers - 1,
      oppositeTrackPath: layers === 2,
      layerType: rewritable ? LAYER.rewritable : LAYER.recordable,
      linearDensity: 0,
      trackDensity: 0,
      startOfDataZone: DATA_START,
      endOfDataZone: endOfDataZone(Math.max(1, blocks), layers),
      endOfLayer0: layers === 2 ? endOfLayer0(drive.tables.capacity) : 0,
      manufacturer: '',
      mediaType: '',
      mediaRevision: 0,
    });
  };

const encodePrerecorded: Encode = (drive) => {
  const { manufacturer, physicalCode, partVersion } = prerecordedOf(drive);
  const last = DATA_START + drive.tables.capacity / prerecordedOf(drive).layers - 1;
  return dvdPreRecordedInformation.encode({
    applicationCode: 0x40,
    physicalCode,
    lastAddressOfDataRecordableArea: last,
    partVersion,
    extensionCode: 0,
    manufacturerPart1: manufacturer[0],
    manufacturerPart2: manufacturer[1],
  });
};

const ECC_BLOCKS = 16;

/** The field of formats 22h and 23h, on a medium that is recorded in jumps. */
const jumpField = (drive: VirtualDrive, payload: Uint8Array): { blocks: number; layerJump: LayerJump } => {
  const { layerJump } = drive.tables;
  if (layerJump === undefined) throw refusal('5/30/05');
  if (payload.length < dvdLayerJump.size) throw refusal('5/1A/00');
  const { blocks } = dvdLayerJump.decode(payload);
  if (blocks >= drive.tables.capacity) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  return { blocks, layerJump };
};

/** A whole number of ECC blocks lies on either layer between two jumps. */
const takeInterval: Take = (drive, payload) => {
  const { blocks } = jumpField(drive, payload);
  if (blocks % ECC_BLOCKS !== 0) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  drive.tables = { ...drive.tables, layerJump: { interval: blocks } };
};

/** The last block of an ECC block, which no jump has passed yet. */
const takeManual: Take = (drive, payload) => {
  const { blocks, layerJump } = jumpField(drive, payload);
  if ((blocks + 1) % ECC_BLOCKS !== 0) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  drive.tables = { ...drive.tables, layerJump: { ...layerJump, manual: blocks } };
};

export const DVD_MINUS_STRUCTURES: StructureRows = {
  /** As the first lead-in has it, which is written before anybody knows how much follows: the whole disc. */
  0x00: { read: physical(({ tables }) => tables.capacity) },
  0x01: { read: () => dvdCopyright.encode({ copyrightProtection: 0, regionManagement: 0 }) },
  0x0e: { read: encodePrerecorded },
  /** As the last lead-in or border-in has it: what is recorded. */
  0x10: { read: physical(({ tables }) => readableBlocks(tables)) },
  0xc0: TOLD_PROTECTION,
};

const jump =
  (blocksOf: (jump: LayerJump) => number): Encode =>
  ({ tables }) =>
    dvdLayerJump.encode({ blocks: blocksOf(tables.layerJump ?? { interval: 0 }) });

export const DVD_R_DL_JUMP_STRUCTURES: StructureRows = {
  ...DVD_MINUS_STRUCTURES,
  0x22: { read: jump(({ interval }) => interval), take: takeInterval },
  0x23: { read: jump(({ manual = 0 }) => manual), take: takeManual },
};
