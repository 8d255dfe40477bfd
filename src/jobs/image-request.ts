import { z } from 'zod';
import { USE_OPTIONS } from '../burn/use.js';
import { CLIENT_EDITS, copiedBody, putBody, takenSession } from '../image/draft/draft-edit.js';
import { importOptions } from '../image/import/import-options.js';
import { driveId, ulid } from './identifier.js';
import { madeFor } from './made-for.js';
import { common, dataContent, rootedPath, startBlock, volumeOptions } from './request.js';

/** What a client asks for when it wants an image without recording it: POST /v1/images. */
export const imageRequest = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        ...dataContent,
        startBlock,
        import: importOptions.exactOptional().meta({
          description: 'Of the image of a job that appends alone: how the session before is continued',
        }),
        label: common.label,
        spool: common.spool,
      })
      .meta({ id: 'DataImageRequest' }),
    z
      .strictObject({
        type: z.literal('image'),
        source: rootedPath,
        startBlock,
        label: common.label,
        spool: common.spool,
      })
      .meta({ id: 'ForeignImageRequest' }),
  ])
  .meta({ id: 'ImageRequest', description: 'An image: what it is made of' });
export type ImageRequest = z.infer<typeof imageRequest>;

const limitBlocks = z.int().min(1).max(0xffff_ffff).meta({
  description: 'Blocks of 2,048 bytes that the image may have, as /v1/volume-defaults tells them of a medium',
});

/** An image that a client builds by and by. */
const draftImage = z
  .strictObject({
    type: z.literal('draft'),
    volume: volumeOptions.prefault({}),
    limitBlocks: limitBlocks.exactOptional(),
    startBlock,
    label: common.label,
    spool: common.spool,
  })
  .meta({ id: 'DraftImageRequest', description: 'A draft: empty at first, and built by revisions' });

export type DraftImage = z.infer<typeof draftImage>;

/** What POST /v1/images makes. */
export const newImage = z.discriminatedUnion('type', [...imageRequest.options, draftImage]).meta({
  id: 'NewImage',
  description: 'An image of what there is, or a draft that is built by and by',
});
export type NewImage = z.infer<typeof newImage>;

const setVolume = z
  .strictObject({ do: z.literal('volume'), volume: volumeOptions })
  .meta({ id: 'VolumeEdit', description: 'All options of the volume; what is left out gets its default' });

const setLimit = z.strictObject({ do: z.literal('limit'), blocks: limitBlocks.nullable() }).meta({
  id: 'LimitEdit',
  description: 'How large the image may be from now on; null: as large as it will',
});

const { fileSystem, session, startBlock: sessionStart, onConflict, skipUnsupported } = importOptions.shape;

const importSession = z
  .strictObject({
    do: z.literal('import'),
    drive: driveId.meta({ description: 'Where the medium lies that the draft is to continue' }),
    lease: ulid.exactOptional().meta({ description: 'Needed where the drive is leased, to read it now' }),
    fileSystem,
    session,
    startBlock: sessionStart,
    skipUnsupported,
    onConflict: onConflict.meta({
      description: 'Where the session has a file that the draft has, too: that of the draft, or nothing',
    }),
  })
  .refine(({ session: number, startBlock: block }) => number === undefined || block === undefined, {
    path: ['startBlock'],
    message: 'name the session by its number or by its first block',
  })
  .meta({
    id: 'ImportEdit',
    description:
      'Begin with what a medium holds: its files stand in the tree as if they had been added now, and the image goes on with that medium alone. Once in a draft',
  });
export type ImportEdit = z.infer<typeof importSession>;

/** What has become of that. */
const importedSession = takenSession
  .extend({ do: z.literal('import-session'), madeFor })
  .meta({ id: 'ImportedEdit', description: 'The session of a medium as it was when it was imported' });
export type ImportedEdit = z.infer<typeof importedSession>;

/** What a client may do to a draft at once. */
export const clientEdit = z
  .discriminatedUnion('do', [...CLIENT_EDITS, setVolume, setLimit, importSession])
  .meta({ id: 'DraftEdit' });
export type ClientEdit = z.infer<typeof clientEdit>;

/** What a revision of a draft consists of. */
export const draftEdit = z
  .discriminatedUnion('do', [...CLIENT_EDITS, setVolume, setLimit, putBody, copiedBody, importedSession])
  .meta({ id: 'MadeEdit' });
export type DraftEdit = z.infer<typeof draftEdit>;

/** What images are made of: of what a client asked for, or of a medium that a job has read. */
export const imageOrigin = z
  .union([
    imageRequest,
    draftImage,
    z
      .strictObject({ type: z.literal('read'), label: common.label, read: USE_OPTIONS.read })
      .meta({ id: 'ReadImageRequest' }),
  ])
  .meta({ id: 'ImageOrigin' });
export type ImageOrigin = z.infer<typeof imageOrigin>;
