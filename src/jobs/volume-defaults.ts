import { continuedName } from '../image/continued-name.js';
import type { ImportedFileSystem } from '../image/import/file-systems.js';
import { importedNames } from '../image/import/imported-names.js';
import type { ListedVolume } from '../image/import/listed-volumes.js';
import { type VolumeOptions, volumeOptions } from './request.js';

/**
 * File systems that suit a family of media. Joliet and Rock Ridge are read everywhere; a DVD has UDF 1.02 besides, which players and
 * old systems read, and BD 2.50, which its formats prescribe.
 */
const UDF_OF_FAMILY: Readonly<Record<string, VolumeOptions['udf'] | { revision: string }>> = {
  dvd: { revision: '1.02' },
  bd: { revision: '2.50' },
};

/** Options of a volume for a kind of medium, such as `dvd+rw`. */
export const volumeDefaults = (kind: string): VolumeOptions =>
  volumeOptions.parse({ udf: UDF_OF_FAMILY[kind.slice(0, kind.search(/[-+]/))] ?? false });

/** Rock Ridge and ISO 9660:1999 have the name of ISO 9660. */
const namesIn = (volumes: readonly ListedVolume[]) => {
  const named = volumes.filter(
    ({ fileSystem, volumeIdentifier }) => fileSystem in importedNames.shape && volumeIdentifier !== '',
  );
  const names = Object.fromEntries(
    named.map(({ fileSystem, volumeIdentifier }) => [fileSystem, volumeIdentifier]),
  );
  return continuedName(importedNames.parse(names), { volumeNames: {}, asciiNames: false });
};

/** Options of a volume that goes on with one, by the same file systems and under the same names; undefined where there is none. */
export const volumeLike = (volumes: readonly ListedVolume[]): VolumeOptions | undefined => {
  const ofKind = (kind: ImportedFileSystem): ListedVolume | undefined =>
    volumes.find(({ fileSystem }) => fileSystem === kind);
  const has = (kind: ImportedFileSystem): boolean => ofKind(kind) !== undefined;
  const [udf, names] = [ofKind('udf'), namesIn(volumes)];
  if (!udf && !has('iso9660')) return undefined;
  return volumeOptions.parse({
    ...(names && { identifier: names.volumeIdentifier, identifiers: names.volumeNames }),
    iso9660: has('iso9660') && { enhanced: has('enhanced') },
    joliet: has('joliet'),
    rockRidge: has('rock-ridge'),
    udf: udf ? { ...(udf.udfRevision && { revision: udf.udfRevision }) } : false,
  });
};
