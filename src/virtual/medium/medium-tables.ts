import { z } from 'zod';
import { BLANK_NAMES } from '../media.js';

/** Grows with every change of medium.json that an older program would misread. */
export const MEDIUM_FORMAT = 1;

const track = z.strictObject({
  number: z.int().min(1),
  session: z.int().min(1),
  /** Address of the first unit in the data file: the pre-gap where the host sent one, else `start`. */
  firstUnit: z.int(),
  /** Address of the first block of user data (INDEX 01 on CD). */
  start: z.int(),
  /** One more than the last address that the track may use; of an open track what is left of the medium. */
  end: z.int(),
  nextWritable: z.int(),
  unit: z.strictObject({
    mainBytes: z.int().min(1),
    subchannelBytes: z.union([z.literal(0), z.literal(16), z.literal(96)]),
  }),
  /** CTL of subchannel Q: bit 2 data, bits 0 pre-emphasis, 1 copy permitted (ECMA-130 §22.3.1). */
  control: z.int().min(0).max(15),
  /** `open` takes writes, `closed` never again. */
  state: z.enum(['open', 'closed']),
  /** Left by an error or a loss of power: an open one has no next writable address any more. */
  damaged: z.boolean(),
  /** Its end was fixed by RESERVE TRACK or a cue sheet. */
  reserved: z.boolean(),
  /** DVD-R, DVD-RW: recorded in increments of fixed packets; without it, at once. */
  packets: z.boolean().optional(),
});
export type MediumTrack = z.infer<typeof track>;

const session = z.strictObject({
  number: z.int().min(1),
  /** Where the lead-out of a closed session begins; null while the session is open. */
  leadOut: z.int().nullable(),
});
export type MediumSession = z.infer<typeof session>;

const formatting = z.strictObject({
  type: z.int(),
  blocks: z.int(),
  typeDependent: z.int(),
  /** DVD+RW: the drive formats on while it is idle. `stopped` wants a restart before the rest can be used. */
  background: z.enum(['none', 'running', 'stopped', 'complete']),
  /** One more than the highest block that the format has reached. */
  reached: z.int(),
  /** BD-R: with pseudo overwrite or without. */
  recordingMode: z.enum(['srm', 'srm+pow']).optional(),
  /** BD-R with pseudo overwrite: first block of a cluster, and of the spare one that now holds its content. */
  overwritten: z.array(z.tuple([z.int(), z.int()])).optional(),
  /** Spare clusters whose content was overwritten again. */
  stale: z.int().optional(),
  /** BD: first blocks of clusters that are defective, each replaced by a spare one. */
  defects: z.array(z.int()).optional(),
});
export type MediumFormat = z.infer<typeof formatting>;

const layerJump = z.strictObject({
  /** Blocks of one layer after which the drive jumps by itself; 0: it does not. */
  interval: z.int().min(0),
  /** The block behind which the host wants the next jump. */
  manual: z.int().min(0).optional(),
});
export type LayerJump = z.infer<typeof layerJump>;

export const mediumTables = z.strictObject({
  version: z.literal(MEDIUM_FORMAT),
  id: z.string(),
  blank: z.enum(BLANK_NAMES),
  /** Blocks of 2,048 bytes; less than the row of MEDIA has where a test asked for a small medium. */
  capacity: z.int().min(1),
  /**
   * What is going on; found when a drive loads the medium, it was cut short by a loss of power. A blanking or a format
   * must be done again before anything else.
   */
  underway: z.enum(['blank', 'format', 'write']).nullable(),
  /** Numbers of the tracks that blocks came for since the last flush. */
  writing: z.array(z.int()).optional(),
  finalized: z.boolean(),
  /** Disc type of READ DISC INFORMATION: 00h CD-DA or CD-ROM, 10h CD-I, 20h CD-ROM XA. */
  discType: z.int(),
  sessions: z.array(session),
  tracks: z.array(track),
  format: formatting.nullable(),
  /** Media of two layers: blocks of the first one, where the host fixed them. */
  layer0Blocks: z.int().nullable().default(null),
  protection: z
    .strictObject({
      /** The tab of its cartridge. */
      tab: z.boolean(),
      /** Persistent write protection, which is recorded on the medium. */
      persistent: z.boolean(),
    })
    .default({ tab: false, persistent: false }),
  /** DVD-RW: blanked minimally, so that it can be recorded at once and not in increments. */
  atOnceOnly: z.boolean().optional(),
  /** DVD-R DL: its layers are recorded in jumps; where from, once the host has said so. */
  layerJump: layerJump.optional(),
});
/** Everything about a medium but its data. A value: each change makes a new one. */
export type MediumTables = z.infer<typeof mediumTables>;
