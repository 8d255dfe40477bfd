import { type Command, Option } from 'commander';
import { z } from 'zod';
import { VIDEO_LAYOUTS } from '../image/video-request.js';
import { UDF_REVISIONS } from '../udf/revisions.js';
import { addBootOptions, bootFlags } from './boot-options.js';
import { addIsoOptions, isoFlags } from './iso-options.js';

/** Options that `master`, `plan` and `burn` share: what is recorded. */
export const addContentOptions = (command: Command): Command =>
  addBootOptions(addIsoOptions(command))
    .option('--volume <identifier>', 'volume identifier')
    .addOption(new Option('--level <n>', 'interchange level of ISO 9660').choices(['1', '2', '3']))
    .option('--no-joliet', 'leave out Joliet')
    .option('--no-rock-ridge', 'leave out Rock Ridge')
    .option('--no-iso', 'leave out ISO 9660 with Joliet and Rock Ridge, where there is UDF')
    .addOption(new Option('--udf <revision>', 'UDF besides, over the same contents').choices(UDF_REVISIONS))
    .addOption(
      new Option('--video <layout>', 'the tree is a video that players play: VIDEO_TS, or BDMV').choices(
        VIDEO_LAYOUTS,
      ),
    )
    .option('--manifest </path/on/disc>', 'record the SHA-256 of every file there, e.g. /SHA256SUMS')
    .option(
      '--strict',
      'refuse rather than change a name, of plain ISO 9660 only where nothing else shows it',
    )
    .option('--ascii-names', 'names of Joliet and UDF in ASCII alone; other characters become _')
    .option('--strict-all', 'refuse rather than change any name, of plain ISO 9660 too');

export const contentOptions = z.object({
  volume: z.string().optional(),
  level: z.string().optional(),
  joliet: z.boolean().optional(),
  rockRidge: z.boolean().optional(),
  iso: z.boolean().optional(),
  udf: z.enum(UDF_REVISIONS).optional(),
  manifest: z.string().optional(),
  video: z.enum(VIDEO_LAYOUTS).optional(),
  strict: z.boolean().optional(),
  strictAll: z.boolean().optional(),
  asciiNames: z.boolean().optional(),
  ...isoFlags,
  ...bootFlags,
});
/** How far names are strict, by `--strict` and `--strict-all`; undefined where neither is said. */
export const strictNamesOf = ({
  strict,
  strictAll,
}: Pick<ContentOptions, 'strict' | 'strictAll'>): 'all' | true | undefined =>
  strictAll ? 'all' : strict ? true : undefined;

export type ContentOptions = z.infer<typeof contentOptions>;
