import { z } from 'zod';
import { udfRequest } from '../image/udf-request.js';
import { burnOptions } from '../burn/options.js';
import { USE_OPTIONS } from '../burn/use.js';
import { bootRequest } from '../image/boot-request.js';
import { volumeNameOptions } from '../image/volume-names.js';
import { manifestPlace } from '../image/manifest-request.js';
import { importOptions } from '../image/import/import-options.js';
import {
  asciiNames,
  hiddenPaths,
  isoOptions,
  posixOptions,
  strictNames,
  zoneMinutes,
} from '../image/iso-request.js';
import { videoLayout } from '../image/video-request.js';
import { driveId, label, sha256Hex, ulid } from './identifier.js';

export const rootName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

export const relativePath = z
  .string()
  .max(4096)
  .refine((path) => !path.startsWith('/') && !path.includes('\0') && !path.split('/').includes('..'), {
    message: 'must lie beneath the root: no leading slash, no `..`, no NUL',
  })
  .meta({ description: 'Beneath the root, `/` between names; empty for the root itself' });

const discPath = z
  .string()
  .max(4096)
  .refine((path) => path === '/' || (path.startsWith('/') && path.slice(1).split('/').every(isNameOnDisc)), {
    message: 'must be absolute, without empty names, `.`, `..` and NUL',
  })
  .meta({ description: 'Where on the disc; `/` for the root of the volume', examples: ['/holidays/2026'] });

const isNameOnDisc = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !name.includes('\0');

/** A file or a directory beneath one of the daemon's roots. */
export const rootedPath = z.strictObject({ root: rootName, path: relativePath }).meta({ id: 'RootedPath' });

const sourceMapping = z.strictObject({ at: discPath, ...rootedPath.shape }).meta({
  id: 'SourceMapping',
  description: 'What is to lie where on the disc; a directory with all beneath it',
});

export const volumeOptions = z
  .strictObject({
    identifier: z.string().min(1).max(32).optional().meta({
      description:
        'Default: what the volume is called whose session is continued; else the name of the first source, of a draft the moment at which it was begun',
    }),
    identifiers: volumeNameOptions.default({}),
    iso9660: z
      .union([
        z.literal(false),
        z.strictObject({
          level: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(3),
          ...isoOptions,
        }),
      ])
      .prefault({})
      .meta({ description: '`false`: none of it, neither Joliet nor Rock Ridge; then there must be UDF' }),
    joliet: z
      .union([z.boolean(), z.literal('long')])
      .default(true)
      .meta({ description: '`long`: names of up to 103 characters, which not every reader takes' }),
    rockRidge: z.boolean().default(true),
    udf: z
      .union([z.literal(false), udfRequest])
      .default(false)
      .meta({ description: 'UDF besides ISO 9660, over the same contents, or alone' }),
    strictNames,
    asciiNames,
    posix: posixOptions.prefault({}),
    hidden: hiddenPaths,
    zoneMinutes,
    boot: bootRequest.optional().meta({ description: 'Absent: the disc does not boot' }),
    manifest: manifestPlace,
    video: videoLayout,
  })
  .refine(({ iso9660, udf, video }) => iso9660 !== false || udf !== false || video !== undefined, {
    message: 'wants neither ISO 9660 nor UDF',
  })
  .meta({ id: 'VolumeOptions' });
export type VolumeOptions = z.infer<typeof volumeOptions>;

export const dataContent = {
  type: z.literal('data'),
  sources: z.array(sourceMapping).min(1).max(10_000),
  volume: volumeOptions.prefault({}),
};

/** File systems number the blocks of the medium: an image that is to follow a session is made for its place. */
export const startBlock = z.int().min(0).max(0xffff_ffff).exactOptional().meta({
  description:
    'Block of the medium at which the image will be recorded; absent: 0. A job that appends finds it by itself',
});

/** What every job has, whatever it records. */
export const common = {
  label: label.optional(),
  priority: z.int().min(0).max(100).default(50).meta({ description: 'Higher goes first' }),
  copies: z.int().min(1).max(1000).default(1),
  drives: z.array(driveId).min(1).max(256).optional().meta({ description: 'Only these drives; absent: any' }),
  recording: sha256Hex.optional().meta({
    description: 'Only with the medium that holds this, as `recording` of `/v1/drives/{id}/medium` names it',
  }),
  hold: z
    .boolean()
    .default(false)
    .meta({ description: 'Queue the job, but do not start it before `release`' }),
  spool: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .meta({ description: 'Whether everything is copied to the state directory before a laser starts' }),
  burn: burnOptions.prefault({}),
  maxAttempts: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .meta({ description: 'Media that may be used up for one copy' }),
  planHash: sha256Hex.optional().meta({ description: 'Of the plan that the client agreed to' }),
};

/** Of a job that appends, all that decides which medium it is about. */
interface Appending {
  readonly burn: { readonly onNonBlank: string };
  readonly copies: number;
  readonly maxAttempts: number;
  readonly drives?: readonly string[] | undefined;
  readonly recording?: string | undefined;
}

/** What is appended is made for one place on one medium: another copy would need an image of its own. */
const isAboutOneMedium = ({ burn, copies, maxAttempts, drives, recording }: Appending): boolean =>
  burn.onNonBlank !== 'append' ||
  (copies === 1 && maxAttempts === 1 && (drives?.length === 1 || recording !== undefined));

const ONE_MEDIUM = {
  path: ['burn', 'onNonBlank'],
  message: 'append is for one medium: name one drive or a recording, one copy and one attempt',
};

const dataJob = z
  .strictObject({
    ...dataContent,
    import: z
      .union([z.literal(false), importOptions])
      .exactOptional()
      .meta({
        description:
          'Only of a job that appends: how the files of the session before are shown together with the new ones, as they are by default. `false`: readers see the new session alone',
      }),
    ...common,
  })
  .refine(isAboutOneMedium, ONE_MEDIUM)
  .refine(({ burn, import: imported }) => imported === undefined || burn.onNonBlank === 'append', {
    path: ['import'],
    message: 'is only for a job that appends (onNonBlank: append)',
  })
  .meta({ id: 'DataJobRequest' });

const exactlyOneImage = (content: { source?: unknown; image?: unknown }): boolean =>
  (content.source === undefined) !== (content.image === undefined);

const imageJob = z
  .strictObject({
    type: z.literal('image'),
    source: rootedPath.optional().meta({ description: 'An image file beneath a root' }),
    image: ulid.optional().meta({ description: 'One of /v1/images' }),
    ...common,
  })
  .refine(exactlyOneImage, { message: 'must name exactly one of source and image' })
  .refine(isAboutOneMedium, ONE_MEDIUM)
  .meta({ id: 'ImageJobRequest' });

/** What every job has that records nothing. */
const using = {
  label: common.label,
  priority: common.priority,
  hold: common.hold,
  planHash: common.planHash,
};
const theseDrives = z
  .array(driveId)
  .min(1)
  .max(256)
  .meta({ description: 'Only these drives: no other medium than one of theirs is touched' });

/** Work on media that records nothing on them: one copy is one medium. */
const treating = {
  ...using,
  drives: theseDrives,
  copies: common.copies.meta({
    description: 'Number of media: a drive that is done takes the next one that is put in',
  }),
  maxAttempts: common.maxAttempts.meta({ description: 'Attempts at each medium' }),
};

const eraseJob = z
  .strictObject({ type: z.literal('erase'), erase: USE_OPTIONS.erase.prefault({}), ...treating })
  .meta({ id: 'EraseJobRequest' });

const formatJob = z
  .strictObject({ type: z.literal('format'), format: USE_OPTIONS.format.prefault({}), ...treating })
  .meta({ id: 'FormatJobRequest' });

const closeJob = z
  .strictObject({ type: z.literal('close'), close: USE_OPTIONS.close.prefault({}), ...treating })
  .meta({ id: 'CloseJobRequest' });

const recoverJob = z
  .strictObject({ type: z.literal('recover'), recover: USE_OPTIONS.recover.prefault({}), ...treating })
  .meta({ id: 'RecoverJobRequest' });

const isOneThing = ({ image, source, job }: { image?: unknown; source?: unknown; job?: unknown }): boolean =>
  [image, source, job].filter((named) => named !== undefined).length === 1;

const verifyJob = z
  .strictObject({
    type: z.literal('verify'),
    image: ulid.optional().meta({ description: 'Compare with one of /v1/images' }),
    source: rootedPath.optional().meta({ description: 'Compare with an image file beneath a root' }),
    job: ulid.optional().meta({
      description:
        'Compare a disc of this job, in whatever drive it lies, with what was sent to it; where nobody could look at one once it was closed `drives` must be named',
    }),
    verify: USE_OPTIONS.verify.omit({ recordings: true }).prefault({}),
    ...using,
    drives: theseDrives.optional(),
    copies: common.copies,
  })
  .refine(isOneThing, { message: 'must name exactly one of image, source and job' })
  .refine(({ job, drives }) => job !== undefined || drives !== undefined, {
    message: 'name the drives: only the discs of a job are known by themselves',
    path: ['drives'],
  })
  .meta({ id: 'VerifyJobRequest' });

const isOneArea = ({ session, track }: { session?: unknown; track?: unknown }): boolean =>
  session === undefined || track === undefined;
const reading = USE_OPTIONS.read
  .refine(isOneArea, { message: 'must name a session or a track, not both' })
  .prefault({});

const readJob = z
  .strictObject({ type: z.literal('read'), read: reading, ...using, drives: theseDrives })
  .meta({ id: 'ReadJobRequest' });

const copyJob = z
  .strictObject({
    type: z.literal('copy'),
    from: z
      .strictObject({ drive: driveId, read: reading })
      .meta({ id: 'CopySource', description: 'Where the disc lies that is copied' }),
    keepImage: z.boolean().default(false).meta({ description: 'Keep the image when all copies are good' }),
    ...using,
    drives: common.drives.meta({
      description:
        'Drives for the copies; absent: any. The source drive too may be one: the job waits for its disc to be changed',
    }),
    copies: z.int().min(1).max(999).default(1),
    burn: common.burn,
    maxAttempts: common.maxAttempts,
  })
  .meta({ id: 'CopyJobRequest' });

/** What a client asks for: POST /v1/jobs. */
export const jobRequest = z
  .discriminatedUnion('type', [
    dataJob,
    imageJob,
    eraseJob,
    formatJob,
    verifyJob,
    readJob,
    copyJob,
    closeJob,
    recoverJob,
  ])
  .meta({ id: 'JobRequest', description: 'A job: what drives are to do, with how many discs, and how' });
export type JobRequest = z.infer<typeof jobRequest>;

export const JOB_TYPES = [
  'data',
  'image',
  'erase',
  'format',
  'verify',
  'read',
  'copy',
  'close',
  'recover',
] as const satisfies readonly JobRequest['type'][];

/** What records sources or an image. */
export type RecordingRequest = Extract<JobRequest, { type: 'data' | 'image' }>;

/** The job goes on with what is on its medium, so that its image is made only when its place there is known. */
export const isAppend = (request: JobRequest): request is RecordingRequest =>
  (request.type === 'data' || request.type === 'image') && request.burn.onNonBlank === 'append';
