import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { driveId, label, ulid } from '../../jobs/identifier.js';
import { type Job, job, jobSummary } from '../../jobs/records.js';
import { jobRequest } from '../../jobs/request.js';
import { JOB_STATES } from '../../jobs/states.js';
import { checkRoots, checkSpool } from '../check-request.js';
import { etagOf, isKnown, requiredRevision } from '../conditional.js';
import { idempotencyHeader, idempotencyKeyOf } from '../idempotency.js';
import { pageOf, pageQuery } from '../paging.js';
import { json, NO_CONTENT } from '../responses.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';
import { waitSeconds, waitSignal, waitUntil } from '../wait.js';
import { givenOnly } from '../../given-only.js';

const params = z.strictObject({ id: ulid });

const listQuery = pageQuery.extend({
  state: z.enum(JOB_STATES).optional(),
  label: label.optional(),
  principal: z.string().max(200).optional(),
  drive: driveId.optional().meta({ description: 'Jobs that have used this drive' }),
});

const readQuery = z.strictObject({
  wait: waitSeconds,
  if_rev: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'Wait until the revision is another one than this' }),
});

const jobPatch = z
  .strictObject({ priority: z.int().min(0).max(100).optional(), label: label.optional() })
  .meta({ id: 'JobPatch' });

export const jobUnknown = (id: string) => new SpindleError('job-unknown', `There is no job ${id}`);

const sendJob = (request: FastifyRequest, reply: FastifyReply, value: Job) => {
  const etag = etagOf(value.rev);
  reply.header('etag', etag);
  return isKnown(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(value);
};

const createRoute = (app: Server, service: ApiService): void => {
  app.post(
    '/v1/jobs',
    {
      config: { scope: 'jobs:write', repeated: 'by-key' },
      schema: {
        operationId: 'createJob',
        summary:
          'Record, copy, read, verify, erase, format, close or recover discs: the job is queued and survives a loss of power',
        description:
          'Accepted also where no drive could record it now: where a plan refuses, the job waits. `reasons` says what for, drive by drive, by the codes of `refusals` and such as `insert-blank` or `drives-busy`. Its state is `waiting` where a person must do something, else `queued`; it goes on by itself once it can.',
        tags: ['jobs'],
        headers: idempotencyHeader,
        body: jobRequest,
        response: { 202: json('The job', job) },
      },
    },
    async (request, reply) => {
      checkRoots(service, request.body);
      await checkSpool(service, request.body);
      const idempotency = idempotencyKeyOf(request);
      const { image } = 'image' in request.body ? request.body : {};
      const { job: created, replayed } = await service.store.createJob(
        request.body,
        principalOf(request).id,
        {
          ...(image !== undefined && { image }),
          ...(idempotency && { idempotency }),
        },
      );
      if (replayed) reply.header('idempotency-replayed', 'true');
      else service.fleet.wake();
      reply.headers({ location: `/v1/jobs/${created.id}`, etag: etagOf(created.rev) });
      return reply.code(202).send(created);
    },
  );
};

const readRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/jobs',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'listJobs',
        summary: 'Jobs, the newest first',
        tags: ['jobs'],
        querystring: listQuery,
        response: { 200: json('Jobs without their requests', pageOf(jobSummary)) },
      },
    },
    async (request) => {
      const { limit, ...filter } = request.query;
      const { items, next } = await service.store.listJobs({ limit, ...givenOnly(filter) });
      return { items: [...items], ...(next !== undefined && { next }) };
    },
  );

  app.get(
    '/v1/jobs/:id',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readJob',
        summary: 'One job; with `wait` and `if_rev` when it has changed',
        tags: ['jobs'],
        params,
        querystring: readQuery,
        response: { 200: json('The job', job), 304: NO_CONTENT },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { wait, if_rev: known } = request.query;
      const onChange = (listener: () => void) =>
        service.store.onEvents((events) => {
          if (events.some(({ topic }) => topic === `jobs/${id}`)) listener();
        });
      const found = await waitUntil(waitSignal(reply, wait, service.stopping), onChange, async () => {
        const value = await service.store.getJob(id);
        return { done: value?.rev !== known || !value, value };
      });
      if (!found) throw jobUnknown(id);
      return sendJob(request, reply, found);
    },
  );
};

const changeRoutes = (app: Server, service: ApiService): void => {
  app.patch(
    '/v1/jobs/:id',
    {
      config: { scope: 'jobs:write' },
      schema: {
        operationId: 'patchJob',
        summary: 'Change the priority or the label',
        tags: ['jobs'],
        params,
        headers: z.object({ 'if-match': z.string().optional() }),
        body: jobPatch,
        response: { 200: json('The job', job) },
      },
    },
    async (request, reply) => {
      const rev = requiredRevision(request.headers['if-match']);
      const changed = await service.store.patchJob(request.params.id, givenOnly(request.body), rev);
      service.fleet.wake();
      return reply.header('etag', etagOf(changed.rev)).send(changed);
    },
  );

  app.delete(
    '/v1/jobs/:id',
    {
      config: { scope: 'jobs:write' },
      schema: {
        operationId: 'deleteJob',
        summary: 'Forget a job that has ended',
        tags: ['jobs'],
        params,
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      await service.store.deleteJob(request.params.id);
      return reply.code(204).send();
    },
  );
};

export const jobRoutes = (app: Server, service: ApiService): void => {
  createRoute(app, service);
  readRoutes(app, service);
  changeRoutes(app, service);
};
