import { z } from 'zod';
import { openImageFile } from '../../image/image-file.js';
import { placeInDraft } from '../../image/draft/draft-edit.js';
import { ulid } from '../../jobs/identifier.js';
import { volumeOptions } from '../../jobs/request.js';
import { volumeDefaults } from '../../jobs/volume-defaults.js';
import { draftSize, nameChange, recordedName } from '../../worker/draft-protocol.js';
import { knownImage, ofKnownImage, readyImage } from '../known-image.js';
import { mediumQuestion, roomLeft, roomOf } from '../medium-room.js';
import { pageOf, positionOf, positionQuery } from '../paging.js';
import { json } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const params = z.strictObject({ id: ulid });

const room = z.strictObject({
  kind: z.string(),
  blocks: z.int().min(0).meta({ description: 'Of 2,048 bytes, that an image on it may have' }),
});

const sizeView = draftSize
  .extend({
    medium: room
      .extend({ free: z.int().meta({ description: 'Blocks that are left; fewer than 0: it does not fit' }) })
      .exactOptional(),
  })
  .meta({ id: 'DraftSize' });

/** A page of the names that an image that is made has changed. */
const madeChanges = async (
  service: ApiService,
  image: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
) => {
  const { id } = await readyImage(service, image);
  return ofKnownImage(service, id, () => {
    const file = openImageFile(service.mastering.pathOf(id));
    try {
      return { items: file.nameChanges({ offset, limit }), more: offset + limit < file.nameChangeCount };
    } finally {
      file.close();
    }
  });
};

export const draftViewRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/images/:id/size',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'measureDraft',
        summary: 'How large the image is that a draft would become now',
        tags: ['drafts'],
        params,
        querystring: mediumQuestion,
        response: { 200: json('Exactly, as the sources are now', sizeView) },
      },
    },
    async (request) => {
      const { madeFor } = await knownImage(service, request.params.id);
      const room = madeFor ? roomLeft(service, madeFor, request.query) : roomOf(service, request.query);
      const size = await service.drafts.measure(request.params.id);
      return { ...size, ...(room && { medium: { ...room, free: room.blocks - size.blocks } }) };
    },
  );

  app.get(
    '/v1/volume-defaults',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readVolumeDefaults',
        summary: 'Which file systems suit a medium, and how much it holds',
        tags: ['drafts'],
        querystring: mediumQuestion,
        response: {
          200: json(
            'Options to begin a draft or a job with',
            z
              .strictObject({ volume: volumeOptions, medium: room.exactOptional() })
              .meta({ id: 'VolumeDefaults' }),
          ),
        },
      },
    },
    (request) => {
      const found = roomOf(service, request.query);
      return Promise.resolve({ volume: volumeDefaults(found?.kind ?? ''), ...(found && { medium: found }) });
    },
  );

  app.get(
    '/v1/images/:id/names',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readNames',
        summary: 'How each file system shows an entry of a draft',
        tags: ['drafts'],
        params,
        querystring: z.strictObject({ path: placeInDraft }),
        response: { 200: json('Names', z.strictObject({ items: z.array(recordedName) })) },
      },
    },
    async (request) => ({ items: await service.drafts.names(request.params.id, request.query.path) }),
  );

  app.get(
    '/v1/images/:id/name-changes',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'listNameChanges',
        summary: 'Names of an image, or of a draft, that some file system cannot hold as they are',
        tags: ['drafts'],
        params,
        querystring: positionQuery,
        response: { 200: json('One file system after the other', pageOf(nameChange)) },
      },
    },
    async (request) => {
      const { limit } = request.query;
      const offset = positionOf(request.query);
      const { id, type, state } = await knownImage(service, request.params.id);
      const { items, more } =
        type === 'draft' && state !== 'ready'
          ? await service.drafts.changes(id, { offset, limit })
          : await madeChanges(service, id, { offset, limit });
      return { items, ...(more && { next: String(offset + limit) }) };
    },
  );
};
