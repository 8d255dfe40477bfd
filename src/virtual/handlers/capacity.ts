import { capacity } from '../../scsi/structures/capacity.js';
import { encodeFormatCapacities } from '../../scsi/structures/format-capacities.js';
import { MEDIA, blockBytesOf, formatsOf } from '../media.js';
import type { FormatSpec } from '../media/specification.js';
import type { MediumTables } from '../medium/medium-tables.js';
import { isBdR } from '../recording/blu-ray.js';
import { isIntermediate, restrictedFormats } from '../recording/restricted-overwrite.js';
import { kindOf, openSession, readableEnd } from '../recording/sequential.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const BLOCK_LENGTH = 2048;
const DESCRIPTOR = { unformatted: 1, formatted: 2, noMedium: 3 } as const;

/** One more than the last block that can be read; media that are overwritten have all their blocks. */
export const readableBlocks = (tables: MediumTables): number =>
  kindOf(tables).recording === 'random' ? (tables.format?.blocks ?? 0) : readableEnd(tables);

export const answerCapacity: Handler = ({ tables }) =>
  capacity.encode({
    lastLogicalBlockAddress: Math.max(0, readableBlocks(tables) - 1),
    blockLength: blockBytesOf(tables.blank),
  });

const currentDescriptor = (tables: MediumTables): { numberOfBlocks: number; descriptorType: number } => {
  const blocks = readableBlocks(tables);
  if (isIntermediate(tables)) return { numberOfBlocks: tables.capacity, descriptorType: DESCRIPTOR.noMedium };
  if (isBdR(tables) && tables.format !== null)
    return { numberOfBlocks: tables.format.blocks, descriptorType: DESCRIPTOR.formatted };
  if (kindOf(tables).recording === 'sequential' && openSession(tables) !== undefined)
    return { numberOfBlocks: tables.capacity, descriptorType: DESCRIPTOR.noMedium };
  if (blocks === 0) return { numberOfBlocks: tables.capacity, descriptorType: DESCRIPTOR.unformatted };
  return { numberOfBlocks: blocks, descriptorType: DESCRIPTOR.formatted };
};

const offered = (tables: MediumTables): readonly FormatSpec[] =>
  MEDIA[tables.blank].kind === 'dvd-rw'
    ? restrictedFormats(tables)
    : formatsOf(tables.blank, tables.capacity);

/** A BD-R is formatted once at most. */
const isFormattable = ({ canRecord, tables }: VirtualDrive): boolean =>
  canRecord && !(isBdR(tables) && tables.format !== null);

const formattable = (drive: VirtualDrive) =>
  isFormattable(drive)
    ? offered(drive.tables).map(({ type, blocks, typeDependent }) => ({
        numberOfBlocks: blocks,
        formatType: type,
        typeDependentParameter: typeDependent,
      }))
    : [];

/** READ FORMAT CAPACITIES answers without a medium as well. */
export const answerFormatCapacities: Handler = (drive) => {
  const current =
    drive.medium === undefined
      ? { numberOfBlocks: 0, descriptorType: DESCRIPTOR.noMedium }
      : currentDescriptor(drive.tables);
  return encodeFormatCapacities({
    current: {
      ...current,
      blockLength: drive.medium === undefined ? BLOCK_LENGTH : blockBytesOf(drive.tables.blank),
    },
    formattable: drive.medium === undefined ? [] : formattable(drive),
  });
};
