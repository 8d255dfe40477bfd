import { z } from 'zod';
import { placeOnDisc } from '../request-paths.js';
import { IMPORTED_FILE_SYSTEMS } from './file-systems.js';

/** What becomes of the session that is on a medium when another one follows it. */
export const importOptions = z
  .strictObject({
    fileSystem: z
      .enum(['auto', ...IMPORTED_FILE_SYSTEMS])
      .default('auto')
      .meta({
        description:
          'By which file system the session is read; `auto`: that which shows most, which is Rock Ridge, else UDF, else Joliet, else plain ISO 9660',
      }),
    session: z.int().min(1).exactOptional().meta({
      description: 'The session that is continued, counted from 1; default: the last one that holds data',
    }),
    startBlock: z.int().min(0).exactOptional().meta({
      description: 'The same, by the block at which its volume begins; on media without sessions, too',
    }),
    onConflict: z.enum(['replace', 'refuse']).default('replace').meta({
      description:
        'Where the session has a file that the job brings, too: the new one, or nothing. A directory in the place of a file, or a file in that of a directory, is refused whatever it says (`name-collision`)',
    }),
    skipUnsupported: z.boolean().default(false).meta({
      description:
        'Leave out of the session what the new one cannot hold, instead of refusing it all: compressed and sparse files, associated files, older versions, links and devices without Rock Ridge, named streams without UDF 2.00, files in too many pieces. `warnings` of plan and image list each',
    }),
    remove: z
      .array(placeOnDisc)
      .max(10_000)
      .default([])
      .meta({ description: 'Paths of the session that are to be seen no more; their bytes stay' }),
  })
  .refine(({ session, startBlock }) => session === undefined || startBlock === undefined, {
    path: ['startBlock'],
    message: 'name the session by its number or by its first block',
  })
  .meta({
    id: 'ImportOptions',
    description: 'How what is on the medium is shown together with what is appended',
  });

export type ImportOptions = z.infer<typeof importOptions>;
