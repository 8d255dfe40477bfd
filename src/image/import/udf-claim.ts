import type { ValuesOf } from '../../binary/layout.js';
import { BLOCK, blocksFor } from '../../iso9660/block.js';
import { ANCHOR_DISTANCE } from '../../udf/anchor-places.js';
import type { foreignPartition } from '../../udf/foreign-volume.js';
import { ACCESS_TYPES } from '../../udf/volume-descriptors.js';
import { type BlockReader, unlessUnreadable } from './block-reader.js';
import { type Anchor, anchorIn, findAnchor, sameAnchor } from './udf-anchors.js';
import { recognizedUdf } from './udf-recognition.js';
import { readSequence, type VolumeExtent, type VolumeSequence } from './udf-sequence.js';

/** What a volume of UDF says of itself before any of its tree is read. */
export interface UdfClaim {
  readonly identifier: string;
  /** One more than the last block that it claims. */
  readonly end: number;
  /** Its anchor, sequence and integrity descriptors: no two volumes have the same, nor has one that was written to since. */
  readonly descriptors: Uint8Array;
}

const SILENT = { report: () => undefined, later: () => undefined };

/** OSTA UDF 2.2.3.1 wants 16 blocks of a sequence; whoever makes longer ones has its descriptors at the beginning. */
const MOST_BLOCKS = 16;

/** Blocks that every drive reads at once. */
const AT_ONCE = 32;

/** Anchors behind the volume: of ours fill an ECC block and 150 blocks at least, and of hybrids more, which have ISO 9660 to say so. */
const MOST_ANCHORS = 256;

/** A partition that is written once is as long as any medium; it ends where the recording does by now. */
const endOfPartition = (
  { start, length, accessType }: ValuesOf<typeof foreignPartition>,
  blocks: number,
): number => (accessType === ACCESS_TYPES['write-once'] ? Math.min(blocks, start + length) : start + length);

const describedEnd = ({ main, reserve }: Anchor, sequence: VolumeSequence, blocks: number): number =>
  Math.max(
    ...[main, reserve, sequence.logicalVolume.integritySequence].map(
      ({ location, length }) => location + blocksFor(length),
    ),
    ...[...sequence.partitions.values()].map((partition) => endOfPartition(partition, blocks)),
  );

/** How many of the blocks from `first` on hold this anchor, one after the other. */
const anchorsFrom = async (
  reader: BlockReader,
  first: number,
  { anchor, most }: { readonly anchor: Anchor; readonly most: number },
): Promise<number> => {
  const blocks = Math.min(most, reader.blocks - first);
  const bytes =
    first > 0 && blocks > 0 ? await reader.read(first, blocks).catch(unlessUnreadable) : undefined;
  if (!bytes) return 0;
  let count = 0;
  for (; count < blocks; count++) {
    const found = anchorIn(bytes.subarray(count * BLOCK, (count + 1) * BLOCK), first + count);
    if (!found || !sameAnchor(found, anchor)) break;
  }
  return count;
};

/** It stands by itself: one of many in a row is there for whoever has another idea of where the end is. */
const standsAlone = async (reader: BlockReader, place: number, anchor: Anchor): Promise<boolean> =>
  (await anchorsFrom(reader, place, { anchor, most: 2 })) === 1 &&
  (await anchorsFrom(reader, place - 1, { anchor, most: 1 })) === 0;

/** OSTA UDF 2.2.3: an anchor in the last block, or one in the 256th before it, claims all there is; else some may follow the volume. */
const claimedEnd = async (reader: BlockReader, anchor: Anchor, described: number): Promise<number> => {
  const last = reader.blocks - 1;
  const claimsAll =
    (await anchorsFrom(reader, last, { anchor, most: 1 })) > 0 ||
    (await standsAlone(reader, last - ANCHOR_DISTANCE, anchor));
  if (claimsAll) return Math.max(described, reader.blocks);
  let end = described;
  for (let more = AT_ONCE; more === AT_ONCE && end < described + MOST_ANCHORS; end += more)
    more = await anchorsFrom(reader, end, { anchor, most: AT_ONCE });
  return end;
};

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};

const beginningOf = async (reader: BlockReader, { location, length }: VolumeExtent): Promise<Uint8Array> => {
  const blocks = Math.min(MOST_BLOCKS, Math.floor(length / BLOCK), reader.blocks - location);
  return blocks > 0 ? reader.read(location, blocks) : new Uint8Array();
};

/** What UDF claims from the session on that begins at `start`; undefined where there is none, or none that can be read. */
export const claimedByUdf = async (reader: BlockReader, start: number): Promise<UdfClaim | undefined> => {
  if (!(await recognizedUdf(reader, start))) return undefined;
  const anchor = await findAnchor(reader, start, SILENT);
  if (!anchor) return undefined;
  const { main, reserve } = anchor;
  const read = (extent: VolumeExtent): Promise<VolumeSequence | undefined> =>
    readSequence(reader, extent, SILENT.report);
  const sequence = (await read(main)) ?? (await read(reserve));
  if (!sequence) return undefined;
  const { identifier, integritySequence } = sequence.logicalVolume;
  const described = describedEnd(anchor, sequence, reader.blocks);
  return {
    identifier,
    end: await claimedEnd(reader, anchor, described),
    descriptors: joined([await beginningOf(reader, main), await beginningOf(reader, integritySequence)]),
  };
};
