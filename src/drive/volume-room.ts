import { z } from 'zod';
import { UDF_HINDRANCES, type UdfRoom } from '../image/import/udf-room.js';

const blocks = z.int().min(0);

/** What can be put into a volume of UDF that leaves nothing of an overwritable medium behind it. */
export const volumeRoom = z
  .union([
    z.strictObject({
      start: z.int().meta({ description: 'Where the longest run of free blocks begins' }),
      blocks: blocks.meta({ description: 'Whole ECC blocks of that run, in blocks' }),
      free: blocks.meta({ description: 'All free blocks, in one piece or not' }),
    }),
    z.strictObject({
      hindrance: z.enum(UDF_HINDRANCES).meta({ description: 'Why nothing can be put into it' }),
    }),
  ])
  .meta({ id: 'VolumeRoom' }) satisfies z.ZodType<UdfRoom>;
