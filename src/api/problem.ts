import { RequestValidationError } from 'fastify-zod-openapi';
import type { FastifyError } from 'fastify';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { ERRORS, causeOf, type ErrorCode, isSpindleError, SpindleError } from '../errors.js';
import { itemsOf, sentenceOn } from '../issue-items.js';
import type { Problem } from '../jobs/problem.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** What the framework refuses by itself, in our words. */
const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_NOT_FOUND: 'not-found',
};

/** What is wrong with which part of a request: a body has a schema, an address names something or nothing. */
const CONTEXT_CODES: Readonly<Record<string, { code: ErrorCode; what: string }>> = {
  body: { code: 'schema-violation', what: 'body' },
  querystring: { code: 'invalid-request', what: 'query' },
  headers: { code: 'invalid-request', what: 'headers' },
  params: { code: 'not-found', what: 'path' },
};

/** Of an issue of a schema: the form is wrong, so that nothing is named, where else an address names what is not there. */
export const OF_FORM = { of: 'form' } as const;

const isOfForm = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.params?.['of'] === OF_FORM.of;

const invalidRequest = (error: FastifyError): SpindleError => {
  const { code: usual, what } = CONTEXT_CODES[error.validationContext ?? 'body'] ?? {
    code: 'invalid-request',
    what: 'request',
  };
  const issues = (error.validation ?? []).flatMap((cause) =>
    cause instanceof RequestValidationError ? [cause.params.issue] : [],
  );
  const code = issues.some(isOfForm) ? 'invalid-request' : usual;
  const errors = issues.flatMap(itemsOf);
  const [first] = errors;
  return new SpindleError(code, first ? sentenceOn(what, first) : error.message, { errors });
};

const isFrameworkError = (error: unknown): error is FastifyError =>
  error instanceof Error && 'statusCode' in error;

/** The failure that a client is told; `internal` for all that was not foreseen. */
export const failureOf = (error: unknown): SpindleError => {
  if (isSpindleError(error)) return error;
  if (isFrameworkError(error)) {
    if (error.validation) return invalidRequest(error);
    const code = FRAMEWORK_CODES[error.code];
    const byClient = (error.statusCode ?? 500) < 500;
    if (code !== undefined || byClient) {
      return new SpindleError(code ?? 'invalid-request', error.message, { cause: error });
    }
  }
  return new SpindleError('internal', 'An unforeseen error; the log of the daemon has it', { cause: error });
};

/** RFC 9457 */
export const problemOf = (
  failure: SpindleError,
  at: { instance?: string; requestId?: string } = {},
): Problem => {
  const { status, title, remedy } = ERRORS[failure.code];
  const cause = causeOf(failure);
  return {
    type: `urn:spindle:problem:${failure.code}`,
    code: failure.code,
    title,
    status,
    detail: failure.message,
    remedy,
    ...at,
    ...(cause && { cause }),
    ...(failure.errors.length > 0 && { errors: [...failure.errors] }),
    ...(failure.scsi && { scsi: failure.scsi }),
  };
};

const COME_BACK = { 'retry-after': '2' };

/** Headers that belong to a failure: how to authenticate, when to come back. */
const HEADERS: Partial<Record<ErrorCode, Readonly<Record<string, string>>>> = {
  unauthenticated: { 'www-authenticate': 'Bearer realm="spindle"' },
  'rate-limited': COME_BACK,
  'daemon-stopping': COME_BACK,
  'idempotency-key-in-flight': COME_BACK,
};

export const headersOf = (code: ErrorCode): Readonly<Record<string, string>> => HEADERS[code] ?? {};

/** What Node says of a request that its parser gave up; `rawPacket`: what it was about to parse. */
interface ParserError {
  readonly code?: string;
  readonly rawPacket?: unknown;
}

const LINE_FEED = 0x0a;

/** The address comes first, in the first line. */
const unparsed = ({ code, rawPacket }: ParserError): SpindleError => {
  if (code !== 'HPE_HEADER_OVERFLOW') return new SpindleError('invalid-request', 'This is no HTTP request');
  const isOfAddress =
    rawPacket instanceof Uint8Array && !rawPacket.subarray(0, maxHeaderSize).includes(LINE_FEED);
  const limit = `${maxHeaderSize} bytes`;
  return isOfAddress
    ? new SpindleError('address-too-long', `The address has more than ${limit}`)
    : new SpindleError('headers-too-large', `Address and headers together have more than ${limit}`);
};

/** The answer to what could not be parsed, as it goes over the wire. */
export const answerUnparsed = (error: ParserError): string => {
  const problem = problemOf(unparsed(error));
  const body = JSON.stringify(problem);
  const status = `${problem.status} ${STATUS_CODES[problem.status] ?? ''}`;
  const head = `HTTP/1.1 ${status}\r\nContent-Type: ${PROBLEM_TYPE}\r\nConnection: close\r\n`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};
