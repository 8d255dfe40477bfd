import { z } from 'zod';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What a client sees of an entry of a draft. */
export const draftEntry = z
  .strictObject({
    path: z.string().meta({ description: 'In the draft; bytes that are no UTF-8 are lone surrogates' }),
    kind: z.enum(['file', 'directory', 'link', 'fifo', 'socket', 'character-device', 'block-device']),
    bytes: count.exactOptional(),
    target: z.string().exactOptional(),
    modifiedAt: z.iso.datetime(),
    createdAt: z.iso.datetime().exactOptional().meta({ description: 'Absent: nobody knows' }),
    accessedAt: z.iso.datetime().exactOptional().meta({
      description:
        'Absent: nobody knows. Of a source that is when it was looked at, which is recorded on request alone (`posix.times`)',
    }),
    mode: z.string(),
    user: count,
    group: count,
    hidden: z.boolean(),
    realTime: z.boolean(),
    streams: z.array(z.string()),
    source: z
      .strictObject({ root: z.string(), path: z.string() })
      .exactOptional()
      .meta({ description: 'Where it comes from; absent where it was sent or made here' }),
    takenOver: z
      .literal(true)
      .exactOptional()
      .meta({ description: 'It comes from the session of the medium that the draft continues' }),
  })
  .meta({ id: 'DraftEntry' });
export type DraftEntry = z.infer<typeof draftEntry>;
