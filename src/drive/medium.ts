import { z } from 'zod';

/** Kinds of media by profile family; the words of the API. */
const MEDIUM_KINDS = [
  'cd-rom',
  'cd-r',
  'cd-rw',
  'dvd-rom',
  'dvd-r',
  'dvd-r-dl',
  'dvd-rw',
  'dvd-ram',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'bd-rom',
  'bd-r',
  'bd-re',
  'removable-disk',
  'unknown',
] as const;
export const mediumKind = z.enum(MEDIUM_KINDS);
export type MediumKind = z.infer<typeof mediumKind>;

/** Disc status of READ DISC INFORMATION (MMC-5 §6.22): 00b, 01b, 10b, 11b. */
export const discStatus = z.enum(['empty', 'appendable', 'complete', 'other']);
export type DiscStatus = z.infer<typeof discStatus>;

/** Status of the last session of READ DISC INFORMATION. */
const sessionStatus = z.enum(['empty', 'incomplete', 'damaged', 'complete']);
export type SessionStatus = z.infer<typeof sessionStatus>;

/** Background format status of READ DISC INFORMATION; DVD+RW and MRW only. */
const backgroundFormat = z.enum(['none', 'started', 'running', 'complete']);
export type BackgroundFormat = z.infer<typeof backgroundFormat>;

const address = z.int();
const blocks = z.int().min(0);

const track = z.strictObject({
  number: z.int().min(1),
  session: z.int().min(1),
  start: address,
  length: blocks.meta({ description: 'Blocks; of an open track, up to where it could grow' }),
  nextWritable: address.optional(),
  lastRecorded: address.optional(),
  free: blocks,
  blank: z.boolean(),
  reserved: z.boolean(),
  damaged: z.boolean(),
  data: z.boolean(),
  packets: z.literal(true).optional().meta({ description: 'Recorded in increments' }),
});
export type Track = z.infer<typeof track>;

/** A row of READ FORMAT CAPACITIES. */
const formatCapacity = z.strictObject({
  type: z.int().min(0).max(63).meta({ description: 'Format type of FORMAT UNIT; 38 (26h) is DVD+RW' }),
  blocks,
  typeDependent: z.int().min(0),
});

const writeSpeed = z.strictObject({
  kBps: z.int().min(1).meta({ description: 'kB/s, kB = 1,000 bytes' }),
  rotation: z.enum(['clv', 'cav']),
});
export type WriteSpeed = z.infer<typeof writeSpeed>;

/** Everything that can keep a medium from being written: MMC-5 §6.23.3, format C0h, and the disc control block. */
const writeProtection = z.enum([
  'cartridge',
  'persistent',
  'until-power-down',
  'medium-specific',
  'not-told',
]);
export type WriteProtection = z.infer<typeof writeProtection>;

/** Where layer 0 of a medium of two ends. */
const layerBreak = z.strictObject({
  blocks: blocks.meta({ description: 'Of layer 0' }),
  fixed: z.boolean().meta({ description: 'It is decided, or something is recorded' }),
});
export type LayerBreak = z.infer<typeof layerBreak>;

/** ATIP, ADIP or DI: who made the medium. Absent on pressed and some old media. */
const mediumIdentity = z.strictObject({ manufacturer: z.string(), type: z.string() });
export type MediumIdentity = z.infer<typeof mediumIdentity>;

/**
 * What lies in a drive, as one immutable value decoded from GET CONFIGURATION, READ DISC INFORMATION, READ TRACK
 * INFORMATION, format capacities and disc structures. Addresses and lengths are blocks of 2,048 bytes of user
 * data (sectors on CD).
 */
export const medium = z
  .strictObject({
    kind: mediumKind,
    profile: z
      .int()
      .min(0)
      .max(0xffff)
      .meta({ description: 'Current profile of the drive; 27 (001Bh) is DVD+R' }),
    status: discStatus,
    lastSession: sessionStatus,
    backgroundFormat,
    erasable: z
      .boolean()
      .meta({ description: 'The drive can bring the medium back to blank or overwrite it' }),
    overwritable: z
      .boolean()
      .meta({ description: 'Blocks can be overwritten in place: DVD+RW, DVD-RAM, BD-RE and disks' }),
    formatted: z.boolean().meta({ description: 'Overwritable media: a format is on it. Others: true' }),
    writeProtected: z.boolean(),
    writeProtections: z
      .array(writeProtection)
      .meta({ description: 'All reasons at once; `not-told` where the drive says no more than that it is' }),
    blockBytes: z.int().min(512).optional().meta({
      description:
        'Bytes of a block as the drive has them, where that is not 2,048; all lengths here count 2,048 all the same',
    }),
    layers: z.int().min(1).optional().meta({ description: 'Absent where the medium does not tell' }),
    layerBreak: layerBreak.optional().meta({ description: 'DVD+R DL only' }),
    capacity: blocks.meta({ description: 'Blocks that the medium holds when blank or freshly formatted' }),
    free: blocks.meta({ description: 'Blocks that can still be written without erasing' }),
    readable: blocks.meta({
      description: 'One more than the last block that can be read; 0 when nothing is recorded',
    }),
    nextWritable: address.optional(),
    pseudoOverwrite: z.boolean().optional().meta({
      description: 'BD-R: formatted for pseudo overwrite; its sessions cannot be closed one by one',
    }),
    sessions: z.int().min(0).meta({ description: 'Sessions that are closed' }),
    tracks: z.array(track),
    formats: z.array(formatCapacity),
    writeSpeeds: z.array(writeSpeed).meta({ description: 'Fastest first' }),
    identity: mediumIdentity.optional(),
    contents: z.enum(['none', 'unknown-data', 'volume']).meta({
      description:
        'What the first blocks hold: a volume descriptor, anything but zeros, or nothing. Overwritable media keep no sessions, so that only this tells whether they are in use',
    }),
    volumeIdentifier: z
      .string()
      .optional()
      .meta({ description: "Of the primary volume descriptor that the medium's readers see first" }),
    volumeBlocks: blocks.optional().meta({ description: 'Blocks of that volume, as its descriptor claims' }),
    recording: z.string().optional().meta({
      description: 'Equal in whatever drive this recording is read; absent where nothing is recorded',
    }),
    fingerprint: z
      .string()
      .meta({ description: 'Equal for as long as the medium is neither changed nor altered' }),
  })
  .meta({ id: 'Medium' });
export type Medium = z.infer<typeof medium>;

/** A BD-R that was formatted says that it can be appended to, though nothing is on it (libburn). */
const isFormattedOnly = ({ kind, status, sessions, readable, tracks }: Medium): boolean =>
  kind === 'bd-r' &&
  status === 'appendable' &&
  sessions === 0 &&
  readable === 0 &&
  tracks.every(({ blank }) => blank);

/** No recording is on it, so that nothing is lost by writing. What an interrupted format or blanking left is none. */
export const isBlank = (medium: Medium): boolean =>
  medium.overwritable
    ? medium.contents === 'none'
    : (medium.status === 'empty' && medium.lastSession !== 'damaged') || isFormattedOnly(medium);
