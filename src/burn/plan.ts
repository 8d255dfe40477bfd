import { z } from 'zod';
import { mediumKind } from '../drive/medium.js';
import { failure } from '../errors.js';
import { mediumExpectation } from './medium-expectation.js';
import { burnOptions } from './options.js';
import { phase } from './progress.js';
import { step } from './step.js';

const RECIPE_NAMES = ['cd-tao', 'dvd+r', 'dvd+rw', 'bd-re'] as const;

/** Where on the medium the image goes, in blocks. */
const placement = z
  .strictObject({
    session: z.int().min(1),
    start: z.int(),
    blocks: z.int().min(1).meta({ description: 'Blocks of the image' }),
    padding: z.int().min(0).meta({ description: 'Blocks of zeros that the medium needs after it' }),
  })
  .meta({ id: 'Placement' });
export type Placement = z.infer<typeof placement>;

/** Something that a person should know before, but that hinders nothing. */
const planWarning = z.strictObject({ code: z.string(), detail: z.string() }).meta({ id: 'PlanWarning' });
export type PlanWarning = z.infer<typeof planWarning>;

/** Why a drive with its medium cannot do what was asked. */
export const refusal = z
  .strictObject({ code: failure.shape.code, detail: z.string() })
  .meta({ id: 'Refusal' });
export type Refusal = z.infer<typeof refusal>;

/** Everything that will be done to a medium, decided before anything is done to it. */
export const plan = z
  .strictObject({
    recipe: z.enum(RECIPE_NAMES),
    medium: mediumKind,
    mediumFingerprint: z.string(),
    imageDigest: z.string().meta({ description: 'Names the request that the image is made from' }),
    writeOnce: z.boolean().meta({ description: 'What is written stays: a canceled disc is a lost disc' }),
    phases: z.array(phase),
    steps: z.array(step),
    recovery: z
      .array(step)
      .meta({ description: 'Tried in order after a failure while the medium is being altered' }),
    placement,
    capacity: z.int().min(0).meta({ description: 'Blocks of the medium' }),
    free: z.int().min(0).meta({ description: 'Blocks that this plan may use' }),
    speedKBps: z.int().min(1).optional().meta({ description: 'Absent: the drive chooses' }),
    willErase: z.boolean(),
    willFormat: z.boolean(),
    closes: z.enum(['disc', 'session', 'nothing']),
    options: burnOptions,
    warnings: z.array(planWarning),
    estimateMs: z.int().min(0),
    expected: mediumExpectation.meta({
      description: 'The medium at the end; the burn is good only if it is so',
    }),
    hash: z
      .string()
      .meta({ description: 'Names the plan: the same drive, medium, image and options give the same' }),
  })
  .meta({ id: 'Plan' });
export type Plan = z.infer<typeof plan>;

export type Decision = { readonly plan: Plan } | { readonly refusals: readonly Refusal[] };
