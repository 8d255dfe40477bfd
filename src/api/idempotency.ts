import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SpindleError } from '../errors.js';
import type { IdempotencyKey } from '../jobs/store/store.js';
import { principalOf } from './server.js';
import type { ApiService } from './service.js';

/** Of routes that are `repeated: 'by-key'`. */
export const idempotencyHeader = z.object({
  'idempotency-key': z.string().optional().meta({
    description:
      'The same key with the same request has its effect once, however often it is sent; keys are kept for a week',
  }),
});

/** Visible ASCII, as the IETF draft on the Idempotency-Key header has it. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * What makes a repeated request recognizable, or `undefined` when the client gave no key. The digest is that of the
 * body with its defaults, so that spelling them out is no other request; another job or drive in the address is one.
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
    digest: createHash('sha256')
      .update(JSON.stringify([request.params, request.body]))
      .digest('hex'),
  };
};

export interface Answer<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
}

/**
 * Acts once for each key; a repeated request gets the first answer again. What acts hands the key to the verb that makes
 * something: of a daemon that was killed before it could answer the next one knows what was made, and that is the answer.
 */
export const answerOnce = async <T>(
  { store }: ApiService,
  request: FastifyRequest,
  reply: FastifyReply,
  act: (key?: IdempotencyKey) => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  const key = idempotencyKeyOf(request);
  if (!key) return act();
  const stored = await store.beginIdempotent(key);
  if (stored) {
    reply.header('idempotency-replayed', 'true');
    return stored as Answer<T>;
  }
  const answer = await act(key).catch(async (error: unknown) => {
    await store.abandonIdempotent(key);
    throw error;
  });
  await store.finishIdempotent(key, answer);
  return answer;
};
