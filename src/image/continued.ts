import { z } from 'zod';
import { SpindleError } from '../errors.js';
import type { Continued } from './image.js';
import { IMPORTED_FILE_SYSTEMS } from './import/file-systems.js';

/** What an image continues, as plans and image files say it. */
export const continued = z
  .strictObject({
    start: z.int().meta({ description: 'First block of the session' }),
    fileSystem: z.enum(IMPORTED_FILE_SYSTEMS),
    entries: z.int().min(0).meta({ description: 'Files and directories' }),
    recording: z.string().meta({ description: 'By what the medium is known that holds them' }),
    listedBlocks: z.int().min(1).exactOptional().meta({
      description:
        'Blocks of those files that the manifest lists: a full verification reads and compares them, too. Absent: none',
    }),
  })
  .meta({ id: 'Continued' }) satisfies z.ZodType<Continued>;

/** From the text in an image file. */
export const readContinued = (text: string): Continued => {
  const read = continued.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  throw new SpindleError('image-invalid', 'What the image continues is damaged.', { cause: read.error });
};
