import { z } from 'zod';
import { ulid } from '../../jobs/identifier.js';
import { job, type Job } from '../../jobs/records.js';
import { etagOf } from '../conditional.js';
import { idempotencyHeader, idempotencyKeyOf } from '../idempotency.js';
import { json } from '../responses.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';
import { jobUnknown } from './jobs.js';

const params = z.strictObject({ id: ulid });

const cancelRequest = z
  .strictObject({
    force: z
      .boolean()
      .default(false)
      .meta({ description: 'Also where that ruins a disc that can be written once' }),
  })
  .meta({ id: 'CancelRequest' });

/**
 * The store decides by what it knows; a worker that is further on by now may still refuse, and then its attempt runs
 * to its end and says how the job ends.
 */
const cancel = async ({ store, fleet, log }: ApiService, id: string, force: boolean): Promise<Job> => {
  const { attempts } = await store.cancelJob(id, { force });
  for (const { copy, number } of attempts) {
    fleet.cancel({ job: id, copy, attempt: number }, force).catch((error: unknown) => {
      log.warn({ job: id, copy, attempt: number, err: error }, 'the attempt is not canceled');
    });
  }
  const canceled = await store.getJob(id);
  if (!canceled) throw jobUnknown(id);
  return canceled;
};

export const jobActionRoutes = (app: Server, service: ApiService): void => {
  const simple = {
    hold: {
      summary: 'Do not start it before it is released',
      act: (id: string) => service.store.holdJob(id),
    },
    release: { summary: 'Let it start', act: (id: string) => service.store.releaseJob(id) },
  };
  for (const [action, { summary, act }] of Object.entries(simple)) {
    app.post(
      `/v1/jobs/:id/actions/${action}`,
      {
        config: { scope: 'jobs:write', repeated: 'harmless' },
        schema: {
          operationId: `${action}Job`,
          summary,
          tags: ['jobs'],
          params,
          response: { 200: json('The job', job) },
        },
      },
      async (request, reply) => {
        const changed = await act(request.params.id);
        service.fleet.wake();
        return reply.header('etag', etagOf(changed.rev)).send(changed);
      },
    );
  }

  app.post(
    '/v1/jobs/:id/actions/cancel',
    {
      config: { scope: 'jobs:write', repeated: 'harmless' },
      schema: {
        operationId: 'cancelJob',
        summary:
          'Stop the job; refused where it would ruin a disc, unless forced, and while a disc is closed',
        tags: ['jobs'],
        params,
        body: cancelRequest.optional(),
        response: { 202: json('The job, mostly `canceling`', job) },
      },
    },
    async (request, reply) => {
      const canceled = await cancel(service, request.params.id, request.body?.force ?? false);
      service.fleet.wake();
      return reply.code(202).header('etag', etagOf(canceled.rev)).send(canceled);
    },
  );

  app.post(
    '/v1/jobs/:id/actions/retry',
    {
      config: { scope: 'jobs:write', repeated: 'by-key' },
      schema: {
        operationId: 'retryJob',
        summary: 'A new job from the same request and the copies that did not become good',
        tags: ['jobs'],
        params,
        headers: idempotencyHeader,
        response: { 202: json('The new job', job) },
      },
    },
    async (request, reply) => {
      const idempotency = idempotencyKeyOf(request);
      const { job: created, replayed } = await service.store.retryJob(
        request.params.id,
        principalOf(request).id,
        { ...(idempotency && { idempotency }) },
      );
      if (replayed) reply.header('idempotency-replayed', 'true');
      else service.fleet.wake();
      reply.headers({ location: `/v1/jobs/${created.id}`, etag: etagOf(created.rev) });
      return reply.code(202).send(created);
    },
  );
};
