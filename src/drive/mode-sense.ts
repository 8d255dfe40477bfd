import { decodeShort } from '../binary/layout.js';
import { isSpindleError } from '../errors.js';
import { modeSense10 } from '../scsi/commands/mode-sense-10.js';
import { modeSense6 } from '../scsi/commands/mode-sense-6.js';
import { isWhole, splitModePages } from '../scsi/mode-pages/mode-page.js';
import { modeParameterHeader10, modeParameterHeader6 } from '../scsi/structures/mode-parameter-header.js';
import { UNKNOWN_COMMAND } from '../scsi/unknown-command.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';

interface ModeQuestion {
  readonly pageCode: number;
  /** Page Control of MODE SENSE, SPC-3 §6.9. */
  readonly pageControl: number;
  /** Bytes for the whole reply. */
  readonly room: number;
}

interface ModeData {
  /** By their codes. */
  readonly pages: Map<number, Uint8Array>;
  /** Less came than the drive has to tell: the last page may be a part of one, and others may be missing. */
  readonly isCut: boolean;
  readonly writeProtected: boolean;
}

/** Bytes for the longer header and the longest page, which has two before what a byte can say, and even: odd lengths upset bridges. */
export const ONE_PAGE_ROOM = 8 + 2 + 256;

/** As much as the length in the shorter form can say, and even. */
const SHORT_ROOM = 254;

/** The drive knows no such command, of whatever parameters. */
export const isUnknownCommand = (error: unknown): boolean =>
  isSpindleError(error) && error.scsi?.sense === UNKNOWN_COMMAND;

type Header = typeof modeParameterHeader10 | typeof modeParameterHeader6;

/** Bytes of the length, which does not count itself. */
const lengthSize = (header: Header): number => (header === modeParameterHeader10 ? 2 : 1);

const announcedEnd = (header: Header, reply: Uint8Array): number =>
  lengthSize(header) + decodeShort(header, reply).modeDataLength;

/**
 * Where the pages end: drives that give as much as there is room for have something behind what they announce. 0 announces nothing, and
 * the shorter length cannot say all: some drives count on from 0 in it, so that of a reply that fills its room it tells nothing.
 */
const endOf = (header: Header, reply: Uint8Array): number => {
  const end = announcedEnd(header, reply);
  const tells = end > lengthSize(header) && (header === modeParameterHeader10 || reply.length < SHORT_ROOM);
  return tells ? end : reply.length;
};

/** Bridges put block descriptors before the pages although they are asked not to. */
const decode = (header: Header, reply: Uint8Array): ModeData => {
  const { writeProtect, blockDescriptorLength } = decodeShort(header, reply);
  const first = header.size + blockDescriptorLength;
  const pages = splitModePages(reply.subarray(first), endOf(header, reply) - first);
  return {
    pages,
    isCut: announcedEnd(header, reply) > reply.length || ![...pages.values()].every(isWhole),
    writeProtected: writeProtect,
  };
};

/** MODE SENSE (10), which MMC wants of every drive. */
export const modeSenseLong = async (
  session: DriveSession,
  { pageCode, pageControl, room }: ModeQuestion,
): Promise<ModeData> => {
  const fields = { disableBlockDescriptors: true, pageControl, pageCode, allocationLength: room };
  return decode(modeParameterHeader10, await session.run(fromDrive(modeSense10, fields, room)));
};

/** MODE SENSE (6): USB bridges that take a drive for a disk know it alone. */
export const modeSenseShort = async (
  session: DriveSession,
  { pageCode, pageControl, room: wanted }: ModeQuestion,
): Promise<ModeData> => {
  const room = Math.min(wanted, SHORT_ROOM);
  const fields = { disableBlockDescriptors: true, pageControl, pageCode, allocationLength: room };
  return decode(modeParameterHeader6, await session.run(fromDrive(modeSense6, fields, room)));
};

/** By the longer form, or by the shorter one where the drive does not know that. @throws SpindleError as the drive refuses. */
export const modeSense = async (session: DriveSession, question: ModeQuestion): Promise<ModeData> => {
  try {
    return await modeSenseLong(session, question);
  } catch (error) {
    if (!isUnknownCommand(error)) throw error;
    return modeSenseShort(session, question);
  }
};
