/**
 * Images, plans and media count blocks of 2,048 bytes. Removable disks may have blocks of 512 or 4,096 bytes: what
 * READ and WRITE are told follows from it.
 */
export const USER_BLOCK = 2048;

/** READ and WRITE in the blocks of the drive. */
interface DriveBlocks {
  readonly logicalBlockAddress: number;
  readonly transferLength: number;
}

/** So many blocks of a drive as blocks of 2,048 bytes; half of one is none. */
export const userBlocksOf = (count: number, blockBytes: number): number =>
  blockBytes === USER_BLOCK ? count : Math.floor((count * blockBytes) / USER_BLOCK);

/** What is written must begin and end with blocks of the drive. */
export const driveBlocksOf = (start: number, bytes: number, blockBytes: number): DriveBlocks => {
  const logicalBlockAddress = (start * USER_BLOCK) / blockBytes;
  const transferLength = bytes / blockBytes;
  if (!Number.isInteger(logicalBlockAddress) || !Number.isInteger(transferLength))
    throw new RangeError(`${bytes} bytes at block ${start} are no whole blocks of ${blockBytes} bytes`);
  return { logicalBlockAddress, transferLength };
};

/** The blocks of the drive that hold some of 2,048 bytes, and how many bytes of them come before. */
export const coveringBlocks = (
  start: number,
  blocks: number,
  blockBytes: number,
): DriveBlocks & { readonly before: number } => {
  const first = Math.floor((start * USER_BLOCK) / blockBytes);
  const end = Math.ceil(((start + blocks) * USER_BLOCK) / blockBytes);
  return {
    logicalBlockAddress: first,
    transferLength: end - first,
    before: start * USER_BLOCK - first * blockBytes,
  };
};
