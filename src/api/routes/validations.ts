import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { ulid } from '../../jobs/identifier.js';
import { finding } from '../../worker/validation-protocol.js';
import { ownLease } from '../own-lease.js';
import { pageAt, pageOf, positionQuery } from '../paging.js';
import { json, NO_CONTENT } from '../responses.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';
import { newValidation, validationReport } from '../validation-report.js';
import { waitSeconds, waitSignal } from '../wait.js';

const params = z.strictObject({ id: ulid });

const unknown = (id: string): SpindleError =>
  new SpindleError('not-found', `There is no validation ${id}; they are kept for half an hour`);

export const validationRoutes = (app: Server, service: ApiService): void => {
  const { validations } = service;

  app.post(
    '/v1/validations',
    {
      config: { scope: 'content:read', repeated: 'harmless' },
      schema: {
        operationId: 'createValidation',
        summary:
          'Say what is wrong with the file systems of an image, an image file beneath a root or a disc',
        description:
          'Everything is read in a process of its own, which may die alone and writes nothing. A disc is read through its drive, while nobody records.',
        tags: ['validations'],
        querystring: z.strictObject({ wait: waitSeconds }),
        body: newValidation,
        response: {
          200: json('What was found', validationReport),
          202: json('It is not done yet', validationReport),
        },
      },
    },
    async (request, reply) => {
      const { body } = request;
      if (body.type === 'medium') await ownLease(service, request, body.drive, body.lease);
      const { id } = await validations.begin(body);
      const enough = waitSignal(reply, request.query.wait, service.stopping);
      const report = await validations.settled(id, enough);
      if (!report) throw unknown(id);
      reply.header('location', `/v1/validations/${id}`);
      return reply.code(report.state === 'running' ? 202 : 200).send(report);
    },
  );

  app.get(
    '/v1/validations/:id',
    {
      config: { scope: 'content:read' },
      schema: {
        operationId: 'readValidation',
        summary: 'A validation, or how far it is',
        tags: ['validations'],
        params,
        querystring: z.strictObject({ wait: waitSeconds }),
        response: { 200: json('The validation', validationReport) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const enough = waitSignal(reply, request.query.wait, service.stopping);
      const report = await validations.settled(id, enough);
      if (!report) throw unknown(id);
      return report;
    },
  );

  app.get(
    '/v1/validations/:id/findings',
    {
      config: { scope: 'content:read' },
      schema: {
        operationId: 'listFindings',
        summary: 'What a validation has found, by block and file',
        description:
          'None until it is done. Of more than a thousand the first ones; `unlisted` counts the rest.',
        tags: ['validations'],
        params,
        querystring: positionQuery,
        response: { 200: json('Findings in the order in which they were found', pageOf(finding)) },
      },
    },
    (request) => {
      const { id } = request.params;
      const found = validations.findings(id);
      if (!found) throw unknown(id);
      return Promise.resolve(pageAt(found.length, request.query, (start, end) => found.slice(start, end)));
    },
  );

  app.delete(
    '/v1/validations/:id',
    {
      config: { scope: 'content:read' },
      schema: {
        operationId: 'cancelValidation',
        summary: 'End a validation, and forget what it has found',
        tags: ['validations'],
        params,
        response: { 204: NO_CONTENT },
      },
    },
    (request, reply) => {
      const { id } = request.params;
      if (!validations.remove(id)) throw unknown(id);
      return reply.code(204).send();
    },
  );
};
