import { type Command, Option } from 'commander';
import { z } from 'zod';
import { zoneMinutes } from '../image/iso-request.js';
import { RELAXATIONS } from '../iso9660/iso-rules.js';
import { givenOnly } from '../given-only.js';

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** Options that say how exactly the file systems of a volume are written. */
export const addIsoOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--relax <rule>', 'break a rule of ISO 9660; repeatable')
        .choices(RELAXATIONS)
        .argParser<string[]>(collect),
    )
    .option('--iso-1999', 'one more tree by ISO 9660:1999, with names of up to 207 bytes')
    .option('--publisher <text>', 'who published the volume')
    .option('--preparer <text>', 'who prepared it')
    .option('--application <text>', 'what made it')
    .option('--volume-set <text>', 'the set that it belongs to')
    .option('--all-times', 'record creation, access and change as well')
    .option('--devices', 'record devices, FIFOs and sockets')
    .option('--owner <uid:gid>', 'owner and group of everything')
    .option('--file-mode <octal>', 'permissions of all files')
    .option('--directory-mode <octal>', 'permissions of all directories')
    .option('--time-zone <+hh:mm>', 'zone in which times are recorded, such as -03:30 (default: +00:00)')
    .option('--hide </path/on/disc>', 'set the hidden flag; repeatable', collect);

/** Minutes east of Greenwich. */
const zoneOf = (zone: string): number => {
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
};

export const isoFlags = {
  relax: z.array(z.string()).optional(),
  iso1999: z.boolean().optional(),
  publisher: z.string().optional(),
  preparer: z.string().optional(),
  application: z.string().optional(),
  volumeSet: z.string().optional(),
  allTimes: z.boolean().optional(),
  devices: z.boolean().optional(),
  owner: z
    .string()
    .regex(/^\d{1,10}:\d{1,10}$/, 'must be two numbers, such as 0:0')
    .optional(),
  fileMode: z.string().optional(),
  directoryMode: z.string().optional(),
  timeZone: z
    .string()
    .regex(/^[+-]\d\d:[0-5]\d$/, 'must be hours and minutes from Greenwich, such as +02:00')
    .refine(
      (zone) => zoneMinutes.safeParse(zoneOf(zone)).success,
      'must be quarters of an hour from -12:00 to +13:00',
    )
    .optional(),
  hide: z.array(z.string()).optional(),
};

type IsoFlags = z.infer<z.ZodObject<typeof isoFlags>>;

/** What of a request the options ask for: beside the level of ISO 9660, and of all file systems. */
export const isoFields = (options: IsoFlags) => {
  const { publisher, preparer, application, volumeSet } = options;
  const [user, group] = options.owner?.split(':').map(Number) ?? [];
  return {
    iso9660: givenOnly({
      relaxed: options.relax,
      enhanced: options.iso1999,
      identifiers: givenOnly({ publisher, preparer, application, volumeSet }),
    }),
    posix: givenOnly({
      times: options.allTimes ? 'all' : undefined,
      devices: options.devices,
      user,
      group,
      fileMode: options.fileMode,
      directoryMode: options.directoryMode,
    }),
    hidden: options.hide ?? [],
    ...(options.timeZone !== undefined && { zoneMinutes: zoneOf(options.timeZone) }),
  };
};
