import { z } from 'zod';

/** Directories beneath each other; a tree that is deeper is a mistake or a trap. */
export const DEEPEST = 128;

/** A path on the disc: absolute, without empty names, `.` and `..`; `/` is the root directory. */
export const placeOnDisc = z
  .string()
  .max(4096)
  .regex(/^\/(?:(?!\.{1,2}(?:\/|$))[^/\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)*)?$/, {
    error: 'must be a path on the disc, beginning with / and without empty names, . and ..',
  });

/** A path beneath a root: relative, `/` between names; empty for the root itself. */
export const pathBeneathRoot = z
  .string()
  .max(4096)
  .regex(/^[^\0]*$/, { error: 'must not contain NUL' });

/** Whether a text is Unicode, without halves of surrogate pairs. */
export const isText = (text: string): boolean => !/\p{Surrogate}/u.test(text);

export const streamName = z
  .string()
  .min(1)
  .max(254)
  .refine((name) => isText(name) && !/[/\0]/.test(name), { error: 'must not contain / and NUL' })
  .describe(
    'A named stream of the file, which UDF 2.00 and later record: 254 characters of Latin-1 or 127 of UTF-16, what is longer is cut.',
  );
