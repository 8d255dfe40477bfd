import { z } from 'zod';

/** A cursor is opaque: clients send back what they got as `next`. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(1000).optional(),
});

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().exactOptional().meta({ description: 'Send it as `cursor`; absent on the last page' }),
  });

const POSITION = /^\d{1,15}$/;

/** The same where the cursor is a position or a number, and another one is refused. */
export const positionQuery = pageQuery.extend({ cursor: z.string().regex(POSITION).optional() });

/** Where the page begins; 0 without a cursor. */
export const positionOf = ({ cursor }: { cursor?: string | undefined }): number => Number(cursor ?? 0);

/** One page of a list that is at hand; its cursor is a position, so the list must not change between pages. */
export const pageAt = <T>(
  length: number,
  query: { limit: number; cursor?: string | undefined },
  slice: (start: number, end: number) => T[],
): { items: T[]; next?: string } => {
  const start = query.cursor !== undefined && POSITION.test(query.cursor) ? Number(query.cursor) : 0;
  const end = Math.min(length, start + query.limit);
  return { items: slice(start, end), ...(end < length && { next: String(end) }) };
};
