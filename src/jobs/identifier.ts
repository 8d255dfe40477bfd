import { z } from 'zod';

/** Jobs, images, leases and tokens: ULIDs, so that ids sort by time. */
export const ulid = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .meta({
    id: 'Ulid',
    description: '26 characters, sortable by time',
    examples: ['01JB3Z5V8N0Q4W7X9Y2A6C5D1E'],
  });

/** Drives keep the id of their first sight; those of virtual drives may be chosen by the client. */
export const driveId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)
  .meta({ id: 'DriveId' });

/** RFC 3339 in UTC with milliseconds: text order is time order. */
export const timestamp = z.iso.datetime({ precision: 3 }).meta({ id: 'Timestamp' });

/** A name that people give to things; no control characters, which terminals and logs would obey. */
export const label = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'must not contain control characters')
  .meta({ id: 'Label' });

/** SHA-256 as hex. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
