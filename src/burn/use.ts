import { z } from 'zod';
import { mediumKind } from '../drive/medium.js';
import { burnOptions } from './options.js';

const eject = z.boolean().default(false);

const eraseOptions = z
  .strictObject({
    method: z.enum(['quick', 'full', 'session', 'secure', 'deformat']).default('quick').meta({
      description:
        '`quick`: nothing on it is found any more. `full`: the whole medium, which takes as long as recording it; media whose blocks can be overwritten are overwritten by zeros from the first to the last. `session`: the last session of a CD-RW; those before it stay, and another one can follow. `deformat`: takes the format of a DVD-RW in restricted overwrite away, by blanking all of it. `secure`: `full` where every block can be reached, so not with spares that may have replaced some. `session`, `secure` and `deformat` are refused where no drive can do them',
    }),
    eject,
  })
  .meta({ id: 'EraseOptions' });
export type EraseMethod = z.infer<typeof eraseOptions>['method'];

const formatOptions = z
  .strictObject({
    formatType: z
      .int()
      .min(0)
      .max(63)
      .optional()
      .meta({ description: 'One of those in `formats` of the medium; absent: what suits best' }),
    spareArea: z
      .enum(['default', 'minimum', 'maximum', 'none'])
      .optional()
      .meta({ description: 'Blocks kept to replace bad ones' }),
    blocks: z.int().min(1).optional().meta({
      description:
        'A size that the medium lists for the format, or on BD with spares any whole cluster of 32 blocks between the least and the most; absent: the spare area decides',
    }),
    certification: z
      .enum(['none', 'quick', 'full'])
      .optional()
      .meta({ description: '`full` tries every block, which takes as long as recording the whole medium' }),
    eject,
  })
  .meta({ id: 'FormatOptions' });
export type FormatOptions = z.infer<typeof formatOptions>;
export type Certification = NonNullable<FormatOptions['certification']>;

/** A recording of an earlier job, and by what its disc is known in any drive. */
const knownRecording = z
  .strictObject({
    recording: z.string().exactOptional().meta({
      description:
        '`recording` of the medium; absent of a disc that nobody could look at once it was closed, so that any of its kind may be it',
    }),
    kind: mediumKind
      .exactOptional()
      .meta({ description: 'Kind of the medium; there where `recording` is not' }),
    start: z.int().meta({ description: "Address of the image's first block" }),
  })
  .meta({ id: 'KnownRecording' });

const verifyOptions = z
  .strictObject({
    mode: z.enum(['quick', 'full']).default('full'),
    recordings: z
      .array(knownRecording)
      .optional()
      .meta({ description: 'Only a disc of these is compared; absent: whatever lies in the drive' }),
    eject,
  })
  .meta({ id: 'VerifyOptions' });

const readOptions = z
  .strictObject({
    session: z.int().min(1).max(999).optional().meta({ description: 'Absent: the whole disc' }),
    track: z
      .int()
      .min(1)
      .max(2304)
      .optional()
      .meta({ description: 'One track; not together with `session`' }),
    area: z.enum(['volume', 'whole']).default('volume').meta({
      description:
        'Of media whose blocks can be overwritten, how much is read: the volume that is on them, or everything',
    }),
    onUnreadable: z.enum(['stop', 'zero-fill']).default('stop').meta({
      description:
        '`zero-fill`: what cannot be read is zeros in the image, and the image says where (`unreadable`)',
    }),
    retries: z
      .int()
      .min(0)
      .max(100)
      .default(2)
      .meta({ description: 'How often a block that was not read is tried again' }),
    eject,
  })
  .meta({ id: 'ReadOptions' });
export type ReadOptions = z.infer<typeof readOptions>;

const closeOptions = z
  .strictObject({
    what: z.enum(['disc', 'session']).default('disc').meta({
      description:
        '`disc` finalizes; `session` closes what is open and leaves the disc appendable. A DVD+RW keeps no sessions: either ends the format that runs in the background, with a lead-out',
    }),
    eject,
  })
  .meta({ id: 'CloseOptions' });

const recoverOptions = z.strictObject({ eject }).meta({ id: 'RecoverOptions' });

/** What a drive can be used for, and the options of each. */
export const USE_OPTIONS = {
  burn: burnOptions,
  erase: eraseOptions,
  format: formatOptions,
  verify: verifyOptions,
  read: readOptions,
  close: closeOptions,
  recover: recoverOptions,
} as const;

const use = <Do extends keyof typeof USE_OPTIONS>(does: Do) =>
  z.strictObject({ do: z.literal(does), options: USE_OPTIONS[does] });

/** One use of a drive: what its attempt does. */
export const driveUse = z.discriminatedUnion('do', [
  use('burn'),
  use('erase'),
  use('format'),
  use('verify'),
  use('read'),
  use('close'),
  use('recover'),
]);
export type DriveUse = z.infer<typeof driveUse>;
export type UseOf<Do extends DriveUse['do']> = Extract<DriveUse, { do: Do }>;

/** What changes a medium without recording anything on it. */
export type TreatmentUse = Extract<DriveUse, { do: 'erase' | 'format' | 'close' | 'recover' }>;

/** What leaves the medium as it is. */
export const isReading = ({ do: does }: Pick<DriveUse, 'do'>): boolean =>
  does === 'verify' || does === 'read';
