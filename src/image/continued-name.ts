import { asciiText } from '../iso9660/names.js';
import type { ImportedNames } from './import/imported-names.js';
import type { TreeRequest } from './master-request.js';
import { volumeNameOptions } from './volume-names.js';

type Named = Pick<TreeRequest, 'volumeIdentifier' | 'volumeNames'>;
type FileSystem = keyof ImportedNames;

const FILE_SYSTEMS: readonly FileSystem[] = ['iso9660', 'joliet', 'udf'];

/** As a request may name a volume; what names hold beside characters, no reader shows. */
const identifierOf = (name: string): string => name.slice(0, 32).replaceAll(/[\p{Cc}\p{Surrogate}]/gu, '_');

const canHold = (fileSystem: FileSystem, name: string, asciiNames: boolean): boolean =>
  volumeNameOptions.shape[fileSystem].safeParse(name).success &&
  (fileSystem === 'iso9660' || !asciiNames || asciiText(name) === name);

/**
 * The names of a volume that goes on with one which is called so, where the client names none: each file system keeps its own where it may
 * hold it, and one that is new, or has to have another, gets its name from the fullest. Undefined where that volume has no name.
 */
export const continuedName = (
  imported: ImportedNames,
  { volumeNames, asciiNames }: Pick<TreeRequest, 'volumeNames' | 'asciiNames'>,
): Named | undefined => {
  const fullest = imported.udf ?? imported.joliet ?? imported.iso9660;
  if (fullest === undefined) return undefined;
  const kept = FILE_SYSTEMS.flatMap((fileSystem) => {
    const name = imported[fileSystem] ?? '';
    return canHold(fileSystem, name, asciiNames) ? [[fileSystem, name] as const] : [];
  });
  return {
    volumeIdentifier: identifierOf(fullest),
    volumeNames: { ...Object.fromEntries(kept), ...volumeNames },
  };
};
