import { z } from 'zod';
import { toHex } from '../binary/hex.js';
import { readDiscStructure } from '../scsi/commands/read-disc-structure.js';
import {
  decodeStructureList,
  discStructureLength,
  discStructurePayload,
} from '../scsi/structures/disc-structure.js';
import { knownDiscStructure, MEDIA_TYPES, type MediaType } from '../scsi/structures/known-disc-structures.js';
import { fromDrive } from './command.js';
import { decodedView, rawBytes } from './decoded-view.js';
import type { DriveSession } from './drive-session.js';

export const mediaType = z.enum(Object.keys(MEDIA_TYPES) as [MediaType, ...MediaType[]]);

/** Which structure of which layer; fields of READ DISC STRUCTURE (MMC-5 §6.23). */
export const structureQuestion = z.object({
  mediaType,
  format: z.int().min(0).max(0xff),
  layer: z.int().min(0).max(0xff),
  address: z.int().min(0).max(0xffff_ffff),
});
export type StructureQuestion = z.infer<typeof structureQuestion>;

export const structureView = z
  .strictObject({
    format: z.int().min(0),
    mediaType,
    name: z.string().optional(),
    decoded: decodedView,
    raw: rawBytes.meta({ description: 'What follows the four bytes of the header, as pairs of hex digits' }),
  })
  .meta({ id: 'DiscStructure' });
export type StructureView = z.infer<typeof structureView>;

export const structureEntry = z
  .strictObject({
    format: z.int().min(0),
    name: z.string().optional(),
    readable: z.boolean(),
    sendable: z.boolean(),
    length: z.int().min(0).meta({ description: 'Bytes, those of the header included' }),
  })
  .meta({ id: 'DiscStructureEntry' });
export type StructureEntry = z.infer<typeof structureEntry>;

const LIST = 0xff;
const HEADER_BYTES = 4;
/** As much as an allocation length of 16 bits can say, and even. */
const MOST_BYTES = 0xfffe;

const ask = (
  session: DriveSession,
  { mediaType: of, format, layer, address }: StructureQuestion,
  length: number,
) =>
  session.run(
    fromDrive(
      readDiscStructure,
      {
        mediaType: MEDIA_TYPES[of],
        address,
        layerNumber: layer,
        format,
        allocationLength: length,
        agid: 0,
      },
      length,
    ),
  );

/** Asked twice, how long it is and then all of it: bridges stall where less comes than is asked for. */
const readPayload = async (session: DriveSession, question: StructureQuestion): Promise<Uint8Array> => {
  const length = discStructureLength(await ask(session, question, HEADER_BYTES));
  if (length <= HEADER_BYTES) return new Uint8Array(0);
  return discStructurePayload(await ask(session, question, Math.min(MOST_BYTES, length + (length % 2))));
};

/** @throws SpindleError as the drive refuses: `command-refused`, `medium-not-present`. */
export const describeStructure = async (
  session: DriveSession,
  question: StructureQuestion,
): Promise<StructureView> => {
  const payload = await readPayload(session, question);
  const { mediaType: of, format } = question;
  const known = knownDiscStructure(of, format, payload);
  return {
    format,
    mediaType: of,
    ...(known && { name: known.name }),
    ...(known?.decoded && { decoded: known.decoded }),
    raw: toHex(payload),
  };
};

/** What the drive says that it can read of the medium and be sent (format FFh). @throws SpindleError as the drive refuses. */
export const listStructures = async (session: DriveSession, of: MediaType): Promise<StructureEntry[]> => {
  const payload = await readPayload(session, { mediaType: of, format: LIST, layer: 0, address: 0 });
  return decodeStructureList(payload).map(({ formatCode, readable, sendable, structureLength }) => {
    const known = knownDiscStructure(of, formatCode, new Uint8Array(0));
    return {
      format: formatCode,
      ...(known && { name: known.name }),
      readable,
      sendable,
      length: structureLength,
    };
  });
};
