import websocket from '@fastify/websocket';
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify';
import {
  createSerializerCompiler,
  type FastifyZodOpenApiTypeProvider,
  validatorCompiler,
} from 'fastify-zod-openapi';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ulid } from 'ulid';
import { SpindleError } from '../errors.js';
import { createKnownPaths } from './known-paths.js';
import { checkWhereFrom } from './origin-guard.js';
import type { Listener, Principal } from './principal.js';
import { answerUnparsed, failureOf, headersOf, PROBLEM_TYPE, problemOf } from './problem.js';
import { permits, type Scope } from './scopes.js';
import { SECURITY_HEADERS } from './security-headers.js';
import type { ApiService } from './service.js';

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  FastifyZodOpenApiTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller must be allowed; `public` is for what tells nothing about this machine. */
    scope?: Scope | 'public';
    /** A ticket in the address is a credential here: browsers reach this without setting headers. */
    ticket?: true;
    /**
     * What a POST does that comes again, as it does from a client that got no answer: an Idempotency-Key makes it act
     * once, or it is harmless without one, or it cannot be answered twice, since a secret is kept nowhere, or it acts each time,
     * since only the client knows what its command does.
     */
    repeated?: 'by-key' | 'harmless' | 'secret' | 'each-time';
    /** The body is a file, which may take its time: who takes it sees to it that it does not stall. */
    upload?: true;
    /** Health checks are answered to the end. */
    whileStopping?: true;
  }
  interface FastifyRequest {
    principal: Principal | undefined;
  }
}

/** Who asks; routes with a scope always have somebody. */
export const principalOf = (request: FastifyRequest): Principal => {
  if (!request.principal) throw new SpindleError('unauthenticated', 'The request carries no credential');
  return request.principal;
};

/** Without the query, which may hold a ticket. */
const pathOf = (request: FastifyRequest): string => request.url.replace(/\?.*$/s, '');

const sendProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply, service: ApiService) => {
  const failure = failureOf(error);
  if (failure.code === 'internal') service.log.error({ requestId: request.id, err: error }, 'a bug');
  const problem = problemOf(failure, { instance: pathOf(request), requestId: request.id });
  reply.headers({ ...SECURITY_HEADERS, ...headersOf(failure.code) });
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem);
};

const ticketOf = (request: FastifyRequest): string | undefined => {
  const { ticket } = request.query as Record<string, unknown>;
  return request.routeOptions.config.ticket && typeof ticket === 'string' ? ticket : undefined;
};

const authorize = async (request: FastifyRequest, listener: Listener, service: ApiService): Promise<void> => {
  const { scope } = request.routeOptions.config;
  if (request.is404 || scope === 'public') return;
  if (scope === undefined) throw new Error(`${request.url} has no scope`);
  request.principal = await service.authenticator.fromRequest(listener, request.raw, ticketOf(request));
  // A browser's WebSocket may bring its token in its first frame; until then it is told nothing.
  if (!request.principal && request.ws) return;
  const principal = principalOf(request);
  if (!permits(principal.scopes, scope)) {
    throw new SpindleError('forbidden', `${principal.id} lacks the scope ${scope}`);
  }
};

const NO_KEY: Readonly<Record<string, string>> = {
  secret: 'answers with a secret, which is not kept to be told twice',
  'each-time': 'sends the command each time that it is asked to',
};

/** A key that was ignored would promise what nobody keeps. */
const checkKey = ({ headers, routeOptions, method }: FastifyRequest): void => {
  const why = NO_KEY[routeOptions.config.repeated ?? ''];
  if (headers['idempotency-key'] === undefined || why === undefined) return;
  throw new SpindleError('idempotency-key-unsupported', `${method} ${routeOptions.url ?? ''} ${why}`);
};

/** Host, Origin, credential, scope, in this order and before anything of the request is looked at. */
const guard = (app: Server, listener: Listener, service: ApiService): void => {
  app.decorateRequest('principal', undefined);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    checkWhereFrom(request, service.http);
    if (service.stopping.aborted && !request.routeOptions.config.whileStopping) {
      throw new SpindleError('daemon-stopping', 'The daemon is stopping');
    }
    await authorize(request, listener, service);
    checkKey(request);
  });
};

/** One line per answer. What changes something is worth more than what only reads. */
const audit = (app: Server, service: ApiService): void => {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, principal } = request;
    const status = reply.statusCode;
    service.metrics.answered({
      method,
      route: routeOptions.url ?? 'none',
      status,
      seconds: reply.elapsedTime / 1000,
    });
    service.log[method === 'GET' || method === 'HEAD' ? 'debug' : 'info'](
      { requestId: request.id, principal: principal?.id, method, path: pathOf(request), status },
      'answered',
    );
    done();
  });
};

/** The longest that a body may take that is no file. */
const BODY_LIMIT_MS = 60_000;

/** Nobody holds a connection by a body that never ends. */
const limitBodies = (app: Server): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw, routeOptions, headers } = request;
    const hasBody = headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    if (hasBody && !raw.complete && routeOptions.config.upload !== true) {
      const limit = setTimeout(() => {
        raw.destroy();
      }, BODY_LIMIT_MS);
      const stop = (): void => {
        clearTimeout(limit);
      };
      raw.once('end', stop);
      reply.raw.once('close', stop);
    }
    done();
  });
};

/** What is wrong with a text that the parser refused, and where. */
const whyNoJson = (text: string): SpindleError => {
  try {
    JSON.parse(text);
    return new SpindleError(
      'invalid-request',
      'The body names `__proto__` or `constructor`, which no field is.',
    );
  } catch (cause) {
    const detail = `The body is not JSON: ${(cause as Error).message}`;
    return new SpindleError('invalid-request', detail, { cause });
  }
};

/** JSON and nothing else, which also makes browsers ask before they send it from another site. */
const acceptJson = (app: Server): void => {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // `content-type` without a body: actions need none.
    if (body.length === 0) done(null, undefined);
    else
      void parse(request, body as string, (error, parsed) => {
        done(error && whyNoJson(body as string), parsed);
      });
  });
};

/** A request without body is validated as `null`, and to a schema that is something. */
const validatorOf: typeof validatorCompiler = (route) => {
  const validate = validatorCompiler(route);
  return route.httpPart === 'body' ? (value) => validate(value ?? undefined) : validate;
};

const answerProblems = (app: Server, service: ApiService): void => {
  const known = createKnownPaths();
  app.addHook('onRoute', ({ url, method }) => {
    known.add(url, [method].flat());
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, service));
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = known.methodsOf(path);
    if (methods.length === 0) throw new SpindleError('not-found', `There is nothing at ${path}`);
    reply.header('allow', methods.join(', '));
    throw new SpindleError('method-not-allowed', `${path} knows ${methods.join(', ')}`);
  });
};

/** A server without routes: whatever is added to it is guarded, audited and answers failures as problems. */
export const createServer = async (service: ApiService, listener: Listener): Promise<Server> => {
  const app: Server = fastify({
    logger: false,
    genReqId: () => ulid(),
    bodyLimit: service.limits.bodyBytes,
    exposeHeadRoutes: false,
    requestTimeout: 0, // bodies have limits of their own, headers that of Node
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(answerUnparsed(error));
      else socket.destroy();
    },
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply, service);
    },
  }).withTypeProvider<FastifyZodOpenApiTypeProvider>();
  app.setValidatorCompiler(validatorOf);
  app.setSerializerCompiler(createSerializerCompiler({ stringify: JSON.stringify }));
  await app.register(websocket, {
    options: { maxPayload: 64 * 1024 },
    errorHandler: (error, socket) => {
      service.log.debug({ err: error }, 'a WebSocket failed');
      socket.terminate();
    },
  });
  acceptJson(app);
  limitBodies(app);
  guard(app, listener, service);
  audit(app, service);
  answerProblems(app, service);
  return app;
};
