import type { FileSystem, NameChange } from '../../src/image/name-changes.js';

/** A path as src/os spells it: what is no UTF-8 is a lone surrogate. */
export const spelled = (path: string): string =>
  path.includes('\xff')
    ? path.replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
    : Buffer.from(path, 'latin1').toString();

/** Paths in a file system as they were announced: an announced name stands for the last name of its path. */
export const announcedPaths = (
  changes: readonly NameChange[],
  fileSystem: FileSystem,
): ((path: string) => string) => {
  const announced = new Map(
    changes
      .filter((change) => change.fileSystem === fileSystem && !change.recordedAs.includes(' -> '))
      .map((change) => [change.path, change.recordedAs]),
  );
  return (path) => {
    const names = spelled(path).split('/');
    return names
      .map((name, index) => announced.get(`/${names.slice(0, index + 1).join('/')}`) ?? name)
      .join('/');
  };
};
