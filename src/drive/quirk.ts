import { z } from 'zod';

/** What is done otherwise with a drive that is known for something. */
const EFFECTS = [
  'no-test-write',
  'no-underrun-protection',
  'no-streaming',
  'no-set-streaming',
  'no-buffer-questions',
  'finalize-by-5',
  'notice',
] as const;

const quirkEffect = z.enum(EFFECTS).meta({
  description:
    '`no-test-write`, `no-underrun-protection`, `no-streaming` (WRITE (12)): what the drive claims to know is not used. `no-set-streaming`: its speed is set by SET CD SPEED. `no-buffer-questions`: READ BUFFER CAPACITY is not sent while it records. `finalize-by-5`: a DVD+R is closed with the minimal radius first. `notice`: nothing but a warning',
});
export type QuirkEffect = z.infer<typeof quirkEffect>;

const pattern = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Of INQUIRY, without spaces at its ends; `*` stands for any characters' });

/** A row of the table, as a configuration may add it. */
export const quirkRow = z.strictObject({
  vendor: pattern,
  product: pattern,
  revision: pattern.default('*'),
  effect: quirkEffect,
  evidence: z.string().min(1).max(500).meta({ description: 'Who saw it, and what happens' }),
});
export type QuirkRow = z.infer<typeof quirkRow>;

/** A quirk that a drive has. */
export const quirk = z
  .strictObject({
    effect: quirkEffect,
    evidence: z.string(),
    origin: z.enum(['spindle', 'configuration']),
  })
  .meta({ id: 'Quirk' });
export type Quirk = z.infer<typeof quirk>;
