import type { ImageSummary } from './image.js';

const MEBIBYTE = 1024 * 1024;

/** Beyond so many small files per mebibyte a disk that seeks cannot feed a drive. */
const MOST_SMALL_FILES_PER_MEBIBYTE = 20;

export interface SpoolDecision {
  readonly spool: boolean;
  /** In words, for the plan. */
  readonly reason: string;
}

/** Whether an image is written to a spool before any laser starts. */
export const decideSpool = (
  { smallFiles, bytes }: Pick<ImageSummary, 'smallFiles' | 'bytes'>,
  { copies, spool }: { readonly copies: number; readonly spool: 'auto' | 'always' | 'never' },
): SpoolDecision => {
  if (spool === 'always') return { spool: true, reason: 'The request asks for it.' };
  if (spool === 'never') return { spool: false, reason: 'The request forbids it.' };
  if (copies > 1)
    return { spool: true, reason: `${copies} copies must be the same, so the sources are read only once.` };
  if (smallFiles > (bytes / MEBIBYTE) * MOST_SMALL_FILES_PER_MEBIBYTE)
    return {
      spool: true,
      reason: `${smallFiles} small files might be read more slowly than the drive records.`,
    };
  return { spool: false, reason: 'One copy of large files is read as fast as the drive records.' };
};
