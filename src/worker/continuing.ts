import type { ImageContents } from '../image/image-contents.js';
import type { Mastered } from '../image/master.js';
import type { ImportedBase } from './read-session.js';

/** An image that continues a session says so, and may be one that makes a volume grow. */
export const continuing = (
  { contents, kept }: Pick<Mastered, 'contents' | 'kept'>,
  imported: ImportedBase | undefined,
): ImageContents => {
  if (!imported) return contents;
  const { base, recording, grow } = imported;
  const listed = contents.manifest?.takenOver.blocks ?? 0;
  const continues = {
    start: base.start,
    fileSystem: base.view,
    entries: kept,
    recording,
    ...(listed > 0 && { listedBlocks: listed }),
  };
  const session = { ...contents, summary: { ...contents.summary, continues } };
  return grow ? grow(session) : session;
};
