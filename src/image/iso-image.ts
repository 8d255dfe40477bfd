import { BLOCK } from '../iso9660/block.js';
import { DATA_UNIT, type Extent, type ImageSummary } from './image.js';
import type { ImageContents, PlacedSource } from './image-contents.js';
import { volumeMetadata } from './iso-metadata.js';
import type { IsoVolume } from './iso-volume.js';
import { nameChanges } from './name-changes.js';

/** A file whose reading costs more than its bytes. */
const SMALL = 64 * 1024;

function* extents({ tree, contents, blockOf, metadataBlocks }: IsoVolume): Generator<Extent> {
  yield { kind: 'metadata', address: 0, length: metadataBlocks * BLOCK, offset: 0 };
  for (const [source, entry] of contents.entries())
    yield {
      kind: 'source',
      address: blockOf(entry) * BLOCK,
      length: tree.contentBytes(entry),
      source,
      offset: 0,
    };
}

function* sources({ tree, contents }: IsoVolume): Generator<PlacedSource> {
  for (const entry of contents) yield { source: tree.source(entry), place: tree.path(entry) };
}

const count = (items: Iterable<unknown>): number => {
  const iterator = items[Symbol.iterator]();
  let counted = 0;
  while (iterator.next().done !== true) counted++;
  return counted;
};

const summarize = (volume: IsoVolume, requestDigest: string): ImageSummary => {
  const { tree, contents, blocks, request } = volume;
  let files = 0;
  let directories = 0;
  for (let entry = 0; entry < tree.size; entry++)
    if (tree.isDirectory(entry)) directories++;
    else files++;
  return {
    parts: [{ session: 1, track: 1, unit: DATA_UNIT, start: 0, length: blocks }],
    bytes: blocks * BLOCK,
    volumeIdentifier: request.volumeIdentifier,
    files,
    directories,
    smallFiles: contents.filter((entry) => tree.contentBytes(entry) < SMALL).length,
    requestDigest,
  };
};

/** A volume as an image of one part, which begins at address 0 as the addresses in it say. */
export const isoImage = (volume: IsoVolume, requestDigest: string): ImageContents => ({
  summary: summarize(volume, requestDigest),
  extents: [{ count: volume.contents.length + 1, items: extents(volume) }],
  sources: { count: volume.contents.length, items: sources(volume) },
  nameChanges: { count: count(nameChanges(volume)), items: nameChanges(volume) },
  metadata: { bytes: volume.metadataBlocks * BLOCK, items: volumeMetadata(volume) },
});
