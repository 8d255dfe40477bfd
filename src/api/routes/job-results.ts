import { open } from 'node:fs/promises';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { driveId, timestamp, ulid } from '../../jobs/identifier.js';
import { attempt, copy, imageView, job } from '../../jobs/records.js';
import { systemErrorCode } from '../../os/system-error.js';
import { transcriptPath } from '../../worker/worker-paths.js';
import { json, stream } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';
import { jobUnknown } from './jobs.js';

const params = z.strictObject({ id: ulid });
const number = z.int().min(1).max(1000);

const copyView = z
  .strictObject({
    ...copy.shape,
    tries: z.array(attempt).meta({ description: 'Attempts at it, the first one first' }),
  })
  .meta({ id: 'CopyWithAttempts' });

const plannedAttempt = z
  .strictObject({
    copy: number,
    attempt: number,
    drive: driveId,
    plan: z.json(),
    medium: z.json().exactOptional(),
  })
  .meta({ id: 'PlannedAttempt' });

const report = z
  .strictObject({
    madeAt: timestamp,
    version: z.string().meta({ description: 'Of the Spindle that made the report' }),
    job,
    image: imageView.exactOptional(),
    copies: z.array(copyView),
  })
  .meta({
    id: 'JobReport',
    description: 'What was recorded, by which drive on which medium, and what proves it',
  });

const requireJob = async ({ store }: ApiService, id: string) => {
  const found = await store.getJob(id);
  if (!found) throw jobUnknown(id);
  return found;
};

const copiesWithAttempts = async ({ store }: ApiService, id: string) => {
  const [copies, attempts] = await Promise.all([store.copiesOf(id), store.attemptsOf(id)]);
  return copies.map((row) => ({ ...row, tries: attempts.filter((one) => one.copy === row.number) }));
};

/** Image as a report has it: its request is part of the job. */
const imageOf = async ({ store }: ApiService, id: string | undefined) => {
  const image = id === undefined ? undefined : await store.getImage(id);
  if (!image) return {};
  return { image: imageView.strip().parse(image) };
};

const openTranscript = async (path: string) => {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if (systemErrorCode(cause) !== 'ENOENT') throw cause;
    throw new SpindleError('not-found', 'There is no transcript of this attempt', { cause });
  }
};

const overviewRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/jobs/:id/copies',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'listCopies',
        summary: 'The copies of a job with all attempts at them',
        tags: ['jobs'],
        params,
        response: { 200: json('Copies', z.strictObject({ items: z.array(copyView) })) },
      },
    },
    async (request) => {
      await requireJob(service, request.params.id);
      return { items: await copiesWithAttempts(service, request.params.id) };
    },
  );

  app.get(
    '/v1/jobs/:id/plan',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readJobPlan',
        summary: 'What was decided for each attempt before it touched its medium',
        tags: ['jobs'],
        params,
        response: { 200: json('Plans', z.strictObject({ items: z.array(plannedAttempt) })) },
      },
    },
    async (request) => {
      await requireJob(service, request.params.id);
      const attempts = await service.store.attemptsOf(request.params.id);
      const items = attempts.flatMap(({ copy: of, number: nth, drive, plan, medium }) =>
        plan === undefined
          ? []
          : [{ copy: of, attempt: nth, drive, plan, ...(medium !== undefined && { medium }) }],
      );
      return { items };
    },
  );

  app.get(
    '/v1/jobs/:id/report',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readReport',
        summary: 'The whole record of a job',
        tags: ['jobs'],
        params,
        response: { 200: json('The report', report) },
      },
    },
    async (request) => {
      const found = await requireJob(service, request.params.id);
      return {
        madeAt: new Date(service.now()).toISOString(),
        version: service.version,
        job: found,
        ...(await imageOf(service, found.image)),
        copies: await copiesWithAttempts(service, found.id),
      };
    },
  );
};

export const jobResultRoutes = (app: Server, service: ApiService): void => {
  overviewRoutes(app, service);

  app.get(
    '/v1/jobs/:id/transcript',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readTranscript',
        summary: 'Every command of an attempt and what the drive answered, one JSON document per line',
        tags: ['jobs'],
        params,
        querystring: z.strictObject({
          copy: z.coerce.number().int().min(1).max(1000).default(1),
          attempt: z.coerce
            .number()
            .int()
            .min(1)
            .max(1000)
            .optional()
            .meta({ description: 'Default: the last one' }),
        }),
        response: {
          200: stream('The transcript', 'application/x-ndjson'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await requireJob(service, id);
      const attempts = await service.store.attemptsOf(id, request.query.copy);
      const wanted = request.query.attempt ?? attempts.at(-1)?.number ?? 1;
      const file = await openTranscript(
        transcriptPath(service.stateDirectory, { job: id, copy: request.query.copy, attempt: wanted }),
      );
      return reply.type('application/x-ndjson').send(file.createReadStream());
    },
  );
};
