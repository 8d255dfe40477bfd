import { z } from 'zod';

import {
  EMULATION,
  type Emulation,
  MANUFACTURER_LENGTH,
  PLATFORM,
  type Platform,
} from '../iso9660/el-torito.js';
import { pathBeneathRoot, placeOnDisc } from './request-paths.js';

const keys = <K extends string>(table: Readonly<Record<K, number>>): K[] => Object.keys(table) as K[];

/** A file of the disc, or one that is on the disc for the firmware alone and that no directory shows. */
const bootFile = z
  .union([
    z.strictObject({ at: placeOnDisc.describe('A file of the disc.') }),
    z.strictObject({
      root: z.string().min(1).max(255).describe('Name of a root.'),
      path: pathBeneathRoot.describe(
        'Path beneath the root, of a file that no directory of the disc will show.',
      ),
    }),
  ])
  .meta({ id: 'BootFile' });

const criteria = z.strictObject({
  type: z.int().min(1).max(255).describe('1: language and version.'),
  data: z
    .string()
    .regex(/^(?:[0-9A-Fa-f]{2}){0,19}$/, { error: 'must be at most 19 bytes in hex' })
    .describe('What the maker of the firmware defines, in hex.'),
});

const bootEntry = z
  .strictObject({
    image: bootFile,
    platform: z.enum(keys<Platform>(PLATFORM)).default('x86'),
    emulation: z
      .enum(['auto', ...keys<Emulation>(EMULATION)])
      .default('auto')
      .describe(
        'What the firmware pretends the image to be; auto: a floppy disk where an x86 image has the size of one, else none.',
      ),
    bootable: z.boolean().default(true),
    loadSegment: z.int().min(0).max(0xffff).default(0).describe('Where the BIOS loads it; 0 means 7C0h.'),
    loadSectors: z
      .union([z.int().min(0).max(0xffff), z.literal('all')])
      .optional()
      .describe(
        'Sectors of 512 bytes that the firmware loads. Default: 1 with emulation, all of an EFI image, otherwise 4.',
      ),
    bootInfoTable: z
      .boolean()
      .default(false)
      .describe('Tell the image its address and length at byte 8, as isolinux and GRUB want it.'),
    grub2BootInfo: z.boolean().default(false).describe('Tell a GRUB 2 image its address at byte 2548.'),
    manufacturer: z
      .string()
      .max(MANUFACTURER_LENGTH)
      .regex(/^[ -~]*$/, { error: 'must be printable ASCII' })
      .default('')
      .describe('Who made it.'),
    criteria: criteria.optional().describe('When firmware takes this entry; not for the first one.'),
  })
  .meta({ id: 'BootEntry' });

const hybrid = z
  .strictObject({
    table: z
      .enum(['mbr', 'gpt', 'mbr+gpt'])
      .optional()
      .describe(
        'mbr: an active partition for the whole image, one of its own for each EFI image. gpt: the same for UEFI alone, protected. mbr+gpt: both tables at once, as many live systems have it. Default: gpt where there is an EFI image, else mbr.',
      ),
    bootCode: z
      .strictObject({
        image: bootFile,
        loader: z
          .enum(['isolinux', 'grub2', 'none'])
          .describe('How the code is told where the first x86 image lies; none: not at all.'),
      })
      .optional()
      .describe('What a BIOS runs when the image lies on a disk, e.g. isohdpfx.bin or boot_hybrid.img.'),
  })
  .meta({ id: 'HybridOptions' });

/** How a disc boots: the El Torito catalog, and what makes its image boot from a disk as well. */
export const bootRequest = z
  .strictObject({
    entries: z
      .array(bootEntry)
      .max(256)
      .default([])
      .describe('In the order in which firmware sees them, the first being the default; 32 at most.'),
    catalog: placeOnDisc.optional().describe('Where the boot catalog is shown as a file; absent: nowhere.'),
    hybrid: hybrid.optional().describe('Present: the image boots from a USB stick, too.'),
  })
  .refine(({ entries: [first] }) => first?.criteria === undefined, {
    message: 'the first entry is the default and has no selection criteria',
    path: ['entries', 0, 'criteria'],
  })
  .meta({ id: 'BootOptions' });

export type BootFile = z.infer<typeof bootFile>;
export type BootEntryRequest = z.infer<typeof bootEntry>;
export type HybridRequest = z.infer<typeof hybrid>;
export type BootRequest = z.infer<typeof bootRequest>;
