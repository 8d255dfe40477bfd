import { z } from 'zod';
import { notTheRoot, placeInDraft } from '../../image/draft/draft-edit.js';
import { streamName } from '../../image/request-paths.js';
import { draftEntry } from '../../image/draft/draft-entry.js';
import { ulid } from '../../jobs/identifier.js';
import { answerContent, CONTENT_HEADERS, CONTENT_RESPONSES } from '../content-answer.js';
import { answerDraft, draftResponse, optionalRevision } from '../draft-answer.js';
import { draftContent } from '../draft-content.js';
import { pageOf, positionOf, positionQuery } from '../paging.js';
import { sha256Of } from '../repr-digest.js';
import { json } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const params = z.strictObject({ id: ulid });

const place = z.strictObject({ path: placeInDraft, stream: streamName.optional() });

const lengthOf = (header: string | undefined): number | undefined =>
  header === undefined ? undefined : Number(header);

/** A body is a file, whatever its type: it is taken as it comes. */
const takeBodies = (app: Server): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
};

const putRoute = (app: Server, service: ApiService): void => {
  app.put(
    '/v1/images/:id/tree',
    {
      config: { scope: 'jobs:write', upload: true },
      schema: {
        operationId: 'putFile',
        summary: 'Send a file of a draft, or a named stream of one',
        description:
          'The body is the file, of any type, with a Content-Length or in chunks. Directories on the way are made; a file that is there is replaced, unless `If-None-Match: *` is sent. Of a body that does not come to its end nothing stays.',
        tags: ['drafts'],
        params,
        querystring: place.extend({ path: notTheRoot }),
        headers: z.object({
          'if-match': z.string().optional(),
          'if-none-match': z.literal('*').optional(),
          'repr-digest': z.string().optional().meta({
            description: '`sha-256=:BASE64:` (RFC 9530): what comes otherwise is refused',
          }),
        }),
        response: { 200: draftResponse },
      },
    },
    async (request, reply) => {
      const { path, stream } = request.query;
      const { headers } = request;
      const sent = {
        stream: request.raw,
        bytes: lengthOf(request.raw.headers['content-length']),
        sha256: sha256Of(headers['repr-digest']),
      };
      // Where it is refused in the middle the rest is not waited for.
      reply.header('connection', 'close');
      const change = {
        rev: optionalRevision(headers['if-match']),
        onlyNew: headers['if-none-match'] !== undefined,
      };
      const image = await service.drafts.put(request.params.id, { at: path, stream }, sent, change);
      reply.removeHeader('connection');
      return answerDraft(reply, image);
    },
  );
};

const otherRoutes = (app: Server, service: ApiService): void => {
  app.delete(
    '/v1/images/:id/tree',
    {
      config: { scope: 'jobs:write' },
      schema: {
        operationId: 'removeEntry',
        summary: 'Remove an entry of a draft with all that lies in it, or a named stream',
        tags: ['drafts'],
        params,
        querystring: place,
        headers: z.object({ 'if-match': z.string().optional() }),
        response: { 200: draftResponse },
      },
    },
    async (request, reply) => {
      const { path: at, stream } = request.query;
      const edit = { do: 'remove' as const, at, ...(stream !== undefined && { stream }) };
      const rev = optionalRevision(request.headers['if-match']);
      return answerDraft(reply, await service.drafts.edit(request.params.id, [edit], { rev }));
    },
  );

  app.get(
    '/v1/images/:id/tree',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readTree',
        summary: 'An entry of a draft, and a page of what lies in it',
        tags: ['drafts'],
        params,
        querystring: positionQuery.extend({
          path: placeInDraft.default('/'),
        }),
        response: {
          200: json('In the order in which they came', pageOf(draftEntry).extend({ entry: draftEntry })),
        },
      },
    },
    async (request) => {
      const { path, limit } = request.query;
      const offset = positionOf(request.query);
      const { more, ...found } = await service.drafts.look(request.params.id, path, { offset, limit });
      return { ...found, ...(more && { next: String(offset + limit) }) };
    },
  );
};

const contentRoute = (app: Server, service: ApiService): void => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/v1/images/:id/tree/content',
    config: { scope: 'content:read', ticket: true },
    schema: {
      operationId: 'readFile',
      summary: 'What a file of a draft contains, or a named stream; one range at a time',
      description:
        'At the current revision. What lies beneath a root is read as it is now; what the draft has of a disc is read of the disc, which must lie in a drive (`disc-needed`). What the image itself adds or fills in (boot catalog, manifest, boot info tables) is in the image alone.',
      tags: ['drafts'],
      params,
      querystring: place.extend({ ticket: z.string().optional() }),
      headers: CONTENT_HEADERS,
      response: CONTENT_RESPONSES,
    },
    handler: async (request, reply) =>
      answerContent(request, reply, await draftContent(service, request.params.id, request.query)),
  });
};

export const draftTreeRoutes = (app: Server, service: ApiService): void => {
  void app.register((scope, _options, done) => {
    takeBodies(scope);
    putRoute(scope, service);
    done();
  });
  otherRoutes(app, service);
  contentRoute(app, service);
};
