import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SpindleError } from '../errors.js';
import type { IdempotencyKey } from '../jobs/store/store.js';
import { principalOf } from './server.js';
import type { ApiService } from './service.js';

/** Visible ASCII, as the IETF draft on the Idempotency-Key header has it. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * What makes a repeated request recognizable, or `undefined` when the client gave no key. The digest is that of the
 * body with its defaults, so that spelling them out is no other request.
 */
export const idempotencyKeyOf = (request: FastifyRequest): IdempotencyKey | undefined => {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new SpindleError('invalid-request', 'Idempotency-Key has 1 to 255 visible ASCII characters');
  }
  return {
    principal: principalOf(request).id,
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    key,
    digest: createHash('sha256').update(JSON.stringify(request.body)).digest('hex'),
  };
};

export interface Answer<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}

/** Acts once for each key; a repeated request gets the first answer again. */
export const answerOnce = async <T>(
  { store }: ApiService,
  request: FastifyRequest,
  reply: FastifyReply,
  act: () => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  const key = idempotencyKeyOf(request);
  const stored = key && (await store.beginIdempotent(key));
  if (stored) {
    reply.header('idempotency-replayed', 'true');
    return stored as Answer<T>;
  }
  try {
    const answer = await act();
    if (key) await store.finishIdempotent(key, answer);
    return answer;
  } catch (error) {
    if (key) await store.abandonIdempotent(key);
    throw error;
  }
};
