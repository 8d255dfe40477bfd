import { z } from 'zod';
import { listedSession } from '../../drive/recorded-sessions.js';
import { driveId, ulid } from '../../jobs/identifier.js';
import { mediumIn } from '../medium-room.js';
import { ownLease } from '../own-lease.js';
import { json } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

export const mediumSessionRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives/:id/sessions',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'listSessions',
        summary: 'What each session of the medium holds: its file systems with their names and times',
        description:
          'Descriptors are read through the drive, in a process of its own that may die alone, while nobody records. Nothing is kept of them.',
        tags: ['drives'],
        params: z.strictObject({ id: driveId }),
        querystring: z.strictObject({
          lease: ulid.optional().meta({ description: 'Needed where the drive is leased' }),
        }),
        response: {
          200: json(
            'The sessions in which anything was recorded, the first one first',
            z.strictObject({ items: z.array(listedSession) }),
          ),
        },
      },
    },
    async (request) => {
      const { id: drive } = request.params;
      const lease = await ownLease(service, request, drive, request.query.lease);
      const medium = mediumIn(service, drive);
      return { items: await service.sessions.list({ drive, medium, lease }) };
    },
  );
};
