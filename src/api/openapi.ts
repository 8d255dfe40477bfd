import swagger from '@fastify/swagger';
import type { FastifyContextConfig } from 'fastify';
import { fastifyZodOpenApiPlugin, fastifyZodOpenApiTransformers } from 'fastify-zod-openapi';
import { problemResponse } from './responses.js';
import { SCOPES } from './scopes.js';
import type { Server } from './server.js';

const scopeList = Object.entries(SCOPES)
  .map(([scope, meaning]) => `- \`${scope}\`: ${meaning}`)
  .join('\n');

const DESCRIPTION = `Records optical discs on several drives at once.

On the Unix socket the kernel says who the caller is. On TCP every request carries a token; a loopback address is no
credential. Tokens have scopes:

${scopeList}

Failures are problem documents (RFC 9457) with a stable \`code\`. Lists are pages: send \`next\` back as \`cursor\`.
\`/v1/events\` tells everything that changes; asyncapi.json describes its frames.`;

/** What the document says of a POST that is sent again; those that take a key describe their header. */
const REPEATED = {
  harmless: 'Sent again it changes nothing more: it needs no Idempotency-Key.',
  secret: 'An Idempotency-Key is refused: the secret is kept nowhere, so that it cannot be told twice.',
  'each-time': 'An Idempotency-Key is refused: the command is sent each time.',
} as const;

const OPTIONAL = 'x-fastify-zod-openapi-optional';

interface DescribedOperation {
  requestBody?: { required?: boolean; content?: Record<string, { schema?: Record<string, unknown> }> };
}

/** A body that may be left out: the transformer only leaves its mark on the schema and says `required` all the same. */
const sayWhatIsOptional = (operation: DescribedOperation): void => {
  const { requestBody } = operation;
  for (const { schema } of Object.values(requestBody?.content ?? {})) {
    if (requestBody && schema?.[OPTIONAL] === true) requestBody.required = false;
    delete schema?.[OPTIONAL];
  }
};

const transformObject: typeof fastifyZodOpenApiTransformers.transformObject = (source) => {
  const document = fastifyZodOpenApiTransformers.transformObject(source);
  for (const path of Object.values((document.paths ?? {}) as Record<string, object>)) {
    for (const operation of Object.values(path)) sayWhatIsOptional(operation as DescribedOperation);
  }
  return document;
};

interface DescribedResponse {
  readonly content?: Record<string, object>;
}

/** Routes may say the same of their answers: the document takes what it is given, and would find nothing in it the second time. */
const ownResponses = (responses: Record<string, DescribedResponse> = {}): Record<string, DescribedResponse> =>
  Object.fromEntries(
    Object.entries(responses).map(([code, { content, ...response }]) => [
      code,
      {
        ...response,
        ...(content && {
          content: Object.fromEntries(Object.entries(content).map(([type, body]) => [type, { ...body }])),
        }),
      },
    ]),
  );

/** What holds for a route whatever it does. */
const notesOf = ({ scope, repeated }: FastifyContextConfig): string[] => [
  ...(repeated && repeated !== 'by-key' ? [REPEATED[repeated]] : []),
  ...(scope === 'public' ? [] : [`Scope: \`${scope}\``]),
];

/** Describes all routes that are added from now on; each may also answer a problem and needs a scope to name. */
export const describeRoutes = async (app: Server, version: string): Promise<void> => {
  await app.register(fastifyZodOpenApiPlugin);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Spindle',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: fastifyZodOpenApiTransformers.transform,
    transformObject,
  });
  app.addHook('onRoute', ({ schema, config = {}, url, method }) => {
    if (!schema || schema.hide) return;
    if (config.scope === undefined) throw new Error(`${url} names no scope`);
    if (method === 'POST' && config.repeated === undefined)
      throw new Error(`${url} does not say what a repetition does`);
    schema.response = {
      default: problemResponse(),
      ...ownResponses(schema.response as Record<string, DescribedResponse> | undefined),
    };
    const notes = [schema.description, ...notesOf(config)].filter(Boolean);
    if (notes.length > 0) schema.description = notes.join('\n\n');
  });
};
