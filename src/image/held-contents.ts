import { BLOCK, blocksFor } from '../iso9660/block.js';
import type { Region } from './allocator.js';
import type { PlacedContents } from './contents.js';
import type { Tree } from './tree.js';
import { wholeBlocksOf } from './whole-blocks.js';

/** Bytes that are handed on at once, about. */
const PIECE = 256 * 1024;

function* inPieces(contents: readonly Uint8Array[]): Generator<Uint8Array> {
  let piece: Uint8Array[] = [];
  let bytes = 0;
  for (const content of contents) {
    piece.push(wholeBlocksOf(content));
    bytes += blocksFor(content.length) * BLOCK;
    if (bytes < PIECE) continue;
    yield Buffer.concat(piece);
    piece = [];
    bytes = 0;
  }
  yield Buffer.concat(piece);
}

/**
 * Blocks for what files contain that lies on the medium within entries of UDF, where no other file system finds it. What stands in entries of
 * this volume, too, needs none.
 */
export const heldRegion = (
  tree: Tree,
  contents: PlacedContents,
  isEmbedded: (entry: number) => boolean,
): Region => {
  const held = new Map<number, Uint8Array>();
  for (const entry of tree.onMedium.heldEntries()) {
    const first = contents.inodes.first(entry);
    const bytes = tree.onMedium.held(first);
    if (bytes && bytes.length > 0 && !isEmbedded(first)) held.set(first, bytes);
  }
  const pieces = [...held.values()];
  return {
    blocks: pieces.reduce((blocks, { length }) => blocks + blocksFor(length), 0),
    place: (first) => {
      let block = first;
      for (const [entry, { length }] of held) {
        contents.place(entry, block);
        block += blocksFor(length);
      }
    },
    bytes: () => inPieces(pieces),
  };
};
