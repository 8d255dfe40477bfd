import { z } from 'zod';
import { continued } from '../image/continued.js';
import { mediumKind } from '../drive/medium.js';
import { quirk } from '../drive/quirk.js';
import { mediumExpectation } from './medium-expectation.js';
import { burnOptions } from './options.js';
import { placement } from './placement.js';
import { plannedPace } from './planned-pace.js';
import { phase } from './progress.js';
import type { Refusal } from './refusal.js';
import { step } from './step.js';
import { type TreatmentUse, USE_OPTIONS } from './use.js';

const RECIPE_NAMES = [
  'cd-tao',
  'cd-sao',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'dvd-ram',
  'removable-disk',
  'bd-r',
  'bd-re',
  'dvd-r',
  'dvd-r-dao',
  'dvd-r-dl',
  'dvd-r-dl-jump',
  'dvd-rw-overwrite',
] as const;

/** A placement with the image that goes there. */
const plannedPlacement = z
  .strictObject({
    ...placement.shape,
    blocks: z.int().min(1).meta({ description: 'Blocks of the image' }),
    padding: z.int().min(0).meta({ description: 'Blocks of zeros that the medium needs after it' }),
    parts: z
      .array(z.strictObject({ start: z.int(), blocks: z.int().min(1) }))
      .min(1)
      .meta({
        description:
          'Where its parts go, in the order of recording; several where an image only changes a medium',
      }),
  })
  .meta({ id: 'PlannedPlacement' });
export type PlannedPlacement = z.infer<typeof plannedPlacement>;

/** Something that a person should know before, but that hinders nothing. */
const planWarning = z.strictObject({ code: z.string(), detail: z.string() }).meta({ id: 'PlanWarning' });
export type PlanWarning = z.infer<typeof planWarning>;

/** What all plans have, whatever a drive is used for. */
const common = {
  medium: mediumKind,
  mediumFingerprint: z.string(),
  writeOnce: z.boolean().meta({ description: 'What is written stays: a canceled disc is a lost disc' }),
  phases: z.array(phase),
  steps: z.array(step),
  recovery: z
    .array(step)
    .meta({ description: 'Tried in order after a failure while the medium is being altered' }),
  capacity: z.int().min(0).meta({ description: 'Blocks of the medium' }),
  blockBytes: z
    .int()
    .optional()
    .meta({ description: 'Bytes of a block as the drive has them, where that is not 2,048' }),
  warnings: z.array(planWarning),
  estimateMs: z.int().min(0),
  expected: mediumExpectation.meta({
    description: 'The medium at the end; the work is good only if it is so',
  }),
  hash: z.string().meta({
    description:
      'Names the plan: the same drive, medium, image and options give the same, at whatever speed the drive stands',
  }),
};

const imageDigest = z.string().meta({ description: 'Names the request that the image is made from' });

/** Everything that will be done to a medium, decided before anything is done to it. */
const burnPlan = z
  .strictObject({
    do: z.literal('burn'),
    recipe: z.enum(RECIPE_NAMES),
    imageDigest,
    placement: plannedPlacement,
    free: z.int().min(0).meta({ description: 'Blocks that this plan may use' }),
    overhead: z.int().min(0).meta({
      description:
        'Blocks besides image and padding that are lost to a session that can be followed by another',
    }),
    left: z
      .int()
      .min(0)
      .meta({ description: 'Blocks that another session will find: none where the disc is closed' }),
    speedKBps: z.int().min(1).optional().meta({ description: 'Absent: the drive chooses' }),
    rotation: z
      .enum(['clv', 'cav'])
      .optional()
      .meta({ description: 'That the drive is asked for with the speed; absent: it chooses' }),
    pace: plannedPace.optional().meta({ description: 'Absent: the drive tells nothing of it' }),
    imports: continued
      .optional()
      .meta({ description: 'What the image shows of the session before; absent: nothing' }),
    goesOnWith: z
      .string()
      .optional()
      .meta({ description: '`recording` of the medium that the image is added to' }),
    leastWriteMs: z.int().min(0).optional().meta({
      description:
        'No drive records these blocks in less: one that did is read back as a whole (`implausibly-fast`). Absent where that cannot be known',
    }),
    layerBreak: z
      .int()
      .optional()
      .meta({ description: 'DVD+R DL: layer 0 is made to end after so many blocks' }),
    willErase: z.boolean(),
    willFormat: z.boolean(),
    closes: z.enum(['disc', 'session', 'nothing']),
    options: burnOptions,
    quirks: z.array(quirk).meta({ description: 'What drives of this name are known for' }),
    ...common,
  })
  .meta({ id: 'BurnPlan' });
export type BurnPlan = z.infer<typeof burnPlan>;

/** Blocks of the medium that lie side by side. */
const span = z
  .strictObject({ start: z.int(), blocks: z.int().min(1) })
  .meta({ id: 'Span', description: 'Blocks of a medium, from an address on' });
export type Span = z.infer<typeof span>;

/** What is done to a medium without recording anything on it. */
const treatmentPlan = <Do extends TreatmentUse['do']>(does: Do) =>
  z.strictObject({ do: z.literal(does), options: USE_OPTIONS[does], ...common });

const planSchemas = [
  burnPlan,
  treatmentPlan('erase').meta({ id: 'ErasePlan' }),
  treatmentPlan('format').meta({ id: 'FormatPlan' }),
  treatmentPlan('close').meta({ id: 'ClosePlan' }),
  treatmentPlan('recover').meta({ id: 'RecoverPlan' }),
  z
    .strictObject({ do: z.literal('verify'), options: USE_OPTIONS.verify, imageDigest, span, ...common })
    .meta({ id: 'VerifyPlan' }),
  z
    .strictObject({
      do: z.literal('read'),
      options: USE_OPTIONS.read,
      span,
      gaps: z.array(span).meta({
        description: 'Between sessions nothing is recorded; the image holds zeros there',
      }),
      ...common,
    })
    .meta({ id: 'ReadPlan' }),
] as const;

export const plan = z
  .discriminatedUnion('do', planSchemas)
  .meta({ id: 'Plan', description: 'Everything that a drive will do, decided before anything is done' });
export type Plan = z.infer<typeof plan>;
export type PlanOf<Do extends Plan['do']> = Extract<Plan, { do: Do }>;

export type Decision<P extends Plan = Plan> =
  { readonly plan: P } | { readonly refusals: readonly Refusal[] };
