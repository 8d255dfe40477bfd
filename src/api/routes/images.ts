import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { requestDigestOf } from '../../fleet/prepare-image.js';
import { layoutOfBlock } from '../../image/block-map.js';
import { openImageFile } from '../../image/image-file.js';
import { readUnreadable } from '../../image/unreadable.js';
import { ulid } from '../../jobs/identifier.js';
import { type Image, image, imageView } from '../../jobs/records.js';
import { newImage, type NewImage } from '../../jobs/image-request.js';
import { checkRoots } from '../check-request.js';
import { etagOf } from '../conditional.js';
import { answerContent, CONTENT_HEADERS, CONTENT_RESPONSES, type Content } from '../content-answer.js';
import { answerOnce, idempotencyHeader } from '../idempotency.js';
import { readContent } from '../image-content.js';
import { knownImage, ofKnownImage, readyImage } from '../known-image.js';
import { layoutOfPath } from '../layout-of-path.js';
import { pageAt, pageOf, pageQuery, positionOf, positionQuery } from '../paging.js';
import { json, NO_CONTENT } from '../responses.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';
import { withProgress } from '../with-progress.js';

const params = z.strictObject({ id: ulid });
const bytes = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const layoutRow = z
  .strictObject({
    path: z.string().meta({ description: 'On the disc; empty for structures of the file system' }),
    address: bytes.meta({ description: 'Bytes from the beginning of the part' }),
    length: bytes,
  })
  .meta({ id: 'LayoutRow' });

const layoutQuery = positionQuery
  .extend({
    part: z.coerce.number().int().min(0).max(1000).default(0),
    block: z.coerce.number().int().min(0).max(0xffff_ffff).optional().meta({
      description:
        'Only what holds this block, counted from the beginning of the part; nothing, where it is padding',
    }),
    path: z
      .string()
      .regex(/^\/[\s\S]/, { error: 'must be a path on the disc' })
      .max(32_768)
      .optional()
      .meta({
        description:
          'Only where this file lies, by its path on the disc, of one with several names the first; nothing, where it has no contents of its own there. All of its pieces come at once',
      }),
  })
  .refine(({ block, path, cursor }) => path === undefined || (block === undefined && cursor === undefined), {
    message: 'must stand alone, without `block` or `cursor`',
    path: ['path'],
  });

/** A page of the extents of an image, the one that holds a block, or those of a file. */
const layoutOf = async (path: string, query: z.infer<typeof layoutQuery>, isGone: () => boolean) => {
  const { part, limit, block } = query;
  const file = openImageFile(path);
  try {
    if (query.path !== undefined)
      return { items: await layoutOfPath(file, { part, path: query.path, isGone }) };
    if (block !== undefined) return { items: layoutOfBlock(file, part, block) };
    const offset = positionOf(query);
    const items = file.layout(part, { offset, limit });
    const end = offset + items.length;
    return { items, ...(end < file.extentCount(part) && { next: String(end) }) };
  } finally {
    file.close();
  }
};

const unreadableRange = z
  .strictObject({ from: z.int().min(0), count: z.int().min(1) })
  .meta({ id: 'UnreadableRange', description: 'Blocks of the image that hold zeros instead' });

const unreadableRoute = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/images/:id/unreadable',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readUnreadable',
        summary: 'Which blocks could not be read from the medium that the image was made of',
        tags: ['images'],
        params,
        querystring: positionQuery,
        response: {
          200: json('Ranges of blocks, in order; none where all were read', pageOf(unreadableRange)),
        },
      },
    },
    async (request) => {
      const { id } = await readyImage(service, request.params.id);
      const ranges = z.array(unreadableRange).parse(await readUnreadable(service.mastering.pathOf(id)));
      return pageAt(ranges.length, request.query, (start, end) => ranges.slice(start, end));
    },
  );
};

/** Which session would be continued is only known where there is a medium. */
const refuseImport = (request: NewImage): void => {
  if (request.type !== 'data' || !request.import) return;
  const message = 'must be false: only a job that appends continues a session';
  throw new SpindleError('schema-violation', message, { errors: [{ pointer: '/import', message }] });
};

const collectionRoutes = (app: Server, service: ApiService): void => {
  app.post(
    '/v1/images',
    {
      config: { scope: 'jobs:write', repeated: 'by-key' },
      schema: {
        operationId: 'createImage',
        summary: 'Make an image without recording it, or begin a draft',
        tags: ['images'],
        headers: idempotencyHeader,
        body: newImage,
        response: { 202: json('The image, which is being made, or the draft, which is empty', image) },
      },
    },
    async (request, reply) => {
      checkRoots(service, request.body);
      refuseImport(request.body);
      const answer = await answerOnce(service, request, reply, async (key) => {
        const { body } = request;
        const { id: principal } = principalOf(request);
        const created = await service.store.createImage(body, principal, requestDigestOf(body), { key });
        if (created.state === 'mastering') service.mastering.begin(created.id);
        return { status: 202, headers: {}, body: created };
      });
      return reply.code(202).header('location', `/v1/images/${answer.body.id}`).send(answer.body);
    },
  );

  app.get(
    '/v1/images',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'listImages',
        summary: 'Images, the newest first',
        tags: ['images'],
        querystring: pageQuery.extend({ state: imageView.shape.state.optional() }),
        response: { 200: json('Images without their requests', pageOf(imageView)) },
      },
    },
    async (request) => {
      const { limit, cursor, state } = request.query;
      const { items, next } = await service.store.listImages({
        limit,
        ...(cursor !== undefined && { cursor }),
        ...(state !== undefined && { state }),
      });
      return {
        items: items.map((one) => withProgress(service, one)),
        ...(next !== undefined && { next }),
      };
    },
  );

  app.get(
    '/v1/images/:id',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readImage',
        summary: 'One image',
        tags: ['images'],
        params,
        response: { 200: json('The image', image) },
      },
    },
    async (request, reply) => {
      const found = await knownImage(service, request.params.id);
      if (found.draft) reply.header('etag', etagOf(found.draft.rev));
      return withProgress(service, found);
    },
  );

  app.delete(
    '/v1/images/:id',
    {
      config: { scope: 'jobs:write' },
      schema: {
        operationId: 'deleteImage',
        summary: 'Delete an image that no job uses',
        tags: ['images'],
        params,
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      await knownImage(service, request.params.id);
      await service.store.deleteImage(request.params.id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/v1/images/:id/layout',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readLayout',
        summary: 'Where the content of each file lies, by address',
        tags: ['images'],
        params,
        querystring: layoutQuery,
        response: { 200: json('Extents', pageOf(layoutRow)) },
      },
    },
    async (request, reply) => {
      const { id } = await readyImage(service, request.params.id);
      const path = service.mastering.pathOf(id);
      const isGone = (): boolean => {
        if (service.stopping.aborted) throw new SpindleError('daemon-stopping', 'The daemon is stopping');
        return reply.raw.destroyed;
      };
      return ofKnownImage(service, id, () => layoutOf(path, request.query, isGone));
    },
  );
};

/** An image never changes, so that its id is its tag. */
const contentOf = (service: ApiService, { id, bytes: size }: Image): Content => ({
  fileName: `${id}.iso`,
  bytes: size,
  etag: `"${id}"`,
  open: (range, gone) => {
    const { mastering } = service;
    return ofKnownImage(service, id, () =>
      readContent({ path: mastering.pathOf(id), roots: mastering.roots, ...range }, gone),
    );
  },
});

const contentRoute = (app: Server, service: ApiService): void => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/v1/images/:id/content',
    config: { scope: 'content:read', ticket: true },
    schema: {
      operationId: 'readContent',
      summary: 'The bytes of the image; one range at a time',
      tags: ['images'],
      params,
      querystring: z.strictObject({ ticket: z.string().optional() }),
      headers: CONTENT_HEADERS,
      response: CONTENT_RESPONSES,
    },
    handler: async (request, reply) =>
      answerContent(request, reply, contentOf(service, await readyImage(service, request.params.id))),
  });
};

export const imageRoutes = (app: Server, service: ApiService): void => {
  collectionRoutes(app, service);
  unreadableRoute(app, service);
  contentRoute(app, service);
};
