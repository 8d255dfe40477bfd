import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { medium } from '../../drive/medium.js';
import { SpindleError } from '../../errors.js';
import { driveId, label, ulid } from '../../jobs/identifier.js';
import { etagOf, isKnown, requiredRevision } from '../conditional.js';
import { type DriveView, driveView, listDrives, readDrive } from '../drive-view.js';
import { ownLease } from '../own-lease.js';
import { json, NO_CONTENT } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';
import { withFreeName } from '../with-free-name.js';

const params = z.strictObject({ id: driveId });

const drivePatch = z
  .strictObject({
    name: label.optional(),
    accepting: z.boolean().optional().meta({ description: 'Take new copies' }),
    enabled: z.boolean().optional().meta({ description: 'Work at all' }),
  })
  .meta({ id: 'DrivePatch' });

const trayRequest = z
  .strictObject({ lease: ulid.optional().meta({ description: 'Needed where the drive is leased' }) })
  .meta({ id: 'TrayRequest' });

interface DriveAction {
  readonly summary: string;
  readonly act: (fleet: ApiService['fleet'], drive: string, lease: string | undefined) => Promise<void>;
}

const DRIVE_ACTIONS: Readonly<Record<string, DriveAction>> = {
  eject: { summary: 'Open the tray', act: (fleet, drive, lease) => fleet.tray(drive, 'eject', lease) },
  load: { summary: 'Close the tray', act: (fleet, drive, lease) => fleet.tray(drive, 'load', lease) },
  lock: {
    summary: 'Keep the tray shut, whoever presses its button',
    act: (fleet, drive, lease) => fleet.tray(drive, 'lock', lease),
  },
  unlock: {
    summary: 'Let the button work again',
    act: (fleet, drive, lease) => fleet.tray(drive, 'unlock', lease),
  },
  protect: {
    summary: 'Record on the medium that no drive may write to it: DVD-RAM and DVD+RW',
    act: (fleet, drive, lease) => fleet.protect(drive, true, lease),
  },
  unprotect: {
    summary: 'Take off the write protection that is recorded on the medium',
    act: (fleet, drive, lease) => fleet.protect(drive, false, lease),
  },
};

const tagOf = ({ rev, revision }: DriveView): string => etagOf(rev, revision);

const sendDrive = (request: FastifyRequest, reply: FastifyReply, drive: DriveView) => {
  const etag = tagOf(drive);
  reply.header('etag', etag);
  return isKnown(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.send(drive);
};

const readRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/drives',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'listDrives',
        summary: 'All drives, with what is in them and who holds them',
        tags: ['drives'],
        response: { 200: json('Drives', z.strictObject({ items: z.array(driveView) })) },
      },
    },
    async () => ({ items: await listDrives(service) }),
  );

  app.get(
    '/v1/drives/:id',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readDrive',
        summary: 'One drive',
        tags: ['drives'],
        params,
        response: { 200: json('The drive', driveView), 304: NO_CONTENT },
      },
    },
    async (request, reply) => sendDrive(request, reply, await readDrive(service, request.params.id)),
  );

  app.get(
    '/v1/drives/:id/medium',
    {
      config: { scope: 'status' },
      schema: {
        operationId: 'readMedium',
        summary: 'The medium in the drive: sessions, tracks, speeds, capacity',
        tags: ['drives'],
        params,
        response: { 200: json('The medium', medium) },
      },
    },
    async (request) => {
      const drive = await readDrive(service, request.params.id);
      if (drive.medium) return drive.medium;
      // A drive that could not be asked has told nothing of what lies in it.
      if (drive.holding === 'faulted' && drive.problem)
        throw new SpindleError(drive.problem.code, `${drive.name}: ${drive.problem.detail}`);
      throw new SpindleError('medium-not-present', `${drive.name} is ${drive.contents ?? drive.holding}`);
    },
  );
};

export const driveRoutes = (app: Server, service: ApiService): void => {
  readRoutes(app, service);

  app.patch(
    '/v1/drives/:id',
    {
      config: { scope: 'drives:control' },
      schema: {
        operationId: 'patchDrive',
        summary: 'Rename a drive, or set its switches',
        tags: ['drives'],
        params,
        headers: z.object({ 'if-match': z.string().optional() }),
        body: drivePatch,
        response: { 200: json('The drive', driveView) },
      },
    },
    async (request, reply) => {
      const { name, accepting, enabled } = request.body;
      const patch = {
        ...(name !== undefined && { name }),
        ...(accepting !== undefined && { accepting }),
        ...(enabled !== undefined && { enabled }),
      };
      const { id } = request.params;
      const change = () => service.store.patchDrive(id, patch, requiredRevision(request.headers['if-match']));
      await (name === undefined ? change() : withFreeName(service, { name, drive: id }, change));
      service.fleet.wake();
      const drive = await readDrive(service, id);
      return reply.header('etag', tagOf(drive)).send(drive);
    },
  );

  for (const [action, { summary, act }] of Object.entries(DRIVE_ACTIONS)) {
    app.post(
      `/v1/drives/:id/actions/${action}`,
      {
        config: { scope: 'drives:control', repeated: 'harmless' },
        schema: {
          operationId: `${action}Drive`,
          summary,
          tags: ['drives'],
          params,
          body: trayRequest.optional(),
          response: { 200: json('The drive', driveView) },
        },
      },
      async (request) => {
        const { id } = request.params;
        const lease = await ownLease(service, request, id, request.body?.lease);
        await act(service.fleet, id, lease);
        return readDrive(service, id);
      },
    );
  }

  app.post(
    '/v1/drives/:id/actions/rescan',
    {
      config: { scope: 'drives:control', repeated: 'harmless' },
      schema: {
        operationId: 'rescanDrive',
        summary: 'Look at the drive and its medium now',
        tags: ['drives'],
        params,
        response: { 200: json('The drive', driveView) },
      },
    },
    async (request) => {
      await service.fleet.refresh(request.params.id);
      return readDrive(service, request.params.id);
    },
  );
};
