import { z } from 'zod';
import { volumeRoom } from './volume-room.js';

/** Kinds of media by profile family; the words of the API. */
const MEDIUM_KINDS = [
  'cd-rom',
  'cd-r',
  'cd-rw',
  'dvd-rom',
  'dvd-r',
  'dvd-r-dl',
  'dvd-rw',
  'dvd-rw-dl',
  'dvd-download',
  'dvd-ram',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'bd-rom',
  'bd-r',
  'bd-re',
  'hd-dvd-rom',
  'hd-dvd-r',
  'hd-dvd-r-dl',
  'hd-dvd-rw',
  'hd-dvd-rw-dl',
  'hd-dvd-ram',
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

const kBps = z.int().min(1).meta({ description: 'kB/s, kB = 1,000 bytes' });

const writeSpeed = z.strictObject({ kBps, rotation: z.enum(['clv', 'cav']) });
export type WriteSpeed = z.infer<typeof writeSpeed>;

export const rotation = z.enum(['clv', 'cav', 'zclv', 'pcav']).meta({
  id: 'Rotation',
  description:
    'Constant linear velocity; constant angular velocity; several zones of constant linear velocity; angular up to a zone, linear behind it',
});

/** Blocks from the first to the last one, both included; in between the speed grows or falls evenly. */
export const speedZone = z
  .strictObject({ start: address, end: address, startKBps: kBps, endKBps: kBps })
  .meta({ id: 'SpeedZone' });
export type SpeedZone = z.infer<typeof speedZone>;

/** How fast the drive would record at the speed that it is set to: GET PERFORMANCE, type 0. */
const writePace = z.strictObject({
  rotation,
  kBps: kBps.meta({ description: 'Of the fastest zone' }),
  zones: z.array(speedZone).meta({ description: 'Empty where only mode page 2Ah tells the speed' }),
});
export type WritePace = z.infer<typeof writePace>;

/** Everything that can keep a medium from being written: MMC-5 §6.23.3, format C0h, and that nothing records it. */
const writeProtection = z.enum([
  'cartridge',
  'persistent',
  'until-power-down',
  'medium-specific',
  'read-only',
  'not-told',
]);
export type WriteProtection = z.infer<typeof writeProtection>;

/** Where layer 0 of a medium of two ends. */
const layerBreak = z.strictObject({
  blocks: blocks.meta({ description: 'Of layer 0' }),
  fixed: z.boolean().meta({ description: 'It is decided, or something is recorded' }),
});
export type LayerBreak = z.infer<typeof layerBreak>;

/** Who made the medium. Absent on pressed and some old media. */
const mediumIdentity = z.strictObject({
  manufacturer: z.string(),
  type: z.string(),
  source: z.enum(['atip', 'adip', 'pre-recorded', 'disc-information']).meta({
    description: 'Of CD; of DVD+R and DVD+RW; the lead-in of DVD-R and DVD-RW; of BD',
  }),
});
export type MediumIdentity = z.infer<typeof mediumIdentity>;

/** What is the case with a medium; several at once. Those of IMAPI, whose overwrite-only is two here. */
const mediumState = z.enum([
  'blank',
  'appendable',
  'final-session',
  'overwritable',
  'randomly-writable',
  'damaged',
  'erase-required',
  'non-empty-session',
  'write-protected',
  'finalized',
  'unsupported',
]);
export type MediumState = z.infer<typeof mediumState>;

/** One thing that speaks for or against a medium being blank. */
const blankSign = z.strictObject({
  sign: z.enum(['disc-status', 'last-session', 'format', 'first-blocks', 'other-blocks']),
  blank: z.boolean(),
  detail: z.string(),
});
export type BlankSign = z.infer<typeof blankSign>;

const blankness = z.strictObject({
  physical: z
    .boolean()
    .meta({ description: 'The drive says that nothing was ever recorded, or all was erased' }),
  probable: z.boolean().meta({
    description:
      'Nothing is lost by recording, as far as can be told. Overwritable media that were formatted are never physically blank again',
  }),
  evidence: z.array(blankSign),
});
export type Blankness = z.infer<typeof blankness>;

const previousSession = z.strictObject({ number: z.int().min(1), start: address, lastRecorded: address });
export type PreviousSession = z.infer<typeof previousSession>;

/** What is read from the drive. */
const known = z.strictObject({
  kind: mediumKind,
  profile: z
    .int()
    .min(0)
    .max(0xffff)
    .meta({ description: 'Current profile of the drive; 27 (001Bh) is DVD+R' }),
  status: discStatus,
  lastSession: sessionStatus,
  backgroundFormat,
  erasable: z.boolean().meta({ description: 'The drive can bring the medium back to blank or overwrite it' }),
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
  bdxl: z
    .literal(true)
    .optional()
    .meta({ description: 'BD of three or four layers, which take a drive of their class' }),
  layerBreak: layerBreak.optional().meta({ description: 'DVD+R DL only' }),
  capacity: blocks.meta({ description: 'Blocks that the medium holds when blank or freshly formatted' }),
  free: blocks.meta({ description: 'Blocks that can still be written without erasing' }),
  readable: blocks.meta({
    description: 'One more than the last block that can be read; 0 when nothing is recorded',
  }),
  readableUnknown: z.literal(true).optional().meta({
    description: 'The drive does not tell how much can be read, so that `readable` is 0',
  }),
  nextWritable: address.optional(),
  singleSession: z.literal(true).optional().meta({
    description:
      'What is recorded next ends it: DVD-R DL that is not recorded in jumps, DVD-RW that was blanked minimally, BD-R with pseudo overwrite',
  }),
  pseudoOverwrite: z.boolean().optional().meta({
    description: 'BD-R: formatted for pseudo overwrite; its sessions cannot be closed one by one',
  }),
  sessions: z.int().min(0).meta({ description: 'Sessions that are closed' }),
  tracks: z.array(track),
  formats: z.array(formatCapacity),
  writeSpeeds: z.array(writeSpeed).meta({
    description: 'Fastest first; a speed is there twice that the drive records at by either rotation',
  }),
  writePace: writePace.optional().meta({ description: 'Absent where the drive does not tell' }),
  identity: mediumIdentity.optional(),
  contents: z.enum(['none', 'unknown-data', 'volume']).meta({
    description:
      'What the first blocks hold: a volume descriptor, anything but zeros, or nothing. Overwritable media keep no sessions, so that only this tells whether they are in use',
  }),
  sampledPlaces: z.int().min(0).optional().meta({
    description:
      'How many other places of an overwritable medium were looked at, because its first blocks hold nothing',
  }),
  recordedPlaces: z.array(blocks).optional().meta({
    description:
      'Of a DVD+RW whose format is not complete, `readable` of which may tell no more than its size: where the places begin, of those looked at, that hold anything',
  }),
  volumeIdentifier: z.string().optional().meta({
    description:
      "Of the primary volume descriptor that the medium's readers see first; where there is none, of UDF",
  }),
  volumeBlocks: blocks.optional().meta({
    description:
      'Blocks up to the end of that volume, as its descriptors claim; of ISO 9660 and UDF the longer one',
  }),
  volumeRoom: volumeRoom.optional().meta({
    description:
      'What is free within the volume, where that is one of UDF alone that claims all of an overwritable medium',
  }),
  recording: z.string().optional().meta({
    description: 'Equal in whatever drive this recording is read; absent where nothing is recorded',
  }),
  formerRecording: z.string().optional().meta({
    description:
      'The same as earlier builds made it, in drives of one kind only: what they have kept is still known by it',
  }),
});
export type KnownMedium = z.infer<typeof known>;

/**
 * What lies in a drive, as one immutable value decoded from GET CONFIGURATION, READ DISC INFORMATION, READ TRACK
 * INFORMATION, format capacities and disc structures, with what follows from them. Addresses and lengths are blocks of
 * 2,048 bytes of user data (sectors on CD).
 */
export const medium = known
  .extend({
    states: z.array(mediumState).meta({ description: 'All that are the case' }),
    used: blocks.meta({
      description: 'Blocks up to the end of what is recorded; of an overwritable medium, those of its volume',
    }),
    previousSession: previousSession.optional().meta({ description: 'The last one that is closed' }),
    blankness,
    fingerprint: z
      .string()
      .meta({ description: 'Equal for as long as the medium is neither changed nor altered' }),
  })
  .meta({ id: 'Medium' });
export type Medium = z.infer<typeof medium>;

/** Whether it holds the recording of that mark, be it one that an earlier build has kept. */
export const holdsRecording = (
  { recording, formerRecording }: Pick<KnownMedium, 'recording' | 'formerRecording'>,
  mark: string,
): boolean => recording === mark || formerRecording === mark;

/**
 * A BD-R that was formatted says that it can be appended to, though nothing is on it. As libburn has it: the drive tells that nothing can be
 * read, and there is one session, which is empty.
 */
const isFormattedOnly = (medium: KnownMedium): boolean =>
  medium.kind === 'bd-r' &&
  medium.status === 'appendable' &&
  medium.lastSession === 'empty' &&
  medium.sessions === 0 &&
  medium.readable === 0 &&
  medium.readableUnknown !== true &&
  medium.tracks.every(({ blank }) => blank);

/** No recording is on it, so that nothing is lost by writing. What an interrupted format or blanking left is none. */
export const isBlank = (medium: KnownMedium): boolean =>
  medium.overwritable
    ? medium.contents === 'none'
    : (medium.status === 'empty' && medium.lastSession !== 'damaged') || isFormattedOnly(medium);
