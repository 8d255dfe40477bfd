import { Readable } from 'node:stream';
import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { openImageFile } from '../../image/image-file.js';
import { manifestText } from '../../image/manifest-text.js';
import { ulid } from '../../jobs/identifier.js';
import { ofKnownImage, readyImage } from '../known-image.js';
import { stream } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';
import { jobUnknown } from './jobs.js';

const params = z.strictObject({ id: ulid });

const TYPE = 'text/plain; charset=utf-8';
const response = { 200: stream('One line per file, as sha256sum writes and checks them', 'text/plain') };

/** Opens the image file only when somebody reads: whoever leaves before leaves nothing open. */
function* textOf(path: string): Generator<Uint8Array> {
  const file = openImageFile(path);
  try {
    yield* manifestText(file);
  } finally {
    file.close();
  }
}

const hasManifest = (path: string): boolean => {
  const file = openImageFile(path);
  file.close();
  return file.manifestBytes > 0;
};

/** The text of an image's manifest as it is on the disc; it comes from the state directory and never from a source. */
const openManifest = async (service: ApiService, image: string): Promise<Readable> => {
  const { id } = await readyImage(service, image);
  const path = service.mastering.pathOf(id);
  const has = await ofKnownImage(service, id, () => hasManifest(path));
  if (!has) throw new SpindleError('not-found', `The image ${id} was made without a manifest`);
  return Readable.from(textOf(path), { objectMode: false });
};

export const manifestRoutes = (app: Server, service: ApiService): void => {
  app.get(
    '/v1/images/:id/manifest',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readManifest',
        summary: 'The SHA-256 of every file of an image that was made with a manifest',
        tags: ['images'],
        params,
        response,
      },
    },
    async (request, reply) => reply.type(TYPE).send(await openManifest(service, request.params.id)),
  );

  app.get(
    '/v1/jobs/:id/manifest',
    {
      config: { scope: 'jobs:read' },
      schema: {
        operationId: 'readJobManifest',
        summary: 'The SHA-256 of every file of the image of a job',
        tags: ['jobs'],
        params,
        response,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const job = await service.store.getJob(id);
      if (!job) throw jobUnknown(id);
      if (job.image === undefined) throw new SpindleError('not-found', `The job ${id} has no image`);
      return reply.type(TYPE).send(await openManifest(service, job.image));
    },
  );
};
