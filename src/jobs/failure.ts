import { z } from 'zod';
import { ERRORS, type ErrorCode, type Failure } from '../errors.js';

const scsiDetail = z
  .object({
    command: z.string(),
    cdb: z.string(),
    sense: z.string().exactOptional(),
    text: z.string().exactOptional(),
    lba: z.number().exactOptional(),
    deferred: z.boolean().exactOptional(),
    hostStatus: z.number().exactOptional(),
  })
  .meta({ id: 'ScsiDetail' });

const members = {
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).exactOptional(),
  scsi: scsiDetail.exactOptional(),
};

/** A failure as records, events and journals carry it. */
export const failure: z.ZodType<Failure> = z.object(members).meta({ id: 'Failure' });

/** RFC 9457 with our members: a failure as an answer or a frame tells it. */
export const problem = z
  .object({
    type: z.string().meta({ example: 'urn:spindle:problem:medium-not-blank' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    instance: z.string().exactOptional(),
    requestId: z.string().exactOptional().meta({ description: 'Names the request in the log of the daemon' }),
    remedy: z.string().meta({ description: 'What a person can do about it' }),
    ...members,
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
