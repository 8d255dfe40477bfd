import { z } from 'zod';

/** How a disc is to be recorded; the same object in the API, in a plan and in an attempt. */
export const burnOptions = z
  .strictObject({
    speed: z
      .union([z.literal('max'), z.int().min(1).max(1_000_000), z.string().regex(/^\d{1,3}(\.\d{1,2})?x$/)])
      .default('max')
      .meta({ description: '`max`, kB/s (kB = 1,000 bytes), or a factor of the medium such as `16x`' }),
    onNonBlank: z
      .enum(['reject', 'erase', 'append'])
      .default('reject')
      .meta({ description: 'What to do when the medium holds a recording' }),
    close: z
      .enum(['disc', 'session'])
      .default('disc')
      .meta({ description: '`disc` finalizes; `session` leaves the medium appendable' }),
    simulate: z
      .boolean()
      .default(false)
      .meta({ description: 'Test write with the laser at reading power; refused where the medium has none' }),
    verify: z
      .enum(['none', 'quick', 'full'])
      .default('full')
      .meta({ description: '`quick` reads samples, first and last blocks; `full` reads everything' }),
    eject: z.boolean().default(false),
  })
  .meta({ id: 'BurnOptions' });

export type BurnOptions = z.infer<typeof burnOptions>;
