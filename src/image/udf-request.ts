import { z } from 'zod';

import { pathBeneathRoot, placeOnDisc, streamName } from './request-paths.js';
import { UDF_REVISIONS } from '../udf/revisions.js';

/** What a client asks of UDF. */
export const udfRequest = z
  .strictObject({
    revision: z.enum(UDF_REVISIONS).default('1.02'),
    access: z
      .enum(['read-only', 'write-once', 'rewritable', 'overwritable', 'pseudo-overwrite'])
      .default('read-only')
      .meta({
        description:
          'What may be done to the partition later. `write-once`: others can append by a virtual allocation table (1.50 and later), which has to be the last block: for media that are written once; `pseudo-overwrite`: BD-R, 2.60',
      }),
    freeBlocks: z.int().min(0).max(0xffff_ffff).optional().meta({
      description:
        'Free blocks in the partition, where it is rewritable or overwritable (default: none); behind what is recorded, where it is write-once (default: as many as any medium has)',
    }),
    sparing: z.boolean().optional().meta({
      description:
        'A sparable partition, 1.50 and later, rewritable or overwritable: 32 packets of 32 blocks stand by for those that cannot be written any more, for CD-RW and DVD-RW that others write to in packets. 7-Zip reads none. Default: no',
    }),
    embedFiles: z.boolean().optional().meta({
      description: 'Small files and directories within their entries. Default: where there is no ISO 9660',
    }),
    symbolicLinks: z.boolean().optional().meta({
      description:
        'Default: where there is no ISO 9660, since 7-Zip refuses volumes with them; a bridge has them in Rock Ridge',
    }),
    extendedAttributes: z.boolean().default(false).meta({
      description: 'What users attached to files (xattr `user.*`) as named streams, 2.00 and later',
    }),
    streams: z
      .array(
        z.strictObject({
          of: placeOnDisc.meta({ description: 'Path on the disc' }),
          name: streamName,
          root: z.string().min(1).max(255),
          path: pathBeneathRoot,
        }),
      )
      .max(10_000)
      .refine((streams) => new Set(streams.map(({ of, name }) => `${of}\0${name}`)).size === streams.length, {
        error: 'must not name a stream twice',
      })
      .default([])
      .meta({ description: 'Files that become named streams of others, 2.00 and later' }),
    metadataMirror: z.boolean().default(true).meta({
      description:
        'Record the metadata twice (2.50 and later, unless write-once or rewritable). Without it the mirror file is there and leads to the same blocks (OSTA UDF 2.50 2.2.13)',
    }),
    realTimeFiles: z.array(z.string().min(1).max(4096)).max(10_000).default([]).meta({
      description:
        'Paths on the disc of files that are played as they are read, 2.01 and later; of directories: all beneath',
    }),
  })
  .meta({ id: 'UdfOptions' });

export type UdfRequest = z.infer<typeof udfRequest>;
