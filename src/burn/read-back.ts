import { READ_TIMEOUT_MS, fromDrive } from '../drive/command.js';
import type { DriveSession, Outcome } from '../drive/drive-session.js';
import type { ErrorCode } from '../errors.js';
import { read10 } from '../scsi/commands/read-10.js';

const BLOCK = 2048;
/** 64 KiB, which every bridge and bus carries at once. */
const BLOCKS_PER_READ = 32;
/** A block that was not read is tried again so often: the drive itself has tried many times before. */
const TRIES = 3;

/** Failures that are about the blocks and not about the drive. */
const ABOUT_BLOCKS: ReadonlySet<ErrorCode> = new Set([
  'medium-unreadable',
  'command-refused',
  'drive-fault',
  'write-failed',
]);

const read = (session: DriveSession, address: number, blocks: number): Promise<Outcome> =>
  session.attempt(
    fromDrive(
      read10,
      { logicalBlockAddress: address, transferLength: blocks },
      blocks * BLOCK,
      READ_TIMEOUT_MS,
    ),
  );

/** The blocks, or undefined when they cannot be read; throws what ends all reading. */
const dataOf = (outcome: Outcome, blocks: number): Uint8Array | undefined => {
  if (outcome.ok) return outcome.data.length === blocks * BLOCK ? outcome.data : undefined;
  if (ABOUT_BLOCKS.has(outcome.error.code)) return undefined;
  throw outcome.error;
};

interface Piece {
  /** In blocks from `start`. */
  readonly offset: number;
  readonly blocks: number;
  readonly data: Uint8Array | undefined;
}

/** Reads blocks in order, the next piece being on its way while one is looked at. */
export async function* readAhead(
  session: DriveSession,
  start: number,
  count: number,
): AsyncGenerator<Piece, void> {
  const ask = (offset: number): Promise<Outcome> | undefined => {
    if (offset >= count) return undefined;
    const asked = read(session, start + offset, Math.min(BLOCKS_PER_READ, count - offset));
    // Whoever stops reading does not wait for the piece that is on its way.
    asked.catch(() => undefined);
    return asked;
  };
  let ahead = ask(0);
  for (let offset = 0; ahead; offset += BLOCKS_PER_READ) {
    const outcome = await ahead;
    ahead = ask(offset + BLOCKS_PER_READ);
    const blocks = Math.min(BLOCKS_PER_READ, count - offset);
    yield { offset, blocks, data: dataOf(outcome, blocks) };
  }
}

interface Doubtful {
  readonly session: DriveSession;
  /** Address that offsets count from. */
  readonly start: number;
  readonly offset: number;
  readonly blocks: number;
  /** What can be read is put here, at its offset. */
  readonly into: Uint8Array;
}

const readBlock = async (session: DriveSession, address: number): Promise<Uint8Array | undefined> => {
  for (let tried = 0; tried < TRIES; tried++) {
    const data = dataOf(await read(session, address, 1), 1);
    if (data) return data;
  }
  return undefined;
};

/** Reads blocks one by one; gives the offsets of those that cannot be read. */
export const readSingly = async ({ session, start, offset, blocks, into }: Doubtful): Promise<number[]> => {
  const lost: number[] = [];
  for (let block = offset; block < offset + blocks; block++) {
    const data = await readBlock(session, start + block);
    if (data) into.set(data, block * BLOCK);
    else lost.push(block);
  }
  return lost;
};
