import type { z } from 'zod';
import { listedBase } from '../image/import/base-digests.js';
import { refuseUdfGrowth } from '../image/grown-udf.js';
import { importProgress, type UntoldProgress } from './making-progress.js';
import { openMediumBlocks } from './medium-blocks.js';
import type { masteringArgument } from './mastering-protocol.js';
import { type ImportedBase, readSession } from './read-session.js';

type Argument = z.infer<typeof masteringArgument>;

/** Of an image that is no tree. */
const NO_TREE = { udf: false as const, iso9660: false, manifest: undefined, remove: [] };

/** Reads the session that the image is to continue through its drive; undefined where there is none to continue. */
export const importBase = async (
  { base: wanted, request }: Argument,
  tell: (progress: UntoldProgress) => void,
): Promise<ImportedBase | undefined> => {
  if (!wanted) return undefined;
  const asked = 'image' in request ? NO_TREE : request;
  const { onRead, onEntry } = importProgress(tell);
  const reader = openMediumBlocks(wanted.end, onRead);
  try {
    const imported = await readSession(reader, wanted, { listed: listedBase(asked), onEntry });
    if (imported.grow) refuseUdfGrowth(imported.base, asked);
    return imported;
  } finally {
    reader.close();
  }
};
