import { z } from 'zod';
import { USE_OPTIONS } from '../burn/use.js';
import { CLIENT_EDITS, copiedBody, putBody } from '../image/draft/draft-edit.js';
import { importOptions } from '../image/import/import-options.js';
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

/** What a client may do to a draft at once. */
export const clientEdit = z
  .discriminatedUnion('do', [...CLIENT_EDITS, setVolume, setLimit])
  .meta({ id: 'DraftEdit' });
export type ClientEdit = z.infer<typeof clientEdit>;

/** What a revision of a draft consists of. */
export const draftEdit = z
  .discriminatedUnion('do', [...CLIENT_EDITS, setVolume, setLimit, putBody, copiedBody])
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
