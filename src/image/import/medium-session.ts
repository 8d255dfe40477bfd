import { z } from 'zod';
import { importOptions } from './import-options.js';

/** A session of a medium that an image continues, and how. */
export const mediumSession = z.strictObject({
  start: z.int(),
  /** One more than the last block of the medium that is recorded. */
  end: z.int().min(1),
  fileSystem: importOptions.shape.fileSystem,
  recording: z.string().regex(/^[0-9a-f]{64}$/),
  /** On overwritable media the volume grows, by multiples of so many blocks. */
  unit: z.int().min(1).optional(),
  /** The image goes into what its volume of UDF has free, not behind it. */
  within: z.literal(true).optional(),
});
export type MediumSession = z.infer<typeof mediumSession>;
