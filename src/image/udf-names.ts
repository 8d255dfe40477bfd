import { BLOCK } from '../udf/block.js';
import { encodeFileIdentifier, type FileIdentifier } from '../udf/file-identifier.js';
import { dataBlock, entryAllocation, entryBlock, type UdfVolume } from './udf-volume.js';

/** Where names lie: in the entry itself, or from a block on. */
interface Place {
  readonly embedded: boolean;
  readonly block: number;
}

/** Writes names one after the other; each knows the block in which it begins. */
const writer = (volume: UdfVolume, target: Uint8Array, { embedded, block }: Place) => {
  const { rules, wholeTags } = volume.options;
  const version = rules.tagVersion;
  let at = 0;
  return (name: FileIdentifier): void => {
    const location = embedded ? block : block + Math.floor(at / BLOCK);
    at = encodeFileIdentifier(target, at, name, { version, location, wholeTags });
  };
};

/** The names in a directory, ECMA-167 4/8.6: that of its parent first. */
export const encodeNames = (volume: UdfVolume, directory: number, target: Uint8Array): void => {
  const { udf } = volume;
  const { hierarchy, tree } = udf;
  const position = udf.position(directory);
  const embedded = udf.isEmbedded(directory);
  const block = embedded ? entryBlock(volume, position) : dataBlock(volume, position + 1);
  const write = writer(volume, target, { embedded, block });
  const parent = udf.isRoot(directory) ? directory : hierarchy.parent(directory);
  const icb = entryAllocation(volume, udf.position(parent), udf.uniqueId(parent));
  write({ name: '', directory: true, hidden: false, parent: true, icb });
  for (const child of udf.children(directory))
    write({
      name: hierarchy.identifier(child),
      directory: tree.isDirectory(child),
      hidden: tree.isHidden(child),
      parent: false,
      icb: entryAllocation(volume, udf.position(child), udf.uniqueId(child)),
    });
};

/** The names of the streams of a file; their parent is the file. */
export const encodeStreamNames = (volume: UdfVolume, entry: number, target: Uint8Array): void => {
  const { udf } = volume;
  const position = udf.streamPosition(entry);
  const embedded = !udf.hasLongStreamNames(entry);
  const block = embedded ? entryBlock(volume, position) : dataBlock(volume, position + 1);
  const write = writer(volume, target, { embedded, block });
  const uniqueId = udf.uniqueId(entry);
  write({
    name: '',
    directory: true,
    hidden: false,
    parent: true,
    icb: entryAllocation(volume, udf.position(entry), uniqueId),
  });
  const first = position + 1 + udf.streamNamesBlocks(entry);
  for (const [index, name] of udf.streamNames(entry).entries())
    write({
      name,
      directory: false,
      hidden: false,
      parent: false,
      icb: entryAllocation(volume, first + index, uniqueId),
    });
};
