import { z } from 'zod';
import { baseOn } from '../../fleet/place-image.js';
import { openImageFile } from '../../image/image-file.js';
import { placeInDraft } from '../../image/draft/draft-edit.js';
import { ulid } from '../../jobs/identifier.js';
import { type VolumeOptions, volumeOptions } from '../../jobs/request.js';
import { volumeDefaults, volumeLike } from '../../jobs/volume-defaults.js';
import { draftSize, nameChange, recordedName } from '../../worker/draft-protocol.js';
import { knownImage, ofKnownImage, readyImage } from '../known-image.js';
import { mediumIn, mediumQuestion, roomLeft, roomOf } from '../medium-room.js';
import { ownLease } from '../own-lease.js';
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

/** What the volume has that a draft would go on with by an import; undefined where there is none. */
const volumeOn = async (
  service: ApiService,
  drive: string,
  lease: string | undefined,
): Promise<VolumeOptions | undefined> => {
  const { report } = service.fleet.state(drive);
  const base = report && baseOn(report);
  if (!base) return undefined;
  const sessions = await service.sessions.list({ drive, medium: mediumIn(service, drive), lease });
  return volumeLike(sessions.find(({ number }) => number === base.session)?.volumes ?? []);
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
        description:
          'Where the medium in a drive holds a volume that can be gone on with: the file systems and names that it has, which are read through the drive.',
        tags: ['drafts'],
        querystring: mediumQuestion.extend({
          lease: ulid.optional().meta({ description: 'Needed where the drive is leased' }),
        }),
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
    async (request) => {
      const { lease: wanted, ...question } = request.query;
      const found = roomOf(service, question);
      const { drive } = question;
      const lease = drive === undefined ? undefined : await ownLease(service, request, drive, wanted);
      const like = drive === undefined ? undefined : await volumeOn(service, drive, lease);
      return { volume: like ?? volumeDefaults(found?.kind ?? ''), ...(found && { medium: found }) };
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
