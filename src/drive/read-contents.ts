import { LayoutError } from '../binary/codec.js';
import { isSpindleError } from '../errors.js';
import { primaryVolumeDescriptor } from '../iso9660/volume-descriptors.js';
import { read10 } from '../scsi/commands/read-10.js';
import { READ_TIMEOUT_MS, fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';
import type { Medium } from './medium.js';

const BLOCK = 2048;
/** System area and the first volume descriptors. */
const HEAD_BLOCKS = 32;
/** ECMA-119 §6.2.1: the volume descriptors follow 16 blocks of system area. */
const FIRST_DESCRIPTOR = 16;

export type Contents = Pick<Medium, 'contents' | 'volumeIdentifier'>;

const NOTHING: Contents = { contents: 'none' };
const SOMETHING: Contents = { contents: 'unknown-data' };

const volumeIdentifierOf = (head: Uint8Array): string | undefined => {
  try {
    return primaryVolumeDescriptor.decode(head, FIRST_DESCRIPTOR * BLOCK).volumeIdentifier.trim();
  } catch (error) {
    if (error instanceof LayoutError) return undefined;
    throw error;
  }
};

/** What the first 32 blocks of a session hold. */
export const contentsOf = (head: Uint8Array): Contents => {
  const volumeIdentifier = volumeIdentifierOf(head);
  if (volumeIdentifier !== undefined) return { contents: 'volume', volumeIdentifier };
  return head.every((byte) => byte === 0) ? NOTHING : SOMETHING;
};

const readBlocks = (session: DriveSession, start: number, blocks: number): Promise<Uint8Array> =>
  session.run(
    fromDrive(
      read10,
      { logicalBlockAddress: start, transferLength: blocks },
      blocks * BLOCK,
      READ_TIMEOUT_MS,
    ),
  );

/** Beyond what was ever written, media answer with blank check or with an address out of range. */
const neverWritten = (error: unknown): boolean =>
  isSpindleError(error) && /^(8|5\/21)\//.test(error.scsi?.sense ?? '');

/** Looks at the first blocks from `start` on, of which `readable` can be read. */
export const readContents = async (
  session: DriveSession,
  start: number,
  readable: number,
): Promise<Contents> => {
  const blocks = Math.min(HEAD_BLOCKS, readable - start);
  if (blocks <= 0) return NOTHING;
  try {
    return contentsOf(await readBlocks(session, start, blocks));
  } catch (error) {
    if (neverWritten(error)) return NOTHING;
    return (await ifKnown(() => Promise.reject(error as Error))) ?? SOMETHING;
  }
};
