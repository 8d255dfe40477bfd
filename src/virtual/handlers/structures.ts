import { readDiscStructure } from '../../scsi/commands/read-disc-structure.js';
import { sendDiscStructure } from '../../scsi/commands/send-disc-structure.js';
import {
  discStructurePayload,
  encodeDiscStructure,
  encodeStructureList,
} from '../../scsi/structures/disc-structure.js';
import type { VirtualKind } from '../media.js';
import { INVALID_FIELD_IN_CDB, Refusal, refusal } from '../refusal.js';
import { BD_STRUCTURES } from '../structures/bd.js';
import { DVD_MINUS_STRUCTURES, DVD_R_DL_JUMP_STRUCTURES } from '../structures/dvd-minus.js';
import {
  DVD_PLUS_R_DL_STRUCTURES,
  DVD_PLUS_R_STRUCTURES,
  DVD_PLUS_RW_STRUCTURES,
} from '../structures/dvd-plus.js';
import { DVD_RAM_STRUCTURES } from '../structures/dvd-ram.js';
import { type StructureRow, type StructureRows, TOLD_PROTECTION } from '../structures/structure-row.js';
import type { VirtualDrive } from '../virtual-drive.js';
import type { Handler } from './request.js';

const MEDIA_TYPE = { dvd: 0, bd: 1, disk: 0 } as const;
const LIST = 0xff;
const HEADER_BYTES = 4;

/** What each kind of medium has to tell; CD has nothing. */
const STRUCTURES: Readonly<Partial<Record<VirtualKind, StructureRows>>> = {
  'dvd-r': DVD_MINUS_STRUCTURES,
  'dvd-rw': DVD_MINUS_STRUCTURES,
  'dvd-rw-overwrite': DVD_MINUS_STRUCTURES,
  'dvd-r-dl': DVD_MINUS_STRUCTURES,
  'dvd-r-dl-jump': DVD_R_DL_JUMP_STRUCTURES,
  'dvd+r': DVD_PLUS_R_STRUCTURES,
  'dvd+r-dl': DVD_PLUS_R_DL_STRUCTURES,
  'dvd+rw': DVD_PLUS_RW_STRUCTURES,
  'dvd+rw-dl': DVD_PLUS_RW_STRUCTURES,
  'dvd-ram': DVD_RAM_STRUCTURES,
  'bd-r': BD_STRUCTURES,
  'bd-r-xl': BD_STRUCTURES,
  'bd-re': BD_STRUCTURES,
  'bd-re-xl': BD_STRUCTURES,
  'removable-disk': { 0xc0: TOLD_PROTECTION },
};

/** What an unformatted medium does not have is announced all the same. */
const lengthOf = ({ read }: StructureRow, drive: VirtualDrive): number => {
  try {
    return read?.(drive).length ?? 0;
  } catch (error) {
    if (error instanceof Refusal) return 0;
    throw error;
  }
};

const list = (drive: VirtualDrive, structures: StructureRows): Uint8Array =>
  encodeStructureList(
    Object.entries(structures).map(([format, row]: [string, StructureRow]) => ({
      formatCode: Number(format),
      sendable: row.take !== undefined,
      readable: row.read !== undefined,
      structureLength: HEADER_BYTES + lengthOf(row, drive),
    })),
  );

const structuresOf = (drive: VirtualDrive, mediaType: number): StructureRows => {
  const family = drive.kind?.family ?? 'cd';
  const rows = drive.kindName && STRUCTURES[drive.kindName];
  if (rows === undefined || family === 'cd') throw refusal('5/30/02');
  if (mediaType !== MEDIA_TYPE[family]) throw refusal(INVALID_FIELD_IN_CDB);
  return rows;
};

export const answerDiscStructure: Handler = (drive, { cdb }) => {
  const { mediaType, format } = readDiscStructure.decode(cdb);
  const structures = structuresOf(drive, mediaType);
  if (format === LIST) return encodeDiscStructure(list(drive, structures));
  const read = structures[format]?.read;
  if (read === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  return encodeDiscStructure(read(drive));
};

export const takeDiscStructure: Handler = (drive, { cdb, data }) => {
  const { mediaType, format, structureDataLength } = sendDiscStructure.decode(cdb);
  const take = structuresOf(drive, mediaType)[format]?.take;
  if (take === undefined) throw refusal(INVALID_FIELD_IN_CDB);
  if (data.length < structureDataLength) throw refusal('5/1A/00');
  take(drive, discStructurePayload(data.subarray(0, structureDataLength)));
  return undefined;
};
