import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { mediumFolder } from '../../fleet/virtual-drives.js';
import { driveId, label, ulid } from '../../jobs/identifier.js';
import { virtualDriveRow } from '../../jobs/records.js';
import { faultScript } from '../../virtual/faults.js';
import { BLANK_NAMES } from '../../virtual/media.js';
import { MODEL_NAMES } from '../../virtual/models.js';
import { recordingStatistics } from '../../worker/protocol.js';
import { answerContent, type Content } from '../content-answer.js';
import { driveView, readDrive } from '../drive-view.js';
import { answerOnce, idempotencyHeader } from '../idempotency.js';
import { readMediumContent, recordedBytes } from '../medium-content.js';
import { ownLease } from '../own-lease.js';
import { json, NO_CONTENT, stream } from '../responses.js';
import { withFreeName } from '../with-free-name.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

const params = z.strictObject({ id: driveId });

const virtualDriveRequest = z
  .strictObject({
    name: label,
    model: z.enum(MODEL_NAMES).default('bd-writer'),
    home: z.enum(['worker', 'process']).default('worker').meta({
      description: 'Where it lives. `process`: a killed worker leaves it powered, as a real drive stays',
    }),
    speed: z.enum(['unlimited', 'realtime']).default('unlimited'),
    bufferBytes: z
      .int()
      .min(256 * 1024)
      .max(64 * 1024 * 1024)
      .default(2 * 1024 * 1024),
  })
  .meta({ id: 'VirtualDriveRequest' });

const mediumName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,99}$/);

const lease = ulid.optional().meta({ description: 'Needed where the drive is leased' });

const insertion = z
  .union([
    z.strictObject({
      blank: z.enum(BLANK_NAMES),
      capacity: z
        .int()
        .min(1)
        .max(100_000_000)
        .optional()
        .meta({ description: 'In blocks; default: as sold' }),
      writeProtect: z
        .boolean()
        .default(false)
        .meta({ description: 'Set the tab of its cartridge; refused where it has none' }),
      lease,
    }),
    z.strictObject({ medium: mediumName.meta({ description: 'A medium that is kept' }), lease }),
  ])
  .meta({ id: 'VirtualInsertion' });

const faults = z.strictObject({ faults: faultScript, lease }).meta({ id: 'FaultScript' });

const requireVirtual = async ({ store, fleet }: ApiService, id: string) => {
  const row = await store.getVirtualDrive(id);
  if (row) return row;
  fleet.state(id);
  throw new SpindleError('virtual-only', `${id} is a real drive`);
};

const driveRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/virtual-drives',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'listVirtualDrives',
        summary: 'The drives that are made of software',
        tags: ['virtual drives'],
        response: { 200: json('Virtual drives', z.strictObject({ items: z.array(virtualDriveRow) })) },
      },
    },
    async () => ({ items: await service.store.listVirtualDrives() }),
  );

  app.post(
    '/v1/virtual-drives',
    {
      config: { scope: 'drives:control', repeated: 'by-key' },
      schema: {
        operationId: 'createVirtualDrive',
        summary: 'Make a drive; it is one of /v1/drives too',
        tags: ['virtual drives'],
        headers: idempotencyHeader,
        body: virtualDriveRequest,
        response: { 201: json('The drive', driveView) },
      },
    },
    async (request, reply) => {
      const answer = await answerOnce(service, request, reply, async (key) => {
        const id = await withFreeName(service, request.body, () =>
          service.fleet.createVirtualDrive(request.body, key),
        );
        return { status: 201, headers: {}, body: await readDrive(service, id) };
      });
      const { id } = answer.body;
      // Of a daemon that was killed before it could answer no more is known than which drive was made.
      const body = 'holding' in answer.body ? answer.body : await readDrive(service, id);
      return reply.code(201).header('location', `/v1/drives/${id}`).send(body);
    },
  );

  app.get(
    '/v1/virtual-drives/:id',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readVirtualDrive',
        summary: 'What a virtual drive is made of',
        tags: ['virtual drives'],
        params,
        response: { 200: json('The virtual drive', virtualDriveRow) },
      },
    },
    async (request) => requireVirtual(service, request.params.id),
  );

  app.delete(
    '/v1/virtual-drives/:id',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'removeVirtualDrive',
        summary: 'Remove a drive; its media are kept',
        tags: ['virtual drives'],
        params,
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      await requireVirtual(service, request.params.id);
      await service.fleet.removeVirtualDrive(request.params.id);
      return reply.code(204).send();
    },
  );
};

const statisticsRoute = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/virtual-drives/:id/statistics',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readStatistics',
        summary: 'How well the drive was fed since it was switched on: what no real drive can tell',
        tags: ['virtual drives'],
        params,
        response: { 200: json('Statistics', recordingStatistics) },
      },
    },
    async (request) => {
      await requireVirtual(service, request.params.id);
      return service.fleet.statistics(request.params.id);
    },
  );
};

const mediumRoutes = (app: Server, service: ApiService): void => {
  app.put(
    '/v1/virtual-drives/:id/medium',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'insertMedium',
        summary: 'Put a new blank or a kept medium into the drive',
        tags: ['virtual drives'],
        params,
        body: insertion,
        response: { 200: json('The drive', driveView) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await requireVirtual(service, id);
      const { body } = request;
      const what =
        'blank' in body
          ? { blank: body.blank, capacity: body.capacity, writeProtect: body.writeProtect }
          : { medium: body.medium };
      await service.fleet.insert(id, what, await ownLease(service, request, id, body.lease));
      return readDrive(service, id);
    },
  );

  app.delete(
    '/v1/virtual-drives/:id/medium',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'removeMedium',
        summary: 'Take the medium out; it is kept',
        tags: ['virtual drives'],
        params,
        querystring: z.strictObject({ lease }),
        response: { 200: json('The drive', driveView) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await requireVirtual(service, id);
      await service.fleet.remove(id, await ownLease(service, request, id, request.query.lease));
      return readDrive(service, id);
    },
  );

  app.put(
    '/v1/virtual-drives/:id/faults',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'setFaults',
        summary: 'Let things go wrong: sense data, hangs, lost writes, an early end of the medium',
        tags: ['virtual drives'],
        params,
        body: faults,
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await requireVirtual(service, id);
      const lease = await ownLease(service, request, id, request.body.lease);
      await service.fleet.faults(id, request.body.faults, lease);
      return reply.code(204).send();
    },
  );
};

const contentOf = async (service: ApiService, id: string): Promise<Content> => {
  const { medium } = await requireVirtual(service, id);
  if (medium === undefined) throw new SpindleError('medium-not-present', `There is no medium in ${id}`);
  const folder = mediumFolder(service.stateDirectory, medium);
  return {
    fileName: `${medium}.iso`,
    bytes: await recordedBytes(folder),
    etag: undefined,
    open: (range) => Promise.resolve(readMediumContent(folder, range)),
  };
};

const contentRoute = (app: Server, service: ApiService): void => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/v1/virtual-drives/:id/medium/image',
    config: { scope: 'content:read', ticket: true },
    schema: {
      operationId: 'readRecorded',
      summary: 'What was recorded on the medium, as an image; one range at a time',
      tags: ['virtual drives'],
      params,
      querystring: z.strictObject({ ticket: z.string().optional() }),
      headers: z.object({ range: z.string().optional() }),
      response: {
        200: stream('All of it', 'application/octet-stream'),
        206: stream('A range of it', 'application/octet-stream'),
      },
    },
    handler: async (request, reply) =>
      answerContent(request, reply, await contentOf(service, request.params.id)),
  });
};

export const virtualDriveRoutes = (app: Server, service: ApiService): void => {
  driveRoutes(app, service);
  statisticsRoute(app, service);
  mediumRoutes(app, service);
  contentRoute(app, service);
};
