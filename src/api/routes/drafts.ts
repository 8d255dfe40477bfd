import { z } from 'zod';
import { ulid } from '../../jobs/identifier.js';
import { draftRevision, imageView } from '../../jobs/records.js';
import { clientEdit } from '../../jobs/image-request.js';
import { checkEdits } from '../check-request.js';
import { etagOf, requiredRevision } from '../conditional.js';
import { answerDraft, draftResponse, optionalRevision } from '../draft-answer.js';
import { answerOnce, idempotencyHeader } from '../idempotency.js';
import { ownLease } from '../own-lease.js';
import { pageOf, positionOf, positionQuery } from '../paging.js';
import { json } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';
import { viewOfImage } from '../../jobs/image-view.js';

const params = z.strictObject({ id: ulid });
const ifMatch = z.object({ 'if-match': z.string().optional() });

const revisionRoutes = (app: Server, service: ApiService): void => {
  app.post(
    '/v1/images/:id/revisions',
    {
      config: { scope: 'jobs:write', repeated: 'by-key' },
      schema: {
        operationId: 'editDraft',
        summary: 'Change a draft',
        description:
          'All edits or none, in their order; together they are one revision, which can be undone. They are tried on the tree of the draft before they are kept. Changes of one draft wait for each other; with If-Match they are refused where something else came between.',
        tags: ['drafts'],
        params,
        headers: idempotencyHeader.extend(ifMatch.shape),
        body: z.strictObject({ edits: z.array(clientEdit).min(1).max(1000) }).meta({ id: 'NewRevision' }),
        response: { 200: draftResponse },
      },
    },
    async (request, reply) => {
      const { edits } = request.body;
      checkEdits(service, edits);
      const rev = optionalRevision(request.headers['if-match']);
      const answer = await answerOnce(service, request, reply, async (key) => {
        for (const edit of edits)
          if (edit.do === 'import') await ownLease(service, request, edit.drive, edit.lease);
        const changed = await service.drafts.edit(request.params.id, edits, { rev, key });
        return { status: 200, headers: {}, body: viewOfImage(changed) };
      });
      const view = imageView.strip().parse(answer.body);
      return reply.header('etag', etagOf(view.draft?.rev ?? 0)).send(view);
    },
  );

  app.get(
    '/v1/images/:id/revisions',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'listRevisions',
        summary: 'What made a draft what it is, the oldest first',
        tags: ['drafts'],
        params,
        querystring: positionQuery,
        response: { 200: json('Revisions', pageOf(draftRevision)) },
      },
    },
    async (request) => {
      const { limit } = request.query;
      const page = { after: positionOf(request.query), limit: limit + 1 };
      const found = await service.store.draftRevisions(request.params.id, page);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, ...(found.length > limit && last && { next: String(last.number) }) };
    },
  );
};

const ACTIONS = {
  'lock-in': {
    operationId: 'lockInDraft',
    summary: 'Make what there is the point that the draft cannot go back behind',
    act: ({ drafts }: ApiService, id: string, rev: number) => drafts.lockIn(id, rev),
  },
  seal: {
    operationId: 'sealDraft',
    summary: 'Make an image of a draft',
    description:
      'It is mastered, and then is an image like any other. Where that is refused it is a draft again, and `problem` says why.',
    act: ({ drafts }: ApiService, id: string, rev: number) => drafts.seal(id, rev),
  },
} as const;

const actionRoutes = (app: Server, service: ApiService): void => {
  app.post(
    '/v1/images/:id/actions/undo',
    {
      config: { scope: 'jobs:write', repeated: 'harmless' },
      schema: {
        operationId: 'undoDraft',
        summary: 'Go back to an earlier revision of a draft',
        description: 'Later ones are forgotten, with the files that they brought. Needs If-Match.',
        tags: ['drafts'],
        params,
        headers: ifMatch,
        body: z
          .strictObject({
            to: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: '0: empty' }),
          })
          .meta({ id: 'Undo' }),
        response: { 200: draftResponse },
      },
    },
    async (request, reply) => {
      const rev = requiredRevision(request.headers['if-match']);
      return answerDraft(reply, await service.drafts.undo(request.params.id, request.body.to, rev));
    },
  );

  for (const [action, { act, ...described }] of Object.entries(ACTIONS))
    app.post(
      `/v1/images/:id/actions/${action}`,
      {
        config: { scope: 'jobs:write', repeated: 'harmless' },
        schema: {
          ...described,
          tags: ['drafts'],
          params,
          headers: ifMatch,
          response: { 200: draftResponse },
        },
      },
      async (request, reply) => {
        const { id } = params.parse(request.params);
        const rev = requiredRevision(request.headers['if-match']);
        return answerDraft(reply, await act(service, id, rev));
      },
    );
};

export const draftRoutes = (app: Server, service: ApiService): void => {
  revisionRoutes(app, service);
  actionRoutes(app, service);
};
