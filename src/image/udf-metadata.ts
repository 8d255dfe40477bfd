import { BLOCK } from '../udf/block.js';
import { encodeFileSet } from './udf-descriptors.js';
import { encodeContinuation, encodeStream, encodeStreamDirectory, encodeTreeEntry } from './udf-entries.js';
import { encodeNames, encodeStreamNames } from './udf-names.js';
import type { Item } from './udf-tree.js';
import { metadataBlocks, type UdfVolume } from './udf-volume.js';

/** Blocks that are handed on at once. */
const CHUNK = 128;

type Encode<K extends Item['kind']> = (
  volume: UdfVolume,
  item: Extract<Item, { kind: K }>,
  place: { readonly position: number; readonly target: Uint8Array },
) => void;

const ENCODE: { readonly [K in Item['kind']]: Encode<K> } = {
  'file-set': (volume, _item, { target }) => {
    encodeFileSet(volume, target);
  },
  entry: (volume, { entry }, { target }) => {
    encodeTreeEntry(volume, entry, target);
  },
  allocation: (volume, { entry, index }, { position, target }) => {
    encodeContinuation(volume, { entry, index, position }, target);
  },
  directory: (volume, { entry }, { target }) => {
    encodeNames(volume, entry, target);
  },
  'stream-directory': (volume, { entry }, { target }) => {
    encodeStreamDirectory(volume, entry, target);
  },
  'stream-names': (volume, { entry }, { target }) => {
    encodeStreamNames(volume, entry, target);
  },
  stream: (volume, { entry, index }, { position, target }) => {
    encodeStream(volume, { entry, index, position }, target);
  },
};

/** Second pass: all metadata in the order of its addresses, in large pieces of which each is valid until the next. */
export function* encodeMetadata(volume: UdfVolume): Generator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK * BLOCK);
  let used = 0;
  let position = 0;
  for (const item of volume.udf.items()) {
    const bytes = item.blocks * BLOCK;
    if (used + bytes > chunk.length) {
      yield chunk.subarray(0, used);
      used = 0;
      if (bytes > chunk.length) chunk = new Uint8Array(bytes);
      else chunk.fill(0);
    }
    const place = { position, target: chunk.subarray(used, used + bytes) };
    (ENCODE[item.kind] as Encode<Item['kind']>)(volume, item, place);
    used += bytes;
    position += item.blocks;
  }
  yield chunk.subarray(0, used);
  yield new Uint8Array((metadataBlocks(volume) - position) * BLOCK);
}
