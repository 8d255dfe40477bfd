import { z } from 'zod';
import { IMPORTED_FILE_SYSTEMS } from './import/file-systems.js';

/** Phases in which an image is made, in the order in which they come. */
const IMAGE_PHASES = ['import', 'scan', 'digest', 'write', 'spool'] as const;

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Longer than what names of people come to; whoever makes a tree of strangers must not fill the frames of everybody with it. */
const LONGEST_PATH = 1024;

/** How far an image is that is being made, or a draft for which a disc is read. At most four a second, the latest wins, never stored. */
export const imageProgress = z
  .strictObject({
    phase: z.enum(IMAGE_PHASES).meta({
      description:
        '`import`: the session that it continues is read; `scan`: its sources are found; `digest`: files are read for the manifest; `write`: the image file is written; `spool`: all that it holds is copied',
    }),
    done: count.meta({ description: 'Blocks of an import, entries of a scan, else bytes' }),
    total: count.meta({ description: '0 while nobody knows' }),
    path: z
      .string()
      .max(LONGEST_PATH)
      .exactOptional()
      .meta({ description: 'On the disc: the file or directory that it is at. The end of a long one' }),
    fileSystem: z
      .enum(IMPORTED_FILE_SYSTEMS)
      .exactOptional()
      .meta({ description: 'That is imported, once its tree is read' }),
    files: count.exactOptional().meta({ description: 'Of the tree that is imported, read so far' }),
    directories: count.exactOptional(),
  })
  .meta({ id: 'ImageProgress' });
export type ImageProgress = z.infer<typeof imageProgress>;

/** What fits of a path; what it ends with tells most. */
export const fittingPath = (path: string): string =>
  path.length <= LONGEST_PATH ? path : `…${path.slice(1 - LONGEST_PATH)}`;
