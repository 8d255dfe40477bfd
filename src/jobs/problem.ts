import { z } from 'zod';
import { failure } from '../errors.js';

/** RFC 9457 with our members: a failure as an answer or a frame tells it. */
export const problem = z
  .object({
    type: z.string().meta({ examples: ['urn:spindle:problem:medium-not-blank'] }),
    title: z.string(),
    status: z.int().min(400).max(599),
    instance: z.string().exactOptional(),
    requestId: z.string().exactOptional().meta({ description: 'Names the request in the log of the daemon' }),
    remedy: z.string().meta({ description: 'What a person can do about it' }),
    ...failure.shape,
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
