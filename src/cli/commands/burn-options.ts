import { Option, type Command } from 'commander';
import { z } from 'zod';
import { givenOnly } from '../../given-only.js';
import { burnOptions } from '../../burn/options.js';
import { IMPORTED_FILE_SYSTEMS } from '../../image/import/file-systems.js';
import type { Client } from '../client.js';
import { addContentOptions } from '../content-options.js';
import { findDrive } from './drives.js';

/** As `-n` takes it. */
export const numberOfDiscs = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, 'must be a number of discs, 1 to 1000');

/** Options that `plan` and `burn` share: where and how. */
const burnFlags = z.object({
  drive: z.array(z.string()).optional(),
  copies: numberOfDiscs.optional(),
  speed: z.string().optional(),
  rotation: z.string().optional(),
  adjustSpeed: z.boolean().optional(),
  onNonBlank: z.string().optional(),
  append: z.boolean().optional(),
  import: z.union([z.literal(false), z.string()]).optional(),
  importSession: z
    .string()
    .regex(/^\d{1,3}$/, 'must be the number of a session')
    .optional(),
  onConflict: z.string().optional(),
  remove: z.array(z.string()).optional(),
  skipUnsupported: z.boolean().optional(),
  blanking: z.string().optional(),
  mode: z.string().optional(),
  overburn: z.boolean().optional(),
  postgap: z.boolean().optional(),
  underrunProtection: z.boolean().optional(),
  dvdCompatibility: z.boolean().optional(),
  close: z.string().optional(),
  simulate: z.boolean().optional(),
  verify: z.string().optional(),
  eject: z.boolean().optional(),
  spares: z.string().optional(),
  pseudoOverwrite: z.boolean().optional(),
  onWrite: z.string().optional(),
  layerBreak: z.string().optional(),
  backgroundFormat: z.string().optional(),
  finalizeRadius: z.string().optional(),
  spool: z.string().optional(),
});

export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export const addBurnOptions = (command: Command): Command =>
  addContentOptions(command)
    .option('-d, --drive <id, name or device>', 'use this drive; repeatable; default: any', collect)
    .option('-n, --copies <n>', 'number of discs')
    .option('--speed <speed>', 'max, kB/s, a factor such as 16x, or sectors such as 10800sectors/s')
    .addOption(
      new Option('--rotation <how>', 'how the disc is to be turned: cav, or anything else').choices(
        burnOptions.shape.rotation.unwrap().options,
      ),
    )
    .option('--adjust-speed', 'where the drive has not that speed or rotation: take the next slower one')
    .addOption(
      new Option('--on-non-blank <what>', 'what to do with a disc that is not blank').choices([
        'reject',
        'erase',
        'append',
      ]),
    )
    .option('--append', 'go on behind what is on the disc in --drive, or begin it; as --on-non-blank append')
    .addOption(
      new Option('--import <file system>', 'with --append: by what the disc is read').choices([
        'auto',
        ...IMPORTED_FILE_SYSTEMS,
      ]),
    )
    // Behind the option that it denies: before it, it would make true the default.
    .option('--no-import', 'with --append: hide what is on the disc')
    .option('--import-session <n>', 'with --append: go on with this session, and not with the last one')
    .addOption(
      new Option('--on-conflict <what>', 'with --append: what becomes of a file of the disc').choices([
        'replace',
        'refuse',
      ]),
    )
    .option('--skip-unsupported', 'with --append: leave out, and tell, what cannot be carried on of the disc')
    .option('--remove <path>', 'with --append: path of the disc to be seen no more; repeatable', collect)
    .addOption(
      new Option('--blanking <how>', 'how a CD-RW is erased').choices(['minimal', 'full', 'session']),
    )
    .addOption(
      new Option('--close <what>', 'finalize the disc, or leave it appendable').choices(['disc', 'session']),
    )
    .addOption(
      new Option('--mode <mode>', 'how a CD, a DVD-R or a DVD-RW is recorded').choices(
        burnOptions.shape.writeMode.unwrap().options,
      ),
    )
    .option('--overburn', 'CD: record beyond the end that the disc announces')
    .option('--no-postgap', 'CD: leave out the two seconds of zeros after the image')
    .option('--no-underrun-protection', 'let no drive bridge an empty buffer')
    .option('--dvd-compatibility', 'DVD+R: close the disc so that players of set-top kind read it')
    .option('--simulate', 'test write, without recording anything')
    .addOption(new Option('--verify <how>', 'read back').choices(['none', 'quick', 'full']))
    .addOption(
      new Option('--spool <when>', 'copy everything to the state directory first').choices([
        'auto',
        'always',
        'never',
      ]),
    )
    .addOption(
      new Option('--spares <how many>', 'of BD: spare clusters that a format sets aside').choices([
        'auto',
        'none',
        'least',
        'default',
        'most',
      ]),
    )
    .option('--pseudo-overwrite', 'format a new BD-R so that its blocks can be overwritten')
    .addOption(
      new Option('--on-write <what>', 'media that are overwritten in place: who verifies each write').choices(
        ['drive', 'verify', 'stream'],
      ),
    )
    .option('--layer-break <blocks>', 'DVD+R DL: blocks of layer 0; or auto, or drive')
    .addOption(
      new Option(
        '--background-format <what>',
        'DVD+RW: end the format with the recording, or let the drive go on',
      ).choices(burnOptions.shape.backgroundFormat.unwrap().options),
    )
    .addOption(
      new Option(
        '--finalize-radius <how>',
        'DVD+R: fill the disc up to the radius of players, or not',
      ).choices(burnOptions.shape.finalizeRadius.unwrap().options),
    )
    .option('--eject', 'eject the disc when it is done');

/** `22160` is a number, of kB/s or blocks, and -1 the fastest; everything else is said as it is. */
const numberOr = (text: string | undefined): string | number | undefined =>
  /^(\d+|-1)$/.test(text ?? '') ? Number(text) : text;

interface Importing {
  readonly session?: number | undefined;
  readonly fileSystem?: string | false | undefined;
  readonly onConflict?: string | undefined;
  readonly skipUnsupported?: boolean | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** What becomes of what is on the disc; undefined where nothing is said of it. */
const importOf = ({ fileSystem, ...how }: Importing): unknown => {
  if (fileSystem === false) return false;
  const said = givenOnly({ fileSystem, ...how });
  return Object.keys(said).length === 0 ? undefined : said;
};

/** The part of a job's request that says where and how. */
export const jobTarget = async (client: Client, options: unknown): Promise<Record<string, unknown>> => {
  const parsed = burnFlags.parse(options);
  const {
    drive,
    copies,
    spool,
    import: fileSystem,
    importSession,
    onConflict,
    remove,
    skipUnsupported,
    ...flags
  } = parsed;
  const { speed, layerBreak, append, onNonBlank, mode, postgap, underrunProtection, ...burn } = flags;
  const drives = drive && (await Promise.all(drive.map(async (name) => (await findDrive(client, name)).id)));
  return givenOnly({
    drives,
    copies: copies === undefined ? undefined : Number(copies),
    spool,
    import: importOf({
      fileSystem,
      session: importSession === undefined ? undefined : Number(importSession),
      onConflict,
      remove,
      skipUnsupported,
    }),
    burn: givenOnly({
      ...burn,
      speed: numberOr(speed),
      layerBreak: numberOr(layerBreak),
      onNonBlank: append === true ? 'append' : onNonBlank,
      writeMode: mode,
      // What is on by default is only said where it is switched off.
      postgap: postgap === false ? false : undefined,
      underrunProtection: underrunProtection === false ? false : undefined,
    }),
  });
};
