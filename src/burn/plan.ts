import { z } from 'zod';
import { mediumKind } from '../drive/medium.js';
import { mediumExpectation } from './medium-expectation.js';
import { burnOptions } from './options.js';
import { placement } from './placement.js';
import { phase } from './progress.js';
import type { Refusal } from './refusal.js';
import { step } from './step.js';

const RECIPE_NAMES = ['cd-tao', 'cd-sao', 'dvd+r', 'dvd+rw', 'bd-re'] as const;

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
    placement: plannedPlacement,
    capacity: z.int().min(0).meta({ description: 'Blocks of the medium' }),
    free: z.int().min(0).meta({ description: 'Blocks that this plan may use' }),
    overhead: z.int().min(0).meta({
      description:
        'Blocks besides image and padding that are lost to a session that can be followed by another',
    }),
    left: z.int().min(0).meta({ description: 'Blocks that another session will find' }),
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
