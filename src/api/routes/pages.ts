import files from '@fastify/static';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { ERRORS } from '../../errors.js';
import { shippedPath } from '../../program.js';
import { asyncApiDocument } from '../asyncapi.js';
import { DOCS_POLICY } from '../security-headers.js';
import type { Server } from '../server.js';
import type { ApiService } from '../service.js';

/** Pages hold nothing about this machine: what they show they ask for with the token of whoever looks at them. */
const isPublic = (pages: FastifyInstance): void => {
  pages.addHook('onRoute', (route) => {
    route.config = { ...route.config, scope: 'public' };
  });
};

/** The documents of the API and of its events, the page of the first, and the dashboard at `/`. */
export const pageRoutes = async (app: Server, { version }: ApiService): Promise<void> => {
  app.get('/openapi.json', { config: { scope: 'public' }, schema: { hide: true } }, () => app.swagger());
  let events: object | undefined;
  app.get(
    '/asyncapi.json',
    { config: { scope: 'public' }, schema: { hide: true } },
    () => (events ??= asyncApiDocument(version)),
  );
  // What jobs and attempts carry is a code and a detail: titles and remedies are the same for all of them.
  app.get('/problems.json', { config: { scope: 'public' }, schema: { hide: true } }, () => ERRORS);
  await app.register(async (pages) => {
    isPublic(pages);
    await pages.register(swaggerUi, { routePrefix: '/docs', staticCSP: DOCS_POLICY });
    await pages.register(files, { root: shippedPath('src/dashboard/public'), wildcard: false });
  });
};
