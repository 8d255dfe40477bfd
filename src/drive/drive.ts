import { z } from 'zod';
import { medium } from './medium.js';
import { mediumAbility } from './medium-ability.js';
import { quirk } from './quirk.js';

/** INQUIRY and the Serial Number feature: which drive this is. */
const driveIdentity = z.strictObject({
  vendor: z.string(),
  product: z.string(),
  revision: z.string(),
  serial: z
    .string()
    .optional()
    .meta({ description: 'Drive Serial Number feature (0108h); not unique with every maker' }),
});
export type DriveIdentity = z.infer<typeof driveIdentity>;

/** What the drive could do with some medium or other; what it can do with the present one is in its current features. */
export const driveCapabilities = z.strictObject({
  profiles: z.array(z.int().min(0)).meta({ description: 'Profile List feature (0000h)' }),
  currentFeatures: z
    .array(z.int().min(0))
    .meta({ description: 'Codes of the features that are current with the present medium' }),
  readOnlyFeatures: z.array(z.int().min(0)).optional().meta({
    description:
      'Those of them that say by their Write bit that the drive only reads such media: DVD+RW (002Ah), DVD+R (002Bh) and those of two layers (003Ah, 003Bh)',
  }),
  // A worker of an earlier build that records on tells nothing of it.
  media: z.array(mediumAbility).default([]).meta({
    description:
      'Every kind of medium that the drive knows, and how it records it, also while it is empty: by its profiles and features, and without these by mode page 2Ah',
  }),
  maximumWriteKBps: z.int().min(1).optional().meta({
    description:
      'Mode page 2Ah, in kB/s of 1,000 bytes: of the present medium with drives of today, of CDs in an empty drive; absent where it is not told',
  }),
  testWrite: z.boolean().meta({
    description: 'Test write with the present medium: CD TAO (002Dh), CD Mastering (002Eh), DVD-R (002Fh)',
  }),
  sessionAtOnce: z
    .boolean()
    .meta({ description: 'Session at once by cue sheet with the present medium: CD Mastering (002Eh)' }),
  bufferUnderrunFree: z.boolean().meta({ description: 'Buffer Underrun Free with the present medium' }),
  writeParametersBytes: z.int().min(53).max(257).optional().meta({
    description:
      'Length of mode page 05h with the present medium, where the drive has bytes of its own behind the 52 of MMC',
  }),
  streamWriting: z.boolean().meta({
    description: 'Records without verifying when asked to by WRITE (12): Real Time Streaming (0107h)',
  }),
  bdxl: z.enum(['none', 'read', 'record']).meta({
    description:
      'What it does with BD of three and four layers: class 2 of BD Read (0040h) and BD Write (0041h)',
  }),
  keepsNoTime: z.literal(true).optional().meta({
    description:
      'A virtual drive that records as fast as it is sent blocks (vendor specific feature FF00h): how long a recording took proves nothing',
  }),
  bufferBytes: z.int().min(0).meta({ description: "The drive's buffer; 0 when unknown" }),
  maxTransferBytes: z.int().min(1).optional().meta({
    description:
      'One command carries no more than these bytes, whatever is between host and drive, as the kernel tells it; absent where nobody says',
  }),
  canLoad: z.boolean().meta({ description: 'Loads by command, i.e. has a motor tray' }),
});
export type DriveCapabilities = z.infer<typeof driveCapabilities>;

/** The state of the tray, and whether a medium answers: the second of the two fields of a drive's state. */
export const driveContents = z.enum(['open', 'empty', 'loading', 'ready']);
export type DriveContents = z.infer<typeof driveContents>;

/** Everything that was read from a drive at one moment; planning needs nothing else. */
export const driveReport = z
  .strictObject({
    identity: driveIdentity,
    capabilities: driveCapabilities,
    contents: driveContents,
    quirks: z.array(quirk).meta({ description: 'What drives of this name are known for' }),
    /** Present when contents is `ready`. */
    medium: medium.optional(),
  })
  .meta({ id: 'DriveReport' });
export type DriveReport = z.infer<typeof driveReport>;
