import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { SpindleError } from '../errors.js';
import { isKnown, isNamed } from './conditional.js';
import { asAttachment } from './content-disposition.js';
import { type ByteRange, parseRange } from './range.js';
import { NO_CONTENT, stream } from './responses.js';

const MEDIA_TYPE = 'application/octet-stream';

/** What routes that answer with content say of themselves. */
export const CONTENT_HEADERS = z.object({
  range: z.string().optional(),
  'if-range': z.string().optional(),
  'if-match': z.string().optional(),
  'if-none-match': z.string().optional(),
});
export const CONTENT_RESPONSES = {
  200: stream('All of it', MEDIA_TYPE),
  206: stream('A range of it', MEDIA_TYPE),
  304: NO_CONTENT,
};

/** Bytes that can be had whole or in part. */
export interface Content {
  /** Well-formed Unicode. */
  readonly fileName: string;
  readonly bytes: number;
  /** Strong, or absent for what may change under the same name. */
  readonly etag: string | undefined;
  /** The bytes of a range, for a client that may be gone; rejects where they cannot be read. */
  open(range: ByteRange, gone: AbortSignal): Promise<Readable>;
}

/**
 * RFC 9110 §13.1.5: with another tag, or none to compare, a range of the old is of no use. §14.2: ranges are for GET alone. §14.4: who asked
 * for bytes that are not there is told how many there are.
 */
const rangeOf = (
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, etag }: Content,
): ByteRange | undefined => {
  if (request.method !== 'GET') return undefined;
  const condition = request.headers['if-range'];
  if (condition !== undefined && (etag === undefined || condition !== etag)) return undefined;
  reply.header('content-range', `bytes */${bytes}`);
  const range = parseRange(request.headers.range, bytes);
  reply.removeHeader('content-range');
  return range;
};

/** RFC 9110 §13.2.2: preconditions come first, those of If-Match before those of If-None-Match. */
const isUnchanged = ({ headers }: FastifyRequest, etag: string | undefined): boolean => {
  const wanted = headers['if-match'];
  if (wanted !== undefined && !(etag !== undefined && isNamed(wanted, etag)))
    throw new SpindleError('precondition-failed', `The content has another tag now.`);
  return etag !== undefined && isKnown(headers['if-none-match'], etag);
};

const describe = (reply: FastifyReply, content: Content, range: ByteRange | undefined): void => {
  const { first, last } = range ?? { first: 0, last: content.bytes - 1 };
  reply.code(range ? 206 : 200).headers({
    'accept-ranges': 'bytes',
    'content-disposition': asAttachment(content.fileName),
    'content-length': last + 1 - first,
    'content-type': MEDIA_TYPE,
    ...(content.etag !== undefined && { etag: content.etag }),
    ...(range && { 'content-range': `bytes ${first}-${last}/${content.bytes}` }),
  });
};

/** Answers GET and HEAD with content, or with the one range of it that was asked for. */
export const answerContent = async (
  request: FastifyRequest,
  reply: FastifyReply,
  content: Content,
): Promise<FastifyReply> => {
  const { etag } = content;
  if (isUnchanged(request, etag)) return reply.code(304).header('etag', etag).send();
  const range = rangeOf(request, reply, content);
  if (request.method === 'HEAD' || content.bytes === 0) {
    describe(reply, content, range);
    return reply.send();
  }
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  if (reply.raw.destroyed) gone.abort();
  const body = await content.open(range ?? { first: 0, last: content.bytes - 1 }, gone.signal);
  describe(reply, content, range);
  return reply.send(body);
};
