import { holdsRecording } from '../drive/medium.js';
import { type ErrorCode, isSpindleError, SpindleError } from '../errors.js';
import type { Fleet } from '../fleet/fleet.js';
import type { ContentRun } from '../image/file-extents.js';
import { piecesOf } from '../image/import/file-digests.js';
import { BLOCK } from '../iso9660/block.js';
import type { ByteRange } from './range.js';

/** A disc, and in which drive it was seen last. */
interface Disc {
  readonly drive: string;
  readonly recording: string;
}

/** Of runs those that hold a range of the content, from whole blocks on; of the first `skip` bytes are not in it. */
export const runsWithin = (
  runs: readonly ContentRun[],
  { first, last }: ByteRange,
): { readonly runs: readonly ContentRun[]; readonly skip: number } => {
  const found: ContentRun[] = [];
  let skip = 0;
  let start = 0;
  for (const run of runs) {
    const from = Math.max(first - start, 0);
    const end = Math.min(last + 1 - start, run.bytes);
    start += run.bytes;
    if (from >= end) continue;
    const blocks = Math.floor(from / BLOCK);
    if (found.length === 0) skip = from - blocks * BLOCK;
    found.push({ ...run, block: run.block + blocks, bytes: end - blocks * BLOCK });
  }
  return { runs: found, skip };
};

/** The drive in which the disc lies now, one that is free if there is; else the one in which it was: that tells what is there instead. */
const driveOf = (fleet: Fleet, { drive, recording }: Disc): string => {
  const holders = fleet
    .states()
    .filter(({ report }) => report?.medium && holdsRecording(report.medium, recording));
  const free = holders.filter(({ holding }) => holding === 'free');
  const usable = (free.length > 0 ? free : holders).map(({ id }) => id);
  return usable.includes(drive) ? drive : (usable[0] ?? drive);
};

/** After these the disc is to be inserted; into which drive first. Whatever else keeps the drive from reading says itself what to do. */
const DISC_IS_ELSEWHERE: Partial<Record<ErrorCode, (drive: string) => string>> = {
  'medium-changed': (drive) => `the drive ${drive}`,
  'medium-not-present': (drive) => `the drive ${drive}`,
  'drive-absent': () => 'a drive',
  'drive-unknown': () => 'a drive',
};

const told = (error: unknown, drive: string): unknown => {
  const place = isSpindleError(error) && DISC_IS_ELSEWHERE[error.code];
  if (!place) return error;
  const { message, errors, scsi } = error;
  return new SpindleError(
    'disc-needed',
    `This lies on the disc that the draft continues; insert it into ${place(drive)} as it was. ${message}`,
    { cause: error, errors, ...(scsi && { scsi }) },
  );
};

/** Contents that lie on a disc, which the worker of its drive reads. */
export async function* recordedPieces(
  fleet: Fleet,
  disc: Disc,
  { runs, skip }: ReturnType<typeof runsWithin>,
): AsyncGenerator<Uint8Array, undefined> {
  const drive = driveOf(fleet, disc);
  const { recording } = disc;
  const reader = {
    blocks: Infinity,
    read: async (first: number, count: number): Promise<Uint8Array> => {
      try {
        return Buffer.from(await fleet.readBlocks({ drive, recording, first, count }), 'base64');
      } catch (error) {
        throw told(error, drive);
      }
    },
  };
  let left = skip;
  for await (const piece of piecesOf(reader, { runs })) {
    yield piece.subarray(left);
    left = 0;
  }
}
