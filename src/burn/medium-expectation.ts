import { z } from 'zod';
import { discStatus, mediumKind } from '../drive/medium.js';

/** What a medium must look like when it is read again; what is absent was not foretold. */
export const mediumExpectation = z
  .strictObject({
    kind: mediumKind,
    status: discStatus.optional(),
    formatted: z.boolean().optional(),
    sessions: z.int().min(0).optional().meta({ description: 'Closed sessions' }),
    recordedTracks: z.int().min(0).optional(),
    nextWritable: z.int().optional(),
    readable: z.int().min(0).optional().meta({ description: 'At least so many blocks can be read' }),
    track: z
      .strictObject({ start: z.int(), blocks: z.int().min(0) })
      .optional()
      .meta({ description: 'The last recorded track starts there and holds at least so many blocks' }),
    blank: z.boolean().optional().meta({ description: 'Nothing is recorded on it' }),
    capacity: z.int().min(0).optional().meta({ description: 'Blocks of its format' }),
    formatRunning: z.boolean().optional().meta({ description: 'A format goes on in the background' }),
    contents: z.enum(['none', 'volume']).optional(),
  })
  .meta({ id: 'MediumExpectation' });
export type MediumExpectation = z.infer<typeof mediumExpectation>;
