import { z } from 'zod';
import { SpindleError } from '../../errors.js';
import { label, ulid } from '../../jobs/identifier.js';
import { tokenRow } from '../../jobs/records.js';
import { newSecret, tokenText } from '../authenticate.js';
import { json, NO_CONTENT } from '../responses.js';
import { scope } from '../scopes.js';
import { principalOf, type Server } from '../server.js';
import type { ApiService } from '../service.js';

const tokenRequest = z
  .strictObject({
    name: label.meta({ description: 'Who or what uses it' }),
    scopes: z.array(scope).min(1).max(16),
    expiresAt: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'RFC 3339, e.g. 2030-01-01T00:00:00Z; without it the token does not expire' }),
  })
  .meta({ id: 'TokenRequest' });

const newToken = z
  .strictObject({
    ...tokenRow.shape,
    secret: z.string().meta({ description: 'Shown this once and kept nowhere' }),
  })
  .meta({ id: 'NewToken' });

const ticketView = z.strictObject({ ticket: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'Ticket' });

export const tokenRoutes = (app: Server, service: ApiService): void => {
  app.post(
    '/v1/tokens',
    {
      config: { scope: 'admin', repeated: 'secret' },
      schema: {
        operationId: 'createToken',
        summary: 'Make a token; its secret is shown once',
        tags: ['tokens'],
        body: tokenRequest,
        response: { 201: json('The token', newToken) },
      },
    },
    async (request, reply) => {
      const { name, scopes } = request.body;
      const expiresAt = request.body.expiresAt && new Date(request.body.expiresAt).toISOString();
      if (expiresAt !== undefined && Date.parse(expiresAt) <= service.now()) {
        throw new SpindleError('schema-violation', 'expiresAt lies in the past', {
          errors: [{ pointer: '/expiresAt', message: 'lies in the past' }],
        });
      }
      const { secret, secretHash } = newSecret();
      const row = await service.store.createToken({
        name,
        scopes,
        secretHash,
        ...(expiresAt !== undefined && { expiresAt }),
      });
      reply.header('location', `/v1/tokens/${row.id}`);
      return reply.code(201).send({ ...row, secret: tokenText(row.id, secret) });
    },
  );

  app.get(
    '/v1/tokens',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'listTokens',
        summary: 'All tokens, without their secrets',
        tags: ['tokens'],
        response: { 200: json('Tokens', z.strictObject({ items: z.array(tokenRow) })) },
      },
    },
    async () => ({ items: await service.store.listTokens() }),
  );

  app.delete(
    '/v1/tokens/:id',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'revokeToken',
        summary: 'Revoke a token; its connections are closed at once',
        tags: ['tokens'],
        params: z.strictObject({ id: ulid }),
        response: { 204: NO_CONTENT },
      },
    },
    async (request, reply) => {
      await service.store.revokeToken(request.params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/tickets',
    {
      config: { scope: 'status', repeated: 'secret' },
      schema: {
        operationId: 'createTicket',
        summary: 'A credential for one request within 30 seconds, as `?ticket=`',
        description: 'For what browsers open without headers: the WebSocket and downloads.',
        tags: ['tokens'],
        response: { 201: json('The ticket', ticketView) },
      },
    },
    async (request, reply) => reply.code(201).send(service.tickets.issue(principalOf(request))),
  );
};
