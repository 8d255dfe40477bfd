/**
 * Writes openapi/openapi.json and openapi/asyncapi.json from the schemas of routes and frames, so that a change of
 * the API is a difference that a reviewer reads. With `--check` it writes nothing and fails when they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fastify } from 'fastify';
import { type FastifyZodOpenApiTypeProvider, validatorCompiler } from 'fastify-zod-openapi';
import { z } from 'zod';
import { shippedPath } from '../program.js';
import { addResources } from './app.js';
import { asyncApiDocument } from './asyncapi.js';
import { describeRoutes } from './openapi.js';
import type { Server } from './server.js';
import type { ApiService } from './service.js';

/** Routes look at it only when they are asked, and here nobody asks. */
const NO_SERVICE = {} as ApiService;

const openApiDocument = async (version: string): Promise<unknown> => {
  const app: Server = fastify({ exposeHeadRoutes: false }).withTypeProvider<FastifyZodOpenApiTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  await describeRoutes(app, version);
  addResources(app, NO_SERVICE);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
};

const packageVersion = (): string => {
  const text = readFileSync(shippedPath('package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
};

const textOf = (document: unknown): string => `${JSON.stringify(document, undefined, 2)}\n`;

/** Text of each committed file, by its path in the package. */
export const apiDocuments = async (): Promise<Readonly<Record<string, string>>> => {
  const version = packageVersion();
  return {
    'openapi/openapi.json': textOf(await openApiDocument(version)),
    'openapi/asyncapi.json': textOf(asyncApiDocument(version)),
  };
};

const committed = (path: string): string => {
  try {
    return readFileSync(shippedPath(path), 'utf8');
  } catch {
    return '';
  }
};

const main = async (check: boolean): Promise<void> => {
  const documents = Object.entries(await apiDocuments());
  const stale = documents.filter(([path, text]) => committed(path) !== text);
  if (check && stale.length > 0) {
    const paths = stale.map(([path]) => path).join(' and ');
    process.stderr.write(
      `${paths}: not in step with the code; run \`npm run openapi\` and commit the result\n`,
    );
    process.exitCode = 1;
  } else if (!check) {
    for (const [path, text] of stale) writeFileSync(shippedPath(path), text);
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await main(process.argv.includes('--check'));
