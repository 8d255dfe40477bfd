/** What of the API's answers the command line shows; fields that it does not know pass through to --json. */
import { z } from 'zod';
import { plan } from '../burn/plan.js';
import { refusal } from '../burn/refusal.js';
import { progress } from '../burn/progress.js';
import { driveCapabilities } from '../drive/drive.js';
import { medium } from '../drive/medium.js';
import { failure } from '../errors.js';

export const driveView = z.looseObject({
  id: z.string(),
  name: z.string(),
  transport: z.string(),
  accepting: z.boolean(),
  enabled: z.boolean(),
  holding: z.string(),
  holder: z.string().optional(),
  contents: z.string().optional(),
  location: z.looseObject({ device: z.string().optional() }).optional(),
  identity: z.looseObject({ vendor: z.string(), product: z.string(), revision: z.string() }).optional(),
  capabilities: driveCapabilities.pick({ media: true, maximumWriteKBps: true }).loose().optional(),
  medium: medium.optional(),
  progress: progress.optional(),
  problem: failure.optional(),
});
export type DriveView = z.infer<typeof driveView>;

export const serverView = z.looseObject({
  version: z.string(),
  build: z.string(),
  startedAt: z.string(),
  draining: z.boolean(),
  underway: z.number(),
});
export type ServerView = z.infer<typeof serverView>;

export const rootView = z.looseObject({
  name: z.string(),
  path: z.string().optional(),
  readable: z.boolean(),
});

/** Names that were changed in an image: the first ones, and how many they are. */
const changedNames = {
  warnings: z
    .array(
      z.union([
        z.looseObject({ path: z.string(), leftOut: z.string() }),
        z.looseObject({
          path: z.string(),
          fileSystem: z.string(),
          recordedAs: z.string(),
          pathBytes: z.number().optional(),
        }),
      ]),
    )
    .optional(),
  summary: z.looseObject({ warningCount: z.number().optional() }).optional(),
};

export const imageView = z.looseObject({
  state: z.enum(['mastering', 'ready', 'failed']),
  ...changedNames,
});

export const planView = z.looseObject({
  id: z.string(),
  state: z.enum(['mastering', 'planning', 'ready', 'failed']),
  ...changedNames,
  image: z.string().optional(),
  drives: z.array(
    z.looseObject({
      drive: z.string(),
      kind: z.string().optional(),
      plan: plan.optional(),
      refusals: z.array(refusal),
    }),
  ),
  problem: failure.optional(),
});
export type PlanView = z.infer<typeof planView>;
