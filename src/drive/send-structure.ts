import { sendDiscStructure } from '../scsi/commands/send-disc-structure.js';
import { encodeDiscStructure } from '../scsi/structures/disc-structure.js';
import { MEDIA_TYPES, type MediaType } from '../scsi/structures/known-disc-structures.js';
import { toDrive } from './command.js';
import type { DriveSession } from './drive-session.js';

export interface StructureOrder {
  readonly mediaType: MediaType;
  readonly format: number;
  /** Without the four bytes of the header. */
  readonly payload: Uint8Array;
}

/** SEND DISC STRUCTURE (MMC-5 §6.34); what it sets may be there for ever. @throws SpindleError as the drive refuses. */
export const sendStructure = async (
  session: DriveSession,
  { mediaType, format, payload }: StructureOrder,
): Promise<void> => {
  const list = encodeDiscStructure(payload);
  const fields = { mediaType: MEDIA_TYPES[mediaType], format, structureDataLength: list.length };
  await session.run(toDrive(sendDiscStructure, fields, list));
};
