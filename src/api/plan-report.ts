import { z } from 'zod';
import { plan } from '../burn/plan.js';
import { refusal } from '../burn/refusal.js';
import { failure } from '../errors.js';
import { driveId, timestamp, ulid as identifier } from '../jobs/identifier.js';

const plannedDrive = z.strictObject({
  drive: driveId,
  kind: z.enum(['source', 'disc']).exactOptional().meta({
    description:
      'Of a copying job: the drive whose disc is read, or one that records it. What is recorded is planned by the size of what will be read, so that the hash is not that of the attempt',
  }),
  plan: plan.exactOptional(),
  refusals: z.array(refusal),
});
export type PlannedDrive = z.infer<typeof plannedDrive>;

/** What would be done, without touching a medium. */
export const planReport = z
  .strictObject({
    id: identifier,
    state: z.enum(['mastering', 'planning', 'ready', 'failed']),
    image: identifier.exactOptional().meta({
      description:
        'What would be recorded. A job of type `image` that names it records exactly this, without a spool: that is made only for a job that names its sources',
    }),
    summary: z.json().exactOptional().meta({
      description:
        'Sizes and counts of the image; `spooled`: whether the job would spool it, `spoolReason`: why',
    }),
    warnings: z.array(z.json()).exactOptional().meta({
      description:
        'What was left out of a session that is continued (`path`, `leftOut`), and names that were changed, one entry each',
    }),
    drives: z.array(plannedDrive).meta({ description: 'What each drive would do, or why it will not' }),
    problem: failure.exactOptional(),
    expiresAt: timestamp.meta({ description: 'Until then the plan, and an image made for it, are kept' }),
  })
  .meta({ id: 'PlanReport' });
export type PlanReport = z.infer<typeof planReport>;
