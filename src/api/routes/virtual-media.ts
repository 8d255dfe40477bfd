import { z } from 'zod';
import { keptMedium, namesOfKeptMedia } from '../../fleet/virtual-drives.js';
import { driveId } from '../../jobs/identifier.js';
import { BLANK_NAMES } from '../../virtual/media.js';
import { pageOf, pageQuery } from '../paging.js';
import { json } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const virtualMedium = z
  .strictObject({
    name: z.string().meta({ description: 'As it is put into a drive' }),
    blank: z
      .enum(BLANK_NAMES)
      .optional()
      .meta({ description: 'What it was as a blank; left out where it is damaged' }),
    capacity: z.int().optional().meta({ description: 'In blocks; left out where it is damaged' }),
    drive: driveId.optional().meta({ description: 'The virtual drive that it lies in' }),
  })
  .meta({ id: 'VirtualMedium' });

export const virtualMediaRoutes = (app: Server, { store, stateDirectory }: ApiService): void => {
  app.get(
    '/v1/virtual-media',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'listVirtualMedia',
        summary: 'The media of virtual drives that are kept, by name, in drives and out of them',
        tags: ['virtual drives'],
        querystring: pageQuery,
        response: { 200: json('Virtual media', pageOf(virtualMedium)) },
      },
    },
    async ({ query: { limit, cursor = '' } }) => {
      const drives = await store.listVirtualDrives();
      const holders = new Map(drives.map(({ id, medium }) => [medium, id]));
      const left = namesOfKeptMedia(stateDirectory).filter((name) => name > cursor);
      // Tables are read of one page alone.
      const items = left
        .slice(0, limit)
        .map((name) => ({ ...keptMedium(stateDirectory, name), drive: holders.get(name) }));
      const last = items.at(-1);
      return { items, ...(last && left.length > limit && { next: last.name }) };
    },
  );
};
