import { z } from 'zod';

/** Bytes as they came, so that nobody depends on what we know of them. */
export const rawBytes = z.string().meta({ description: 'The bytes, as pairs of hex digits' });

/** The fields of a structure by the names of its standard. */
export const decodedView = z
  .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.number())]))
  .optional()
  .meta({
    description:
      'Fields that were sent, by their names in the standard; bytes as hex. Absent where the structure is not known here, or is another one',
  });
