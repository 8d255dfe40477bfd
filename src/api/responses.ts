import type { Readable } from 'node:stream';
import { z } from 'zod';
import { problem } from '../jobs/problem.js';
import { PROBLEM_TYPE } from './problem.js';

/** What any route may answer instead of what was asked for. A value for each: the document takes it as its own. */
export const problemResponse = () => ({
  description: 'A failure, RFC 9457; switch on `code`',
  content: { [PROBLEM_TYPE]: { schema: problem } },
});

/** An answer in JSON. */
export const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
});

/** What a stream carries is text or bytes to the document, and a stream to the route. */
const streamed = z.string() as unknown as z.ZodType<Readable, Readable>;

/** An answer that is not JSON. */
export const stream = (description: string, mediaType: string) => ({
  description,
  content: { [mediaType]: { schema: streamed } },
});

export const NO_CONTENT = { description: 'Done' };
