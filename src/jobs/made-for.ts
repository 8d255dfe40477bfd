import { z } from 'zod';
import { placement } from '../burn/placement.js';
import { IMPORTED_FILE_SYSTEMS } from '../image/import/file-systems.js';
import { importedNames } from '../image/import/imported-names.js';
import { driveId, sha256Hex } from './identifier.js';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a draft has taken over of a medium. */
const imported = z
  .strictObject({
    volumeIdentifier: z
      .string()
      .meta({ description: 'What the volume is called by the file system that it was read by' }),
    volumeIdentifiers: importedNames.exactOptional().meta({
      description:
        'What each file system calls it, and that of the draft where no identifier is named. Absent of what an earlier build has imported',
    }),
    startBlock: z.int().meta({ description: 'First block of the session' }),
    fileSystem: z.enum(IMPORTED_FILE_SYSTEMS).meta({ description: 'By which the session was read' }),
    fileSystems: z
      .array(z.enum(IMPORTED_FILE_SYSTEMS))
      .meta({ description: 'By which it can be read, the best first' }),
    entries: count.meta({ description: 'Files and directories that the session has' }),
  })
  .meta({ id: 'ImportedSession' });

/** The medium that an image was made to go on with, and its place there. */
export const madeFor = z
  .strictObject({
    drive: driveId,
    recording: sha256Hex.exactOptional().meta({ description: 'Absent where the drive could not read it' }),
    fingerprint: sha256Hex,
    placement,
    grows: z
      .literal(true)
      .exactOptional()
      .meta({ description: 'The medium is overwritten in place: its volume is made to grow' }),
    imported: imported.exactOptional().meta({ description: 'Of a draft: the session that it has imported' }),
  })
  .meta({ id: 'MadeFor' });
export type MadeFor = z.infer<typeof madeFor>;
