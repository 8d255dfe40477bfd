import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { ulid } from '../../jobs/identifier.js';
import { jobRequest } from '../../jobs/request.js';
import { checkPlan } from '../check-request.js';
import { planReport } from '../plan-report.js';
import { json } from '../responses.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';
import { waitSeconds, waitSignal } from '../wait.js';

const isOver = ({ state }: z.infer<typeof planReport>): boolean => state === 'ready' || state === 'failed';

export const planRoutes = (app: Server, service: ApiService): void => {
  app.post(
    '/v1/plans',
    {
      config: { scope: 'jobs:write', repeated: 'harmless' },
      schema: {
        operationId: 'createPlan',
        summary: 'Decide what a job would do, without touching a medium',
        description:
          'Scans the sources, lays out the image and asks each drive. A failure to make the image is told in `problem`, what a drive will not do in `refusals`.',
        tags: ['plans'],
        querystring: z.strictObject({ wait: waitSeconds }),
        body: jobRequest,
        response: { 200: json('The plan', planReport), 202: json('It is not decided yet', planReport) },
      },
    },
    async (request, reply) => {
      await checkPlan(service, request.body);
      const { id } = service.plans.begin(request.body, principalOf(request).id);
      const enough = waitSignal(reply, request.query.wait, service.stopping);
      const report = await service.plans.settled(id, enough);
      if (!report) throw new SpindleError('not-found', `There is no plan ${id} any more`);
      reply.header('location', `/v1/plans/${id}`);
      return isOver(report) ? reply.code(200).send(report) : reply.code(202).send(report);
    },
  );

  app.get(
    '/v1/plans/:id',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readPlan',
        summary: 'A plan, or how far it is',
        tags: ['plans'],
        params: z.strictObject({ id: ulid }),
        querystring: z.strictObject({ wait: waitSeconds }),
        response: { 200: json('The plan', planReport) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const enough = waitSignal(reply, request.query.wait, service.stopping);
      const report = await service.plans.settled(id, enough);
      if (!report)
        throw new SpindleError('not-found', `There is no plan ${id}; plans are kept for half an hour`);
      return report;
    },
  );
};
