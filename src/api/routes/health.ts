import { Readable } from 'node:stream';
import { z } from 'zod';
import { createReadiness } from '../readiness.js';
import { json, stream } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

export const healthRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/healthz',
    {
      config: { scope: 'public', whileStopping: true },
      schema: {
        operationId: 'readHealth',
        summary: 'Whether the process answers',
        tags: ['service'],
        security: [],
        response: { 200: json('It does', health) },
      },
    },
    () => ({ status: 'ok' as const }),
  );

  const checkReady = createReadiness(service);
  app.get(
    '/readyz',
    {
      config: { scope: 'public', whileStopping: true },
      schema: {
        operationId: 'readReadiness',
        summary:
          'Whether jobs are taken: the database answers, the state directory can be written and has room, the program is the one that was started, and the daemon is not stopping',
        tags: ['service'],
        security: [],
        response: { 200: json('They are', health) },
      },
    },
    async () => {
      await checkReady();
      return { status: 'ok' as const };
    },
  );

  app.get(
    '/metrics',
    {
      config: { scope: 'metrics' },
      schema: {
        operationId: 'readMetrics',
        summary: 'Numbers for Prometheus',
        tags: ['service'],
        response: { 200: stream('Text format of Prometheus', 'text/plain') },
      },
    },
    async (_request, reply) => {
      const { text, contentType } = await service.metrics.read();
      return reply.type(contentType).send(Readable.from([text]));
    },
  );
};
