import { statSync } from 'node:fs';

/** Undefined where there is no such file, or nobody may look. */
const ownerOf = (file: string): number | undefined => {
  try {
    return statSync(file).uid;
  } catch {
    return undefined;
  }
};

/** Which of these files belong to others, to go behind a reason: root, mostly, has once started a daemon there. */
export const foreignOwners = (files: readonly string[]): string =>
  files
    .map((file) => ({ file, uid: ownerOf(file) }))
    .filter(({ uid }) => uid !== undefined && uid !== process.getuid?.())
    .map(({ file, uid }) => `; ${file} belongs to user ${uid}`)
    .join('');
