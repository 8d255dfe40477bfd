import { z } from 'zod';
import { ERRORS } from '../../errors.js';
import { BLANK_NAMES } from '../../virtual/media.js';
import { MODEL_NAMES } from '../../virtual/models.js';
import { json } from '../responses.js';
import { ALL_SCOPES, scope } from '../scopes.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';

const serverView = z
  .strictObject({
    name: z.literal('spindle'),
    version: z.string(),
    build: z.string(),
    api: z.literal('v1'),
    epoch: z.string().meta({ description: 'Changes when the database is a new or a restored one' }),
    head: z.int().min(0).max(Number.MAX_SAFE_INTEGER).meta({ description: 'The last event' }),
    time: z.iso.datetime(),
    startedAt: z.iso.datetime().meta({ description: 'Changes with each start of the daemon' }),
    draining: z
      .boolean()
      .meta({ description: 'No disc is begun until it is resumed or the daemon starts anew' }),
    underway: z.int().min(0).max(1_000_000).meta({ description: 'Attempts that have not ended yet' }),
    node: z.string(),
    limits: z.strictObject({
      bodyBytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
      uploadBytes: z
        .int()
        .min(0)
        .max(Number.MAX_SAFE_INTEGER)
        .meta({ description: 'Of a file that is sent for a draft' }),
      connectionsPerPrincipal: z.int().min(0).max(1_000_000),
    }),
    scopes: z.array(scope),
    errors: z.array(z.string()).meta({ description: 'All codes of problems' }),
    virtual: z.strictObject({ models: z.array(z.string()), blanks: z.array(z.string()) }),
  })
  .meta({ id: 'Server' });

const whoami = z
  .strictObject({
    principal: z.string(),
    scopes: z.array(scope),
    transport: z.enum(['unix', 'tcp']),
    expiresAt: z.string().exactOptional(),
  })
  .meta({ id: 'WhoAmI' });

const SWITCHES = {
  drain: 'Begin no more discs; those underway go on, and other jobs wait with the reason `draining`',
  resume: 'Begin discs again',
} as const;

const readServer = async ({ store, fleet, ...service }: ApiService) => {
  const { epoch, head } = await store.eventLog();
  return {
    name: 'spindle' as const,
    version: service.version,
    build: service.build,
    api: 'v1' as const,
    epoch,
    head,
    time: new Date(service.now()).toISOString(),
    startedAt: service.startedAt,
    draining: fleet.draining,
    underway: (await store.openAttempts()).length,
    node: process.version,
    limits: service.limits,
    scopes: ALL_SCOPES,
    errors: Object.keys(ERRORS),
    virtual: { models: MODEL_NAMES, blanks: BLANK_NAMES },
  };
};

export const serviceRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/server',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readServer',
        summary: 'What this daemon is and can',
        tags: ['service'],
        response: { 200: json('The daemon', serverView) },
      },
    },
    () => readServer(service),
  );

  for (const [action, summary] of Object.entries(SWITCHES)) {
    app.post(
      `/v1/server/actions/${action}`,
      {
        config: { scope: 'admin', repeated: 'harmless' },
        schema: {
          operationId: `${action}Server`,
          summary,
          tags: ['service'],
          response: { 200: json('The daemon', serverView) },
        },
      },
      async () => {
        await service.fleet[action as keyof typeof SWITCHES]();
        return readServer(service);
      },
    );
  }

  app.get(
    '/v1/whoami',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readWhoAmI',
        summary: 'Who the daemon takes you for',
        tags: ['service'],
        response: { 200: json('You', whoami) },
      },
    },
    (request) => {
      const { id, scopes, token, expiresAt } = principalOf(request);
      return {
        principal: id,
        scopes: [...scopes],
        transport: id.startsWith('uid:') ? ('unix' as const) : ('tcp' as const),
        ...(token !== undefined && expiresAt !== undefined && { expiresAt }),
      };
    },
  );
};
