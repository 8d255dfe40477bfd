import { z } from 'zod';

import { ZONES } from '../iso9660/dates.js';
import { RELAXATIONS } from '../iso9660/iso-rules.js';
import { placeOnDisc } from './request-paths.js';

/** ECMA-119 §7.4.1: a-characters, and what everybody writes and reads beside them. */
const text = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[ -~]*$/, { error: 'must be printable ASCII' })
    .optional();

const fileIdentifier = z
  .string()
  .regex(/^[A-Z0-9_]{1,8}(\.[A-Z0-9_]{0,3})?(;1)?$/, {
    error: 'must be the ISO 9660 name of a file in the root, such as COPYING.TXT',
  })
  .optional();

/** Beside the level: what ISO 9660 says of the volume, and which of its rules are broken. */
export const isoOptions = {
  enhanced: z
    .boolean()
    .default(false)
    .describe('A third tree by ISO 9660:1999: names of up to 207 bytes of UTF-8, of any depth.'),
  relaxed: z
    .array(z.enum(RELAXATIONS))
    .max(RELAXATIONS.length)
    .default([])
    .describe(
      'Rules of the primary tree to break. lower-case: letters stay as they are. ascii: all printable ASCII but ; and /. many-dots: more than one dot, dots in names of directories. long-names: 37 characters. no-version: neither version nor a dot that ends the name. deep-paths: no relocation of what lies deeper than eight levels.',
    ),
  identifiers: z
    .strictObject({
      system: text(32),
      volumeSet: text(128),
      publisher: text(128),
      preparer: text(128),
      application: text(128),
      copyrightFile: fileIdentifier,
      abstractFile: fileIdentifier,
      bibliographicFile: fileIdentifier,
    })
    .prefault({})
    .describe('What the descriptors say of the volume. Default of preparer and application: SPINDLE.'),
} as const;

export const octalMode = z.string().regex(/^[0-7]{3,4}$/, { error: 'must be a mode in octal, such as 0644' });
const mode = octalMode.optional();
const id = z.int().min(0).max(0xffff_ffff).optional();

/** What every file system that knows POSIX attributes records of them. */
export const posixOptions = z
  .strictObject({
    times: z
      .enum(['modification', 'all'])
      .default('modification')
      .describe(
        'all: creation, access and change of attributes as well, as the source has them: in Rock Ridge and in UDF. Otherwise Rock Ridge has neither; in UDF access is that of modification, and creation is never later than it.',
      ),
    devices: z
      .boolean()
      .default(false)
      .describe('Record devices, FIFOs and sockets, which only Rock Ridge holds.'),
    user: id.describe('Owner of everything; absent: as the sources have it.'),
    group: id.describe('Group of everything.'),
    fileMode: mode.describe('Permissions of all files, in octal.'),
    directoryMode: mode.describe('Permissions of all directories, in octal.'),
  })
  .meta({ id: 'PosixOptions' });

/** Of every file system: UDF could name other zones, ISO 9660 could not. */
export const zoneMinutes = z
  .int()
  .min(ZONES.first)
  .max(ZONES.last)
  .multipleOf(ZONES.quarter)
  .default(0)
  .describe(
    'The zone in which all times are recorded, in minutes east of Greenwich, whole quarters of an hour. Readers show the same moments. Default: UTC.',
  );

export const asciiNames = z
  .boolean()
  .default(false)
  .describe(
    'Names of Joliet, ISO 9660:1999 and UDF, those of named streams and of the volume included, in the printed characters of ASCII, 32 to 126, alone: others become `_`, or are refused where names are strict. Rock Ridge has names as they are.',
  );

export const strictNames = z
  .union([z.boolean(), z.literal('all')])
  .default(false)
  .describe(
    'Refuse rather than change a name that Joliet, Rock Ridge, ISO 9660:1999 or UDF cannot hold, or a text of the descriptor that Joliet has no room for; names of plain ISO 9660 count where there is none of these to read, or with `all` in any case.',
  );

export const hiddenPaths = z
  .array(placeOnDisc)
  .max(10_000)
  .default([])
  .describe('Files and directories that get the hidden flag. What lies in a hidden directory needs none.');
