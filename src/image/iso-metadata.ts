import { BLOCK, wholeBlocks } from '../iso9660/block.js';
import type { Moment } from '../iso9660/dates.js';
import { encodeDirectoryRecord, SELF } from '../iso9660/directory-record.js';
import { jolietVolumeIdentifier } from '../iso9660/joliet-names.js';
import { volumeIdentifier } from '../iso9660/names.js';
import {
  encodePathTableRecord,
  PATH_IDENTIFIER_OFFSET,
  pathTableRecordLength,
} from '../iso9660/path-table.js';
import {
  jolietVolumeDescriptor,
  primaryVolumeDescriptor,
  SYSTEM_AREA_BLOCKS,
  volumeDescriptorSetTerminator,
} from '../iso9660/volume-descriptors.js';
import { secondsOfNs } from '../iso9660/dates.js';
import { encodeDirectory } from './directory-records.js';
import type { IsoVolume, LaidOutHierarchy } from './iso-volume.js';
import { ROOT } from './tree.js';

/** ECMA-119 §8.4.18: the root's record in a descriptor is the bare one of 34 bytes. */
const rootRecord = ({ tree, blocks, sizes }: LaidOutHierarchy): Uint8Array => {
  const encoded = new Uint8Array(34);
  encodeDirectoryRecord(encoded, 0, {
    length: encoded.length,
    extent: blocks.get(ROOT) ?? 0,
    dataLength: sizes.get(ROOT)?.records ?? 0,
    recordedAt: secondsOfNs(tree.mtimeNs(ROOT)),
    directory: true,
    multiExtent: false,
    identifierLength: SELF.length,
  });
  return encoded;
};

const descriptorValues = (volume: IsoVolume, hierarchy: LaidOutHierarchy) => {
  const created: Moment = { ns: volume.request.createdAtNs, zoneMinutes: 0 };
  return {
    systemIdentifier: '',
    volumeSpaceSize: volume.blocks,
    pathTableSize: hierarchy.pathTableBytes,
    typeLPathTable: hierarchy.typeLPathTable,
    optionalTypeLPathTable: 0,
    typeMPathTable: hierarchy.typeMPathTable,
    optionalTypeMPathTable: 0,
    rootDirectoryRecord: rootRecord(hierarchy),
    volumeSetIdentifier: '',
    publisherIdentifier: '',
    dataPreparerIdentifier: 'SPINDLE',
    applicationIdentifier: 'SPINDLE',
    copyrightFileIdentifier: '',
    abstractFileIdentifier: '',
    bibliographicFileIdentifier: '',
    creationDate: created,
    modificationDate: created,
    expirationDate: null,
    effectiveDate: null,
  };
};

function* descriptors(volume: IsoVolume): Generator<Uint8Array> {
  const { request, primary, joliet } = volume;
  yield primaryVolumeDescriptor.encode({
    ...descriptorValues(volume, primary),
    volumeIdentifier: volumeIdentifier(request.volumeIdentifier),
  });
  if (joliet)
    yield jolietVolumeDescriptor.encode({
      ...descriptorValues(volume, joliet),
      volumeIdentifier: jolietVolumeIdentifier(request.volumeIdentifier),
    });
  yield volumeDescriptorSetTerminator.encode({});
}

const encodePathTable = (laidOut: LaidOutHierarchy, type: 'L' | 'M'): Uint8Array => {
  const { hierarchy, blocks, code, pathTableBytes } = laidOut;
  const encoded = new Uint8Array(wholeBlocks(pathTableBytes));
  const numbers = new Map(hierarchy.directories.map((directory, index) => [directory, index + 1]));
  let at = 0;
  for (const directory of hierarchy.directories) {
    const identifier = directory === ROOT ? SELF : hierarchy.identifier(directory);
    const identifierLength = directory === ROOT ? 1 : identifier.length * code.bytesPerCharacter;
    const parent = numbers.get(directory === ROOT ? ROOT : hierarchy.parent(directory)) ?? 1;
    const extent = blocks.get(directory) ?? 0;
    encodePathTableRecord(encoded, at, { identifierLength, extent, parent }, type);
    if (directory !== ROOT) code.write(encoded, at + PATH_IDENTIFIER_OFFSET, identifier);
    at += pathTableRecordLength(identifierLength);
  }
  return encoded;
};

/**
 * Second pass: everything before the contents, in the order of its addresses and in pieces of whole blocks,
 * each valid until the next.
 */
export function* volumeMetadata(volume: IsoVolume): Generator<Uint8Array> {
  const hierarchies = volume.joliet ? [volume.primary, volume.joliet] : [volume.primary];
  yield new Uint8Array(SYSTEM_AREA_BLOCKS * BLOCK);
  yield* descriptors(volume);
  for (const hierarchy of hierarchies) {
    yield encodePathTable(hierarchy, 'L');
    yield encodePathTable(hierarchy, 'M');
  }
  const scratch = { bytes: new Uint8Array() };
  for (const laidOut of hierarchies)
    for (const directory of laidOut.hierarchy.directories) yield encodeDirectory(laidOut, directory, scratch);
}
