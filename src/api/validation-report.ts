import { z } from 'zod';
import { failure } from '../errors.js';
import { placeOnDisc } from '../image/request-paths.js';
import { driveId, timestamp, ulid as identifier } from '../jobs/identifier.js';
import { rootedPath } from '../jobs/request.js';
import { validationResult } from '../worker/validation-protocol.js';

const block = z.int().min(0).max(0xffff_ffff);

const DAY_SECONDS = 86_400;

const common = {
  startBlock: block.exactOptional().meta({
    description:
      'First block of the session; left out: of the last session that is closed, of the image where it is to lie, or 0',
  }),
  manifest: placeOnDisc.exactOptional().meta({
    description:
      'A manifest on the disc, such as `/SHA256SUMS`: every file that it names is read and compared',
  }),
  limitSeconds: z.int().min(1).max(DAY_SECONDS).default(3600).meta({
    description: 'It ends with `validation-too-long` where it takes longer',
  }),
};

/** What is to be validated: POST /v1/validations. */
export const newValidation = z
  .discriminatedUnion('type', [
    z
      .strictObject({ type: z.literal('image'), image: identifier, ...common })
      .meta({ id: 'ImageValidation' }),
    z
      .strictObject({ type: z.literal('source'), source: rootedPath, ...common })
      .meta({ id: 'SourceValidation', description: 'An image file beneath a root' }),
    z
      .strictObject({
        type: z.literal('medium'),
        drive: driveId,
        lease: identifier.exactOptional().meta({ description: 'Needed where the drive is leased' }),
        ...common,
      })
      .meta({ id: 'MediumValidation', description: 'The disc that lies in a drive' }),
  ])
  .meta({ id: 'NewValidation' });
export type NewValidation = z.infer<typeof newValidation>;

/** What was found so far. */
export const validationReport = z
  .strictObject({
    id: identifier,
    of: newValidation.meta({ description: 'What was asked for' }),
    state: z.enum(['running', 'done', 'failed']),
    blocksRead: z.int().min(0).meta({ description: 'A block may be read more than once' }),
    valid: z.boolean().exactOptional().meta({
      description: 'Nothing that was found keeps a reader from reading all of it; absent until it is done',
    }),
    ...validationResult.pick({ blocks: true, views: true, unlisted: true, manifestFiles: true }).partial()
      .shape,
    startBlock: block.exactOptional(),
    counts: z
      .strictObject({ errors: z.int().min(0), warnings: z.int().min(0), notes: z.int().min(0) })
      .exactOptional()
      .meta({ description: 'Of the findings that are listed at `/v1/validations/{id}/findings`' }),
    problem: failure.exactOptional(),
    expiresAt: timestamp.meta({ description: 'Until then it is kept' }),
  })
  .meta({ id: 'Validation' });
export type ValidationReport = z.infer<typeof validationReport>;
