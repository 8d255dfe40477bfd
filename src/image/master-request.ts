import { z } from 'zod';
import type { Moment } from '../binary/calendar.js';
import { volumeNameOptions } from './volume-names.js';

import { bootRequest } from './boot-request.js';
import { treeEdit } from './draft/draft-edit.js';
import {
  asciiNames,
  hiddenPaths,
  isoOptions,
  posixOptions,
  strictNames,
  zoneMinutes,
} from './iso-request.js';
import { manifestPlace } from './manifest-request.js';
import { pathBeneathRoot, placeOnDisc } from './request-paths.js';
import { udfRequest } from './udf-request.js';
import { videoLayout } from './video-request.js';

const sourceRequest = z.strictObject({
  at: placeOnDisc.describe('Where it goes on the disc.'),
  root: z.string().min(1).max(255).describe('Name of a root.'),
  path: pathBeneathRoot.default('').describe('Path beneath the root.'),
});

const volumeName = z
  .string()
  .min(1)
  .max(32)
  .regex(/^\P{Cc}*$/u, { error: 'must not contain control characters' });

/** File systems number the blocks of the medium, not those of an image. */
const startBlock = z
  .int()
  .min(0)
  .max(0xffff_ffff)
  .describe('Block of the medium at which the image will begin.');

/** What is to be mastered: a tree of sources. */
export const treeRequest = z
  .strictObject({
    sources: z.array(sourceRequest).max(10_000),
    edits: z.array(treeEdit).exactOptional().describe('Of a draft, which has them instead of sources.'),
    volumeIdentifier: volumeName.default('SPINDLE'),
    volumeNames: volumeNameOptions.default({}),
    keepVolumeName: z
      .boolean()
      .default(false)
      .describe(
        'What the session that is continued calls its volume comes before the identifier; where it has no name, or there is none, the identifier holds.',
      ),
    level: z
      .union([z.literal(1), z.literal(2), z.literal(3)])
      .default(3)
      .describe('Interchange level of ISO 9660.'),
    joliet: z
      .union([z.boolean(), z.literal('long')])
      .default(true)
      .describe('Joliet names of up to 64 characters, or of up to 103 with "long".'),
    rockRidge: z.boolean().default(true),
    iso9660: z.boolean().default(true).describe('Without it there is no Joliet and no Rock Ridge either.'),
    udf: z.union([z.literal(false), udfRequest]).default(false),
    strictNames,
    asciiNames,
    skipUnsupported: z
      .boolean()
      .default(false)
      .describe(
        'Leave out devices, FIFOs and sockets, and links where there is no Rock Ridge, instead of refusing them; so of a session that is continued, with named streams and associated files.',
      ),
    skipOfSession: z
      .boolean()
      .default(false)
      .describe('Leave out, and tell, what the volume cannot hold of the session that is continued.'),
    startBlock: startBlock.default(0),
    remove: z
      .array(placeOnDisc)
      .max(10_000)
      .default([])
      .describe('What of the session that is continued is not to be seen any more.'),
    onConflict: z
      .enum(['replace', 'refuse'])
      .default('replace')
      .describe('What becomes of a file of the session that is continued in whose place there is a new one.'),
    ...isoOptions,
    posix: posixOptions.prefault({}),
    hidden: hiddenPaths,
    zoneMinutes,
    boot: bootRequest.optional().describe('Absent: the disc does not boot.'),
    manifest: manifestPlace,
    video: videoLayout,
    createdAtNs: z.coerce.bigint().describe('Creation time of the volume, nanoseconds since 1970.'),
  })
  .refine(({ sources, edits }) => sources.length > 0 || edits !== undefined, {
    message: 'must name a source',
    path: ['sources'],
  });

/** What is to be mastered: an image file that exists. */
const imageRequest = z.strictObject({
  image: z.strictObject({ root: z.string().min(1).max(255), path: pathBeneathRoot }),
  startBlock: startBlock.default(0),
});

export const masterRequest = z.union([treeRequest, imageRequest]);

export type SourceRequest = z.infer<typeof sourceRequest>;
export type TreeRequest = z.infer<typeof treeRequest>;
export type MasterRequest = z.infer<typeof masterRequest>;

/** What the descriptors of a volume say of when it was made. */
export const createdAt = ({
  createdAtNs,
  zoneMinutes,
}: Pick<TreeRequest, 'createdAtNs' | 'zoneMinutes'>): Moment => ({ ns: createdAtNs, zoneMinutes });
