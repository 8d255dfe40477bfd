import { fittingPath, type ImageProgress } from '../image/image-progress.js';
import type { FoundEntries, OnEntry } from '../image/import/found-entries.js';

/** Progress of which most is never told, so that its path is not made for it. */
export type UntoldProgress = Omit<ImageProgress, 'path'> & {
  readonly path?: () => string | undefined;
};

export const toldProgress = ({ path, ...progress }: UntoldProgress): ImageProgress => {
  const at = path?.();
  return { ...progress, ...(at !== undefined && { path: fittingPath(at) }) };
};

/** Tells how far the import of a session is, by the blocks that were read and what was found in them. */
export const importProgress = (
  tell: (progress: UntoldProgress) => void,
): { readonly onRead: (blocks: number) => void; readonly onEntry: OnEntry } => {
  let done = 0;
  let found: FoundEntries | undefined;
  const say = (): void => {
    tell({ phase: 'import', done, total: 0, ...found });
  };
  return {
    onRead: (blocks) => {
      done = blocks;
      say();
    },
    onEntry: (entries) => {
      found = entries;
      say();
    },
  };
};
