import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { driveId, label, ulid } from '../../jobs/identifier.js';
import { type LeaseRow, leaseRow } from '../../jobs/records.js';
import type { IdempotencyKey } from '../../jobs/store/store.js';
import { answerOnce, idempotencyHeader } from '../idempotency.js';
import type { Principal } from '../principal.js';
import { json, NO_CONTENT } from '../responses.js';
import { permits } from '../scopes.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';

const params = z.strictObject({ id: driveId });
const seconds = z
  .int()
  .min(5)
  .max(3600)
  .meta({ description: 'The lease ends so long after it was last renewed' });

const leaseRequest = z
  .strictObject({
    name: label.meta({ description: 'Of the client program; whoever is refused is told it' }),
    seconds: seconds.default(60),
    connection: ulid
      .optional()
      .meta({ description: 'Of a WebSocket, from its welcome: the lease ends with it' }),
  })
  .meta({ id: 'LeaseRequest' });

const leaseRenewal = z
  .strictObject({ lease: ulid, seconds: seconds.default(60) })
  .meta({ id: 'LeaseRenewal' });

const noLease = (drive: string) => new SpindleError('lease-unknown', `The drive ${drive} is not leased`);

/** The worker holds the drive until the deadline that it knows, so that it must be told each change. */
const tellWorker = async (
  { fleet }: ApiService,
  drive: string,
  lease: LeaseRow | undefined,
): Promise<void> => {
  await fleet.lease(drive, lease && { id: lease.id, expiresAt: lease.expiresAt });
  if (!lease) fleet.wake();
};

const giveBack = async (service: ApiService, lease: LeaseRow, principal: Principal): Promise<void> => {
  await tellWorker(service, lease.drive, await service.store.releaseLease(lease.id, principal.id));
};

const take = async (
  service: ApiService,
  request: FastifyRequest<{ Params: z.infer<typeof params>; Body: z.infer<typeof leaseRequest> }>,
  key: IdempotencyKey | undefined,
): Promise<LeaseRow> => {
  const { id: drive } = request.params;
  const { connection, name, seconds: wanted } = request.body;
  const principal = principalOf(request);
  service.fleet.state(drive);
  const lease = await service.store.takeLease(
    {
      drive,
      principal: principal.id,
      name,
      ttlMs: wanted * 1000,
      bound: connection !== undefined,
    },
    // A lease that ends with its connection is none any more when a daemon has died in between.
    connection === undefined ? key : undefined,
  );
  const end = (): void => {
    giveBack(service, lease, principal).catch((error: unknown) => {
      service.log.debug({ lease: lease.id, err: error }, 'the lease had ended before its connection');
    });
  };
  const bond = connection === undefined ? undefined : service.connections.bind(connection, principal, end);
  try {
    if (connection !== undefined && !bond) {
      throw new SpindleError('invalid-request', 'There is no such connection of yours to bind the lease to');
    }
    await tellWorker(service, drive, lease);
  } catch (error) {
    // A connection that has closed meanwhile has given it back.
    if (!bond || bond.undo()) {
      const left = await service.store.releaseLease(lease.id, principal.id);
      // Who has the drive is seen anew, also where the worker cannot be told.
      await tellWorker(service, drive, left).catch((again: unknown) => {
        service.log.debug(
          { lease: lease.id, err: again },
          'the worker could not be told that a lease failed',
        );
      });
    }
    throw error;
  }
  return lease;
};

const breakLease = async (service: ApiService, drive: string, principal: Principal): Promise<void> => {
  if (!permits(principal.scopes, 'admin')) {
    throw new SpindleError('forbidden', `${principal.id} lacks the scope admin`);
  }
  if (!(await service.store.breakLease(drive))) throw noLease(drive);
  await tellWorker(service, drive, undefined);
};

export const leaseRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives/:id/lease',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readLease',
        summary: 'Who has leased the drive',
        tags: ['leases'],
        params,
        response: { 200: json('The lease', leaseRow) },
      },
    },
    async (request) => {
      service.fleet.state(request.params.id);
      const lease = await service.store.leaseOf(request.params.id);
      if (!lease) throw noLease(request.params.id);
      return lease;
    },
  );

  app.post(
    '/v1/drives/:id/lease',
    {
      config: { scope: 'drives:control', repeated: 'by-key' },
      schema: {
        operationId: 'takeLease',
        summary: 'Have the drive to oneself; taken twice it must be given back twice',
        tags: ['leases'],
        params,
        headers: idempotencyHeader,
        body: leaseRequest,
        response: { 201: json('The lease', leaseRow) },
      },
    },
    async (request, reply) => {
      const answer = await answerOnce(service, request, reply, async (key) => {
        const lease = await take(service, request, key);
        return { status: 201, headers: {}, body: lease };
      });
      return reply.code(201).send(answer.body);
    },
  );

  app.put(
    '/v1/drives/:id/lease',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'renewLease',
        summary: 'Keep the lease for longer',
        tags: ['leases'],
        params,
        body: leaseRenewal,
        response: { 200: json('The lease', leaseRow) },
      },
    },
    async (request) => {
      const { lease: id, seconds: longer } = request.body;
      const lease = await service.store.renewLease(id, principalOf(request).id, longer * 1000);
      await tellWorker(service, lease.drive, lease);
      return lease;
    },
  );

  app.delete(
    '/v1/drives/:id/lease',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'releaseLease',
        summary: 'Give the drive back, or take it away from whoever has leased it',
        tags: ['leases'],
        params,
        querystring: z.strictObject({
          lease: ulid.optional(),
          force: z
            .stringbool()
            .default(false)
            .meta({ description: 'Break the lease of another; scope admin' }),
        }),
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { lease: wanted, force } = request.query;
      const principal = principalOf(request);
      service.fleet.state(id);
      if (force) await breakLease(service, id, principal);
      else {
        const lease = await service.store.leaseOf(id);
        if (!lease || lease.id !== wanted) throw noLease(id);
        await giveBack(service, lease, principal);
      }
      return reply.code(204).send();
    },
  );
};
